"""Takes the platform away: no process, container, mount, network or interface stays behind.

What can be used again stays in the cache: images, binaries, roots, wheels.
"""

from __future__ import annotations

from inkwell_local import cluster, engine, own_engine
from inkwell_local.errors import CommandFailed, LocalError
from inkwell_local.session import Session

NETWORK = "kind"
"""Docker network that kind makes for its nodes."""


def down(session: Session) -> None:
    """Remove the cluster, and the engine where it is ours.

    Raises:
        LocalError: Something could not be taken away; it is named.
    """
    used = engine.in_use(session)
    if used is None and not own_engine.leftovers(session):
        session.progress.say("nothing is up")
        return
    own = used is None or used.own
    with session.progress.step("cluster"):
        _remove_cluster(session.logging_to("down"), own=own)
    if own:
        with session.progress.step("engine"):
            own_engine.remove(session.logging_to("down"))
        if rest := own_engine.leftovers(session):
            raise LocalError(f"still there after down: {', '.join(rest)}", "run down once more")
    for file in ("kubeconfig", "kind.yaml", "cluster.stamp", "engine.json", "image-values.json"):
        (session.places.state / file).unlink(missing_ok=True)


def _remove_cluster(session: Session, *, own: bool) -> None:
    if own and not own_engine.is_answering(session):
        if not own_engine.container_ids(session.places.docker_data):
            return
        # A daemon that died left its containers in its store: only a daemon can take them out.
        own_engine.start(session)
    try:
        cluster.delete(session)
        if own:
            _remove_containers(session)
        _remove_network(session)
    except CommandFailed:
        if not own:
            raise
        session.progress.say("the engine does not obey: its processes are ended instead")


def _remove_containers(session: Session) -> None:
    """Remove what else ran in our own engine, by hand or by a build that was killed."""
    shell = session.docker_shell()
    if containers := shell.read("docker", "container", "ls", "--all", "--quiet").split():
        shell.run("docker", "rm", "--force", "--volumes", *containers)
    shell.run("docker", "volume", "prune", "--force")


def _remove_network(session: Session) -> None:
    shell = session.docker_shell()
    named = ("docker", "network", "ls", "--quiet", "--filter", f"name=^{NETWORK}$")
    if not shell.read(*named).strip():
        return
    # Another kind cluster of this user may live on the same network.
    users = shell.read("docker", "network", "inspect", "--format", "{{len .Containers}}", NETWORK)
    if users.strip() == "0":
        shell.run("docker", "network", "rm", NETWORK)
