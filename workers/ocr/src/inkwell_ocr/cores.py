"""How many processes may work at once in this container."""

import os
from contextlib import suppress
from pathlib import Path


def available_cores() -> int:
    """Return how many cores the container may use, at least one."""
    cores = len(os.sched_getaffinity(0))
    with suppress(OSError, ValueError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        if quota != "max":
            cores = min(cores, max(1, round(int(quota) / int(period))))
    with suppress(OSError, ValueError):
        folder = Path("/sys/fs/cgroup/cpu")
        quota_v1 = int((folder / "cpu.cfs_quota_us").read_text(encoding="ascii"))
        period_v1 = int((folder / "cpu.cfs_period_us").read_text(encoding="ascii"))
        if quota_v1 > 0:
            cores = min(cores, max(1, round(quota_v1 / period_v1)))
    return cores
