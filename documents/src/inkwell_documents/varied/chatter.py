"""Lines that say nothing that is asked for: the paragraphs and lists of long invoices."""

from random import Random
from typing import Final

from inkwell_documents.facts import Language
from inkwell_documents.formats.digits import digits
from inkwell_documents.varied.naming import free_word
from inkwell_documents.vocabularies import TRAINED

_NUMBERS: Final = ("##", "###", "#####", "#,##", "##.##", "##-##", "#.###", "0,00", "0.00")


def chatter(language: Language, random: Random, count: int) -> tuple[str, ...]:
    """Make up some lines."""
    vocabulary = TRAINED[language]
    sentences = (*vocabulary.labels.notes, *vocabulary.labels.terms, *vocabulary.names.goods)
    words = [word for sentence in sentences for word in sentence.split()]
    return tuple(_line(words, random) for _ in range(count))


def _line(words: list[str], random: Random) -> str:
    kind = random.random()
    if kind < 0.2:
        return f"{free_word(random)}{random.choice((':', ' :', ''))} {_word(words, random)}"
    if kind < 0.3:
        return f"{free_word(random)}-{random.choice(('ID', 'Nr', 'Code'))}: {_code(random)}"
    if kind < 0.38:
        return f"{random.choice(words)} {digits(random.choice(_NUMBERS), random)}"
    text = " ".join(_word(words, random) for _ in range(random.randint(3, 13)))
    return f"{random.choice(('', '', '', '- ', '* ', '§ '))}{text}{random.choice(('', '.', ','))}"


def _word(words: list[str], random: Random) -> str:
    kind = random.random()
    if kind < 0.08:
        return digits(random.choice(_NUMBERS), random)
    return free_word(random) if kind < 0.2 else random.choice(words)


def _code(random: Random) -> str:
    return digits(random.choice(("@@##########", "####-####", "@##@###", "#" * 13)), random)
