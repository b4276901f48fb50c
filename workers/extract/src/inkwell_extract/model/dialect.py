"""How a server wants to be asked: what of OpenAI's protocol it takes, learnt from refusals. Pure.

Servers that speak "OpenAI's chat completions" differ. OpenAI's newer models want
`max_completion_tokens` for `max_tokens`, take no `seed` and no `temperature`; strict schemas may
use some keywords only; others know `json_object` alone, or no `response_format` at all. A server
that refuses a question names what it does not take, and is asked again without.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any, Final


class Held(Enum):
    """What an answer is held to, strictest first."""

    STRICT_SCHEMA = "strict schema"
    SCHEMA = "schema"
    OBJECT = "object"
    NOTHING = "nothing"


_LOOSER: Final = dict(zip(Held, list(Held)[1:], strict=False))
_LIMITS: Final = ("max_tokens", "max_completion_tokens")
_LONGEST_COMPLAINT: Final = 4000

_NOT_TAKEN: Final = re.compile(
    r"(?i)unsupported|unknown|unrecogni[sz]ed|unexpected|unavailable|extra (?:inputs|fields)"
    r"|(?:not|n't) (?:support|permit|allow|recogni[sz]e|known|available)"
)
"""Says that a parameter is not taken at all: a limit that is too large, say, is taken."""

_OF_FORMAT: Final = re.compile(r"(?i)response_format|json_?\s?schema|json_object|grammar")


@dataclass(frozen=True, slots=True)
class Dialect:
    """What is sent with a question.

    Attributes:
        limit: the parameter that limits the answer, or empty where the server takes none.
        has_seed: whether a seed is sent.
        has_temperature: whether the temperature is.
        held: what the answer is held to.
    """

    limit: str = _LIMITS[0]
    has_seed: bool = True
    has_temperature: bool = True
    held: Held = Held.STRICT_SCHEMA

    def parameters(self, schema: Mapping[str, Any], answer_tokens: int) -> dict[str, Any]:
        """Return the parameters of a question: without chance, where the server can do so."""
        return {
            **({"temperature": 0} if self.has_temperature else {}),
            **({"seed": 0} if self.has_seed else {}),
            **({self.limit: answer_tokens} if self.limit else {}),
            **_response_format(self.held, schema),
        }

    def without(self, complaint: str) -> "Dialect | None":
        """Return how to ask instead, or None where the complaint names nothing of the dialect."""
        if self.held in _LOOSER and _OF_FORMAT.search(complaint):
            return replace(self, held=_LOOSER[self.held])
        if not _NOT_TAKEN.search(complaint):
            return None
        if self.limit and _names(complaint, self.limit):
            rest = _LIMITS[_LIMITS.index(self.limit) + 1 :]
            return replace(self, limit=rest[0] if rest else "")
        if self.has_seed and _names(complaint, "seed"):
            return replace(self, has_seed=False)
        if self.has_temperature and _names(complaint, "temperature"):
            return replace(self, has_temperature=False)
        return None


def complaint_of(body: bytes) -> str:
    """Return what a refusal says: its message and the names of parameters, and nothing else.

    OpenAI and most others answer with `error`, servers made with FastAPI with `detail`; what else
    stands there may be the question itself.
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return body[:_LONGEST_COMPLAINT].decode(errors="replace")
    parts: list[Any] = []
    for entry in _entries(answer):
        if isinstance(entry, Mapping):
            parts += [entry.get("param"), entry.get("message"), entry.get("msg")]
            place = entry.get("loc")
            parts += place if isinstance(place, list) else []
        else:
            parts.append(entry)
    return " ".join(part for part in parts if isinstance(part, str))[:_LONGEST_COMPLAINT]


def _entries(answer: Any) -> list[Any]:
    if not isinstance(answer, Mapping):
        return []
    found = [answer.get(name) for name in ("error", "detail")]
    flat = [entry for part in found for entry in (part if isinstance(part, list) else [part])]
    return [*flat, answer]


def _names(complaint: str, parameter: str) -> bool:
    return re.search(rf"\b{parameter}\b", complaint) is not None


def _response_format(held: Held, schema: Mapping[str, Any]) -> dict[str, Any]:
    match held:
        case Held.STRICT_SCHEMA | Held.SCHEMA:
            strict = held is Held.STRICT_SCHEMA
            wanted = {"name": "result", "schema": dict(schema), "strict": strict}
            return {"response_format": {"type": "json_schema", "json_schema": wanted}}
        case Held.OBJECT:
            return {"response_format": {"type": "json_object"}}
        case Held.NOTHING:
            return {}
