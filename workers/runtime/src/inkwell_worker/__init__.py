"""The runtime of the stages: it owns offsets, retries, dead letters, metrics, tracing.

Connections and the stop.
"""
