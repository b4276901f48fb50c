import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_api.digests import PagesDigest

Stored = list[tuple[int, bytes]]
PAGES: Stored = [(1, b"first"), (2, b"second"), (3, b"")]


def digest_of(pages: Stored) -> str:
    digest = PagesDigest()
    for number, content in pages:
        digest.add(number, content)
    return digest.hexdigest()


def test_what_is_hashed_is_what_is_said() -> None:
    """Events of other releases hold it: it never changes."""
    hashed = bytes.fromhex(
        "00000001" "0000000000000005" + b"first".hex() +
        "00000002" "0000000000000006" + b"second".hex() +
        "00000003" "0000000000000000"
        "00000003"
    )  # fmt: skip
    assert digest_of(PAGES) == hashlib.sha256(hashed).hexdigest()


@pytest.mark.parametrize(
    "forged",
    [
        [],
        PAGES[:2],
        PAGES[1:],
        [*PAGES, (4, b"")],
        [(0, b""), *PAGES],
        [(1, b"second"), (2, b"first"), (3, b"")],
        [PAGES[1], PAGES[0], PAGES[2]],
        [(1, b"first"), (2, b"secon"), (3, b"d")],
        [(1, b"first"), (2, b"Second"), (3, b"")],
        [(1, b"first"), (3, b"second"), (2, b"")],
    ],
)
def test_pages_that_were_changed_dropped_added_or_swapped_are_seen(forged: Stored) -> None:
    assert digest_of(forged) != digest_of(PAGES)


stored = st.lists(st.tuples(st.integers(-(2**31), 2**31 - 1), st.binary(max_size=20)), max_size=4)


@given(stored, stored)
def test_no_two_sets_of_pages_have_one_digest(one: Stored, other: Stored) -> None:
    assert (digest_of(one) == digest_of(other)) == (one == other)


def test_the_digest_can_be_asked_for_at_any_time() -> None:
    digest = PagesDigest()
    digest.add(*PAGES[0])
    assert digest.hexdigest() == digest_of(PAGES[:1])
    digest.add(*PAGES[1])
    assert digest.hexdigest() == digest_of(PAGES[:2])
