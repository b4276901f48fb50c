"""Inkwell shown at work: documents made up with their truth, a client that uploads them, and a demonstration of both."""
