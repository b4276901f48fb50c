"""Processes killed at random under load: what was acknowledged is there, once, in every store."""

import os
import time
from collections import Counter
from functools import partial

from inkwell_demo.waiting import until
from support.chaos.agreement import disagreements, wait_until_agreed, wait_until_done
from support.chaos.killer import Killer
from support.chaos.load import Load
from support.chaos.plan import Kill, draw
from support.e2e_house import House
from support.figures import Figure, record
from support.made_tenants import BY_MODEL, BY_RULES

KILLS = int(os.environ.get("INKWELL_CHAOS_KILLS", "24"))
SEED = int(os.environ.get("INKWELL_CHAOS_SEED", "1"))
MOST = 2000
THREADS = {BY_RULES: 8, BY_MODEL: 2}
PAUSES = {BY_RULES: 2.0, BY_MODEL: 8.0}
BACK_SECONDS = 300.0


def test_nothing_acknowledged_is_lost_doubled_or_stuck(
    house: House, acknowledged: dict[str, list[str]]
) -> None:
    clients = {pipeline: house.client(house.alpha, pipeline) for pipeline in PAUSES}
    begun = time.monotonic()
    with Load(clients, MOST, THREADS, PAUSES, acknowledged) as load:
        hits = kill_all(Killer(house.cluster, house.alpha), draw(SEED, KILLS))
        last = time.monotonic()
    for pipeline in clients:
        wait_until_done(house, pipeline)
    settled = time.monotonic()
    for pipeline, ids in load.acknowledged.items():
        assert ids, f"nothing was uploaded to {pipeline}"
        wait_until_agreed(house, pipeline, ids)
    wrong = sum(
        len(disagreements(house, pipeline, ids)) for pipeline, ids in load.acknowledged.items()
    )
    assert hits.total() == KILLS
    uploads = Counter({pipeline: len(ids) for pipeline, ids in load.acknowledged.items()})
    record(
        Figure(
            name="Documents lost, doubled or stuck by kills",
            unit="documents",
            ours=(wrong,),
            bare=(),
            compared_with="",
            target=0,
            is_more_better=False,
            note=f"{KILLS} SIGKILLs in {last - begun:.0f} s ({told(hits)}) under {uploads.total()}"
            f" uploads ({told(uploads)}), {load.refused} tries of which had no answer or a refusal."
            f" All done {settled - last:.0f} s after the last kill.",
        )
    )


def kill_all(killer: Killer, plan: tuple[Kill, ...]) -> Counter[str]:
    """Carry out a plan, and count what was hit; a target that is away is waited for."""
    hits: Counter[str] = Counter()
    for kill in plan:
        time.sleep(kill.pause)
        until(partial(killer.kill, kill), f"a process of {kill.target}", BACK_SECONDS)
        hits[kill.target.value] += 1
    return hits


def told(counts: Counter[str]) -> str:
    """Return counts in words."""
    return ", ".join(f"{key} {count}" for key, count in sorted(counts.items()))
