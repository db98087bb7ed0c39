# ruff: noqa: E501 titles are cut out of long sentences, which are one line each
import pytest

from dawnchorus.publish.titles import TITLE_COLUMNS, split_title

LONG_ZH = "@lanxi_caijing：“卷云航运回应做空：复飞占百分之三，但审计只覆盖八至十二月。独立统计者抽查一月六根公共接引杆，得四成四。”"
LONG_EN = "@dov: “With respect to Ines, January is after the fix. Every figure before it stands until the audit of spring is read.”"


def columns(text):
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)


def test_a_short_sentence_is_its_own_title():
    assert split_title("Harbor Labs closes its Series C.") == ("Harbor Labs closes its Series C.", "")


@pytest.mark.parametrize(
    ("text", "title", "rest"),
    [
        (
            LONG_ZH,
            "@lanxi_caijing：“卷云航运回应做空：复飞占百分之三，但审计只覆盖八至十二月。 …”",
            "“… 独立统计者抽查一月六根公共接引杆，得四成四。”",
        ),
        (
            LONG_EN,
            "@dov: “With respect to Ines, January is after the fix. …”",
            "“… Every figure before it stands until the audit of spring is read.”",
        ),
    ],
)
def test_a_long_quotation_is_cut_at_a_sentence_and_closed(text, title, rest):
    assert split_title(text) == (title, rest)


def test_a_long_sentence_is_cut_at_a_clause_that_the_next_does_not_turn():
    text = "The recall grows to sixty thousand valves, the maker says today, but only those made in winter are known to fail"
    title, rest = split_title(text)
    assert title == "The recall grows to sixty thousand valves …"
    assert rest.startswith("… the maker says today, but")


def test_a_clause_that_is_only_a_number_does_not_end_a_title():
    text = "织风事件的初步结论今天由海峡空域局公布：一，风场与浮标不符的告警在测试中已经触发并且被屏蔽十一分钟之久"
    assert split_title(text)[0] == "织风事件的初步结论今天由海峡空域局公布 …"


@pytest.mark.parametrize("text", ["字" * 300, "word " * 80, "x" * 300, "。" * 300, "“" * 200, LONG_ZH * 3])
def test_no_title_is_wider_than_its_limit_and_nothing_is_lost(text):
    title, rest = split_title(text.strip())
    assert columns(title) <= TITLE_COLUMNS
    kept = (title + rest).replace("…", "").replace("”“", "").replace(" ", "")
    assert len(kept) >= len(text.replace(" ", "")) - 1
