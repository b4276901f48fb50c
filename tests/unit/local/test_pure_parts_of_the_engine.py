"""Networks, packet filter, capabilities: what is computed before anything is touched."""

from __future__ import annotations

from ipaddress import IPv4Network

import pytest

from inkwell_local import capabilities, firewall, networks, own_engine
from inkwell_local.errors import LocalError
from inkwell_local.runtime import runc_within_bounds

SAVED = """\
*nat
:PREROUTING ACCEPT [0:0]
:DOCKER - [0:0]
-A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER
-A POSTROUTING -o br-0123456789ab -m addrtype --src-type LOCAL -j MASQUERADE
-A POSTROUTING -o eth0 -j MASQUERADE
-A DOCKER -d 127.0.0.1/32 -p tcp -m tcp --dport 30000 -j DNAT --to-destination 172.31.241.2:30000
COMMIT
*filter
:FORWARD DROP [0:0]
:DOCKER-USER - [0:0]
-A FORWARD -j DOCKER-USER
-A FORWARD -i docker0 -o docker0 -j ACCEPT
-A FORWARD -i wg0 -j ACCEPT
-A DOCKER-USER -j RETURN
COMMIT
"""


def test_dockers_rules_go_and_all_others_stay() -> None:
    cleaned = firewall.without_docker(SAVED, ["docker0", "br-0123456789ab"], "ACCEPT")
    assert cleaned.splitlines() == [
        "*nat",
        ":PREROUTING ACCEPT [0:0]",
        "-A POSTROUTING -o eth0 -j MASQUERADE",
        "COMMIT",
        "*filter",
        ":FORWARD ACCEPT [0:0]",
        "-A FORWARD -i wg0 -j ACCEPT",
        "COMMIT",
    ]


def test_cleaning_twice_changes_nothing_more() -> None:
    once = firewall.without_docker(SAVED, ["docker0"], "")
    assert firewall.without_docker(once, ["docker0"], "") == once


@pytest.mark.parametrize(("saved", "policy"), [(SAVED, "DROP"), ("", "ACCEPT")])
def test_the_forward_policy_is_read(saved: str, policy: str) -> None:
    assert firewall.forward_policy(saved) == policy


def test_the_first_range_that_is_free_is_taken() -> None:
    busy = [IPv4Network("172.16.0.0/12"), IPv4Network("192.0.2.0/24")]
    assert networks.choose(busy) == IPv4Network("10.213.240.0/20")


def test_a_machine_that_routes_everything_is_told_what_to_do() -> None:
    with pytest.raises(LocalError) as caught:
        networks.choose([IPv4Network("0.0.0.0/0")])
    assert "ip route" in caught.value.advice


def test_the_default_bridge_gets_the_first_part_of_the_pool() -> None:
    flags = networks.daemon_flags(networks.Pool("172.31.240.0/20"))
    assert flags == (
        "--bip=172.31.240.1/24",
        "--default-address-pool=base=172.31.240.0/20,size=24",
    )


def test_only_bridges_of_the_pool_are_ours() -> None:
    def link(name: str, address: str) -> dict[str, object]:
        return {"ifname": name, "addr_info": [{"family": "inet", "local": address}]}

    links: list[dict[str, object]] = [
        link("docker0", "172.31.240.1"),
        link("br-0123456789ab", "172.31.241.1"),
        link("br-ba9876543210", "192.168.1.1"),
        link("br-lan", "172.31.242.1"),
        {"ifname": "lo"},
    ]
    assert list(own_engine.named(links, "172.31.240.0/20")) == ["docker0", "br-0123456789ab"]


def test_a_missing_capability_is_named() -> None:
    status = "Name:\tx\nCapBnd:\t000001fffeffffff\n"
    bounding = runc_within_bounds.bounding_set(status)
    assert capabilities.lacking(bounding, last=40) == {"CAP_SYS_RESOURCE"}


def test_a_capability_that_the_kernel_does_not_know_is_not_missed() -> None:
    assert capabilities.lacking((1 << 38) - 1, last=37) == frozenset()


def test_only_absent_capabilities_leave_a_specification() -> None:
    spec = {
        "process": {
            "args": ["sh"],
            "capabilities": {
                "bounding": ["CAP_CHOWN", "CAP_SYS_RESOURCE"],
                "ambient": [],
            },
        },
        "root": {"path": "rootfs"},
    }
    assert runc_within_bounds.within_spec(spec, {"CAP_SYS_RESOURCE"}) == {
        "process": {
            "args": ["sh"],
            "capabilities": {"bounding": ["CAP_CHOWN"], "ambient": []},
        },
        "root": {"path": "rootfs"},
    }


def test_a_process_without_capabilities_stays_as_it_is() -> None:
    assert runc_within_bounds.within_process({"args": ["sh"]}, {"CAP_KILL"}) == {"args": ["sh"]}


@pytest.mark.parametrize(
    ("arguments", "value"),
    [
        (["--log", "x", "create", "--bundle", "/b", "id"], "/b"),
        (["exec", "id"], ""),
        (["create", "--bundle"], ""),
    ],
)
def test_an_options_value_is_found(arguments: list[str], value: str) -> None:
    assert runc_within_bounds.option(arguments, "--bundle") == value
