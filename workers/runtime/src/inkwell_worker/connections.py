"""Every client of a stage, made when first asked for.

They are closed together at the end; no module keeps one.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from inkwell_api.stage_env import CassandraAccess, GatewayEnv, KafkaAccess, PostgresAccess, StageEnv
from inkwell_worker.cassandra_session import CassandraSession
from inkwell_worker.cassandra_stores import CassandraChunks, CassandraExtractions, CassandraPages
from inkwell_worker.codec import Codec
from inkwell_worker.credentials import Credentials
from inkwell_worker.environment import Places
from inkwell_worker.kafka import EventProducer, KafkaConnection
from inkwell_worker.registry import SchemaRegistry
from inkwell_worker.stores import ChunkStore, ExtractionStore, PageReader, PageWriter

_CLOSE_SECONDS = 3.0
_SESSION_OPTIONS = "-c idle_in_transaction_session_timeout=60s -c lock_timeout=10s"


@dataclass
class Connections:
    """The clients of one process."""

    kafka_access: KafkaAccess
    cassandra_access: CassandraAccess
    credentials: Credentials
    ca_file: Path
    client_id: str
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _closers: list[Callable[[], None]] = field(default_factory=list)
    _cassandra: CassandraSession | None = None
    _registry: SchemaRegistry | None = None
    _producer: EventProducer | None = None

    @classmethod
    def of(cls, env: StageEnv | GatewayEnv, places: Places) -> "Connections":
        """Prepare the clients that `env` speaks of; nothing is opened yet."""
        pipeline = f".{env.pipeline}" if isinstance(env, StageEnv) else ""
        return cls(
            kafka_access=env.kafka,
            cassandra_access=env.cassandra,
            credentials=Credentials(places.credentials),
            ca_file=places.ca_file,
            client_id=f"{env.tenant}{pipeline}.{env.stage.value}",
        )

    def kafka(self) -> KafkaConnection:
        """Return address and login of the brokers."""
        return KafkaConnection(self.kafka_access, self.credentials, self.ca_file, self.client_id)

    def codec(self) -> Codec:
        """Return what reads and writes events."""
        with self._lock:
            if self._registry is None:
                self._registry = SchemaRegistry(self.kafka_access.registry_url, self.ca_file)
            return Codec(self._registry)

    def producer(self) -> EventProducer:
        """Return the process's one producer."""
        with self._lock:
            if self._producer is None:
                self._producer = EventProducer(self.kafka(), self.codec())
            return self._producer

    def producer_fatal(self) -> str:
        """Say what broke the producer for good, if something did."""
        return self._producer.fatal if self._producer is not None else ""

    def cassandra(self) -> CassandraSession:
        """Return the process's one Cassandra session; it connects when first used."""
        with self._lock:
            if self._cassandra is None:
                self._cassandra = CassandraSession(
                    self.cassandra_access, self.credentials, self.ca_file
                )
            return self._cassandra

    def chunks(self) -> ChunkStore:
        """Return the uploaded bytes."""
        return CassandraChunks(self.cassandra())

    def page_writer(self) -> PageWriter:
        """Return where pages are written."""
        return CassandraPages(self.cassandra())

    def page_reader(self) -> PageReader:
        """Return where pages are read."""
        return CassandraPages(self.cassandra())

    def extractions(self) -> ExtractionStore:
        """Return the extractions."""
        return CassandraExtractions(self.cassandra())

    def credential(self, key: str) -> str | None:
        """Return a further key of the mounted Secret, such as ``llm-api-key``, or None."""
        return self.credentials.optional(key)

    def postgres_parameters(self, access: PostgresAccess) -> dict[str, str | int]:
        """Return the connection parameters with the password as it is now.

        Ask again for each new connection: the password may have been rotated.

        Raises:
            Unavailable: the credentials are not mounted yet.
        """
        login = self.credentials.login()
        return {
            "host": access.address.host,
            "port": access.address.port,
            "dbname": access.database,
            "user": login.username,
            "password": login.password,
            "sslmode": "verify-full",
            "sslrootcert": str(self.ca_file),
            "options": f"-c search_path={access.schema_name} {_SESSION_OPTIONS}",
            "application_name": self.client_id,
            "connect_timeout": 10,
            "keepalives_idle": 30,
            "tcp_user_timeout": 20_000,
        }

    def on_close(self, closer: Callable[[], None]) -> None:
        """Have `closer` called at the end, before the clients are closed."""
        self._closers.append(closer)

    def close(self) -> None:
        """Close every client that was opened."""
        for closer in self._closers:
            closer()
        with self._lock:
            if self._producer is not None:
                self._producer.close(_CLOSE_SECONDS)
            if self._cassandra is not None:
                self._cassandra.close()
            if self._registry is not None:
                self._registry.close()
