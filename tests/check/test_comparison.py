"""What grew in the posts does not fall in the sentence, and what was before is not what is now."""

from __future__ import annotations

from datetime import date

import pytest

from dawnchorus.model import Window
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.rules import RULES

WINDOW = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Shanghai")


def reasons(claim, post, *, at="2026-03-09T14:00:00Z", rule="comparison"):
    """Rules that object, all others left out."""
    off = tuple(one.name for one in RULES if one.name != rule)
    given = {"id": "1", "author": "abc", "created_at": at, "text": post}
    return [one.rule for one in check_claim(claim, [given], WINDOW, off=off).reasons]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("错误率从9%升到14%。", "The error rate fell from 14% to 9%."),
        ("Margins slipped from 31.2% a year ago to 28.4%.", "Gross margin 31.2% (28.4% a year ago)."),
        ("交付量为8100辆，高于上季度的6900辆。", "Delivered 6,900 cars in Q4, down from 8,100 in Q3."),
        ("The fee is $12 instead of $18.", "价格从12刀涨到18刀了。"),
        ("订单5万份，低于上季度的7万份。", "Orders at 70k, was 50k last quarter."),
        ("报名的有900人，比去年少了两成。", "今年报名900人，比去年多了两成。"),
        ("Guidance of $2.4 billion topped the $2.6 billion that analysts expected.", "2.4B vs 2.6B expected"),
        ("The stock closed 6.6% above the issue price.", "收盘较发行价跌6.6%。"),
    ],
)
def test_turned_round_is_found(claim, post):
    assert reasons(claim, post) == ["comparison"]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("错误率从14%降到9%。", "The error rate fell from 14% to 9%."),
        ("错误率由14%降至9%，误报升到10%。", "Errors fell from 14% to 9%, false alarms went up, 6% → 10%."),
        ("Margins rose to 31.2% from 28.4% a year ago.", "Gross margin 31.2% (28.4% a year ago)."),
        ("四季度交付6900辆，低于三季度的8100辆。", "Delivered 6,900 cars in Q4, down from 8,100 in Q3."),
        ("The fee went up to $18 from $12.", "价格从12刀涨到18刀了。"),
        ("报名的有900人，比去年多两成。", "今年报名900人，比去年多了两成。"),
        ("订单达7万份，高于上季度的5万份。", "Orders at 70k, was 50k last quarter."),
        ("Under the draft nobody may spend more than 40 minutes.", "不得超过40分钟。"),
    ],
)
def test_told_as_it_was_passes(claim, post):
    assert reasons(claim, post) == []


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("公司近日发布 Lumo-1 芯片。", "Lumo-2 is out. Lumo-1 came in June 2024."),
        ("The Orrin bridge was hacked this week.", "Same pattern as the Orrin bridge hack of 2023."),
        ("目前黄金约占储备的3.6%。", "黄金占储备约9%，2022年底还只有3.6%左右。"),
        ("今年平均票价为51元。", "平均票价44元，去年51元。"),
    ],
)
def test_what_is_dated_back_is_not_told_as_now(claim, post):
    assert reasons(claim, post, rule="staleness") == ["staleness"]


def test_an_old_post_is_no_news():
    old = "2025-02-01T10:00:00Z"
    assert reasons("公司刚刚推出助听器。", "Our hearing aid is here.", at=old, rule="staleness") == [
        "staleness"
    ]
    assert reasons("公司推出助听器。", "Our hearing aid is here.", rule="staleness") == []


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("公司近日发布 Lumo-2 芯片。", "Lumo-2 is out. Lumo-1, launched in June 2024, is gone."),
        ("2022年底黄金只占储备的3.6%，如今约为9%。", "黄金占储备约9%，2022年底还只有3.6%左右。"),
        ("The launch is now planned for January.", "We plan to launch in January."),
        ("Sales just rose to 31 from 28 last year.", "Sales 31, was 28 last year."),
    ],
)
def test_news_of_now_passes(claim, post):
    assert reasons(claim, post, rule="staleness") == []


@pytest.mark.parametrize(
    ("claim", "post", "found"),
    [
        ("每月卖出610台。", "610 units a week", ["number"]),
        ("It costs $40 per ounce.", "每克40美元", ["number"]),
        ("每周卖出610台。", "Weekly sales are at 610 units", []),
        ("每千瓦2400美元。", "Quotes at $2,400/kW", []),
        ("Half a year later, 30 left.", "半年后有30人离开", []),
    ],
)
def test_what_a_rate_is_counted_by(claim, post, found):
    assert reasons(claim, post, rule="rates") == found
