"""One day told in many ways, Chinese and English, is one day; another day is not."""

from __future__ import annotations

from datetime import date

import pytest

from dawnchorus.model import Window
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.rules import RULES

OTHERS = tuple(rule.name for rule in RULES if rule.name not in ("dates", "numbers"))
# The post is of Monday evening in Shanghai, the edition of Tuesday.
WINDOW = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Shanghai")


def verdict(claim, post):
    given = {"id": "1", "author": "abc", "created_at": "2026-03-09T14:00:00Z", "text": post}
    return check_claim(claim, [given], WINDOW, off=OTHERS).verdict


SAME = [
    pair.split("|")
    for pair in """
")[0])
""".strip().splitlines()
]
ANOTHER = [
    pair.split("|")
    for pair in """
公司3月8日发布。|We launched today.
公司前天发布。|We launched today.
公司周二开会。|Meeting on Wednesday.
公司1月裁员。|It cut jobs last month.
公司上半年发货。|Ships in H2.
公司第三季度发货。|Ships in Q2.
公司2026财年第三季度营收增长。|Q1 FY26 revenue grew. Q2 revenue outlook is up.
明年上市。|On sale in 2028.
五年前成立。|Founded three years ago.
3月15日发布。|Launch in three days.
公司8月17日开始谈判。|Talks start Monday 24 Aug.
今年春天申请。|It will file this autumn.
将于本月发射。|Launch is GO for April.
五月审计。|The March audit.
晚上9点开播。|Starts at 8pm.
It launches on March 29.|3月31日上线
Founded in 2019.|2016年成立
In May it fell.|去年12月下跌
It closed last Wednesday.|上周四关闭
The Commission votes on 28 August.|The text is dated 28 March, vote pencilled in for 14 October.
""".strip().splitlines()
]


@pytest.mark.parametrize(("claim", "post"), SAME)
def test_one_day_told_in_another_way_passes(claim, post):
    assert verdict(claim, post) == "supported"


@pytest.mark.parametrize(("claim", "post"), ANOTHER)
def test_another_day_is_rejected(claim, post):
    assert verdict(claim, post) == "rejected"
