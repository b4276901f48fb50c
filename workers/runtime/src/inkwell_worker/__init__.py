"""What every stage runs on: offsets, retries, dead letters, metrics, tracing, clients, the stop."""
