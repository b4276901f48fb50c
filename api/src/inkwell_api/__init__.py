"""What the operator, the workers and the tests agree on: names, kinds, events, tables and stage configuration."""
