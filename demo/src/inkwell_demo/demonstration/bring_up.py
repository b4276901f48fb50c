"""Docker, kind, the services and our images: brought up by local/, which says what it does."""

import sys

from inkwell_demo.demonstration.demonstration import Demonstration
from inkwell_demo.demonstration.programs import run

_UP_SECONDS = 40 * 60
_IMAGES_SECONDS = 20 * 60


def bring_up(demo: Demonstration) -> None:
    """Bring up the platform; seconds when it is up already."""
    if demo.options.on_cluster:
        demo.screen.say("The cluster of KUBECONFIG is taken as it is (--on-cluster).")
        return
    run(demo, sys.executable, "-m", "inkwell_local", "up", timeout=demo.seconds(_UP_SECONDS))


def bring_images(demo: Demonstration) -> None:
    """Have Helm, build the images of operator and workers, load them; seconds when all is there."""
    if demo.options.on_cluster:
        demo.screen.say("Its images are taken as they are.")
        return
    limit = demo.seconds(_IMAGES_SECONDS)
    for verb in (("tools", "helm"), ("images",), ("load",)):
        run(demo, sys.executable, "-m", "inkwell_local", *verb, timeout=limit)
