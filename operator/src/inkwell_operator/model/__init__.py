"""What the core of the operator thinks in: plans, errors and validated subjects.

Nothing here does any I/O.
"""
