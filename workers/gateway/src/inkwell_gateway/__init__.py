"""The HTTP API of one tenant: upload, list and read the documents of all its pipelines."""
