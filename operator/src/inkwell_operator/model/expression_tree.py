"""Reads the tree of a compiled CEL expression: which fields it reads, and what it may cost. Pure.

The library that compiles gives no tree, only the bytes of a `cel.expr.CheckedExpr` (protocol
buffers, cel-spec proto/cel/expr/syntax.proto). The numbers below are that file's; the wire format
is simple enough to read here without a further library.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

ASSUMED_ITEMS: Final = 100
"""Length of a list that stands in the document and not in the expression."""

Message: TypeAlias = dict[int, list[Any]]
"""A protocol buffers message: the values of each field number, in order."""

_ANY_VALUE, _CHECKED_EXPR = 2, 4
_CONST, _IDENT, _SELECT, _CALL, _LIST, _STRUCT, _COMPREHENSION = 3, 4, 5, 6, 7, 8, 9
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_CONST_STRING: Final = 6


@dataclass(frozen=True, slots=True)
class Expression:
    """A node of an expression's tree, as its message."""

    message: Message

    def part(self, number: int) -> Message | None:
        """Return the message in a field, or None."""
        return _message(self.message[number][0]) if number in self.message else None


def parse(serialized: bytes) -> Expression:
    """Return the root of what `Expression.serialize` of the library gave."""
    checked = _message(_message(serialized)[_ANY_VALUE][0])
    return Expression(_message(checked[_CHECKED_EXPR][0]))


def fields_read(root: Expression, variable: str) -> set[tuple[str, ...]]:
    """Return the paths of fields that are read of a variable: ``("seller", "name")``."""
    found: set[tuple[str, ...]] = set()
    for node in _all(root):
        path = _path(node, variable)
        if path:
            found.add(path)
    return found


def steps(node: Expression) -> int:
    """Return about how many steps an evaluation takes at most."""
    loop = node.part(_COMPREHENSION)
    if loop is None:
        return 1 + sum(steps(child) for child in _children(node))
    around = sum(steps(child) for child in _in_fields(loop, 2, 4, 7))
    each = sum(steps(child) for child in _in_fields(loop, 5, 6))
    (over,) = _in_fields(loop, 2)
    return 1 + around + _length(over) * each


def _length(node: Expression) -> int:
    """Return how many items a list or map may have."""
    if items := node.part(_LIST) or node.part(_STRUCT):
        return max((len(values) for values in items.values()), default=0)
    if loop := node.part(_COMPREHENSION):
        (over,) = _in_fields(loop, 2)
        return _length(over)
    if call := node.part(_CALL):
        lengths = [_length(child) for child in _in_fields(call, 1, 3)]
        return sum(lengths) if call.get(2) == [b"_+_"] else max(lengths, default=ASSUMED_ITEMS)
    return ASSUMED_ITEMS


def _path(node: Expression, variable: str) -> tuple[str, ...]:
    """Return the field path that a node reads of the variable; empty where it reads none."""
    if select := node.part(_SELECT):
        below, name = Expression(_message(select[1][0])), select[2][0].decode()
    elif (call := node.part(_CALL)) and call.get(2) == [b"_[_]"]:
        of, key = (Expression(_message(argument)) for argument in call[3])
        constant = key.part(_CONST)
        if constant is None or _CONST_STRING not in constant:
            return ()
        below, name = of, constant[_CONST_STRING][0].decode()
    else:
        return ()
    ident = below.part(_IDENT)
    if ident is not None:
        return (name,) if ident.get(1) == [variable.encode()] else ()
    parent = _path(below, variable)
    return (*parent, name) if parent else ()


def _all(root: Expression) -> Iterator[Expression]:
    left = [root]
    while left:
        node = left.pop()
        yield node
        left += _children(node)


def _children(node: Expression) -> list[Expression]:
    if part := node.part(_SELECT):
        return _in_fields(part, 1)
    if part := node.part(_CALL):
        return _in_fields(part, 1, 3)
    if part := node.part(_LIST):
        return _in_fields(part, 1)
    if part := node.part(_STRUCT):
        entries = [_message(entry) for entry in part.get(2, ())]
        return [child for entry in entries for child in _in_fields(entry, 3, 4)]
    if part := node.part(_COMPREHENSION):
        return _in_fields(part, 2, 4, 5, 6, 7)
    return []


def _in_fields(message: Message, *numbers: int) -> list[Expression]:
    return [Expression(_message(raw)) for number in numbers for raw in message.get(number, ())]


def _message(raw: bytes) -> Message:
    """Split a message into its fields."""
    found: Message = {}
    at = 0
    while at < len(raw):
        tag, at = _varint(raw, at)
        match tag & 7:
            case wire if wire == _VARINT:
                value, at = _varint(raw, at)
                found.setdefault(tag >> 3, []).append(value)
            case wire if wire == _BYTES:
                length, at = _varint(raw, at)
                found.setdefault(tag >> 3, []).append(raw[at : at + length])
                at += length
            case wire:
                at += {_FIXED64: 8, _FIXED32: 4}[wire]
    return found


def _varint(raw: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[at]
        value |= (byte & 0x7F) << shift
        shift, at = shift + 7, at + 1
        if byte < 0x80:  # noqa: PLR2004 - the wire format's mark of a last byte
            return value, at
