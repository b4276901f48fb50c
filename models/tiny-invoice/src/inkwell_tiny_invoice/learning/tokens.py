"""The tokenizer: byte-level BPE whose split pattern the server knows by its digest.

Ollama's converter recognises a pre-tokenizer by the SHA-256 of its Split patterns; one that it does
not know is split otherwise when served than it was in training, and the model reads noise.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Final

from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.decoders import ByteLevel as ByteLevelDecoder
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split
from tokenizers.trainers import BpeTrainer

BEGIN: Final = "<|begin_of_text|>"
END: Final = "<|end_of_text|>"
ANSWER: Final = "<|answer|>"
SPECIAL: Final = (BEGIN, END, ANSWER)
BEGIN_ID: Final = 0
END_ID: Final = 1
ANSWER_ID: Final = 2

PATTERN: Final = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)
"""Qwen2's: every digit is a token of its own."""

PATTERN_DIGEST: Final = "1ff7f41064896984db5d1bb6ff64fa4bc29007d08c1b439e505b7392777a319e"
"""SHA-256 by which the server's converter knows the pattern."""


_KINDS: Final = r"""\p{L}+|\p{N}|["{}\[\]:,]+|[^\s\p{L}\p{N}"{}\[\]:,]+|[\r\n]+|[^\S\r\n]+"""
"""Runs of one kind: letters, a digit, JSON's signs, other signs, ends of lines, spaces."""


def learn(texts: Iterable[str], size: int) -> Tokenizer:
    """Learn a vocabulary of `size` tokens from texts.

    No token has characters of two kinds, so a name is the same tokens after a space in a document
    as after a quotation mark in an answer, and with a full stop before a space as before a
    quotation mark: what is to be copied needs no translation. It costs a token for most spaces.
    """
    tokenizer = Tokenizer(BPE())
    tokenizer.pre_tokenizer = _splitting_by(_KINDS)
    tokenizer.decoder = ByteLevelDecoder()
    trainer = BpeTrainer(
        vocab_size=size,
        special_tokens=[AddedToken(text, special=True) for text in SPECIAL],
        initial_alphabet=sorted(ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.pre_tokenizer = _splitting_by(PATTERN)
    return tokenizer


def _splitting_by(pattern: str) -> Sequence:
    return Sequence(
        [
            Split(Regex(pattern), behavior="isolated"),
            ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )


def load(path: Path) -> Tokenizer:
    """Load a tokenizer."""
    return Tokenizer.from_file(str(path))


def encode_question(tokenizer: Tokenizer, question: str) -> list[int]:
    """Return the tokens that the server sees before it begins to answer."""
    return [BEGIN_ID, *tokenizer.encode(question, add_special_tokens=False).ids, ANSWER_ID]


def encode_answer(tokenizer: Tokenizer, answer: str) -> list[int]:
    """Return the tokens of an answer with its end."""
    return [*tokenizer.encode(answer, add_special_tokens=False).ids, END_ID]


def pieces(tokenizer: Tokenizer) -> tuple[str, ...]:
    """Return the texts of all tokens that are whole, visible characters of one line."""
    texts = (tokenizer.decode([number]) for number in range(tokenizer.get_vocab_size()))
    return tuple(
        text
        for text in texts
        if text.strip() and text.isprintable() and not set(text) & set('�"\\')
    )
