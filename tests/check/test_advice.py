"""Nobody is advised, unless a post does."""

import pytest
from tests.check.objections import found, post

FAULTY = [
    ("投资者宜逢低买入仁林股票。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("仁林的水泵值得關注。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("用户不妨试试仁林的水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("工厂应尽快升级水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("仁林概念股值得布局。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    (
        "Investors should buy Orvik shares.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "Drivers would be wise to book early.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "The Orvik is one to watch.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "Commuters should switch to the ferry.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
]

FINE = [
    ("作者认为校园里应当禁止这种眼镜。", "Only 8% noticed. Ban them in schools."),
    ("The pump should be kept for wet fields, he argues.", "It is loud. Use it on wet fields only."),
    ("他说明这不构成投资建议。", "Not advice, but the fee ends in July."),
    ("他说工厂应尽快升级水泵。", "Factories should upgrade their pumps now."),
    ("水泵价格便宜,买入当天就装好了。", "The pump was cheap, installed the day I bought it."),
    ("仁林回应供应问题。", "仁林回应了供应问题。"),
    ("值得注意的是,水泵每小时抽水九吨。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("Drivers should book early, the crew says.", "想坐船的要早点订,别等。拜托了。"),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_rejected(claim, posted):
    assert found("advice", claim, post(posted)) == {"rejected"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("advice", claim, post(posted))
