"""The operator as a process of its own, against the cluster of KUBECONFIG and the real backends.

For what a test in this process cannot see: memory, a start, a death.
"""

import json
import os
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from inkwell_local.services.catalogue import SERVICES


@dataclass(frozen=True, slots=True)
class OperatorProcess:
    """A running operator."""

    process: "subprocess.Popen[bytes]"
    metrics_port: int
    log: Path

    def memory(self, field: str = "VmRSS") -> int:
        """Return the bytes of memory that the process has now (VmRSS), or had at most (VmHWM)."""
        status = Path(f"/proc/{self.process.pid}/status").read_text("utf-8")
        (line,) = (line for line in status.splitlines() if line.startswith(f"{field}:"))
        return int(line.split()[1]) * 1024

    def cpu_seconds(self) -> float:
        """Return the processor time that the process has used."""
        fields = (
            Path(f"/proc/{self.process.pid}/stat").read_text("utf-8").rpartition(")")[2].split()
        )
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def metric(self, name: str, **labels: str) -> float:
        """Return the sum of a metric's samples that carry these labels; 0 where it has none."""
        url = f"http://127.0.0.1:{self.metrics_port}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            text = answer.read().decode()
        return sum(
            sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )


@contextmanager
def operator_process(
    log: Path, kubeconfig: Path | None = None, /, **settings: str
) -> Iterator[OperatorProcess]:
    """Run the operator until the block ends.

    Args:
        log: file for what it logs.
        kubeconfig: by which it finds the API server; KUBECONFIG's where there is none.
        settings: further settings, by the name of their environment variable without its prefix.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    overrides = {service.address: service.host_address for service in SERVICES}
    environment = {
        **os.environ,
        "KUBECONFIG": str(kubeconfig or os.environ.get("KUBECONFIG", "")),
        "INKWELL_OPERATOR_ENDPOINT_OVERRIDES": json.dumps(overrides),
        "INKWELL_OPERATOR_METRICS_PORT": str(port),
        "INKWELL_OPERATOR_PROBE_PORT": "0",
        **{f"INKWELL_OPERATOR_{name}": value for name, value in settings.items()},
    }
    with log.open("ab") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "inkwell_operator"],
            env=environment,
            stderr=output,
            stdout=output,
        )
        try:
            yield OperatorProcess(process, port, log)
        finally:
            process.terminate()
            process.wait(60)
