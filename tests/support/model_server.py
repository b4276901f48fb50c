"""A made-up server of OpenAI's protocol that takes what it is told to take."""

import json
from dataclasses import dataclass, field
from typing import Any

import httpx


@dataclass
class ModelServer:
    """Refuses, as such servers do, what it does not take.

    Attributes:
        refuses: by the name of a parameter, the words that it is refused with.
        formats: the types of `response_format` that it takes.
        strict: whether a strict schema has to close its objects, as OpenAI's own servers demand.
        answer: what it says when it takes a question.
        asked: the questions, in order.
    """

    refuses: dict[str, str] = field(default_factory=dict)
    formats: tuple[str, ...] = ("json_schema", "json_object")
    strict: bool = True
    answer: str = '{"total": 1.50}'
    asked: list[dict[str, Any]] = field(default_factory=list)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer or refuse a question."""
        question = json.loads(request.content)
        self.asked.append(question)
        complaint = self._complaint(question)
        if complaint is not None:
            return httpx.Response(400, json=complaint)
        message = {"message": {"content": self.answer}, "finish_reason": "stop"}
        return httpx.Response(200, json={"choices": [message]})

    def _complaint(self, question: dict[str, Any]) -> dict[str, Any] | None:
        for name, words in self.refuses.items():
            if name in question:
                return refusal(words, name)
        wanted = question.get("response_format")
        if wanted is None:
            return None
        if wanted["type"] not in self.formats:
            return refusal("This response_format type is unavailable now", "")
        schema = wanted.get("json_schema", {})
        if self.strict and schema.get("strict") and not is_closed(schema["schema"]):
            return refusal(
                "Invalid schema for response_format 'result': In context=(), "
                "'additionalProperties' is required to be supplied and to be false.",
                "response_format",
            )
        return None


def refusal(message: str, parameter: str) -> dict[str, Any]:
    """Return what OpenAI's servers answer with status 400."""
    error = {"message": message, "type": "invalid_request_error", "param": parameter or None}
    return {"error": error | {"code": None}}


def is_closed(schema: Any) -> bool:
    """Say whether every object of a schema names all that it may have and must have it."""
    if isinstance(schema, list):
        return all(map(is_closed, schema))
    if not isinstance(schema, dict):
        return True
    if "properties" in schema or schema.get("type") == "object":
        names = sorted(schema.get("properties", {}))
        if (
            schema.get("additionalProperties") is not False
            or sorted(schema.get("required", ())) != names
        ):
            return False
    return all(map(is_closed, schema.values()))
