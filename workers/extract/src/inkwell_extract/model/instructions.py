"""Words on a page that are meant for a program that reads it, and not for people. Pure.

A model cannot be told so that it never obeys them. Where known labels and sums speak for a value,
that does not matter; all others are shown to a person on a page with such words. The list
is no wall: it has what is tried, in the languages that labels are known in and some more.
"""

import re
import unicodedata
from collections.abc import Collection
from typing import Final

from inkwell_api.document import Finding, Severity
from inkwell_extract.page.layout import Layout

INSTRUCTIONS: Final = Finding(
    "instructions",
    Severity.ERROR,
    "the document has words that are meant for a program, which may have ordered some values",
)
_MARKS: Final = (
    r"<\s?\|[^|<>]{1,40}\|\s?>",
    r"\[/?INST\]",
    r"<</?SYS>>",
    r"</?(?:document|system|assistant|user|instructions?|prompt)(?:-[0-9a-f]+)?>",
    r"#{2,} ?(?:system|assistant|user|instructions?|response)\b",
    r"\b(?:system|assistant) ?:",
)
_WHO: Final = r"ai|assistants?|models?|llms?|chatbots?|parsers?"
_SPOKEN_TO: Final = (
    r"\bsystem prompt\b",
    r"\blanguage model\b",
    rf"\b(?:note|message|order|instructions?) (?:to|for) (?:the |any |all )?(?:{_WHO})\b",
    r"\byou are (?:now )?an? (?:ai|assistant|model|helpful)\b",
    r"\bjson schema\b",
    r"\b(?:answer|respond|reply|output|return|extract) (?:that|with|only|exactly|the following)\b",
)
_ORDERS: Final = (
    (r"ignore|disregard|forget|override|bypass", r"instructions?|prompts?|rules|above|previous"),
    (r"ignorier\w*|vergiss|vergessen sie|missachte\w*", r"anweisung\w*|vorgaben?|regeln|oben"),
    (r"ignore[rz]?|oublie[rz]?|neglige[rz]?", r"instructions?|consignes?|regles"),
    (r"negeer|vergeet", r"instructies?|opdracht\w*|regels|bovenstaande"),
    (r"ignor[ae]|olvida|descarta", r"instruccion\w*|indicacion\w*|reglas|anterior\w*"),
    (r"ignora|dimentica|trascura", r"istruzion\w*|regole|precedent\w*"),
    (r"ignore|esqueca|desconsidere", r"instruco\w*|regras|anterior\w*"),
    (r"zignoruj|pomin|zapomnij", r"instrukcj\w*|polecen\w*|zasad\w*"),
    (r"игнорируй\w*|забудь\w*", r"инструкци\w*|указани\w*|правил\w*"),
)
_EAST: Final = (
    r"忽略.{0,12}(?:指令|指示|提示|规则)",
    r"(?:指示|命令|指令|規則|ルール).{0,8}無視",
    r"無視.{0,8}(?:指示|命令|指令|規則|ルール)",
)
_BETWEEN: Final = 60
"""Characters between a verb and what it is about."""

_WORDS: Final = re.compile(
    "|".join(
        (
            *_MARKS,
            *_SPOKEN_TO,
            *_EAST,
            *(rf"\b(?:{verb})\b.{{0,{_BETWEEN}}}\b(?:{about})\b" for verb, about in _ORDERS),
        )
    ),
    re.IGNORECASE,
)


def has_instructions(layout: Layout, names: Collection[str]) -> bool:
    """Say whether a document has words for a program: marks of a chat, orders, or an answer.

    Args:
        layout: the document.
        names: of the properties that a model is asked for.
    """
    keys = "|".join(map(re.escape, names))
    answer = re.compile(rf'["\u201c\u201d](?:{keys})["\u201c\u201d] ?:') if keys else None
    rows = [_plain(row.cells) for row in layout.rows]
    # An order may go on in the next line.
    return any(
        _WORDS.search(text) or (answer is not None and answer.search(text))
        for text in map(" ".join, zip(rows, [*rows[1:], ""], strict=True))
    )


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.combining(c))
