"""What a person sees of a training run: a line now and then, and the loss curve."""

import time
from collections.abc import Sequence
from typing import Any, Final

from inkwell_tiny_invoice.learning.checkpoints import State
from inkwell_tiny_invoice.learning.settings import Plan

_EVERY: Final = 25
_WIDTH, _HEIGHT, _MARGIN = 720, 320, 46


class Progress:
    """Prints where a run stands.

    The pace is that of the last lines, so that a pause does not count for long.
    """

    def __init__(self, plan: Plan, state: State) -> None:
        """Watch a run."""
        self._plan = plan
        self._state = state
        self._since = time.monotonic()
        self._counted = 0
        self._pace: float | None = None

    def say(self, text: str) -> None:
        """Print a line with the time and the number of steps."""
        print(
            f"{time.strftime('%H:%M:%S')} {self._state.done}/{self._plan.steps} {text}", flush=True
        )

    def step(self, phase: str) -> None:
        """Count a step; print a line every few steps."""
        self._counted += 1
        if self._state.done % _EVERY:
            return
        now = time.monotonic()
        pace = (now - self._since) / self._counted
        self._pace = pace if self._pace is None else 0.7 * self._pace + 0.3 * pace
        self._since, self._counted = now, 0
        loss, right = means(self._state.curve[-_EVERY:])
        minutes = (self._plan.steps - self._state.done) * self._pace / 60
        self.say(
            f"{phase} loss {loss:.4f} right {right:.4f} {pace:.2f} s/step, {minutes:.0f} min to go"
        )

    def exam(self) -> None:
        """Print the last exam; the time it took is not counted."""
        exam = self._state.exams[-1]
        for name in ("clean", "scans"):
            shares = " ".join(f"{field} {share:.2f}" for field, share in exam[name].items())
            self.say(f"exam {name}: {shares}")
        self._since = time.monotonic()


def means(rows: Sequence[dict[str, float]]) -> tuple[float, float]:
    """Return mean loss and mean share of right tokens of rows of the curve."""
    count = max(len(rows), 1)
    return sum(row["loss"] for row in rows) / count, sum(row["right"] for row in rows) / count


def thin(curve: Sequence[dict[str, float]]) -> list[dict[str, float]]:
    """Return the means of every few steps."""
    parts = [curve[start : start + _EVERY] for start in range(0, len(curve), _EVERY)]
    found = []
    for part in parts:
        loss, right = means(part)
        found.append({"step": part[-1]["step"], "loss": round(loss, 4), "right": round(right, 4)})
    return found


def draw(curve: Sequence[dict[str, float]], exams: Sequence[dict[str, Any]]) -> str:
    """Draw loss, share of right tokens, and exams as SVG."""
    last = max((row["step"] for row in curve), default=1)
    most = max((row["loss"] for row in curve), default=1)

    def line(points: Sequence[tuple[float, float]], colour: str) -> str:
        places = " ".join(
            f"{_MARGIN + step / last * (_WIDTH - 2 * _MARGIN):.1f},"
            f"{_HEIGHT - _MARGIN - share * (_HEIGHT - 2 * _MARGIN):.1f}"
            for step, share in points
        )
        return f'<polyline fill="none" stroke="{colour}" stroke-width="1.5" points="{places}"/>'

    lines = {
        f"loss (0 to {most:.1f})": ("#888", [(r["step"], r["loss"] / most) for r in curve]),
        "answer tokens right": ("#2a7", [(r["step"], r["right"]) for r in curve]),
        "fields right, held out": ("#27c", [(e["step"], e["clean"]["all"]) for e in exams]),
        "fields right, held out, scanned": (
            "#c52",
            [(e["step"], e["scans"]["all"]) for e in exams],
        ),
    }
    parts = [line(points, colour) for colour, points in lines.values()]
    parts += [
        f'<text x="{_MARGIN + index * 165}" y="20" font-size="11" fill="{colour}">{name}</text>'
        for index, (name, (colour, _)) in enumerate(lines.items())
    ]
    parts += [
        f'<text x="{_MARGIN}" y="{_HEIGHT - 20}" font-size="11">step 0</text>',
        f'<text x="{_WIDTH - 110}" y="{_HEIGHT - 20}" font-size="11">step {last:.0f}</text>',
        f'<text x="4" y="{_MARGIN}" font-size="11">100 %</text>',
        f'<text x="4" y="{_HEIGHT - _MARGIN}" font-size="11">0 %</text>',
    ]
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}">'
    return "\n".join((head, *parts, "</svg>\n"))
