from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_worker.memory import Shares, TooLittleMemoryError, container_bytes, divide

MI = 1024**2


@given(
    container=st.integers(1, 2**45),
    parent=st.integers(0, 2**34),
    wanted=st.integers(1, 256),
    least=st.integers(1, 2**33),
    beyond=st.integers(0, 2**33),
)
def test_parent_and_children_never_have_more_than_the_container(
    container: int, parent: int, wanted: int, least: int, beyond: int
) -> None:
    try:
        shares = divide(container, parent=parent, wanted=wanted, least=least, most=least + beyond)
    except TooLittleMemoryError:
        assert container < parent + least
        return
    assert parent + shares.children * shares.child_bytes <= container
    assert 1 <= shares.children <= wanted
    assert least <= shares.child_bytes <= least + beyond


@pytest.mark.parametrize(
    ("container", "wanted", "expected"),
    [
        (1536, 2, Shares(2, 640 * MI)),
        (1536, 8, Shares(2, 640 * MI)),
        (1024, 2, Shares(1, 768 * MI)),
        (65_536, 4, Shares(4, 1536 * MI)),
    ],
)
def test_rather_fewer_children_than_too_little_for_each(
    container: int, wanted: int, expected: Shares
) -> None:
    shares = divide(container * MI, parent=256 * MI, wanted=wanted, least=512 * MI, most=1536 * MI)
    assert shares == expected


def test_a_container_without_room_for_one_child_says_what_it_needs() -> None:
    with pytest.raises(TooLittleMemoryError, match=str(768 * MI)):
        divide(512 * MI, parent=256 * MI, wanted=1, least=512 * MI, most=1024 * MI)


@pytest.mark.parametrize("name", ["memory.max", "memory/memory.limit_in_bytes"])
def test_the_limit_of_the_container_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("12345678\n")
    assert container_bytes(tmp_path) == 12_345_678


@pytest.mark.parametrize("text", ["max\n", "9223372036854771712\n"])
def test_without_a_limit_the_machine_is_the_limit(tmp_path: Path, text: str) -> None:
    (tmp_path / "memory.max").write_text(text)
    machine = container_bytes(tmp_path / "absent")
    assert 64 * MI < machine < 2**50
    assert container_bytes(tmp_path) == machine
