"""Exercises in copying: short lists of labels and values, and an answer that repeats some of them.

Looking a value up by its label and copying it token by token is most of what the model does; it is
learned much sooner from these than from whole invoices.
"""

from random import Random

from inkwell_tiny_invoice.documents.formats import digits
from inkwell_tiny_invoice.documents.naming import WordMaker, free_word, trained_word
from inkwell_tiny_invoice.documents.schemas import FIELDS, SYNONYMS


def exercise(seed: int, index: int, *, is_free: bool = False) -> tuple[str, str]:
    """Make one exercise: a question and its answer; `is_free`: of words of any letters."""
    random = Random(f"exercise/{seed}/{index}")
    word = free_word if is_free else trained_word
    names = random.sample([*FIELDS, *(name for ways in SYNONYMS.values() for name in ways)], 6)
    pairs = [(name, _value(random, word)) for name in names[: random.randint(2, 6)]]
    asked = random.sample(pairs, random.randint(1, len(pairs)))
    random.shuffle(pairs)
    sign = random.choice((": ", " ", ":", "\n"))
    lines = "\n".join(f"{name}{sign}{value}" for name, value in pairs)
    wanted = ",".join(f'"{name}":{{"type":"string"}}' for name, _ in asked)
    question = f'{{"properties":{{{wanted}}}}}\n[page 1]\n{lines}\n'
    answer = "{" + ",".join(f'"{name}":"{value}"' for name, value in asked) + "}"
    return question, answer


def _value(random: Random, word: WordMaker) -> str:
    kind = random.randrange(3)
    if kind == 0:
        return digits("#" * random.randint(2, 8), random)
    if kind == 1:
        return digits(random.choice(("@@-####", "@####", "####-##-##", "###.##", "@@@ ##")), random)
    return " ".join(word(random) for _ in range(random.choice((1, 2, 2))))
