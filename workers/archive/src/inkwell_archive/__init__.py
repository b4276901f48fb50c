"""The archive stage: it validates extractions, keeps each document's state, stores results and announces them."""
