from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_extract.values.dates import is_plainly_month_first, parse_date

DATES = st.dates(min_value=date(1990, 1, 1), max_value=date(2060, 12, 31))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2018-04-18", date(2018, 4, 18)),
        ("2018/4/8", date(2018, 4, 8)),
        ("2024-01-31T10:00:00Z", date(2024, 1, 31)),
        ("20240131", date(2024, 1, 31)),
        ("2024年1月31日", date(2024, 1, 31)),
        ("18.04.2018", date(2018, 4, 18)),
        ("18. 04. 2018", date(2018, 4, 18)),
        ("18.04.18", date(2018, 4, 18)),
        ("20-10-2015", date(2015, 10, 20)),
        ("7. Mai 2014", date(2014, 5, 7)),
        ("19 april 2014", date(2014, 4, 19)),
        ("28 décembre 2025", date(2025, 12, 28)),
        ("28 decembre 2025", date(2025, 12, 28)),
        ("1er août 2024", date(2024, 8, 1)),
        ("3. März 2020", date(2020, 3, 3)),
        ("22-Oct-2023", date(2023, 10, 22)),
        ("August 3 , 2014", date(2014, 8, 3)),
        ("Jan 1, 2022", date(2022, 1, 1)),
        ("2 de mayo de 2021", date(2021, 5, 2)),
        ("31st of May 2021", date(2021, 5, 31)),
        ("12/31/2024", date(2024, 12, 31)),
        ("24.03.25.", date(2025, 3, 24)),
        ("31 mai 2027.", date(2027, 5, 31)),
    ],
)
def test_dates_of_many_languages_are_read(text: str, value: date) -> None:
    assert parse_date(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "31.02.2024", "2024-13-01", "12.05", "1.234,56", "Mai 2014", "99/99/9999", "x" * 60],
)
def test_what_is_no_date_is_refused(text: str) -> None:
    assert parse_date(text) is None


def test_the_order_of_day_and_month_is_the_documents() -> None:
    assert parse_date("03/04/2024") == date(2024, 4, 3)
    assert parse_date("03/04/2024", is_month_first=True) == date(2024, 3, 4)
    assert parse_date("31/04/24", is_month_first=True) is None
    assert is_plainly_month_first("12/31/2024")
    assert not is_plainly_month_first("31/12/2024")


@given(
    DATES,
    st.sampled_from(["%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d %B %Y", "%B %d, %Y", "%d-%b-%y"]),
)
def test_what_is_written_is_read_again(day: date, form: str) -> None:
    assert parse_date(day.strftime(form)) == day


@given(st.text(max_size=60))
def test_any_text_is_a_date_or_none(text: str) -> None:
    value = parse_date(text)
    assert value is None or 1900 <= value.year <= 2199
