"""Starts our own Docker daemon, and takes every trace of it away again.

A daemon that is stopped leaves its bridges, its firewall rules and a changed forwarding setting;
one that was killed leaves processes, mounts and control groups too. What was there before is noted
when the daemon starts, so that it can be put back.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from inkwell_local import capabilities, firewall, networks, processes, roots
from inkwell_local.errors import LocalError, NotReady
from inkwell_local.places import Places
from inkwell_local.session import RUN_MARK, Session
from inkwell_local.shell import Shell

START_SECONDS: Final = 90.0
"""How long the daemon may take to answer; it repairs its store first when it was killed."""

STOP_SECONDS: Final = 30.0

_FORWARDING: Final = Path("/proc/sys/net/ipv4/ip_forward")
_BRIDGE: Final = re.compile(r"docker0|br-[0-9a-f]{12}")


def host(places: Places) -> str:
    """Return the address of our own daemon."""
    return f"unix://{places.docker_socket}"


def is_answering(session: Session) -> bool:
    """Tell whether our own daemon answers."""
    if not session.places.docker_socket.exists():
        return False
    shell = session.shell.with_environment(DOCKER_HOST=host(session.places))
    return shell.succeeds("docker", "version", "--format", "{{.Server.Version}}", timeout=20)


def start(session: Session) -> None:
    """Start the daemon and wait until it answers.

    Raises:
        LocalError: Another installation's daemon uses the same data.
        NotReady: The daemon ended, or does not answer.
    """
    places = session.places
    _end_dead(places)
    places.docker_run.mkdir(parents=True, exist_ok=True)
    places.docker_data.mkdir(parents=True, exist_ok=True)
    pool = _note_network(session)
    environment = {name: value for name, value in os.environ.items() if name != RUN_MARK}
    environment["PATH"] = f"{environment.get('PATH', os.defpath)}:/usr/sbin:/sbin"
    log = places.logs / "dockerd.log"
    with log.open("ab") as out:
        process = subprocess.Popen(
            [*_command(places), *networks.daemon_flags(pool)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env=environment,
            start_new_session=True,
        )
    deadline = time.monotonic() + START_SECONDS
    while not is_answering(session):
        if process.poll() is not None:
            raise NotReady(f"dockerd ended with status {process.returncode}", f"see {log}")
        if time.monotonic() > deadline:
            raise NotReady(f"dockerd does not answer after {START_SECONDS:.0f}s", f"see {log}")
        time.sleep(0.25)


def remove(session: Session) -> None:
    """Stop the daemon and take away all that it left on this machine; images stay in the cache."""
    places, shell = session.places, session.shell
    containers = container_ids(places.docker_data)
    daemons = processes.mentioning(f"--data-root={places.docker_data}")
    processes.end(daemons, STOP_SECONDS)
    processes.end(processes.mentioning(f"{places.docker_run}/"))
    processes.end(processes.in_cgroups(containers))
    for folder in (places.docker_run, places.docker_data):
        roots.unmount_below(shell, folder)
    _remove_groups(containers)
    _restore_network(session)
    roots.remove_tree(shell, places.docker_run)
    places.docker_socket.unlink(missing_ok=True)


def leftovers(session: Session) -> tuple[str, ...]:
    """Return what is still there of the daemon and its containers, in words."""
    places = session.places
    found = [f"process {pid}" for pid in processes.mentioning(f"{places.docker_run}/")]
    found += [f"process {pid}" for pid in processes.in_cgroups(container_ids(places.docker_data))]
    found += [f"mount {point}" for point in roots.mounts_below(places.docker_run)]
    found += [f"mount {point}" for point in roots.mounts_below(places.docker_data)]
    found += [f"interface {name}" for name in _bridges(session.shell, _noted(places))]
    return tuple(found)


def container_ids(data: Path) -> set[str]:
    """Return the containers that a data root knows."""
    folder = data / "containers"
    return {one.name for one in folder.iterdir()} if folder.is_dir() else set()


def _command(places: Places) -> list[str]:
    command = [
        "dockerd",
        f"--host={host(places)}",
        f"--data-root={places.docker_data}",
        f"--exec-root={places.docker_run}",
        f"--pidfile={places.docker_run}/dockerd.pid",
        "--exec-opt=native.cgroupdriver=cgroupfs",
        "--userland-proxy=false",
        "--log-opt=max-size=20m",
        "--log-opt=max-file=2",
    ]
    if capabilities.lacking_here():
        wrapper = capabilities.install_wrapper(places.state / "runtime")
        name = capabilities.RUNTIME_NAME
        command += [f"--add-runtime={name}={wrapper}", f"--default-runtime={name}"]
    return command


def _end_dead(places: Places) -> None:
    """End a daemon that no longer answers, and forget numbers of processes that are others' now."""
    for pid in processes.mentioning(f"--data-root={places.docker_data}"):
        if pid not in processes.mentioning(f"--host={host(places)}"):
            raise LocalError(
                f"another installation's Docker daemon (process {pid}) uses {places.docker_data}",
                "take that one down first, or set INKWELL_CACHE to another folder",
            )
        processes.end((pid,), STOP_SECONDS)
    alive = processes.mentioning(f"{places.docker_run}/")
    for file in (
        places.docker_run / "dockerd.pid",
        places.docker_run / "containerd/containerd.pid",
    ):
        if file.exists() and int(file.read_text(encoding="ascii") or "0") not in alive:
            file.unlink()


