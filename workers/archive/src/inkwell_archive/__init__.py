"""The archive stage: validates extractions, keeps states, stores and publishes results."""
