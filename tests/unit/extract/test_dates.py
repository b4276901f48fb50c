from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inkwell_extract.values.dates import DateOrder, parse_date, plain_order, read_date
from inkwell_extract.values.reading import Reading

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
        ("2024 年 4 月 3 日", date(2024, 4, 3)),
        ("２０２４年４月３日", date(2024, 4, 3)),
        ("令和6年4月3日", date(2024, 4, 3)),
        ("令和元年5月1日", date(2019, 5, 1)),
        ("民國113年4月3日", date(2024, 4, 3)),
        ("2024년 4월 3일", date(2024, 4, 3)),
        ("3 kwietnia 2024 r.", date(2024, 4, 3)),
        ("2024. április 3.", date(2024, 4, 3)),
        ("3 Şubat 2024", date(2024, 2, 3)),
        ("3 Kasim 2024", date(2024, 11, 3)),
        ("3 maj 2024", date(2024, 5, 3)),
        ("2024-Apr-03", date(2024, 4, 3)),
        ("3.IV.2024", date(2024, 4, 3)),
        ("1º de mayo de 2021", date(2021, 5, 1)),
        ("03.04.2024 10:15", date(2024, 4, 3)),
        ("3. April 2024, 10:15 Uhr", date(2024, 4, 3)),
        ("13/04/24 3:15 PM", date(2024, 4, 13)),
        ("2024-04-03 10:15:22", date(2024, 4, 3)),
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
    assert read_date("03/04/2024", DateOrder.DAY_FIRST) == Reading(date(2024, 4, 3))
    assert read_date("03/04/2024", DateOrder.MONTH_FIRST) == Reading(date(2024, 3, 4))
    assert read_date("24-04-03", DateOrder.YEAR_FIRST) == Reading(date(2024, 4, 3))
    assert read_date("25/04/2024", DateOrder.MONTH_FIRST) == Reading(date(2024, 4, 25))


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("03/04/2024", [date(2024, 4, 3), date(2024, 3, 4)]),
        ("03-04-2024", [date(2024, 4, 3), date(2024, 3, 4)]),
        ("24-04-03", [date(2003, 4, 24), date(2024, 4, 3)]),
        ("5 listopada 2024", [date(2024, 10, 5), date(2024, 11, 5)]),
        ("04/04/2024", [date(2024, 4, 4)]),
        ("31/04/2024", []),
    ],
)
def test_a_date_that_nothing_settles_has_all_its_readings(text: str, values: list[date]) -> None:
    reading = read_date(text)
    assert list(reading.values if reading else ()) == values


def test_the_likely_order_goes_first_where_none_is_settled() -> None:
    reading = read_date("03/04/2024", likely=DateOrder.MONTH_FIRST)
    assert reading == Reading(date(2024, 3, 4), (date(2024, 4, 3),))


@pytest.mark.parametrize("order", [None, *DateOrder])
def test_a_date_with_dots_is_never_month_first(order: DateOrder | None) -> None:
    assert read_date("03.04.2024", order) == Reading(date(2024, 4, 3))
    assert read_date("12.31.2024", order) is None


def test_a_date_that_reads_in_one_order_only_says_which() -> None:
    assert plain_order("12/31/2024") is DateOrder.MONTH_FIRST
    assert plain_order("31/12/2024") is DateOrder.DAY_FIRST
    assert plain_order("31.12.24") is DateOrder.DAY_FIRST
    assert plain_order("03/04/2024") is None
    assert plain_order("24-12-31") is None
    assert plain_order("Total") is None


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
