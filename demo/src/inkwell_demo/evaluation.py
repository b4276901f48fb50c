"""How well a pipeline reads: made-up documents go through it, and every field meets its truth.

`make evaluate` runs it on acme/invoices of a platform that is up (`make demo` brings one up).
"""

from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

from inkwell_demo.demonstration.demonstration import INVOICES, Demonstration
from inkwell_demo.demonstration.screen import plain_table
from inkwell_documents.corpus import Form, Order, Sample, make
from inkwell_documents.everyday.layouts import layouts_for
from inkwell_documents.everyday.truth import FIELDS_OF_INVOICES, same
from inkwell_documents.facts import Kind, Language

FIELDS: Final = FIELDS_OF_INVOICES
_AT_ONCE: Final = 4
_SECONDS_EACH: Final = 120


@dataclass(frozen=True, slots=True)
class Score:
    """How often a field was right, wrong, or not given."""

    right: int = 0
    wrong: int = 0
    absent: int = 0

    def add(self, value: Any, true: Any) -> "Score":
        """Return the score with one more document."""
        if value is None:
            return Score(self.right, self.wrong, self.absent + 1)
        if same(value, true):
            return Score(self.right + 1, self.wrong, self.absent)
        return Score(self.right, self.wrong + 1, self.absent)

    @property
    def share(self) -> float:
        """Share of documents in which the field was right, 0 to 1."""
        return self.right / max(1, self.right + self.wrong + self.absent)


def score(pairs: Iterable[tuple[Sample, Mapping[str, Any]]]) -> dict[str, Score]:
    """Judge results by the truth of their samples, field by field."""
    scores = dict.fromkeys(FIELDS, Score())
    for sample, result in pairs:
        for field in FIELDS:
            scores[field] = scores[field].add(result.get(field), sample.truth[field])
    return scores


def orders(count: int) -> list[Order]:
    """Return orders that go round all layouts, languages and forms."""
    every = [
        Order(language, layout.name, form)
        for form in Form
        for layout in layouts_for(Kind.INVOICE)
        for language in Language
    ]
    # A step without a common factor with the number of kinds reaches all of them in any count.
    return [every[(index * 7) % len(every)] for index in range(count)]


def evaluate(demo: Demonstration, count: int) -> None:
    """Send documents through acme/invoices and show how well each field was read."""
    samples = [make(demo.options.seed, 1000 + n, order) for n, order in enumerate(orders(count))]
    client = demo.client(INVOICES)

    def through(sample: Sample) -> tuple[Sample, Mapping[str, Any]]:
        document_id = client.upload(sample.name, sample.content, sample.content_type.value)
        status = client.wait(document_id, timeout=demo.seconds(_SECONDS_EACH * _AT_ONCE))
        failed = status.cause != ""
        return sample, {} if failed else client.result(document_id)["result"]

    waiting = demo.screen.console.status(f"{count} documents on their way")
    with waiting, ThreadPoolExecutor(_AT_ONCE) as workers:
        pairs = list(workers.map(through, samples))
    born = [pair for pair in pairs if pair[0].form is Form.BORN_DIGITAL]
    scanned = [pair for pair in pairs if pair[0].form is not Form.BORN_DIGITAL]
    table = plain_table("field", "right", "wrong", "absent", "share", "born digital", "scanned")
    parts = (score(pairs), score(born), score(scanned))
    for field in FIELDS:
        whole, digital, scan = (part[field] for part in parts)
        numbers = (str(whole.right), str(whole.wrong), str(whole.absent))
        shares = (f"{each.share:.0%}" for each in (whole, digital, scan))
        table.add_row(field, *numbers, *shares)
    demo.screen.show(table)
    demo.screen.say(
        f"{len(born)} born digital, {len(scanned)} scanned, after {demo.screen.elapsed()}"
    )
