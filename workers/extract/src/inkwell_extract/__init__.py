"""The extract stage: pages of words in, the wanted fields out, each with its evidence."""
