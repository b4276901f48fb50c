from typing import Any

from inkwell_operator.queue import Key
from inkwell_operator.watched import Watched


def body(version: int, **metadata: Any) -> dict[str, Any]:
    return {
        "kind": "Tenant",
        "metadata": {"name": "acme", "generation": 1, "resourceVersion": str(version)} | metadata,
        "spec": {"className": "standard"},
        "status": {"seen": version},
    }


def test_a_status_alone_is_no_news() -> None:
    watched = Watched()
    assert watched.put(body(1))
    assert not watched.put(body(2))
    assert watched.put(body(3, generation=2))
    assert watched.put(body(4, generation=2, deletionTimestamp="now"))


def test_an_older_version_does_not_replace_a_newer_one() -> None:
    watched = Watched()
    watched.put(body(5))
    assert not watched.put(body(4, generation=2))
    known = watched.tenant("acme")
    assert known is not None
    assert known["status"] == {"seen": 5}


def test_what_is_gone_is_unknown() -> None:
    watched = Watched()
    watched.put(body(1))
    watched.drop(Key("Tenant", "", "acme"))
    assert watched.tenant("acme") is None
    assert list(watched.tenants_of_class("standard")) == []


def test_the_answer_to_a_write_brings_nothing_back_that_is_gone() -> None:
    watched = Watched()
    watched.put(body(1))
    watched.drop(Key("Tenant", "", "acme"))

    watched.refresh(body(2))

    assert watched.tenant("acme") is None


def test_the_answer_to_a_write_is_remembered_before_the_watch_tells_of_it() -> None:
    watched = Watched()
    watched.put(body(1))

    watched.refresh(body(2))

    known = watched.tenant("acme")
    assert known is not None
    assert known["metadata"]["resourceVersion"] == "2"
