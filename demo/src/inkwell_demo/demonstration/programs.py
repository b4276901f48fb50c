"""Runs other programs and shows their lines as they come."""

import os
import subprocess
import threading
from collections import deque
from pathlib import Path
from typing import Final

from inkwell_demo.demonstration.demonstration import Demonstration

_TAIL: Final = 30


class ProgramFailed(RuntimeError):
    """A program ended with a status other than zero, or ran out of time."""


def run(demo: Demonstration, *command: str | Path, timeout: float, show: bool = True) -> None:
    """Run a program in the checkout.

    Args:
        demo: whose screen shows its lines and whose cluster it works on.
        command: program and arguments; they are shown when it fails, so they hold no secret.
        timeout: seconds after which it is killed.
        show: whether its lines are shown as they come; when it fails, the last are anyway.

    Raises:
        ProgramFailed: with its last lines.
    """
    words = [str(word) for word in command]
    tail: deque[str] = deque(maxlen=_TAIL)
    environment = dict(os.environ, PATH=f"{demo.places.bin}:{os.environ.get('PATH', os.defpath)}")
    if demo.kubeconfig:
        environment["KUBECONFIG"] = str(demo.kubeconfig)
    with subprocess.Popen(
        words,
        cwd=demo.places.checkout,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    ) as program:
        guard = threading.Timer(timeout, program.kill)
        guard.start()
        try:
            for line in program.stdout or ():
                tail.append(line.rstrip())
                if show:
                    demo.screen.quote(line.rstrip())
            status = program.wait()
        finally:
            ran_out = not guard.is_alive()
            guard.cancel()
    if status:
        why = f"took longer than {timeout:.0f} s" if ran_out else f"ended with status {status}"
        lines = "\n".join(() if show else tail)
        raise ProgramFailed(f"`{' '.join(words)}` {why}\n{lines}".rstrip())
