"""Documents whose fonts draw other characters than they say, of one word or of few."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from support.hostile_model import BILL
from support.papers import lines_from, page_of, stream, text_at

TOTAL: Final = BILL[7]
NAMES: Final = {
    "0": "zero",
    "1": "one",
    "2": "two",
    "5": "five",
    ".": "period",
    ",": "comma",
    "-": "hyphen",
}
NOTHING: Final = "space"
"""What draws nothing."""


@dataclass(frozen=True)
class Lie:
    """A document of which one word says something else than it shows.

    Attributes:
        content: the bytes.
        says: what the text layer says.
        wants: the values of it that nobody sees.
    """

    content: bytes
    says: str
    wants: Mapping[str, Any] = field(default_factory=dict)


def lie(
    shown: str,
    said: str,
    wants: Mapping[str, Any],
    *,
    drawn_as: Mapping[int, str] = {},
    of: str = TOTAL,
) -> Lie:
    """Return the bill with a line whose last word shows one thing and says another.

    Args:
        shown: the codes of that word: characters that draw themselves, if not `drawn_as`.
        said: what each of them is said to be; characters beyond are said by the last code.
        wants: the values that whoever made it wants.
        drawn_as: names of glyphs for codes that do not draw themselves.
        of: the line.
    """
    codes = shown.encode("latin-1")
    meant = [*said[: len(codes) - 1], said[len(codes) - 1 :]]
    pairs = dict(zip(codes, meant, strict=True))
    lines = BILL if of in BILL else (*BILL, of)
    y = 800 - 20 * lines.index(of)
    words = of.rsplit(" ", 1)[0] + " "
    escaped = "".join(f"\\{code:03o}" for code in codes)
    line = f"BT /F1 12 Tf 60 {y} Td ({words}) Tj /F2 12 Tf ({escaped}) Tj ET\n".encode()
    return Lie(
        page_of(
            lines_from(800, lines).replace(text_at(60, y, of), line),
            resources=b"/Font << /F1 3 0 R /F2 6 0 R >>",
            objects=[_font(drawn_as), stream(_unicode_map(pairs))],
        ),
        said,
        wants,
    )


def _font(drawn_as: Mapping[int, str]) -> bytes:
    differences = "".join(f"{code} /{name} " for code, name in drawn_as.items()).encode()
    return (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 7 0 R /Encoding << "
        b"/BaseEncoding /WinAnsiEncoding /Differences [%b] >> >>" % differences
    )


def _unicode_map(pairs: Mapping[int, str]) -> bytes:
    said = {**{code: chr(code) for code in range(32, 127)}, **pairs}
    lines = [
        f"<{code:02X}> <{text.encode('utf-16-be').hex().upper()}>\n" for code, text in said.items()
    ]
    return (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def "
        b"1 begincodespacerange <00> <FF> endcodespacerange %d beginbfchar\n%bendbfchar endcmap"
        b" end end" % (len(lines), "".join(lines).encode())
    )


def with_one_font(lied: Lie) -> Lie:
    """Return the document with all of its text in the font that lies of one word."""
    return Lie(lied.content.replace(b"/F1 12 ", b"/F2 12 "), lied.says, lied.wants)


def _codes(text: str, first: int = 0xA1) -> tuple[str, dict[int, str]]:
    """Return codes that draw a text, each a code of its own."""
    codes = range(first, first + len(text))
    names = (NAMES.get(character, character) for character in text)
    return "".join(map(chr, codes)), dict(zip(codes, names, strict=True))


def permuted(shown: str, said: str, wants: Mapping[str, Any], of: str = TOTAL) -> Lie:
    """Return the bill with a word that shows one thing and says another by codes of its own."""
    codes, drawn_as = _codes(shown)
    return lie(codes, said, wants, drawn_as=drawn_as, of=of)


_OTHER_SUM: Final = permuted("1,200.00", "9,111.11", {"total": 9111.11})
_ONE_DIGIT: Final = lie("\xa1,200.00", "7,200.00", {"total": 7200}, drawn_as={0xA1: "one"})
_NO_POINT: Final = lie("12\xa100", "12.00", {"total": 12}, drawn_as={0xA1: NOTHING})
_NO_MINUS: Final = lie("\xa11,200.00", "-1,200.00", {"total": -1200}, drawn_as={0xA1: NOTHING})
_NO_BRACKETS: Final = lie(
    "\xa11,200.00\xa2", "(1,200.00)", {"total": -1200}, drawn_as={0xA1: NOTHING, 0xA2: NOTHING}
)
_OTHER_MONEY: Final = permuted("USD", "EUR", {"currency": "EUR"}, of="Currency of this bill: USD")
LIES: Final = {
    "a total in a second font of the same name": _OTHER_SUM,
    "a total by two codes of the only font": with_one_font(_OTHER_SUM),
    "one digit in a second font": _ONE_DIGIT,
    "one digit by a second code": with_one_font(_ONE_DIGIT),
    "digits of a total that changed their places": permuted(
        "1,200.00", "2,100.00", {"total": 2100}
    ),
    "digits of a total that changed their places, in the only font": with_one_font(
        permuted("1,200.00", "2,100.00", {"total": 2100})
    ),
    "a digit that is alike": with_one_font(permuted("1,200.00", "1,206.00", {"total": 1206})),
    "a date of another day": with_one_font(
        permuted("2025-05-12", "2026-05-12", {"issue_date": "2026-05-12"}, of=BILL[2])
    ),
    "a point that is not drawn": _NO_POINT,
    "a point that is not drawn, in the only font": with_one_font(_NO_POINT),
    "a dash that is not drawn": _NO_MINUS,
    "a dash that is not drawn, in the only font": with_one_font(_NO_MINUS),
    "a comma that is a digit": lie(
        "1\xa1300.00", "1,300.00", {"total": 1300}, drawn_as={0xA1: "seven"}
    ),
    "a space that is a digit": lie(
        "\xa11,300.00", " 1,300.00", {"total": 1300}, drawn_as={0xA1: "five"}
    ),
    "one letter that stands for two digits": lie(
        "13\xa1", "1300", {"total": 1300}, drawn_as={0xA1: "zero"}
    ),
    **{
        f"one digit, said in {script}": with_one_font(
            lie("\xa1,200.00", f"{digit},200.00", {"total": 7200}, drawn_as={0xA1: "one"})
        )
        for script, digit in {"wide": "\uff17", "Arabic": "\u0667", "Hindi": "\u096d"}.items()
    },
    "a day of another year, said in wide digits": with_one_font(
        permuted("2025-05-12", "202\uff16-05-12", {"issue_date": "2026-05-12"}, of=BILL[2])
    ),
    **{
        f"a {mark} for a point, not drawn": with_one_font(
            lie("12\xa100", f"12{said}00", {"total": 12}, drawn_as={0xA1: NOTHING})
        )
        for mark, said in {"wide point": "\uff0e", "Arabic mark": "\u066b", "colon": ":"}.items()
    },
    "an apostrophe that is a digit": with_one_font(
        lie("1\xa1300.00", "1'300.00", {"total": 1300}, drawn_as={0xA1: "seven"})
    ),
    "brackets that are not drawn": _NO_BRACKETS,
    "letters of another currency": with_one_font(_OTHER_MONEY),
    "letters of another currency in a second font": _OTHER_MONEY,
}
"""By what lies. A new one is a new line."""
