"""Inkwell shown at work: made-up documents, a client that uploads them, and a demonstration."""
