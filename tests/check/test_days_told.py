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
公司昨天发布。|We launched today.
公司3月9日发布。|We launched today.
公司周一发布。|We launched today.
公司本周发布。|We launched today.
公司今天发布。|We launch tomorrow.
公司上周五宣布。|Announced on Friday.
公司3月6日宣布。|Announced last Friday.
公司上周宣布。|Announced last Friday.
公司下周一开会。|Meeting next Monday.
公司下周开会。|Meeting on the 17th.
公司3月17日开会。|Meeting on the 17th.
会议将于本月底举行。|The meeting is at the end of the month.
会议将于本月底举行。|The meeting is on March 31.
公司上个月裁员。|It cut jobs in February.
公司2月裁员。|It cut jobs last month.
公司今年2月裁员。|It cut jobs last month.
公司下半年发货。|Ships in H2.
公司下半年发货。|Ships in the second half of 2026.
公司下半年发货。|Ships 2H26.
公司今年下半年发货。|Ships later this year, in 2H 2026.
公司第三季度发货。|Ships in Q3.
公司三季度发货。|Ships in the third quarter.
公司2026年第三季度发货。|Ships Q3'26.
公司2026年第三季度发货。|Ships 3Q26.
公司四季度业绩。|Q4 results are out.
公司上季度亏损。|It lost money in Q4.
公司去年四季度亏损。|It lost money in Q4 2025.
公司去年第四季度亏损。|It lost money in the last quarter of 2025.
公司2026财年第一季度营收增长。|Q1 FY26 revenue grew.
公司2026财年营收增长。|FY2026 revenue grew.
公司2026财年营收增长。|Fiscal 2026 revenue grew.
公司今年一季度营收增长。|Revenue grew in the first quarter.
明年年初上市。|It goes on sale in early 2027.
明年初上市。|It goes on sale early next year.
明年一季度上市。|On sale in Q1 2027.
年底前上市。|On sale by year-end.
年底前上市。|On sale by the end of the year.
今年年底前上市。|On sale by end of 2026.
年内上市。|On sale later this year.
到2030年实现。|By 2030.
到2020年代末实现。|By the end of the decade.
本世纪末。|By the end of the century.
三天后发布。|Launch in three days.
3月12日发布。|Launch in three days.
两周后发布。|Launch in two weeks.
3月23日发布。|Launch in two weeks.
三个月后发布。|Launch in three months.
三年前成立。|Founded three years ago.
2023年成立。|Founded three years ago.
三年前成立。|Founded in 2023.
十年前成立。|Founded a decade ago.
2016年成立。|Founded a decade ago.
半年前上线。|Launched six months ago.
去年9月上线。|Launched six months ago.
两周前上线。|Launched two weeks ago.
几天前上线。|Launched a few days ago.
前天上线。|Launched on Sunday.
上周日上线。|Launched on Sunday.
周日上线。|Launched yesterday.
3月8日上线。|Launched yesterday.
3月8日上线。|Launched on 3/8.
3月8日上线。|Launched 8 Mar.
3月8日上线。|Launched on Mar. 8th.
3月8日上线。|Launched on 8/3.
三月八日上线。|Launched March 8
2026年3月8日上线。|2026-03-08 release
3月底发布。|Ships in late March.
3月下旬发布。|Ships in late March.
3月中旬发布。|Mid-March release.
五月中旬前发布。|By mid-May.
三月初发布。|Early March release.
今年夏天发布。|This summer.
夏季发布。|This summer.
今年秋季发布。|This fall.
入冬前完成。|Before winter.
春节期间。|During Lunar New Year.
圣诞节前。|Before Christmas.
去年同期为31例。|It was 31 cases in the same period last year.
同比增长31%。|Up 31% y/y.
同比增长31%。|Up 31% from a year earlier.
同比增长31%。|年增31%
环比增长8%。|Up 8% q/q.
环比增长8%。|季增8%
晚上8点开播。|Starts at 8pm.
下午三点开播。|Starts 3 p.m.
晚8点开播。|Starts at 20:00.
上午九点半开播。|Starts at 9:30 am
凌晨两点宕机。|Down at 2am.
北京时间10日凌晨发布。|Released at 18:00 UTC on March 9.
过去12个月。|in the past 12 months
过去一年。|over the past year
近三年来。|in the last three years
过去五年。|over the last five years
自2024年以来。|since 2024
自去年以来。|since last year
90后创业者。|founders born in the 1990s
上世纪90年代。|in the 1990s
2025年全年。|full-year 2025
2025年全年。|for all of last year
2025-26财年。|FY25-26
截至2月28日。|as of Feb 28
截至2月底。|as of the end of February
2月末。|end-Feb
周末发布。|Released over the weekend.
上周末发布。|Released last weekend.
工作日。|on weekdays
明天开会。|Meeting Wednesday.
本周三开会。|Meeting on Wednesday.
3月11日开会。|Meeting on Wednesday.
今年晚些时候。|later this year
今年早些时候。|earlier this year
本月早些时候。|earlier this month
5月4日至6日。|May 4-6
5月4日到6月2日。|from 4 May to 2 June
第六个月之前。|before month six
以今天的价格。|at today's prices
3月通胀。|If March prints low
今年5月。|The May update
明年5月。|next May
10 万，9 万 5 时卖出。|10万，9万5的时候卖出
He said it yesterday.|今天刚说
She resigned on Sunday.|昨天辞职
It launches on March 31.|月底上线
It launches this month.|月底上线
It launches in April.|下个月上线
Sales start in the second quarter of next year.|明年第二季開始申請
Fourth-quarter 2025 revenue rose.|2025年第四季营收上升
In the last quarter of 2025 revenue rose.|2025年第四季營收上升
First-half profit rose.|上半年利润上升
Profit rose in the first half.|上半年利润上升
Profit rose in the year to March.|截至3月的一年利润上升
Two years ago it was nothing.|两年前什么都没有
In 2024 it was nothing.|两年前什么都没有
The trial ends in a week.|试用一周后结束
Since the start of the year shares rose.|年初至今股价上涨
Shares rose year to date.|今年以来股价上涨
Last December it fell.|去年12月下跌
In December it fell.|去年12月下跌
It closed last Thursday.|上周四关闭
It closed on March 5.|上周四关闭
The vote is on the 31st.|投票在31号
The vote is on March 31.|投票在31號
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


