"""Asks a model server as the extract stage does, and counts what it took."""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
from typing_extensions import override

from inkwell_api.document import Page
from inkwell_api.pipeline import Engine, ExtractionSpec
from inkwell_extract.engine import Extractor
from inkwell_extract.model.ask import answer_tokens, nullable
from inkwell_extract.model.llm import HttpModel
from inkwell_extract.model.prompts import document_text, make_prompt
from inkwell_extract.page.layout import Layout

ANSWER_SECONDS: Final = 600.0
NANOSECONDS: Final = 1e9


@dataclass
class WithoutSchema(httpx.BaseTransport):
    """Takes the schema out of a question: the server then lets the model say what it likes."""

    inner: httpx.BaseTransport = field(default_factory=httpx.HTTPTransport)

    @override
    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = json.loads(request.read())
        body.pop("response_format", None)
        headers = {
            name: value for name, value in request.headers.items() if name != "content-length"
        }
        freed = httpx.Request(request.method, request.url, headers=headers, json=body)
        return self.inner.handle_request(freed)


@dataclass(frozen=True, slots=True)
class Contestant:
    """Who finds the fields.

    Attributes:
        name: in the tables.
        engine: of the extract stage.
        model: asked by it, if it asks any.
    """

    name: str
    engine: Engine
    model: HttpModel | None = None

    def find(
        self, pages: Sequence[Page], schema: Mapping[str, Any]
    ) -> tuple[Mapping[str, Any], float]:
        """Return what the extract stage finds, and the seconds that it took."""
        named = {"model": {"name": self.model.name}} if self.model else {}
        spec = ExtractionSpec.model_validate(
            {"engine": self.engine.value, "schema": schema, **named}
        )
        started = time.perf_counter()
        extraction = Extractor(spec, self.model).extract(pages)
        return extraction.result, time.perf_counter() - started


def contestants(server: str, model: str, context_tokens: int) -> list[Contestant]:
    """Return the engines that are compared."""

    def asked(transport: httpx.BaseTransport) -> HttpModel:
        client = httpx.Client(
            base_url=f"{server}/v1/", timeout=ANSWER_SECONDS, transport=transport, trust_env=False
        )
        return HttpModel(client, model, context_tokens)

    return [
        Contestant("Rules", Engine.RULES),
        Contestant(f"{model}, schema", Engine.LLM, asked(httpx.HTTPTransport())),
        Contestant(f"{model}, free", Engine.LLM, asked(WithoutSchema())),
        Contestant(f"Hybrid, {model}", Engine.HYBRID, asked(httpx.HTTPTransport())),
    ]


@dataclass(slots=True)
class Speed:
    """Tokens and the seconds that the server says they took."""

    question_tokens: int = 0
    question_seconds: float = 0.0
    answer_tokens: int = 0
    answer_seconds: float = 0.0

    @override
    def __str__(self) -> str:
        return (
            f"question {self.question_tokens / self.question_seconds:,.0f} tokens/s, "
            f"answer {self.answer_tokens / self.answer_seconds:,.0f} tokens/s"
        )


def measure(
    server: str, model: str, documents: Sequence[Sequence[Page]], schema: Mapping[str, Any]
) -> Speed:
    """Ask about some documents once more, by the interface that says how long it thought."""
    speed = Speed()
    with httpx.Client(base_url=server, timeout=ANSWER_SECONDS, trust_env=False) as client:
        for pages in documents:
            room = answer_tokens(schema)
            prompt = make_prompt(document_text(Layout(pages)), schema, "", 2048, room)
            request = {
                "model": model,
                "messages": [
                    {"role": "system", "content": prompt.system},
                    {"role": "user", "content": prompt.user},
                ],
                "format": nullable(schema),
                "options": {"num_predict": room, "temperature": 0},
                "stream": False,
            }
            told = client.post("/api/chat", json=request).raise_for_status().json()
            speed.question_tokens += told["prompt_eval_count"]
            speed.question_seconds += told["prompt_eval_duration"] / NANOSECONDS
            speed.answer_tokens += told["eval_count"]
            speed.answer_seconds += told["eval_duration"] / NANOSECONDS
    return speed
