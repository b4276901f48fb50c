import base64
import json
from pathlib import Path

import pytest

from inkwell_api.names import Stage
from inkwell_api.page_codec import encode_page
from inkwell_api.pipeline import ExtractionSpec
from inkwell_api.stage_env import CassandraAccess, KafkaAccess, StageEnv
from inkwell_extract.__main__ import SCORER_UNUSABLE, own_scorer
from inkwell_extract.engine import Extractor
from inkwell_extract.train.__main__ import main
from support.corrections import SPEC, receipt

PIPELINE = {"spec": {"extraction": {"schema": {"type": "object", **SPEC.result_schema}}}}


def line(number: int) -> str:
    """Return a corrected receipt as a line of a file."""
    document = receipt(number)
    pages = [base64.b64encode(encode_page(page)).decode() for page in document.pages]
    body = json.dumps({"pages": pages, "group": document.group})
    return f'{body[:-1]}, "values": {{"total": {document.values["total"]}}}}}'


def run(folder: Path, lines: list[str]) -> int:
    """Train from these lines into the folder `scorer`."""
    (folder / "pipeline.json").write_text(json.dumps(PIPELINE), "utf-8")
    (folder / "documents.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    places = ["--pipeline", "pipeline.json", "--documents", "documents.jsonl", "--out", "scorer"]
    arguments = [part if part.startswith("-") else str(folder / part) for part in places]
    return main([*arguments, "--made", "2026-11-27"])


def environment() -> StageEnv:
    """Return what an extract stage is told whose pipeline names a scorer."""
    schema = {"type": "object", **SPEC.result_schema}
    return StageEnv(
        tenant="acme",
        pipeline="invoices",
        stage=Stage.EXTRACT,
        kafka=KafkaAccess(bootstrap_servers="kafka:9093", registry_url="https://registry"),
        cassandra=CassandraAccess(contact_points=(), datacenter="dc1", keyspace="tenant_acme"),
        max_bytes=1,
        max_pages=1,
        extraction=ExtractionSpec.model_validate(
            {"schema": schema, "scorer": {"configMap": "totals-1"}}
        ),
    )


def test_what_the_command_writes_is_what_the_stage_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run(tmp_path, [line(number) for number in range(24)]) == 0
    assert "from 24 corrected documents" in (tmp_path / "scorer" / "card.md").read_text("utf-8")
    monkeypatch.setenv("INKWELL_SCORER_DIRECTORY", str(tmp_path / "scorer"))
    opened, told = own_scorer(environment())
    assert told == ()
    assert set(opened.scorer.models) == set(opened.calibrations) == {"total"}


def test_a_scorer_that_cannot_be_used_leaves_the_rules(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("INKWELL_SCORER_DIRECTORY", str(tmp_path))
    opened, told = own_scorer(environment())
    assert not opened.scorer.models
    assert not opened.calibrations
    logged = capsys.readouterr().out
    assert "scorer-unusable" in logged
    assert "model.json cannot be read" in logged
    extraction = Extractor(SPEC, scorer=opened.scorer, told=told).extract(receipt(1).pages)
    assert SCORER_UNUSABLE in extraction.findings


def test_too_few_documents_write_nothing_and_say_why(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(tmp_path, [line(number) for number in range(19)]) == 1
    assert capsys.readouterr().err == (
        "nothing was trained: 19 documents; training needs 20 and more\n"
    )
    assert not (tmp_path / "scorer").exists()


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        '{"values": {}}',
        '{"pages": [], "values": {}}',
        '{"pages": ["AAAA"], "values": {}}',
        '{"pages": ["?"], "values": {}}',
    ],
)
def test_a_line_that_is_no_document_is_told_by_its_number_and_none_of_its_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: str
) -> None:
    assert run(tmp_path, [line(0), broken]) == 1
    told = "nothing was trained: line 2 of documents.jsonl is no corrected document\n"
    assert capsys.readouterr().err == told
    assert not (tmp_path / "scorer").exists()
