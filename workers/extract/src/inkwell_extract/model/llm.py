"""Asks an OpenAI-compatible endpoint (Ollama, vLLM, llama.cpp and others) for one JSON object.

Never logs text: prompts and answers hold the tenant's documents.
"""

import json
import random
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

import httpx
import structlog

from inkwell_extract.model.dialect import Dialect, complaint_of
from inkwell_extract.model.prompts import MOST_CHARACTERS_PER_TOKEN, Prompt
from inkwell_worker.stage import Abandoned, Retryable, Unavailable

log = structlog.get_logger(__name__)

_TRIES: Final = 3
_FIRST_PAUSE_SECONDS: Final = 0.5
_MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
_BUSY: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_DENIED: Final = frozenset({401, 403})
_NOT_FOUND: Final = 404
_REFUSED: Final = frozenset({400, 422})
_ERROR: Final = 400
_CACHED_ANSWERS: Final = 256


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model said.

    Attributes:
        content: its text; JSON, if all went well.
        is_cut: whether it ran out of tokens.
        is_context_cut: whether the server left out a part of the question.
    """

    content: str
    is_cut: bool
    is_context_cut: bool


class Model(Protocol):
    """Something that answers a question with JSON."""

    @property
    def name(self) -> str:
        """The model's name."""

    @property
    def context_tokens(self) -> int:
        """Size of its context."""

    def ask(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Answer:
        """Ask one question.

        Raises:
            Unavailable: the endpoint is away, busy, or denies access.
            Retryable: it refuses this question.
        """


@dataclass(slots=True)
class HttpModel:
    """A model behind an OpenAI-compatible endpoint. Thread-safe.

    Attributes:
        client: knows base URL, key and time limits.
        name: of the model.
        context_tokens: size of its context.
        stopped: set when the worker stops.
        pause: waits some seconds, or less when the worker stops; a seam for tests.
    """

    client: httpx.Client
    name: str
    context_tokens: int
    stopped: threading.Event = field(default_factory=threading.Event)
    pause: Callable[[float], Any] | None = None
    _dialect: Dialect = field(default_factory=Dialect)
    _cache: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Answer:
        """Ask, or repeat what was answered to the same question."""
        key = json.dumps([prompt.system, prompt.user, schema, answer_tokens], sort_keys=True)
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        body = self._body(self._understood(prompt, schema, answer_tokens))
        answer = self._parse(body, prompt, answer_tokens)
        with self._lock:
            self._cache[key] = answer
            while len(self._cache) > _CACHED_ANSWERS:
                self._cache.popitem(last=False)
        return answer

    def stop(self) -> None:
        """End running questions soon."""
        self.stopped.set()
        self.client.close()

    def _understood(
        self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int
    ) -> httpx.Response:
        """Ask until the server takes the question's parameters; what it takes is remembered."""
        messages = [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": prompt.user},
        ]
        dialect = self._dialect
        while True:
            parameters = dialect.parameters(schema, answer_tokens)
            response = self._post({"model": self.name, "messages": messages, **parameters})
            is_refused = response.status_code in _REFUSED
            other = dialect.without(complaint_of(response.content)) if is_refused else None
            if other is None:
                break
            dialect = other
        if response.is_success:
            self._dialect = dialect
        return response

    def _post(self, request: Mapping[str, Any]) -> httpx.Response:
        trouble = ""
        for attempt in range(_TRIES):
            if attempt:
                self._wait(_FIRST_PAUSE_SECONDS * 4 ** (attempt - 1))
            started = time.monotonic()
            try:
                response = self.client.post("chat/completions", json=request)
            except httpx.TimeoutException:
                trouble = "timeout"
            except httpx.HTTPError as error:
                trouble = type(error).__name__
            except RuntimeError:
                # A closed client raises it.
                if self.stopped.is_set():
                    raise Abandoned from None
                raise
            else:
                if response.status_code not in _BUSY:
                    seconds = round(time.monotonic() - started, 3)
                    log.info("model answered", status=response.status_code, seconds=seconds)
                    return response
                trouble = f"status {response.status_code}"
            if self.stopped.is_set():
                raise Abandoned
            log.warning("model", trouble=trouble, attempt=attempt + 1)
        raise Unavailable("model-away", f"the model endpoint did not answer ({trouble})")

    def _wait(self, seconds: float) -> None:
        # Jitter keeps the pods of a stage from asking in step.
        pause = self.pause or self.stopped.wait
        pause(seconds * (1 + random.random() / 4))  # noqa: S311 -- no secret
        if self.stopped.is_set():
            raise Abandoned

    def _body(self, response: httpx.Response) -> dict[str, Any]:
        status = response.status_code
        if status in _DENIED:
            raise Unavailable("model-denied", f"the model endpoint denies access (status {status})")
        if status == _NOT_FOUND:
            raise Unavailable("model-missing", f"the model endpoint has no model {self.name}")
        if status >= _ERROR:
            raise Retryable("model-refused", f"the model endpoint refuses the question ({status})")
        if len(response.content) > _MAX_ANSWER_BYTES:
            raise Retryable("model-answer", "the model's answer is too long")
        try:
            body = response.json()
        except ValueError as error:
            raise Retryable(
                "model-answer", "the model endpoint did not answer with JSON"
            ) from error
        if not isinstance(body, dict):
            raise Retryable("model-answer", "the model endpoint answered with something else")
        return body

    def _parse(self, body: dict[str, Any], prompt: Prompt, answer_tokens: int) -> Answer:
        try:
            choice = body["choices"][0]
            content = choice["message"]["content"] or ""
            finish = choice.get("finish_reason")
        except (KeyError, IndexError, TypeError, AttributeError) as error:
            raise Retryable(
                "model-answer", "the model endpoint answered without a choice"
            ) from error
        usage = body.get("usage") or {}
        return Answer(
            content=str(content),
            is_cut=finish == "length",
            is_context_cut=is_context_cut(usage, prompt.length, self.context_tokens, answer_tokens),
        )


def is_context_cut(
    usage: Mapping[str, Any], prompt_characters: int, context_tokens: int, answer_tokens: int
) -> bool:
    """Say whether the server took fewer tokens in than the question must have.

    Servers such as Ollama cut a question silently to their context. Either too few tokens were
    counted for that many characters, or the question filled all of the context that we know
    of, or left too little of it for the answer: then they forget its beginning as they answer.
    """
    counted, answered = usage.get("prompt_tokens"), usage.get("completion_tokens")
    if isinstance(counted, bool) or not isinstance(counted, int) or counted <= 0:
        return False
    if isinstance(answered, bool) or not isinstance(answered, int):
        answered = 0
    too_few = counted < prompt_characters / MOST_CHARACTERS_PER_TOKEN
    is_full = max(counted + 1, counted + answered) >= context_tokens or (
        counted + answer_tokens > context_tokens
        and counted >= context_tokens - answer_tokens - 1
        and prompt_characters / counted > MOST_CHARACTERS_PER_TOKEN / 2
    )
    return too_few or is_full
