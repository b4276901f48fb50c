"""The Kafka backend."""

from inkwell_operator.backends.kafka.backend import KafkaBackend

__all__ = ["KafkaBackend"]
