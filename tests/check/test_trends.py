"""One event is no trend."""

import pytest
from tests.check.objections import found, post

FAULTY = [
    ("仁林水泵的热度持续升温。", "仁林周二发布一款水泵。"),
    ("越来越多工廠改用仁林水泵。", "我們廠周二裝了仁林的水泵。"),
    ("水泵召回频发,监管不断加码。", "Renlin recalls a pump."),
    ("水泵市场快速增长。", "Renlin has a pump."),
    ("Drivers are increasingly taking the ferry.", "I took the ferry on Tuesday."),
    ("Ferry accidents keep piling up.", "The ferry hit the pier on Tuesday."),
    ("The ferry is gaining momentum.", "I took the ferry on Tuesday."),
    ("Orvik is the latest in a string of ferries to sink.", "The Orvik sank on Tuesday."),
]

FINE = [
    ("越来越多工厂改用仁林水泵。", "More and more factories run on Renlin pumps."),
    ("仁林在视频发布会上展示水泵。", "Renlin showed the pump on video."),
    ("仁林进入物流行业。", "Renlin enters logistics."),
    ("仁林计划2027年年中投产。", "Renlin plans to start in mid-2027."),
    ("Ferry traffic keeps growing.", "渡轮的客流连续三年上升。"),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_rejected(claim, posted):
    assert found("trend", claim, post(posted)) == {"rejected"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("trend", claim, post(posted))
