"""Candidates judged: their features, and how likely each is the value that is meant."""
