"""What the person at the terminal sees: steps with elapsed time, tables, notes and complaints.

At most 100 columns; colours and moving lines only where a terminal is there to show them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from rich.console import Console, RenderableType
from rich.live import Live
from rich.markup import escape
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table

WIDEST: Final = 100
NARROWEST: Final = 80
_INDENT: Final = (0, 0, 0, 2)


def make_console() -> Console:
    """Return a console of the terminal's width, within what the demonstration is laid out for."""
    console = Console(highlight=False)
    console.width = min(max(console.width, NARROWEST), WIDEST)
    return console


class Screen:
    """Writes to the terminal and keeps the time."""

    def __init__(self, console: Console) -> None:
        """Start the clock."""
        self.console = console
        self._start = time.monotonic()

    @property
    def is_live(self) -> bool:
        """Whether lines can be written again; in a file or a CI log they cannot."""
        return self.console.is_terminal

    def elapsed(self) -> str:
        """Return the time since the start: ``3:07``."""
        seconds = int(time.monotonic() - self._start)
        return f"{seconds // 60}:{seconds % 60:02}"

    def heading(self, number: int, count: int, title: str) -> None:
        """Begin a step."""
        left = f"[bold]{number}/{count}  {escape(title)}[/]  [dim]{self.elapsed()}[/]"
        self.console.print()
        self.console.print(Rule(left, align="left", style="dim"))

    def say(self, text: str) -> None:
        """Write a paragraph; rich's markup is understood."""
        self.console.print(Padding(text, _INDENT))

    def quote(self, line: str) -> None:
        """Write a line of somebody else's output as it is."""
        self.console.print(Padding(f"[dim]{escape(line)}[/]", _INDENT), soft_wrap=False)

    def show(self, what: RenderableType) -> None:
        """Write a table or another renderable."""
        self.console.print(Padding(what, _INDENT))

    def commands(self, text: str) -> None:
        """Write commands so that they can be copied: no indent, no wrapping, no markup."""
        self.console.print(text, markup=False, soft_wrap=True, style="cyan")

    def done(self, text: str) -> None:
        """Write that something went well."""
        self.say(f"[green]✓[/] {text}")

    def complain(self, text: str) -> None:
        """Write that something is not as it should be."""
        self.say(f"[red]✗ {escape(text)}[/]")

    @contextmanager
    def moving(self) -> Iterator["Moving"]:
        """Show something that changes while the block runs; its last look stays."""
        if not self.is_live:
            yield Moving(self, None)
            return
        with Live(console=self.console, refresh_per_second=4, transient=True) as live:
            yield Moving(self, live)


class Moving:
    """A picture that is drawn again, or, without a terminal, lines that tell what changed."""

    def __init__(self, screen: Screen, live: Live | None) -> None:
        """Draw on a screen."""
        self._screen = screen
        self._live = live
        self._told: set[str] = set()

    def draw(self, picture: RenderableType) -> None:
        """Replace the picture; nothing happens without a terminal."""
        if self._live:
            self._live.update(Padding(picture, _INDENT))

    def tell(self, news: str) -> None:
        """Without a terminal, write a line, once; with one, the picture tells."""
        if self._live is None and news not in self._told:
            self._told.add(news)
            self._screen.say(f"[dim]{self._screen.elapsed()}[/]  {news}")


def plain_table(*columns: str, title: str | None = None) -> Table:
    """Return a table without lines, as kubectl's."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), title=title, title_justify="left")
    for column in columns:
        table.add_column(column, header_style="dim", overflow="fold")
    return table
