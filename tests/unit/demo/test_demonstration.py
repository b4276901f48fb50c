"""The demonstration shows what happened, complains about what is amiss, and shows no secret."""

import io
import sys
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from inkwell_api.document import DocumentState
from inkwell_demo.__main__ import main
from inkwell_demo.demonstration import diagnosis, examples, journey, papers, results
from inkwell_demo.demonstration.demonstration import (
    INVOICES,
    RECEIPTS,
    Demonstration,
    Options,
    Paper,
    PipelineName,
    Upload,
)
from inkwell_demo.demonstration.programs import ProgramFailed, run
from inkwell_demo.demonstration.screen import NARROWEST, Screen
from inkwell_demo.evaluation import FIELDS, orders, score
from inkwell_demo.real_invoices import Outcome, tally
from inkwell_documents.corpus import Form, Order, make
from inkwell_documents.everyday.truth import same
from inkwell_documents.facts import Kind
from support.screen import shown


def demonstration(**options: Any) -> tuple[Demonstration, io.StringIO]:
    """Return a demonstration that writes to a buffer, on the narrowest terminal."""
    out = io.StringIO()
    return Demonstration(Options(**options), Screen(Console(file=out, width=NARROWEST))), out


def uploaded(states: dict[DocumentState, str]) -> Upload:
    return Upload(Paper(INVOICES, "a.pdf", b"%PDF", "application/pdf", "a test"), "1", states)


def test_own_files_are_found_by_their_kind_in_all_folders(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "B.PDF").write_bytes(b"%PDF")
    (tmp_path / "a.tif").write_bytes(b"II*")
    (tmp_path / "notes.txt").write_text("no")
    demo, out = demonstration(docs=tmp_path)
    papers.collect(demo)
    assert [(p.name, p.content_type) for p in demo.papers] == [
        ("a.tif", "image/tiff"),
        ("B.PDF", "application/pdf"),
    ]
    assert "1 files of other types are left out" in out.getvalue()


def test_a_folder_without_documents_is_said_so(tmp_path: Path) -> None:
    demo, _ = demonstration(docs=tmp_path)
    with pytest.raises(papers.NoDocumentsError, match="holds no PDF, PNG, JPEG or TIFF"):
        papers.collect(demo)


def test_a_document_is_shown_with_the_time_of_each_state() -> None:
    picture = shown(
        journey._picture(
            [
                uploaded(
                    {
                        DocumentState.UPLOADED: "2026-01-01T00:00:00Z",
                        DocumentState.RECOGNIZED: "2026-01-01T00:00:02.5Z",
                        DocumentState.ANALYZED: "2026-01-01T00:00:03Z",
                        DocumentState.NEEDS_REVIEW: "2026-01-01T00:00:04Z",
                    }
                ),
                uploaded({}),
            ]
        )
    )
    first, second = picture.splitlines()[1:3]
    assert first.split()[1:] == ["✓", "+2.5", "s", "+3.0", "s", "NEEDS_REVIEW", "+4.0", "s"]
    assert second.split()[1:] == ["…"] * 4


def test_conditions_of_an_older_spec_count_as_unknown() -> None:
    condition = {"type": "Ready", "status": "True", "observedGeneration": 1}
    found = {"metadata": {"generation": 2}, "status": {"conditions": [condition]}}
    assert not examples._is_ready(found)
    assert examples._is_ready(found | {"metadata": {"generation": 1}})
    assert not examples._is_ready({})


def test_what_is_not_true_is_told_with_its_reason() -> None:
    conditions = [
        {"type": "KafkaReady", "status": "False", "reason": "Unreachable", "message": "It is off."},
        {"type": "Ready", "status": "True", "reason": "AsSpecified", "message": "All is well."},
    ]
    assert diagnosis.conditions({"conditions": conditions}) == (
        "  KafkaReady is False (Unreachable): It is off."
    )


def test_a_failed_program_is_told_with_its_last_lines_and_status() -> None:
    demo, _ = demonstration(on_cluster=True)
    code = "import sys; print('almost there'); sys.exit(3)"
    with pytest.raises(ProgramFailed, match=r"(?s)status 3.*almost there"):
        run(demo, sys.executable, "-c", code, timeout=30, show=False)


def test_a_program_that_takes_too_long_is_ended() -> None:
    demo, _ = demonstration(on_cluster=True)
    with pytest.raises(ProgramFailed, match="took longer than 1 s"):
        run(demo, sys.executable, "-c", "import time; time.sleep(60)", timeout=1)


def test_markup_in_the_output_of_programs_is_no_markup_of_ours() -> None:
    demo, out = demonstration(on_cluster=True)
    run(demo, sys.executable, "-c", "print('[red]as it is[/]')", timeout=30)
    assert "[red]as it is[/]" in out.getvalue()


