import pytest

from inkwell_api import tables
from inkwell_api.address import split_address
from inkwell_api.conditions import REASON_MEANINGS, Reason
from inkwell_api.document import TRANSITIONS, DocumentState
from inkwell_api.names import Stage
from inkwell_api.quantity import parse_duration, parse_percent, parse_size
from inkwell_api.roles import ApiRole, is_granted
from inkwell_api.stage_env import Address


def test_every_reason_is_explained() -> None:
    assert REASON_MEANINGS.keys() == set(Reason)


@pytest.mark.parametrize(
    ("text", "size"), [("1", 1), ("2Ki", 2048), ("50Mi", 52_428_800), ("1Gi", 1 << 30)]
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize("text", ["", "0", "50MB", "-1", "1.5Mi", " 1"])
def test_what_is_no_size_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("5m", 300), ("2h", 7200), ("365d", 31_536_000)]
)
def test_durations(text: str, seconds: int) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "0d", "1w", "1d2h"])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration"):
        parse_duration(text)


@pytest.mark.parametrize(("text", "share"), [("2%", 0.02), ("0.5%", 0.005), ("100%", 1), ("0%", 0)])
def test_percentages(text: str, share: float) -> None:
    assert parse_percent(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "2", "101%", "-1%", "2 %", "0.125%", "1e1%", "2%%"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="percentage"):
        parse_percent(text)


def test_a_role_for_one_pipeline_holds_for_no_other() -> None:
    held = frozenset({"uploader:invoices"})
    assert is_granted(held, ApiRole.UPLOADER, "invoices")
    assert not is_granted(held, ApiRole.UPLOADER, "receipts")
    assert not is_granted(held, ApiRole.VIEWER, "invoices")
    assert is_granted(frozenset({"admin"}), ApiRole.REVIEWER, "receipts")


def test_grants_name_tables_that_there_are() -> None:
    sql = "".join(migration.sql for migration in tables.postgres_migrations())
    for grants in tables.POSTGRES_GRANTS.values():
        for grant in grants:
            assert f"CREATE TABLE {grant.table} " in sql
    for by_table in tables.CASSANDRA_GRANTS.values():
        assert by_table.keys() <= tables.CASSANDRA_TABLES.keys()


def test_the_stage_that_reads_hostile_files_has_no_database() -> None:
    assert Stage.OCR not in tables.POSTGRES_GRANTS
    assert tables.CASSANDRA_GRANTS[Stage.OCR].keys() == {"document_chunks", "pages"}


def test_an_erased_document_stays_erased() -> None:
    assert TRANSITIONS[DocumentState.ERASED] == frozenset()


@pytest.mark.parametrize(
    ("text", "host", "port"),
    [("db.example.org:5432", "db.example.org", 5432), ("[2001:db8::1]:5432", "2001:db8::1", 5432)],
)
def test_an_address_is_split_and_put_together_again(text: str, host: str, port: int) -> None:
    assert split_address(text) == (host, port)
    assert str(Address(host=host, port=port)) == text
