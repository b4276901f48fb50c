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
from inkwell_extract.model.exchange import OverdueError, Reply, TooLongError, Watchman, exchange
from inkwell_extract.model.prompts import MOST_CHARACTERS_PER_TOKEN, Prompt
from inkwell_worker.stage import Abandoned, Retryable, StageError, Unavailable

log = structlog.get_logger(__name__)

_TRIES: Final = 3
_FIRST_PAUSE_SECONDS: Final = 0.5
_MAX_ANSWER_BYTES: Final = 4 * 1024 * 1024
_BUSY: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
_DENIED: Final = frozenset({401, 403})
_NOT_FOUND: Final = 404
_REFUSED: Final = frozenset({400, 422})
_TAKEN: Final = range(200, 300)
_CACHED_ANSWERS: Final = 256
_SECONDS: Final = 120.0
_LOOK_SECONDS: Final = 5.0
_LONGEST_LIST: Final = 1024 * 1024
_SERVER_ERROR: Final = 500


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
            Retryable: it refuses this question, or does not answer it in time though it is there.
        """


@dataclass(slots=True)
class HttpModel:
    """A model behind an OpenAI-compatible endpoint. Thread-safe.

    Attributes:
        client: knows base URL, key and time limits.
        name: of the model.
        context_tokens: size of its context.
        seconds: longest time for a question, with all that it is asked again.
        stopped: set when the worker stops.
        pause: waits some seconds, or less when the worker stops; a seam for tests.
    """

    client: httpx.Client
    name: str
    context_tokens: int
    seconds: float = _SECONDS
    stopped: threading.Event = field(default_factory=threading.Event)
    pause: Callable[[float], Any] | None = None
    _dialect: Dialect = field(default_factory=Dialect)
    _cache: OrderedDict[str, Answer] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _watchmen: set[Watchman] = field(default_factory=set)

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
        with self._lock:
            watchmen = tuple(self._watchmen)
        for watchman in watchmen:
            watchman.end()
        self.client.close()

    def _understood(self, prompt: Prompt, schema: Mapping[str, Any], answer_tokens: int) -> Reply:
        """Ask until the server takes the question's parameters; what it takes is remembered."""
        messages = [
            {"role": "system", "content": prompt.system},
            {"role": "user", "content": prompt.user},
        ]
        dialect, until = self._dialect, time.monotonic() + self.seconds
        while True:
            parameters = dialect.parameters(schema, answer_tokens)
            reply = self._post({"model": self.name, "messages": messages, **parameters}, until)
            is_refused = reply.status in _REFUSED
            other = dialect.without(complaint_of(reply.content)) if is_refused else None
            if other is None:
                break
            dialect = other
        if reply.status in _TAKEN:
            self._dialect = dialect
        return reply

    def _post(self, question: Mapping[str, Any], until: float) -> Reply:
        trouble = ""
        for attempt in range(_TRIES):
            if attempt:
                self._wait(_FIRST_PAUSE_SECONDS * 4 ** (attempt - 1))
            started = time.monotonic()
            try:
                request = self.client.build_request("POST", "chat/completions", json=question)
                reply = self._exchanged(request, until - started, _MAX_ANSWER_BYTES)
            except OverdueError:
                raise self._overdue() from None
            except httpx.HTTPError as error:
                trouble = type(error).__name__
            else:
                if reply.status not in _BUSY:
                    seconds = round(time.monotonic() - started, 3)
                    log.info("model answered", status=reply.status, seconds=seconds)
                    return reply
                trouble = f"status {reply.status}"
            log.warning("model", trouble=trouble, attempt=attempt + 1)
        raise Unavailable("model-away", f"the model endpoint did not answer ({trouble})")

    def _exchanged(self, request: httpx.Request, seconds: float, most_bytes: int) -> Reply:
        with Watchman(seconds) as watchman:
            with self._lock:
                self._watchmen.add(watchman)
            try:
                if self.stopped.is_set():
                    raise Abandoned
                return exchange(self.client, request, watchman, most_bytes)
            except TooLongError:
                raise Retryable("model-answer", "the model's answer is too long") from None
            except (OverdueError, httpx.HTTPError, RuntimeError):
                # A closed client raises a RuntimeError.
                if self.stopped.is_set():
                    raise Abandoned from None
                raise
            finally:
                with self._lock:
                    self._watchmen.discard(watchman)

    def _overdue(self) -> StageError:
        """Say whether the question was too much for a model that is there, or the model is away.

        A server that is well lists its models at once, however busy they are.
        """
        try:
            request = self.client.build_request("GET", "models")
            is_there = self._exchanged(request, _LOOK_SECONDS, _LONGEST_LIST).status < _SERVER_ERROR
        except (OverdueError, httpx.HTTPError):
            is_there = False
        if is_there:
            late = f"the model did not answer the question within {self.seconds:g} s"
            return Retryable("model-timeout", late)
        return Unavailable("model-away", "the model endpoint did not answer (timeout)")

    def _wait(self, seconds: float) -> None:
        # Jitter keeps the pods of a stage from asking in step.
        pause = self.pause or self.stopped.wait
        pause(seconds * (1 + random.random() / 4))  # noqa: S311 -- no secret
        if self.stopped.is_set():
            raise Abandoned

    def _body(self, reply: Reply) -> dict[str, Any]:
        status = reply.status
        if status in _DENIED:
            raise Unavailable("model-denied", f"the model endpoint denies access (status {status})")
        if status == _NOT_FOUND:
            raise Unavailable("model-missing", f"the model endpoint has no model {self.name}")
        if status not in _TAKEN:
            raise Retryable("model-refused", f"the model endpoint refuses the question ({status})")
        try:
            body = json.loads(reply.content)
        except (ValueError, RecursionError) as error:
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
        told = body.get("usage")
        usage = told if isinstance(told, Mapping) else {}
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