def test_a_complaint_makes_it_end_non_zero(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(
        "inkwell_demo.__main__.STEPS", (_step(lambda demo: demo.complain("the sky is green")),)
    )
    assert main(["--docs", str(tmp_path)]) == 1
    assert capsys.readouterr().out.count("the sky is green") == 2
    monkeypatch.setattr(
        "inkwell_demo.__main__.STEPS", (_step(lambda demo: demo.screen.say("fine")),)
    )
    assert main([]) == 0


def _step(act: Any) -> Any:
    from inkwell_demo.demonstration.steps import Step  # noqa: PLC0415 - it is replaced above

    return Step("a step", act)


def test_wrong_values_are_shown_beside_the_true_ones() -> None:
    evidence = {"match": "EXACT", "page": 2, "box": None, "text": "x", "confidence": 0.5}
    fields = {"/total": {"value": 12.5, "origin": "RULE", "evidence": evidence}}
    right = shown(results._fields(fields, {"total": "12.50"}))
    wrong = shown(results._fields(fields, {"total": "99.00"}))
    assert "✓" in right
    assert "✗ 99.00" in wrong


@pytest.mark.parametrize(
    ("value", "true", "is_same"),
    [
        (12.5, "12.50", True),
        ("12.5", "12.50", True),
        (12.51, "12.50", False),
        ("INV-1", "INV-1", True),
        ("INV-1", "INV-2", False),
        ("2026-01-02", "2026-01-02", True),
        (None, "1", False),
    ],
)
def test_values_are_compared_as_what_they_are(value: Any, true: str, is_same: bool) -> None:  # noqa: FBT001 - a case
    assert same(value, true) is is_same


def test_every_field_is_judged_right_wrong_or_absent() -> None:
    sample = make(1, 1, Order(form=Form.BORN_DIGITAL))
    good = dict(sample.truth)
    scores = score([(sample, good), (sample, good | {"total": "0.01"}), (sample, {})])
    total = scores["total"]
    assert (total.right, total.wrong, total.absent) == (1, 1, 1)
    assert scores["currency"].share == pytest.approx(2 / 3)
    assert set(scores) == set(FIELDS)


def test_an_evaluation_goes_round_all_kinds_of_documents() -> None:
    everything = orders(60)
    assert len(set(everything)) == 60
    assert {order.form for order in orders(15)} == set(Form)


def result_of(paper: Paper, state: DocumentState, match: str = "EXACT", **more: Any) -> Any:
    """Return the API's answer about a made-up document; `more` replaces true values."""
    assert paper.sample is not None
    origin = more.pop("origin", "RULE")
    result = dict(paper.sample.truth) | more
    fields = {
        f"/{name}": {"value": value, "origin": origin, "evidence": {"match": match}}
        for name, value in result.items()
    }
    return {"state": state, "result": result, "fields": fields}


def made_up(target: PipelineName, order: Order) -> Paper:
    sample = make(1, 1, order)
    return Paper(target, "a.pdf", sample.content, sample.content_type.value, "a test", sample)


INVOICE = made_up(INVOICES, Order(form=Form.BORN_DIGITAL))
RECEIPT = made_up(RECEIPTS, Order(form=Form.BORN_DIGITAL, kind=Kind.RECEIPT))


@pytest.mark.parametrize(
    ("paper", "body", "complaint"),
    [
        (INVOICE, result_of(INVOICE, DocumentState.ARCHIVED), None),
        (INVOICE, result_of(INVOICE, DocumentState.NEEDS_REVIEW), "went to NEEDS_REVIEW"),
        (INVOICE, result_of(INVOICE, DocumentState.ARCHIVED, net="0.01"), "absent values: net"),
        (INVOICE, result_of(INVOICE, DocumentState.ARCHIVED, due_date=None), "values: due_date"),
        (RECEIPT, result_of(RECEIPT, DocumentState.NEEDS_REVIEW, total="0.01"), None),
        (RECEIPT, result_of(RECEIPT, DocumentState.ARCHIVED, total="0.01"), "values: total"),
        (RECEIPT, result_of(RECEIPT, DocumentState.NEEDS_REVIEW, match="UNGROUNDED"), "nowhere"),
        (RECEIPT, result_of(RECEIPT, DocumentState.ARCHIVED, origin="MODEL", total="0.01"), None),
    ],
)
def test_a_made_up_document_must_end_as_it_should(
    paper: Paper, body: Any, complaint: str | None
) -> None:
    found = list(results.complaints(paper, body))
    assert len(found) == (complaint is not None)
    assert complaint is None or complaint in found[0]


def test_a_persons_own_document_is_not_judged() -> None:
    own = Paper(INVOICES, "a.pdf", b"%PDF", "application/pdf", "your own")
    assert list(results.complaints(own, {"state": DocumentState.NEEDS_REVIEW})) == []


def test_an_evaluation_without_a_platform_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setenv("INKWELL_STATE", str(tmp_path))
    assert main(["evaluate", "--count", "1"]) == 1
    assert "is the platform up? (make up)" in capsys.readouterr().out


def test_real_invoices_are_counted_by_what_became_of_them() -> None:
    outcomes = [
        Outcome("as it is", DocumentState.ARCHIVED, is_right=True),
        Outcome("as it is", DocumentState.ARCHIVED, is_right=False),
        Outcome("as it is", DocumentState.NEEDS_REVIEW, is_right=True),
        Outcome("rasterised", DocumentState.FAILED, is_right=False),
    ]
    assert list(tally(outcomes)) == [("as it is", 3, 2, 1, 1, 0), ("rasterised", 1, 0, 0, 0, 1)]
