"""Values of the wanted fields proposed from a page: by patterns, labels and names of sellers."""
