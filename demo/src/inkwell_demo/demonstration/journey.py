"""Uploads the documents and follows each one through its states."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from rich.markup import escape
from rich.table import Table

from inkwell_api import names
from inkwell_api.document import DocumentState
from inkwell_demo.client import Problem
from inkwell_demo.client.documents import FINAL
from inkwell_demo.demonstration import diagnosis
from inkwell_demo.demonstration.demonstration import Demonstration, Upload
from inkwell_demo.demonstration.screen import plain_table
from inkwell_demo.waiting import until

_PASSING: Final = (DocumentState.UPLOADED, DocumentState.RECOGNIZED, DocumentState.ANALYZED)
_SECONDS_EACH: Final = 60
_SECONDS_ALL: Final = 240
_COLOURS: Final = {
    DocumentState.ARCHIVED: "green",
    DocumentState.NEEDS_REVIEW: "yellow",
    DocumentState.FAILED: "red",
    DocumentState.ERASED: "red",
}


def upload(demo: Demonstration) -> None:
    """Upload every document with a token of its pipeline's own machine."""
    for target in dict.fromkeys(paper.target for paper in demo.papers):
        client = demo.client(target)
        client.tokens.current()
        demo.screen.done(f"a token for [bold]{client.machine.client_id}[/] from Keycloak")
    for paper in demo.papers:
        try:
            document_id = demo.client(paper.target).upload(
                paper.name, paper.content, paper.content_type
            )
        except Problem as problem:
            demo.complain(f"{paper.name} was refused: {problem}")
            continue
        demo.uploads.append(Upload(paper, document_id))
        demo.screen.say(f"[green]202[/] {escape(paper.name)} [dim]{document_id}[/]")


def follow(demo: Demonstration) -> None:
    """Show each document's way until the pipelines have done their part with all of them."""
    limit = demo.seconds(_SECONDS_ALL + _SECONDS_EACH * len(demo.uploads))
    with demo.screen.moving() as moving:

        def look() -> bool:
            for one in demo.uploads:
                _look_again(demo, one)
                for state in one.states:
                    moving.tell(f"{one.paper.name}: {state.value}")
            moving.draw(_picture(demo.uploads))
            return all(_is_final(one) for one in demo.uploads)

        until(look, "all documents to arrive", limit, lambda: "\n".join(_where(demo)))
    demo.screen.show(_picture(demo.uploads))
    for one in demo.uploads:
        if DocumentState.FAILED in one.states:
            demo.complain(f"{one.paper.name} failed: {one.cause}")


def _look_again(demo: Demonstration, one: Upload) -> None:
    if _is_final(one):
        return
    status = demo.client(one.paper.target).status(one.document_id)
    one.states = dict(status.history)
    one.cause = f"{status.cause}: {status.detail}"


def _is_final(one: Upload) -> bool:
    return not FINAL.isdisjoint(one.states)


def _picture(uploads: list[Upload]) -> Table:
    table = plain_table("document", *(state.value for state in _PASSING), "in the end")
    for one in uploads:
        start = _time(one.states.get(DocumentState.UPLOADED))
        cells = [_after(start, one.states.get(state)) for state in _PASSING[1:]]
        uploaded = "[green]✓[/]" if start else "[dim]…[/]"
        table.add_row(escape(one.paper.name), uploaded, *cells, _end(one, start))
    return table


def _end(one: Upload, start: datetime | None) -> str:
    for state in FINAL & one.states.keys():
        return f"[{_COLOURS[state]}]{state.value}[/] {_after(start, one.states[state])}"
    return "[dim]…[/]"


def _after(start: datetime | None, moment: str | None) -> str:
    end = _time(moment)
    if start is None or end is None:
        return "[dim]…[/]"
    return f"+{(end - start).total_seconds():.1f} s"


def _time(moment: str | None) -> datetime | None:
    return None if moment is None else datetime.fromisoformat(moment)


def _where(demo: Demonstration) -> Iterator[str]:
    late = [one for one in demo.uploads if not _is_final(one)]
    for one in late:
        reached = ", ".join(state.value for state in one.states) or "nothing"
        yield f"{one.paper.name} ({one.document_id}) reached {reached}"
    for tenant in dict.fromkeys(one.paper.target.tenant for one in late):
        yield diagnosis.namespace(demo.cluster, names.namespace(tenant))
