"""The exam that every backend takes, on the real service.

A binding gives a backend and subjects by overriding the fixtures. Tests assert the state of the
world as another observe sees it, never calls.
"""

from typing import Any, Generic, TypeVar

import pytest

from inkwell_operator.backends.base import Backend
from inkwell_operator.model.plan_text import render_plan
from inkwell_operator.model.validate import Absent, Subject
from support import wait
from support.backend_services import converged

D = TypeVar("D")
O = TypeVar("O")  # noqa: E741 - as in backends.base
A = TypeVar("A")


class BackendConformance(Generic[D, O, A]):
    """Bind by overriding `backend`, `small`, `larger` and `absent`."""

    @pytest.fixture
    def backend(self) -> Backend[D, O, A]:
        """The backend on its real service."""
        raise NotImplementedError

    @pytest.fixture
    def small(self) -> Subject:
        """A subject to begin with."""
        raise NotImplementedError

    @pytest.fixture
    def larger(self) -> Subject:
        """The same subject, asking for more or for something else."""
        raise NotImplementedError

    @pytest.fixture
    def absent(self) -> Absent:
        """The same subject, to be gone with everything."""
        raise NotImplementedError

    async def _plan_becomes_empty(self, backend: Backend[Any, Any, Any], subject: Subject) -> None:
        desired = backend.desire(subject)

        async def is_empty() -> bool:
            plan = backend.diff(desired, await backend.observe(desired))
            assert not plan.refusals, render_plan(plan)
            return not plan.steps

        await wait.until("empty plan", is_empty)

    async def test_second_pass_writes_nothing(
        self, backend: Backend[D, O, A], small: Subject, absent: Absent
    ) -> None:
        try:
            first = await converged(backend, backend.desire(small))
            assert first.applied
            assert (await converged(backend, backend.desire(small))).applied == ()
        finally:
            await converged(backend, backend.desire(absent))

    async def test_every_change_may_be_repeated(
        self, backend: Backend[D, O, A], small: Subject, larger: Subject, absent: Absent
    ) -> None:
        try:
            await converged(backend, backend.desire(small))
            desired = backend.desire(larger)
            plan = backend.diff(desired, await backend.observe(desired))
            assert plan.steps
            for group in plan.in_order():
                for step in group:
                    await backend.apply(step)
                    await backend.apply(step)
            await self._plan_becomes_empty(backend, larger)
        finally:
            await converged(backend, backend.desire(absent))

    async def test_a_pass_cut_short_is_finished_by_the_next(
        self, backend: Backend[D, O, A], larger: Subject, absent: Absent
    ) -> None:
        desired = backend.desire(larger)
        plan = backend.diff(desired, await backend.observe(desired))
        try:
            for group in plan.in_order()[: len(plan.in_order()) // 2 + 1]:
                for step in group[: len(group) // 2 + 1]:
                    await backend.apply(step)
            await converged(backend, desired)
            await self._plan_becomes_empty(backend, larger)
        finally:
            await converged(backend, backend.desire(absent))

    async def test_delete_leaves_nothing_and_may_be_repeated(
        self, backend: Backend[D, O, A], larger: Subject, absent: Absent
    ) -> None:
        await converged(backend, backend.desire(larger))
        desired = backend.desire(absent)
        plan = backend.diff(desired, await backend.observe(desired))
        for group in plan.in_order():
            for step in group:
                await backend.apply(step)
                await backend.apply(step)
        await self._plan_becomes_empty(backend, absent)

    async def test_plan_shows_no_secret(
        self, backend: Backend[D, O, A], larger: Subject, secret_values: tuple[str, ...]
    ) -> None:
        desired = backend.desire(larger)
        plan = backend.diff(desired, await backend.observe(desired))
        text = "\n".join((*render_plan(plan), repr(plan)))
        assert not [value for value in secret_values if value and value in text]

    @pytest.fixture
    def secret_values(self, larger: Subject) -> tuple[str, ...]:
        """Every secret that the subject holds."""
        match larger:
            case Absent():
                return ()
            case _ if hasattr(larger, "gateway"):
                return (larger.gateway.password,)
            case _:
                return (
                    *(login.password for login in larger.logins.values()),
                    larger.machine.password,
                )
