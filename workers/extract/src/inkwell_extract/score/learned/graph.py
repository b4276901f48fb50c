"""Says of a model, before it is opened, whether it is of the form that training writes. Pure.

An ONNX file is a program: it may loop without an end, or name files to be read. Of a tenant's own
hand only two products and their sum are taken, over numbers that are all in the file itself, so
that its size bounds what it costs. Fields are numbered as in
https://github.com/onnx/onnx/blob/main/onnx/onnx.proto.
"""

from collections.abc import Iterator
from typing import Final

from google.protobuf.empty_pb2 import Empty
from google.protobuf.message import DecodeError
from google.protobuf.unknown_fields import UnknownFieldSet

OPERATIONS: Final = ("Add", "MatMul", "MatMul")
"""What a model is made of, in alphabetical order."""

_GRAPH_OF_MODEL: Final = 7
_NODE: Final = 1
_NUMBERS: Final = 5
_OF_MODEL: Final = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 14})
"""Versions, producer, texts, graph; neither functions nor a graph for training."""

_OF_GRAPH: Final = frozenset({_NODE, 2, _NUMBERS, 10, 11, 12, 13})
"""Nodes, name, numbers, text, inputs, outputs, types; no numbers that stand for many others."""

_OPERATION: Final = 4
_OF_NODE: Final = frozenset({1, 2, 3, _OPERATION, 6})
"""Inputs, outputs, name, operation, text; no attribute, which may hold a graph, and no domain."""

_OF_NUMBERS: Final = frozenset({1, 2, 4, 8, 9, 12})
"""Shape, type, values, name, text; no other file."""


def is_as_trained(model: bytes) -> bool:
    """Say whether a model is two products and their sum, and nothing else."""
    try:
        fields = list(_fields(model))
        graph = [part for text in _all(fields, _GRAPH_OF_MODEL) for part in _fields(text)]
        nodes = [list(_fields(text)) for text in _all(graph, _NODE)]
        numbers = [part for text in _all(graph, _NUMBERS) for part in _fields(text)]
    except (DecodeError, TypeError):
        return False
    operations = sorted(name for node in nodes for name in _all(node, _OPERATION))
    return (
        _are_of(fields, _OF_MODEL)
        and _are_of(graph, _OF_GRAPH)
        and _are_of(numbers, _OF_NUMBERS)
        and all(_are_of(node, _OF_NODE) for node in nodes)
        and operations == [name.encode() for name in OPERATIONS]
        and len(nodes) == len(OPERATIONS)
    )


def _fields(message: bytes) -> Iterator[tuple[int, object]]:
    """Yield the fields of a message by their numbers, as they stand in it."""
    for field in UnknownFieldSet(Empty.FromString(message)):
        yield field.field_number, field.data


def _all(fields: list[tuple[int, object]], number: int) -> Iterator[bytes]:
    """Yield all that stands under a number: what comes twice is merged by who reads it.

    Raises:
        TypeError: it is no text and no message.
    """
    for found, content in fields:
        if found == number:
            if not isinstance(content, bytes):
                raise TypeError(number)
            yield content


def _are_of(fields: list[tuple[int, object]], numbers: frozenset[int]) -> bool:
    return all(number in numbers for number, _ in fields)