@pytest.mark.parametrize(
    ("claim", "post", "at"),
    [
        ("五月销量较四月下降3%。", "五月交付31,240辆，环比-3%。", "2026-06-02T02:00:00Z"),
        ("Sales in May were down 3% from April.", "May: 31,240 cars, -3% m/m.", "2026-06-02T02:00:00Z"),
        ("与去年五月相比多了四成。", "五月交付31,240辆，同比+40%。", "2026-06-02T02:00:00Z"),
        ("换别的办法还得等上一年。", "Any other way would take a year.", "2026-06-02T02:00:00Z"),
    ],
)
def test_a_month_that_the_posts_compare_with_is_no_invention(claim: str, post: str, at: str) -> None:
    evidence = [{"id": "x:1", "source": "x", "author": "a", "text": post, "created_at": at}]
    assert not [one for one in check_claim(claim, evidence).reasons if one.rule == "date"]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("工厂将在四月关闭。", "工厂五月关闭，产量环比-3%。"),
        ("The plant closes in August.", "The plant closes in May, output -3% m/m."),
        ("The vote is on Tuesday.", "The vote is on Monday."),
        ("价格较二月下降。", "五月价格环比-3%。"),
    ],
)
def test_another_month_or_day_is_rejected(claim: str, post: str) -> None:
    evidence = [
        {"id": "x:1", "source": "x", "author": "a", "text": post, "created_at": "2026-06-02T02:00:00Z"}
    ]
    verdict = check_claim(claim, evidence)
    assert verdict.verdict == "rejected"
    assert verdict.reasons[0].rule == "date"
