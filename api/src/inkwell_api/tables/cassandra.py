"""The tables of a tenant in Cassandra, as values, and which stage may do what with them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from inkwell_api.names import Stage
from inkwell_api.tables import cql

_UNIFIED: Final = {"class": "org.apache.cassandra.db.compaction.UnifiedCompactionStrategy"}
_LZ4: Final = {
    "class": "org.apache.cassandra.io.compress.LZ4Compressor",
    "chunk_length_in_kb": "16",
}
_UNCOMPRESSED: Final = {"enabled": "false"}
"""For large blobs, which are read whole: it costs more time than it saves room."""


@dataclass(frozen=True, slots=True)
class TableOptions:
    """The options of a table that Inkwell sees to, as `system_schema.tables` shows them.

    Attributes:
        comment: for people.
        compaction: options of the compaction, with its class.
        compression: options of the compression, with its class.
        default_time_to_live: seconds after which a row goes that names no time of its own; 0 for
            never.
        gc_grace_seconds: how long a deletion is remembered; a replica that is away for longer
            brings back what was deleted.
    """

    comment: str = ""
    compaction: Mapping[str, str] = field(default_factory=lambda: dict(_UNIFIED))
    compression: Mapping[str, str] = field(default_factory=lambda: dict(_LZ4))
    default_time_to_live: int = 0
    gc_grace_seconds: int = 864_000

    def to_cql(self) -> dict[str, str]:
        """Return the options by name, as CQL literals."""
        return {
            "comment": cql.text(self.comment),
            "compaction": cql.text_map(self.compaction),
            "compression": cql.text_map(self.compression),
            "default_time_to_live": str(self.default_time_to_live),
            "gc_grace_seconds": str(self.gc_grace_seconds),
        }


@dataclass(frozen=True, slots=True)
class CassandraTable:
    """One table.

    Attributes:
        name: of the table.
        columns: by name, the CQL type; those of the primary key first.
        partition_key: columns by which rows are spread over the nodes.
        clustering: columns by which the rows of a partition are sorted.
        options: what else is said of it.
    """

    name: str
    columns: Mapping[str, str]
    partition_key: tuple[str, ...]
    clustering: tuple[str, ...] = ()
    options: TableOptions = field(default_factory=TableOptions)

    def create_statement(self, keyspace: str) -> str:
        """Return the CQL that makes the table where it is not there yet."""
        columns = ", ".join(f"{cql.identifier(name)} {kind}" for name, kind in self.columns.items())
        partition = ", ".join(map(cql.identifier, self.partition_key))
        key = ", ".join((f"({partition})", *map(cql.identifier, self.clustering)))
        options = " AND ".join(f"{name} = {value}" for name, value in self.options.to_cql().items())
        return (
            f"CREATE TABLE IF NOT EXISTS {cql.identifier(keyspace)}.{cql.identifier(self.name)} "
            f"({columns}, PRIMARY KEY ({key})) WITH {options}"
        )


_TABLES: Final = (
    CassandraTable(
        "document_chunks",
        {"document_id": "uuid", "chunk": "int", "content": "blob"},
        ("document_id",),
        ("chunk",),
        TableOptions("uploaded bytes in chunks of at most 512 KiB", compression=_UNCOMPRESSED),
    ),
    CassandraTable(
        "pages",
        {"document_id": "uuid", "page": "int", "content": "blob"},
        ("document_id",),
        ("page",),
        TableOptions("words of each page with boxes and confidence", compression=_UNCOMPRESSED),
    ),
    CassandraTable(
        "extractions",
        {"document_id": "uuid", "sha256": "text", "content": "text"},
        ("document_id",),
        options=TableOptions("newest extraction of each document, canonical JSON"),
    ),
    CassandraTable(
        "archive_records",
        {
            "document_id": "uuid",
            "version": "int",
            "archived_at": "timestamp",
            "sha256": "text",
            "content": "text",
        },
        ("document_id",),
        ("version",),
        TableOptions("every accepted result with its evidence and findings"),
    ),
)
CASSANDRA_TABLES: Final[dict[str, CassandraTable]] = {table.name: table for table in _TABLES}
"""By name. Each has `document_id` as its partition key: a document is erased by it."""

CASSANDRA_GRANTS: Final[dict[Stage, dict[str, frozenset[str]]]] = {
    Stage.GATEWAY: {
        "document_chunks": frozenset({"SELECT", "MODIFY"}),
        "archive_records": frozenset({"SELECT"}),
    },
    Stage.OCR: {"document_chunks": frozenset({"SELECT"}), "pages": frozenset({"MODIFY"})},
    Stage.EXTRACT: {"pages": frozenset({"SELECT"}), "extractions": frozenset({"SELECT", "MODIFY"})},
    Stage.ARCHIVE: {
        "extractions": frozenset({"SELECT"}),
        "archive_records": frozenset({"SELECT", "MODIFY"}),
    },
}
"""By stage and table, its permissions. What is not named here is refused."""