def _note_network(session: Session) -> networks.Pool:
    """Return the address range to use, noting how the network was before our daemon."""
    file = session.places.state / "network.json"
    if not file.exists():
        busy = networks.taken(session.shell)
        before = {
            "pool": str(networks.choose(busy)),
            "forwarding": _FORWARDING.read_text(encoding="ascii").strip(),
            "policy": firewall.forward_policy(firewall.save(session.shell, "iptables")),
        }
        file.write_text(json.dumps(before), encoding="utf-8")
    return networks.Pool(json.loads(file.read_text(encoding="utf-8"))["pool"])


def _noted(places: Places) -> dict[str, str]:
    file = places.state / "network.json"
    return dict(json.loads(file.read_text(encoding="utf-8"))) if file.exists() else {}


def _restore_network(session: Session) -> None:
    shell, before = session.shell, _noted(session.places)
    if not before:
        return
    bridges = _bridges(shell, before)
    for bridge in bridges:
        shell.succeeds("ip", "link", "delete", bridge)
    for tool in ("iptables", "ip6tables"):
        policy = before["policy"] if tool == "iptables" else ""
        firewall.remove_docker(shell, tool, bridges, policy)
    _FORWARDING.write_text(before["forwarding"], encoding="ascii")
    (session.places.state / "network.json").unlink()


def _bridges(shell: Shell, before: dict[str, str]) -> tuple[str, ...]:
    if not before:
        return ()
    return tuple(named(json.loads(shell.read("ip", "-json", "address")), before["pool"]))


def named(links: Iterable[dict[str, object]], pool: str) -> Iterable[str]:
    """Return Docker's bridges with an address of the pool, out of `ip -json address`."""
    for link in links:
        name, addresses = str(link.get("ifname", "")), link.get("addr_info")
        if _BRIDGE.fullmatch(name) and isinstance(addresses, list):
            here = [str(one.get("local", "")) for one in addresses if one.get("family") == "inet"]
            if any(networks.Pool(pool).holds(address) for address in here):
                yield name


def _remove_groups(containers: set[str]) -> None:
    for container in containers:
        for group in Path("/sys/fs/cgroup").glob(f"**/docker/{container}"):
            for folder, _, _ in os.walk(group, topdown=False):
                try:
                    Path(folder).rmdir()
                except OSError:
                    continue  # the kernel takes an empty group away a moment later
