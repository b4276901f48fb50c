"""No document pays for what was read before it, nor takes more memory than its child has."""

import os
import signal
import tempfile
from pathlib import Path

import pytest

from inkwell_ocr.job import Job
from inkwell_ocr.sandbox.pool import Sandbox
from inkwell_ocr.unreadable import Cause, Unreadable
from support.papers import SENTENCES, pdf_of_forms, pdf_of_text
from support.processes import children_of
from support.reading import Read

pytestmark = pytest.mark.integration
PDF = "application/pdf"
CHILD = "inkwell_ocr.sandbox.child"


def test_a_child_that_dies_after_its_answer_takes_no_other_document_with_it(read: Read) -> None:
    for _ in range(3):
        [page] = read(pdf_of_text([SENTENCES]), PDF)
        assert page.words
        [child] = children_of(os.getpid(), CHILD)
        os.kill(child, signal.SIGKILL)


def test_a_child_that_ends_while_it_is_asked_takes_no_other_document_with_it(
    sandbox: Sandbox, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    read(pdf_of_text([SENTENCES]), PDF)
    [child] = children_of(os.getpid(), CHILD)
    taken = sandbox._take

    def take_and_lose() -> object:
        found = taken()
        if Path(f"/proc/{child}").exists():
            os.kill(child, signal.SIGKILL)
        return found

    monkeypatch.setattr(sandbox, "_take", take_and_lose)
    [page] = read(pdf_of_text([SENTENCES]), PDF)
    assert page.text == "\n".join(SENTENCES)


@pytest.mark.parametrize("content", [pdf_of_forms(8, 10), pdf_of_forms(1, 3)])
def test_a_few_bytes_that_grow_without_end_have_a_cause(read: Read, content: bytes) -> None:
    assert len(content) < 3_000
    with pytest.raises(Unreadable) as caught:
        read(content, PDF)
    assert caught.value.cause is Cause.TOO_MUCH_MEMORY
    assert read(pdf_of_text([SENTENCES]), PDF)[0].words


def test_what_the_child_has_is_what_it_is_told(sandbox: Sandbox) -> None:
    with tempfile.TemporaryFile() as file:
        file.write(pdf_of_text([SENTENCES]))
        file.seek(0)
        list(sandbox.read(file, Job(PDF, "Prefer", 1, 60), 60))
    [child] = children_of(os.getpid(), CHILD)
    limits = Path(f"/proc/{child}/limits").read_text(encoding="ascii")
    [data] = [line.split() for line in limits.splitlines() if line.startswith("Max data size")]
    assert int(data[3]) == int(data[4]) == 760 * 1024**2
