"""Which logins a subject decides about."""

import pytest

from inkwell_operator.model.logins import claims, is_left


@pytest.mark.parametrize(
    ("login", "pipeline", "is_absent", "expected"),
    [
        ("acme.gateway", None, False, True),
        ("acme.invoices.ocr", None, False, False),
        ("acme.invoices.ocr", None, True, True),
        ("acme.invoices.ocr", "invoices", False, True),
        ("acme.gateway", "invoices", True, False),
        ("acme.invoices-late.ocr", "invoices", True, False),
        ("acme-late.gateway", None, True, False),
        ("acme", None, True, False),
    ],
)
def test_a_subject_decides_about_its_own_logins(
    login: str, pipeline: str | None, *, is_absent: bool, expected: bool
) -> None:
    assert claims(login, "acme", pipeline, is_absent=is_absent) is expected


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("acme.old.archive", True),
        ("acme.invoices.archive", False),
        ("acme-late.old.archive", False),
    ],
)
def test_a_login_of_no_pipeline_that_exists_is_left(login: str, *, expected: bool) -> None:
    assert is_left(login, "acme", {"invoices"}) is expected
