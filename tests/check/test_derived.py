"""Numbers that a reader of the posts can work out, and small ones that nothing denies."""

from __future__ import annotations

import pytest

from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.numerals import numbers_in


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("four and a half thousand homes", 4500, ""),
        ("thirty-two and a half percent", 32.5, "%"),
        ("$2.4 Trillion", 2.4e12, "USD"),
        ("a quarter-century lease", 300, "mo"),
        ("三分之一个世纪", 400, "mo"),
        ("半个世纪", 600, "mo"),
        ("smaller by a factor of 12", 12, "x"),
        ("16 A100s", 16, ""),
    ],
)
def test_notations(text: str, value: float, unit: str) -> None:
    (number,) = numbers_in(text)
    assert (number.low, number.unit) == (pytest.approx(value), unit)


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        (
            "The three repairs cost $97 in total.",
            "Repairs: $40 for the belt, $35 for the seal and $22 for the lamp.",
        ),
        ("三次维修合计花了97元。", "皮带40元，密封35元，灯泡22元。"),
        ("峰值比旧纪录高出1.4吉瓦。", "New record: 21.9 GW. Old one was 20.5, in 2024."),
        ("小组快了四十分钟，领先对手四十分钟。", "Our team took 3h20, theirs 4h."),
        ("命中率几乎是旧法的两倍。", "New method: 62% hit rate vs 33% for the old one."),
        ("其余 27% 没有回答。", "41% said yes, 32% said no."),
        ("Every three months it will publish its error rate.", "We'll publish error rates every quarter."),
        ("股价腰斩有余。", "The share is down 57% today."),
        ("Two voters wanted 50 basis points.", "Three for a hold, two for 50."),
        ("委员中两人要求降半个百分点。", "Two for no change, two for 50."),
        ("投资方有两家：北岸资本、林达。", "北岸资本和林达领投。"),
        ("账户开了两步验证。", "I had 2FA on the account."),
        ("Four of the five who voted were for it.", "It passed 4-1."),
    ],
)
def test_what_the_posts_let_one_work_out_is_not_rejected(claim: str, post: str) -> None:
    verdict = check_claim(claim, [{"id": "x:1", "source": "x", "author": "a", "text": post}])
    assert not [one for one in verdict.reasons if one.rule == "number" and verdict.verdict == "rejected"], (
        verdict.reasons
    )


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("The plant sold 860 pumps.", "The plant sold 86 pumps."),
        ("工厂融资4万元。", "工厂融资4亿元。"),
        (
            "The three repairs cost $120 in total.",
            "Repairs: $40 for the belt, $35 for the seal and $22 for the lamp.",
        ),
        ("四家客户换了供应商。", "Three of our clients changed supplier."),
        ("Six workers were hurt.", "A single worker was hurt."),
        ("球队以4比1取胜。", "The team won 4-3."),
        ("湖水下降了9米。", "The lake dropped 6 m; sirens work in 4 of 9 villages."),
        ("More than half of the members agreed.", "38% of our 1,250 members agreed."),
        ("Revenue grew by 14% to 7.9 billion kroner.", "Profit NOK 1.1bn. Revenue NOK 7.9bn, +4%."),
    ],
)
def test_a_figure_that_the_posts_contradict_is_rejected(claim: str, post: str) -> None:
    verdict = check_claim(claim, [{"id": "x:1", "source": "x", "author": "a", "text": post}])
    assert verdict.verdict == "rejected"
    assert any(one.rule == "number" for one in verdict.reasons)
