"""A document as the eye reads it: its pages as rows of words."""
