"""How many fields the network gets right when it is told what came before: quick, in the loop.

A value counts when each of its tokens is the most likely one. Real decoding is judged afterwards,
with the exported model.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array
from tokenizers import Tokenizer

from inkwell_documents.varied.truth import AMOUNTS, DATES, FIELDS
from inkwell_tiny_invoice.learning import tokens
from inkwell_tiny_invoice.questions import ask
from inkwell_tiny_invoice.questions.schemas import write_answer

Truth = Mapping[str, str | Decimal]

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        name: {"type": "number"}
        if name in AMOUNTS
        else {"type": "string", "format": "date"}
        if name in DATES
        else {"type": "string"}
        for name in FIELDS
    },
}
"""All eight fields."""


@dataclass(frozen=True, slots=True)
class Exam:
    """Documents as one table of tokens.

    Attributes:
        rows: padded with the end token.
        fields: for each document, the positions that predict each field's name and value.
    """

    rows: np.ndarray
    fields: tuple[dict[str, range], ...]


def prepare(documents: Iterable[tuple[str, Truth]], tokenizer: Tokenizer, length: int) -> Exam:
    """Make an exam of texts and their truths; what is longer than `length` is left out."""
    rows, fields = [], []
    asked = {name: name for name in FIELDS}
    for text, truth in documents:
        question = tokens.encode_question(tokenizer, ask(text, SCHEMA))
        answer = write_answer(truth, asked)
        ids = [*question, *tokens.encode_answer(tokenizer, answer)]
        if len(ids) > length:
            continue
        rows.append(np.array(ids + [tokens.END_ID] * (length + 1 - len(ids)), dtype=np.int32))
        fields.append(_places(answer, tokenizer, len(question) - 1))
    return Exam(np.stack(rows), tuple(fields))


def _places(answer: str, tokenizer: Tokenizer, start: int) -> dict[str, range]:
    offsets = tokenizer.encode(answer, add_special_tokens=False).offsets
    places, names = {}, list(json.loads(answer))
    ends = [answer.index(f'"{name}":') for name in names[1:]] + [len(answer)]
    for name, end in zip(names, ends, strict=True):
        begin = answer.index(f'"{name}":') + 1
        within = [i for i, (first, last) in enumerate(offsets) if last > begin and first < end]
        places[name] = range(start + within[0], start + within[-1] + 1)
    return places


def take(exam: Exam, best: Callable[[np.ndarray], Array], rows_at_once: int) -> dict[str, float]:
    """Return the share of right values of each field, and of all.

    Args:
        exam: the documents.
        best: gives the most likely next token of each position of some rows.
        rows_at_once: rows that `best` is given.
    """
    spare = np.zeros((-len(exam.rows) % rows_at_once, exam.rows.shape[1]), dtype=np.int32)
    rows = np.concatenate([exam.rows, spare])[:, :-1]
    parts = [
        np.asarray(best(rows[start : start + rows_at_once]))
        for start in range(0, len(rows), rows_at_once)
    ]
    right, count = judge(exam, np.concatenate(parts)[: len(exam.rows)])
    shares = {name: round(right[name] / count[name], 4) for name in FIELDS if count[name]}
    return {"all": round(right.total() / max(count.total(), 1), 4)} | shares


def judge(exam: Exam, best: np.ndarray) -> tuple[Counter[str], Counter[str]]:
    """Count right values and all values by field, from the most likely next tokens."""
    right: Counter[str] = Counter()
    count: Counter[str] = Counter()
    for row, best_row, places in zip(exam.rows, best, exam.fields, strict=True):
        for name, span in places.items():
            count[name] += 1
            right[name] += int(all(row[i + 1] == best_row[i] for i in span))
    return right, count


def most_likely(states: Array, embedding: Array) -> Array:
    """Return the most likely next token of each position."""
    return jnp.argmax(states @ embedding.T, axis=-1)
