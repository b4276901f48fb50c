"""What lets a run go on where another was killed: stamps, the turn, orphans, folders."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from inkwell_local import processes, roots, stamps, toolchain, turn
from inkwell_local.errors import CommandFailed, LocalError
from inkwell_local.places import Places
from inkwell_local.session import RUN_MARK, run_mark
from inkwell_local.shell import Shell


@pytest.fixture
def places(tmp_path: Path) -> Places:
    return Places(cache=tmp_path / "cache", state=tmp_path / "state", checkout=tmp_path)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(log=tmp_path / "logs" / "test.log")


def test_a_digest_changes_with_a_files_content_and_name(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    before = stamps.digest("x", tmp_path)
    assert stamps.digest("x", tmp_path) == before
    (tmp_path / "a").write_text("2")
    changed = stamps.digest("x", tmp_path)
    (tmp_path / "a").rename(tmp_path / "b")
    assert len({before, changed, stamps.digest("x", tmp_path)}) == 3


def test_where_one_part_ends_is_part_of_a_digest() -> None:
    assert stamps.digest("ab", "c") != stamps.digest("a", "bc")


def test_a_stamp_holds_only_what_was_written(tmp_path: Path) -> None:
    stamp = stamps.Stamp(tmp_path / "stamps" / "kind")
    assert not stamp.holds("1")
    stamp.write("1")
    assert stamp.holds("1")
    assert not stamp.holds("2")


def test_a_second_run_is_refused_while_one_is_at_work(places: Places) -> None:
    busy = pytest.raises(LocalError, match=f"process {os.getpid()}")
    with turn.take(places), busy, turn.take(places):
        pytest.fail("two runs at once")
    with turn.take(places):
        pass


def test_orphans_of_a_killed_run_are_ended_and_a_living_runs_children_are_not(
    places: Places,
) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    sleeper = [sys.executable, "-c", "import time; time.sleep(60)"]
    marks = {"orphan": run_mark(places, gone.pid), "child": run_mark(places, os.getpid())}
    started = {
        name: subprocess.Popen(sleeper, env={**os.environ, RUN_MARK: mark})  # noqa: S603  itself
        for name, mark in marks.items()
    }
    try:
        turn.end_orphans(places)
        assert started["orphan"].wait(timeout=10) == -signal.SIGTERM
        assert started["child"].poll() is None
        turn.end_children(places)
        assert started["child"].wait(timeout=10) == -signal.SIGTERM
    finally:
        for process in started.values():
            process.kill()
            process.wait()


def test_a_process_is_found_by_its_command_line(tmp_path: Path) -> None:
    text = f"--data-root={tmp_path}"
    program = [sys.executable, "-c", "import time; time.sleep(60)", text]
    process = subprocess.Popen(program)  # noqa: S603  this very interpreter
    try:
        deadline = time.monotonic() + 10
        while process.pid not in processes.mentioning(text) and time.monotonic() < deadline:
            time.sleep(0.01)
        assert processes.mentioning(text) == (process.pid,)
    finally:
        process.kill()
        process.wait()
    assert not processes.is_alive(process.pid)


def test_half_made_folders_of_dead_processes_are_deleted(tmp_path: Path, shell: Shell) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    mine, dead = roots.partial(tmp_path / "root"), tmp_path / f"root.partial-{gone.pid}"
    for folder in (mine, dead):
        folder.mkdir()
    roots.remove_abandoned(shell, tmp_path)
    assert mine.exists()
    assert not dead.exists()


def test_a_failed_command_shows_its_last_lines_and_its_log(shell: Shell) -> None:
    with pytest.raises(CommandFailed) as caught:
        shell.run("sh", "-c", "echo no space left; exit 3")
    assert "no space left" in caught.value.message
    assert "status 3" in caught.value.message
    assert str(shell.log) in caught.value.advice


def test_what_a_command_prints_is_returned_and_not_logged(shell: Shell) -> None:
    assert shell.read("cat", stdin=b"password") == "password"
    assert "password" not in shell.log.read_text()


def test_a_command_that_takes_too_long_is_ended_with_its_children(shell: Shell) -> None:
    began = time.monotonic()
    with pytest.raises(CommandFailed, match="longer than"):
        shell.run("sh", "-c", "sleep 60 & wait", timeout=0.2)
    assert time.monotonic() - began < 10


def test_a_program_that_is_missing_is_named(shell: Shell) -> None:
    with pytest.raises(CommandFailed, match="no-such-program"):
        shell.run("no-such-program")


def test_folders_follow_the_environment(tmp_path: Path) -> None:
    chosen = Places.from_environment(
        {"INKWELL_CACHE": "/big/cache", "XDG_STATE_HOME": "/xdg"}, tmp_path
    )
    assert chosen.cache == Path("/big/cache")
    assert chosen.state == Path("/xdg/inkwell")
    assert Places.from_environment({}, tmp_path).cache == tmp_path / ".cache" / "inkwell"


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("go version go1.26.8 linux/amd64", (1, 26)),
        ("go version devel go1.27-abcdef", (1, 27)),
        ("command not found", (0, 0)),
    ],
)
def test_gos_version_is_read(text: str, version: tuple[int, int]) -> None:
    assert toolchain.version_of(text) == version
