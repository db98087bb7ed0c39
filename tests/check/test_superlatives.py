"""Superlatives need one in the posts, of their kind and reaching as far."""

import pytest
from tests.check.objections import found, post

FAULTY = [
    ("仁林的水泵价格最低。", "仁林的水泵卖90美元。"),
    ("The Orvik ferry was the fastest, at 50 minutes.", "The Orvik ferry took 50 minutes, in rain."),
    ("罢工持续了有史以来最长的九天。", "罢工持续九天,前年那次六天,再前一次四天。"),
    ("仁林公司发布全球首款水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("仁林公司发布業內最強的水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("仁林公司的水泵創下歷史新高。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("仁林公司周二发布里程碑式的水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    (
        "The Orvik ferry carried a record 40,000 cars.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "Orvik runs the only blue ferry.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "No other ferry carries as many cars as the Orvik.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    ("Traffic on the Orvik is at its lowest level ever.", "Traffic on the Orvik is at its lowest since May."),
    ("The Orvik is the largest ferry in the world.", "The Orvik is the largest ferry on our lake."),
]

FINE = [
    ("三艘船里Orvik用时最短,为50分钟。", "Crossing times: Orvik 50 minutes, Tarn 72 minutes, Brisk 2 hours."),
    ("The Brisk was slowest, at two hours.", "奥维克用了50分钟,塔恩72分钟,布里斯克2小时。"),
    ("Pinecrest现有员工38人。", "We're 38 people at Pinecrest."),
    ("新時代證券發布週報。", "Xinshidai Securities put out its weekly."),
    ("这是三月以来从未有过的大单。", "Biggest order since March."),
    ("The first hulls will arrive in May.", "Hulls arrive from May on."),
    ("仁林交出首份成绩单:售出九万台。", "仁林卖了九万台。"),
    ("直播最高纪录为三万人。", "Peak viewers: 30k."),
    ("最近仁林公司发布一款水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("仁林公司首席执行官周二发布水泵。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    ("这款水泵最高每小时抽水9吨。", "仁林公司周二发布一款水泵,每小时抽水九吨。"),
    (
        "At least 40,000 cars took the Orvik ferry.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "The latest hull of the Orvik is blue.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    (
        "In the first quarter the Orvik carried 40,000 cars.",
        "The Orvik ferry carried 40,000 cars in February, up from 31,000. Its new hull is blue.",
    ),
    ("The Orvik is the largest ferry.", "The Orvik is the biggest of them all."),
    ("仁林水泵销量创历史新高。", "Renlin pumps: all-time high again."),
    ("仁林的水泵是全球首款静音水泵。", "Renlin is first in the world with a silent pump."),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_rejected(claim, posted):
    assert found("superlative", claim, post(posted)) == {"rejected"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("superlative", claim, post(posted))
