"""The results: each field with its page and confidence, judged by the truth where there is one."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final

from rich.markup import escape
from rich.syntax import Syntax
from rich.table import Table

from inkwell_api.document import DocumentState, Match, Origin
from inkwell_demo.demonstration.demonstration import INVOICES, Demonstration, Paper, Upload
from inkwell_demo.demonstration.screen import plain_table
from inkwell_demo.demonstration.whys import candidates, contested
from inkwell_documents.everyday.truth import FIELDS_OF_INVOICES, same

_WITH_RESULT: Final = frozenset({DocumentState.ARCHIVED, DocumentState.NEEDS_REVIEW})
_CONFIDENCE_SURE: Final = 0.8
_NOTHING: Final = "-"
_ABOUT_REVIEW: Final = (
    "[yellow]NEEDS_REVIEW[/] is an outcome, not a failure: a rule did not hold, or a value was not "
    "found again in the words of the page. What the language model proposes and the page does not "
    "say goes to a person instead of into a result that nobody checked."
)


def show(demo: Demonstration) -> None:
    """Show every result as a table, and the first one as the JSON that the API answers."""
    first: dict[str, Any] | None = None
    explained: tuple[Upload, dict[str, Any]] | None = None
    reviewed = False
    for one in demo.uploads:
        if _WITH_RESULT.isdisjoint(one.states):
            continue
        body = demo.client(one.paper.target).result(one.document_id)
        first = first or body
        if contested(body["fields"]) and explained is None:
            explained = one, body
        reviewed = reviewed or body["state"] == DocumentState.NEEDS_REVIEW
        _show_one(demo, one, body)
    if reviewed:
        demo.screen.say(_ABOUT_REVIEW)
    if explained:
        _show_why(demo, *explained)
    if first:
        demo.screen.say("The first one in full, as [bold]GET …/result[/] answers:")
        demo.screen.show(Syntax(_json(first), "json", background_color="default", word_wrap=True))


def _json(body: dict[str, Any]) -> str:
    """Write the answer with one line a field, which a terminal shows better than one a value."""
    fields = body["fields"]
    rest = {key: value for key, value in body.items() if key != "fields"}
    lines = [f"  {_text(key)}: {_text(value)}" for key, value in rest.items()]
    inner = [f"    {_text(pointer)}: {_text(field)}" for pointer, field in sorted(fields.items())]
    lines.append('  "fields": {\n' + ",\n".join(inner) + "\n  }")
    return "{\n" + ",\n".join(lines) + "\n}"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _show_one(demo: Demonstration, one: Upload, body: dict[str, Any]) -> None:
    truth = one.paper.sample.truth if one.paper.sample else None
    state = body["state"]
    colour = "green" if state == DocumentState.ARCHIVED else "yellow"
    asked = f"{body['engine']}{', model ' + body['model'] if body['model'] else ''}"
    demo.screen.say(
        f"[bold]{escape(one.paper.name)}[/]  [{colour}]{state}[/]  [dim]{escape(asked)}[/]"
    )
    table = _fields(body["fields"], truth)
    demo.screen.show(table)
    for finding in body["findings"]:
        demo.screen.say(
            f"[yellow]{escape(finding['severity'])}[/] {escape(finding['name'])} "
            f"{escape(finding['pointer'])}: {escape(finding['message'])}"
        )
    demo.screen.console.print()
    for complaint in complaints(one.paper, body):
        demo.complain(complaint)


def _show_why(demo: Demonstration, one: Upload, body: dict[str, Any]) -> None:
    demo.screen.say(
        f"Why these values of [bold]{escape(one.paper.name)}[/], and what else each might have "
        "been (probability; what spoke for and against it, in log-odds):"
    )
    demo.screen.show(candidates(body["fields"]))
    demo.screen.console.print()


def _fields(fields: dict[str, Any], truth: Any) -> Table:
    table = plain_table("field", "value", "page", "found", "confidence", "by", "true")
    for pointer, found in sorted(fields.items()):
        evidence = found["evidence"]
        name = pointer.removeprefix("/")
        confidence = evidence["confidence"]
        is_grounded = evidence["match"] != Match.UNGROUNDED
        mark = "green" if confidence >= _CONFIDENCE_SURE else "yellow"
        table.add_row(
            name,
            escape(str(found["value"])),
            str(evidence["page"] or _NOTHING),
            evidence["match"].lower(),
            f"[{mark}]{confidence:.2f}[/]" if is_grounded else _NOTHING,
            found["origin"].lower(),
            _verdict(found["value"], truth.get(name) if truth else None),
        )
    return table


def _verdict(value: Any, true: Any) -> str:
    if true is None:
        return ""
    return "[green]✓[/]" if same(value, true) else f"[red]✗[/] {escape(str(true))}"


def _origin(body: Mapping[str, Any], name: str) -> str:
    return str(body["fields"].get(f"/{name}", {}).get("origin", ""))


def complaints(paper: Paper, body: Mapping[str, Any]) -> Iterator[str]:
    """Say what is not as it should be with the result of a made-up document.

    An invoice of ours is read by rules alone and must be archived, complete and right. A receipt
    is read by the language model, which is small and may be wrong: its values are shown beside the
    truth, and are no reason to complain. What rules found must be right and stand on the page.
    """
    if paper.sample is None:
        return
    result, truth = body["result"], paper.sample.truth
    wanted = (
        [field for field in FIELDS_OF_INVOICES if field in truth]
        if paper.target == INVOICES
        else []
    )
    if body["state"] != DocumentState.ARCHIVED and paper.target == INVOICES:
        yield f"{paper.name} went to {body['state']} instead of ARCHIVED"
    if body["state"] == DocumentState.ARCHIVED or paper.target == INVOICES:
        ruled = (name for name in result if _origin(body, name) == Origin.RULE)
        fields = {*wanted, *(name for name in ruled if name in truth)}
        wrong = [field for field in fields if not same(result.get(field), truth[field])]
        if wrong:
            yield f"{paper.name} has wrong or absent values: {', '.join(sorted(wrong))}"
    lost = [
        pointer.removeprefix("/")
        for pointer, found in sorted(body["fields"].items())
        if found["origin"] == Origin.RULE and found["evidence"]["match"] == Match.UNGROUNDED
    ]
    if lost:
        yield f"{paper.name} has values of rules that stand nowhere on it: {', '.join(lost)}"
