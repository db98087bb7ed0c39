"""Dates in Chinese and English, absolute and relative to the day they were written."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dawnchorus.report.check.clocks import clocks_in
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.moments import moments_in

FRIDAY = date(2025, 11, 21)


def first_reading(text, day=FRIDAY):
    (moment,) = moments_in(fold(text), day)
    return moment.spans[0]


def day(month, number, year=2025):
    return (date(year, month, number),) * 2


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("2025-11-20", day(11, 20)),
        ("2025年11月20日", day(11, 20)),
        ("11月20日", day(11, 20)),
        ("十一月二十日", day(11, 20)),
        ("Nov 20, 2025", day(11, 20)),
        ("20 November 2025", day(11, 20)),
        ("昨天", day(11, 20)),
        ("yesterday", day(11, 20)),
        ("三天前", day(11, 18)),
        ("three days ago", day(11, 18)),
        ("上周三", day(11, 12)),
        ("周五", day(11, 21)),
        ("last Friday", day(11, 14)),
        ("去年3月", (date(2024, 3, 1), date(2024, 3, 31))),
        ("去年", (date(2024, 1, 1), date(2024, 12, 31))),
        ("last year", (date(2024, 1, 1), date(2024, 12, 31))),
        ("Q3", (date(2025, 7, 1), date(2025, 9, 30))),
        ("第三季度", (date(2025, 7, 1), date(2025, 9, 30))),
        ("今年上半年", (date(2025, 1, 1), date(2025, 6, 30))),
        ("mid-2027", (date(2027, 5, 1), date(2027, 8, 31))),
        ("二〇二五年", (date(2025, 1, 1), date(2025, 12, 31))),
        ("in 2027", (date(2027, 1, 1), date(2027, 12, 31))),
        ("October's", (date(2025, 10, 1), date(2025, 10, 31))),
    ],
)
def test_a_date_is_resolved_against_the_day_of_writing(text, span):
    assert first_reading(text) == span


@pytest.mark.parametrize(
    "text", ["May I ask", "march on", "2000 posts", "3号线", "三月球", "日本", "$2025", "40 月", "2025-13-45"]
)
def test_what_is_no_date_is_not_read_as_one(text):
    assert [moment.text for moment in moments_in(fold(text), FRIDAY) if moment.grain == "day"] == []


def test_a_weekday_may_be_the_one_before_or_after():
    (moment,) = moments_in("on Monday", FRIDAY)
    assert moment.spans == (day(11, 17), day(11, 24))


def test_times_of_day_are_read_in_both_languages():
    read = [(clock.hour, clock.minute) for clock in clocks_in("15:30 3pm 下午3点半 14 时 12 am")]
    assert read == [(15, 30), (15, None), (15, 30), (14, None), (0, None)]


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_every_notation_of_a_day_is_that_day(written):
    english = f"{written:%B} {written.day}, {written.year}"
    chinese = f"{written.year}年{written.month}月{written.day}日"
    for text in (written.isoformat(), english, chinese, f"{written.day} {written:%b} {written.year}"):
        assert first_reading(text) == (written, written)


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)), st.integers(-3, 3))
def test_relative_words_follow_the_day_they_are_read_on(anchor, shift):
    words = {
        -2: ("前天", "the day before yesterday"),
        -1: ("昨天", "yesterday"),
        0: ("今天", "today"),
        1: ("明天", "tomorrow"),
    }
    for word in words.get(shift, ()):
        assert first_reading(word, anchor) == (anchor + timedelta(days=shift),) * 2


@given(st.text(max_size=200), st.dates())
def test_any_text_on_any_day_is_read_without_error(text, anchor):
    folded = fold(text)
    for moment in moments_in(folded, anchor):
        assert moment.text == folded[moment.start : moment.end].strip()
        assert all(first <= last for first, last in moment.spans)


@pytest.mark.parametrize("unit", ["20", "2025-", "11月", "last ", "今年", "1", "年", "Q3 ", "二〇"])
def test_endless_runs_are_read_to_their_end(unit):
    text = unit * (20_000 // len(unit))
    assert all(moment.end <= len(text) for moment in moments_in(text, FRIDAY))
