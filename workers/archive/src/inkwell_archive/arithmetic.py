"""The arithmetic of rules: sums of decimals, as a person does them on paper.

CEL knows whole numbers, which it adds to nothing else, and binary fractions, of which 0.1 + 0.2 is
not 0.3. So every number of a result is handed to CEL as the binary fraction whose shortest digits
are its own, and `+`, `-`, `*` and `/` of two numbers are done here on these digits.

CEL looks for a function in the container of its environment first, and an operator is a function:
``decimal._+_`` is found before ``_+_``. What is found hides all others of its name, so the types
that are no numbers are named here too. Run in the child process of `checks` alone.
"""

import operator
from collections.abc import Callable, Iterator
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation
from typing import Any, Final, TypeAlias

from cel_expr_python import cel  # type: ignore[import-untyped] # it ships none

_CONTAINER: Final = "decimal"
_EXACTLY: Final = Context(prec=64, traps=[DivisionByZero, Inexact, InvalidOperation])

Operation: TypeAlias = Callable[[Any, Any], Any]
Overload: TypeAlias = tuple[cel.Type, cel.Type, cel.Type, Operation]
"""Types of both sides and of what comes out, and what is done."""


class TooLongError(ValueError):
    """A number has more digits than a binary fraction tells apart."""


def new_environment() -> Any:
    """Return the environment of rules: they read `result`."""
    functions = [
        cel.FunctionDecl(
            f"{_CONTAINER}.{name}",
            [
                cel.Overload(f"{name} {number}", return_type=out, parameters=[one, two], impl=does)
                for number, (one, two, out, does) in enumerate(overloads())
            ],
        )
        for name, overloads in _OPERATORS.items()
    ]
    return cel.NewEnv(variables={"result": cel.Type.DYN}, container=_CONTAINER, functions=functions)


def as_numbers_of_rules(value: Any) -> Any:
    """Return a result as rules see it: each number of one type.

    Raises:
        TooLongError: a number would become another one.
    """
    match value:
        case bool():
            return value
        case int() | Decimal():
            return _fraction(Decimal(value))
        case dict():
            return {name: as_numbers_of_rules(item) for name, item in value.items()}
        case list():
            return [as_numbers_of_rules(item) for item in value]
        case _:
            return value


def _fraction(number: Decimal) -> float:
    """Return the binary fraction whose shortest digits are those of the number."""
    fraction = float(number)
    if Decimal(repr(fraction)) != number:
        raise TooLongError
    return fraction


def _digits(number: float) -> Decimal:
    return Decimal(repr(number))


def _exact(does: Operation) -> Operation:
    """Return an operation on the digits of numbers; an outcome that loses some is an error."""

    def on_digits(one: float, two: float) -> float:
        return _fraction(does(_digits(one), _digits(two)))

    return on_digits


def _divided(one: float, two: float) -> float:
    return float(_digits(one) / _digits(two))


def _quotient(one: int, two: int) -> int:
    """Divide as CEL does whole numbers: towards zero."""
    return abs(one) // abs(two) * (1 if (one < 0) is (two < 0) else -1)


def _of_numbers(does: Operation, on_whole: Operation) -> Iterator[Overload]:
    whole, natural, fraction = cel.Type.INT, cel.Type.UINT, cel.Type.DOUBLE
    yield whole, whole, whole, on_whole
    yield natural, natural, natural, on_whole
    for one, two in ((fraction, fraction), (fraction, whole), (whole, fraction)):
        yield one, two, fraction, does


def _additions() -> Iterator[Overload]:
    yield from _of_numbers(_exact(_EXACTLY.add), operator.add)
    time, span = cel.Type.TIMESTAMP, cel.Type.DURATION
    for one, two, out in ((time, span, time), (span, time, time), (span, span, span)):
        yield one, two, out, operator.add
    for same in (cel.Type.STRING, cel.Type.BYTES, cel.Type.LIST):
        yield same, same, same, operator.add


def _subtractions() -> Iterator[Overload]:
    yield from _of_numbers(_exact(_EXACTLY.subtract), operator.sub)
    time, span = cel.Type.TIMESTAMP, cel.Type.DURATION
    for one, two, out in ((time, time, span), (time, span, time), (span, span, span)):
        yield one, two, out, operator.sub


def _multiplications() -> Iterator[Overload]:
    yield from _of_numbers(_exact(_EXACTLY.multiply), operator.mul)


def _divisions() -> Iterator[Overload]:
    yield from _of_numbers(_divided, _quotient)


_OPERATORS: Final = {
    "_+_": _additions,
    "_-_": _subtractions,
    "_*_": _multiplications,
    "_/_": _divisions,
}
