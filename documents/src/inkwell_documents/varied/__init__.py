"""Invoices and receipts of many kinds, typeset as texts at places, to learn from and be judged by.

What is held out has layouts and names that no document for training has.
"""
