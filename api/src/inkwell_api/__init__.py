"""What operator, workers and tests agree on: names, kinds, events, tables, stage configuration."""
