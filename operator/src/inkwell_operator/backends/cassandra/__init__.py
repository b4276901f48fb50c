"""The Cassandra backend."""

from inkwell_operator.backends.cassandra.backend import CassandraBackend

__all__ = ["CassandraBackend"]
