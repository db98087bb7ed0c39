"""Numbers and dates told in other words, units and scales: the same fact passes, another one does not."""

from datetime import date

import pytest

from dawnchorus.model import Window
from dawnchorus.report.check.dates import check_dates
from dawnchorus.report.check.evidence import evidence_from
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Ground, claim_of
from dawnchorus.report.check.numbers import check_numbers
from dawnchorus.report.check.ordinals import ordinals_in

DAY = date(2026, 3, 10)  # a Tuesday


def levels(claim, post):
    item = evidence_from({"id": "p", "text": post, "author": "zed", "created_at": "2026-03-10T05:00:00Z"})
    ground = Ground((item,), Window(first=DAY, last=DAY, tz="Asia/Shanghai"))
    read = claim_of(fold(claim), ground)
    return [found.level for found in (*check_numbers(read, ground), *check_dates(read, ground))]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("服务中断了一年半。", "The outage lasted 18 months."),
        ("The trial runs a year and a half.", "试点为期18个月。"),
        ("一碗面卖两块五。", "一碗面2.5元"),
        ("The bank cut by a quarter of a point.", "央行降息25个基点"),
        ("16岁以下用户不能注册。", "Under-16s can't sign up."),
        ("她三十多岁。", "She is in her thirties."),
        ("该比赛是四分之一决赛。", "It was the quarter-final."),
        ("每四人中就有一人离职。", "One in four left."),
        ("12个人里有9个赞成。", "12个人里有9个说好"),
        ("产量翻了一倍多。", "Output: NOK 2.3bn, a year ago 1.1bn."),
        ("目标从900吨提高到12万吨。", "900 tonnes so far, going to 120,000."),
        ("成本为5亿克朗。", "It cost NOK 500m."),
        ("3 月 3 日至 5 日开会。", "Meeting March 3-5."),
        ("报告称 1840 份简历被退回。", "1,840 résumés were sent back."),
        ("他连续四次不变。", "No change, the fourth time in a row."),
        ("比去年多50万。", "230万，去年180万"),
        ("十年前开业。", "It opened a decade ago."),
        ("上世纪90年代的旧案。", "a case of the 1990s"),
        ("今年秋天发布。", "It ships this autumn."),
        ("两人都反对。", "Both are against it."),
        ("Jan Metsers asked twice.", "Jan Metsers asked 2x"),
        ("It may rain on the parade.", "Maybe rain."),
    ],
)
def test_the_same_in_other_words_passes(claim, post):
    assert levels(claim, post) == []


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("服务中断了两年半。", "The outage lasted 18 months."),
        ("18岁以下用户不能注册。", "Under-16s can't sign up."),
        ("目标从900吨提高到12万磅。", "900 tonnes so far, going to 120,000."),
        ("成本为5亿瑞典克朗。", "It cost NOK 500m."),
        ("占地6公顷。", "It covers 6 acres."),
        ("It ships in the spring of 2027.", "It ships in autumn 2026."),
        ("It ships this spring.", "It ships this autumn."),
        ("80年代的旧案。", "a case of the 1990s"),
        ("错误率下降了5%。", "Errors fell from 14% to 9%."),
    ],
)
def test_another_number_or_day_is_rejected(claim, post):
    assert levels(claim, post) == ["rejected"]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("The audit took place in March.", "We told them in our May audit."),
    ],
)
def test_what_may_be_told_of_the_posts_day_or_of_points_is_left_to_a_judge(claim, post):
    assert levels(claim, post) == ["escalated"]


def test_a_third_language_is_data_alone():
    assert levels("昨日発表、先週の会議。", "Announced on March 9, after the meeting last week.") == []
    assert levels("一昨日発表。", "Announced on March 9.") == ["rejected"]


def test_ordinals_in_both_languages():
    found = [[one.value for one in ordinals_in(text)] for text in ("第三次", "the 3rd", "third in a row")]
    assert found == [[3], [3], [3]]
    assert ordinals_in("a third of it, two thirds, per second") == ()
