"""Says which runs of a DOCX nobody sees: vanished, white on white, or next to nothing high. Pure.

What a run does not say of itself its styles say: the character's, the paragraph's, the defaults.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final
from xml.etree.ElementTree import Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OFF: Final = frozenset({"0", "false", "off"})
_NO_FILL: Final = frozenset({"", "auto", "none"})
_WHITE_THEMES: Final = frozenset({"background1", "light1", "bg1", "lt1"})
_LIGHT: Final = 0xF0
"""Of 255: a colour no channel of which is darker is not seen on white paper."""

_LEAST_HALF_POINTS: Final = 6
_LEAST_SCALE: Final = 10
_LEAST_EXACT_LINE: Final = 60
"""Twentieths of a point."""

_MOST_STYLES_UP: Final = 12


@dataclass(frozen=True, slots=True)
class Look:
    """What is known of how text looks; None where nothing is said."""

    vanishes: bool | None = None
    is_white: bool | None = None
    is_filled: bool | None = None
    half_points: float | None = None
    scale: float | None = None

    def over(self, other: "Look") -> "Look":
        """Return it with what the other says where this one says nothing."""
        return Look(
            other.vanishes if self.vanishes is None else self.vanishes,
            other.is_white if self.is_white is None else self.is_white,
            other.is_filled if self.is_filled is None else self.is_filled,
            other.half_points if self.half_points is None else self.half_points,
            other.scale if self.scale is None else self.scale,
        )

    @property
    def is_hidden(self) -> bool:
        """Whether nobody sees it."""
        return (
            bool(self.vanishes)
            or bool(self.is_white and not self.is_filled)
            or (self.half_points is not None and self.half_points < _LEAST_HALF_POINTS)
            or (self.scale is not None and self.scale < _LEAST_SCALE)
        )


@dataclass(frozen=True, slots=True)
class _Style:
    look: Look
    parent: str


class Styles:
    """The styles of a document."""

    def __init__(self, root: Element | None) -> None:
        """Read the part of styles, where there is one."""
        self._styles: dict[str, _Style] = {}
        self._defaults = Look()
        self._paragraph = ""
        if root is None:
            return
        self._defaults = look_of(root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr"))
        for style in root.iterfind(f"{W}style"):
            name = style.get(f"{W}styleId", "")
            look = look_of(style.find(f"{W}rPr"))
            if any(_is_fill(shading) for shading in style.iter(f"{W}shd")):
                look = replace(look, is_filled=True)
            self._styles[name] = _Style(look, value(style.find(f"{W}basedOn")))
            if style.get(f"{W}type") == "paragraph" and is_on(style.get(f"{W}default", "0")):
                self._paragraph = name

    def look(self, name: str) -> Look:
        """Return how a style looks, with those that it is based on."""
        found = Look()
        for style in self._chain(name):
            found = found.over(style.look)
        return found

    def of_run(self, properties: Element | None, paragraph: Look) -> Look:
        """Return how a run looks within a paragraph."""
        own = look_of(properties)
        style = value(properties.find(f"{W}rStyle")) if properties is not None else ""
        return own.over(self.look(style)).over(paragraph).over(self._defaults)

    def of_paragraph(self, properties: Element | None, around: Look) -> Look:
        """Return how the runs of a paragraph look within what stands around it."""
        if properties is None:
            return self.look(self._paragraph).over(around)
        own = look_of(None)
        if any(_is_fill(shading) for shading in properties.iterfind(f"{W}shd")):
            own = replace(own, is_filled=True)
        spacing = properties.find(f"{W}spacing")
        if spacing is not None and spacing.get(f"{W}lineRule") == "exact":
            line = _number(spacing.get(f"{W}line"))
            own = replace(own, vanishes=True) if line < _LEAST_EXACT_LINE else own
        name = value(properties.find(f"{W}pStyle")) or self._paragraph
        return own.over(self.look(name)).over(around)

    def _chain(self, name: str) -> Iterator[_Style]:
        for _ in range(_MOST_STYLES_UP):
            style = self._styles.get(name)
            if style is None:
                return
            yield style
            name = style.parent


def look_of(properties: Element | None) -> Look:
    """Return what the properties of a run say themselves."""
    if properties is None:
        return Look()
    found: Mapping[str, Element] = {child.tag.removeprefix(W): child for child in properties}
    vanish, color, size = found.get("vanish"), found.get("color"), found.get("sz")
    scale, highlight = found.get("w"), found.get("highlight")
    is_filled = "shd" in found and _is_fill(found["shd"])
    if highlight is not None:
        is_filled = is_filled or value(highlight) not in {"white", "none", ""}
    return Look(
        None if vanish is None else is_on(vanish.get(f"{W}val", "1")),
        None if color is None else _is_white(color),
        is_filled or None,
        None if size is None else _number(size.get(f"{W}val")),
        None if scale is None else _number((scale.get(f"{W}val") or "").rstrip("%")),
    )


def fill_of(properties: Element | None) -> Look:
    """Return the fill that the properties of a cell or a table give to what is in it."""
    if properties is not None and any(map(_is_fill, properties.iterfind(f"{W}shd"))):
        return Look(is_filled=True)
    return Look()


def value(element: Element | None) -> str:
    """Return the attribute that holds the value of most elements."""
    return "" if element is None else element.get(f"{W}val", "")


def is_on(text: str) -> bool:
    """Read a value that is on or off (ST_OnOff)."""
    return text not in _OFF


def _is_white(color: Element) -> bool:
    if color.get(f"{W}themeColor", "") in _WHITE_THEMES:
        return True
    return _is_light(value(color))


def _is_fill(shading: Element) -> bool:
    """Say whether it is a fill that white text is seen on."""
    if shading.get(f"{W}themeFill", "") not in {"", *_WHITE_THEMES}:
        return True
    fill = shading.get(f"{W}fill", "")
    return fill.lower() not in _NO_FILL and not _is_light(fill)


def _is_light(color: str) -> bool:
    try:
        channels = bytes.fromhex(color)
    except ValueError:
        return False
    return len(channels) == len("RGB") and min(channels) >= _LIGHT


def _number(text: str | None) -> float:
    try:
        return float(text or "")
    except ValueError:
        return float("inf")
