"""A template for documents of one issuer, in the YAML format of invoice2data (MIT licence).

The format is theirs, the reading is ours: their patterns run on Python's `re`, which a hostile
document or pattern can keep busy for ever, and lose where a value stands. What is not read here is
refused by name, and nothing is passed over in silence.
"""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Final, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
)

Text: TypeAlias = Annotated[str, StringConstraints(min_length=1, max_length=500)]


def _listed(value: object) -> object:
    """Return a list, where the format lets one value stand for it."""
    return value if isinstance(value, list) else [value]


def _pairs(value: object) -> object:
    """Return a list of pairs, where the format lets one pair stand for it."""
    is_pair = isinstance(value, list) and all(isinstance(each, str) for each in value)
    return [value] if is_pair and value else value


Texts: TypeAlias = Annotated[list[Text], Field(max_length=20), BeforeValidator(_listed)]
Pair: TypeAlias = tuple[Text, Annotated[str, StringConstraints(max_length=500)]]
Pairs: TypeAlias = Annotated[list[Pair], Field(max_length=20), BeforeValidator(_pairs)]


class _Part(BaseModel):
    """Refuses what is not known: a template that is read in part reads wrong values."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Take(StrEnum):
    """Which of several matches is meant."""

    FIRST = "first"
    LAST = "last"


class FieldOfTemplate(_Part):
    """How one field is found.

    Attributes:
        parser: `regex` looks for it, `static` has it for every document.
        regex: patterns, tried in order; the first group, or else the whole match, is the value.
        value: of a static field.
        type: kept for the format's sake: the pipeline's schema says which type a value has.
        group: which of several matches is meant.
        replace: pattern and replacement, applied to the value.
    """

    parser: Literal["regex", "static"] = "regex"
    regex: Texts = Field(default_factory=list)
    value: str | int | float | None = None
    type: Literal["int", "float", "date", "datetime", "str"] | None = None
    group: Take = Take.FIRST
    replace: Pairs = Field(default_factory=list)


def _field(value: object) -> object:
    """Return a field written in full, where the format lets patterns stand for it."""
    return {"regex": value} if isinstance(value, str | list) else value


_DIRECTIVE: Final = re.compile("%(.)")
_PARTS_OF_A_DAY: Final = ("dj", "mbBj", "yY")
_WHOLE_DAYS: Final = frozenset("xc")


def _whole_day(format_: str) -> str:
    """Return a format that says a day, a month and a year.

    Raises:
        ValueError: it does not. `strptime` takes 1900 for a year that nobody wrote.
    """
    named = set(_DIRECTIVE.findall(format_))
    if named & _WHOLE_DAYS or all(named & set(part) for part in _PARTS_OF_A_DAY):
        return format_
    raise ValueError("a date format names a day (%d), a month (%m, %b, %B) and a year (%y, %Y)")


DateFormats: TypeAlias = Annotated[
    list[Annotated[Text, AfterValidator(_whole_day)]],
    Field(max_length=20),
    BeforeValidator(_listed),
]


class OptionsOfTemplate(_Part):
    """How the document writes its values, and what is done to its text before.

    Attributes:
        currency: of the document, where no field finds one.
        date_formats: as `strptime` takes them; each names a day, a month and a year.
        decimal_separator: mark between whole and fraction.
        languages: kept for the format's sake.
        remove_whitespace: spaces are taken out of the text.
        remove_accents: letters lose their accents.
        lowercase: letters become small.
        replace: pattern and replacement, applied to the text one after the other.
    """

    currency: str = Field(default="", max_length=3)
    date_formats: DateFormats = Field(default_factory=list)
    decimal_separator: Literal[".", ",", ""] = ""
    languages: Texts = Field(default_factory=list)
    remove_whitespace: bool = False
    remove_accents: bool = False
    lowercase: bool = False
    replace: Pairs = Field(default_factory=list)


class InvoiceTemplate(_Part):
    """One template.

    Attributes:
        issuer: who writes such documents.
        name: kept for the format's sake, as the next two.
        keywords: all of them stand in such a document.
        exclude_keywords: none of them does.
        fields: by name; `date`, `amount` and the like mean the pipeline's known fields.
        options: how values are written.
        priority: of several templates that match, the one with the highest is taken.
    """

    issuer: str = Field(default="", max_length=200)
    name: str = Field(default="", max_length=200)
    template_name: str = Field(default="", max_length=200)
    required_fields: Texts = Field(default_factory=list)
    keywords: Texts = Field(min_length=1)
    exclude_keywords: Texts = Field(default_factory=list)
    fields: dict[Text, Annotated[FieldOfTemplate, BeforeValidator(_field)]] = Field(max_length=64)
    options: OptionsOfTemplate = Field(default_factory=OptionsOfTemplate)
    priority: int = Field(default=5, ge=0, le=10)

    def patterns(self) -> Iterator[tuple[str, str]]:
        """Yield every pattern with the part that it belongs to."""
        for name, found in self.fields.items():
            if not name.startswith("static_"):
                yield from ((name, pattern) for pattern in found.regex)
            yield from ((name, pattern) for pattern, _ in found.replace)
        yield from (("options.replace", pattern) for pattern, _ in self.options.replace)
