"""The PostgreSQL backend."""

from inkwell_operator.backends.postgres.backend import PostgresBackend

__all__ = ["PostgresBackend"]
