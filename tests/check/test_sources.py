"""No more speak than are cited or counted in a post."""

import pytest
from tests.check.objections import found, post

FAULTY = [
    ("三位工程师表示水泵太响。", "仁林的水泵太响了。"),
    ("五家媒體報道了仁林的水泵。", "仁林的水泵太響了。"),
    ("三份独立评测都测得每小时七吨。", "我测了水泵,每小时七吨。"),
    ("Four engineers say that the hull leaks.", "I think the hull leaks."),
    ("Two doctors and three nurses describe the ward.", "I work on the ward. It is full."),
    ("Mika and two colleagues blame the hull.", "I blame the hull."),
]

FINE = [
    ("九位評審都表示水泵太響。", "All jurors agree it is loud, 9 out of 9."),
    ("Five members backed the ban.", "The vote was 5-4."),
    ("四百多名学生承认用过软件。", "我问了412个学生。"),
    ("三位工程师表示水泵太响。", "Three engineers tell me the pump is too loud."),
    ("三款人工智能模型都能控制水泵。", "三款人工智能模型都能控制水泵。"),
    ("十二人中有九人觉得水泵太响。", "12个人里有9个说太响。"),
    (
        "As all 22 economists polled had expected, the rate held.",
        "Rate held, as all 22 economists we polled said.",
    ),
    ("Two people familiar with the deal say it is off.", "两名知情人士告诉我,交易黄了。"),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_rejected(claim, posted):
    assert found("sources", claim, post(posted)) == {"rejected"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("sources", claim, post(posted))
