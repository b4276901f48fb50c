"""What librdkafka's own threads tell of their connections, kept for the call that fails meanwhile.

A call that gets no answer ends as a time-out, which does not say why; the reason (a refused login,
a certificate) is told beside it. It explains only calls that were under way: the refusal of last
week has nothing to do with today's time-out.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Final

from confluent_kafka import KafkaError

from inkwell_operator.backends.kafka import errors

_KEPT: Final = 64


def is_about_tls(error: KafkaError) -> bool:
    """Whether librdkafka says that a TLS connection did not come about.

    A listener without TLS closes the connection, which has the code of any transport failure.
    """
    return error.code() == errors.TLS or "SSL handshake failed" in error.str()


class Complaints:
    """The last complaints of one librdkafka client, each with the time at which it was heard."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """Start with none."""
        self._clock = clock
        self._heard: deque[tuple[float, KafkaError]] = deque(maxlen=_KEPT)

    def hear(self, error: KafkaError) -> None:
        """Keep a complaint; librdkafka's `error_cb`."""
        self._heard.append((self._clock(), error))

    def explain(self, error: KafkaError, began: float) -> KafkaError:
        """Return what was behind an error of a call that began at `began`, or the error itself."""
        if error.code() not in errors.NO_ANSWER:
            return error
        meanwhile = [complaint for at, complaint in self._heard if at >= began]
        telling = [
            each for each in meanwhile if each.code() not in errors.NO_ANSWER or is_about_tls(each)
        ]
        return next(iter(telling or meanwhile), error)
