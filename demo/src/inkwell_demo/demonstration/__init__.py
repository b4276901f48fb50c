"""The demonstration: from nothing to validated JSON, each step shown while it goes on.

`steps` is the table of contents; every step is a function of the `Demonstration` and lives in a
file of its own. What is not as it should be is a complaint, and complaints make it end non-zero.
"""
