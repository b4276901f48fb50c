"""A scorer learned from corrected documents: vectors, the artefact, and what runs it."""
