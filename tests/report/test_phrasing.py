"""Lists in sentences."""

import pytest

from dawnchorus.report.phrasing import Phrases


@pytest.mark.parametrize(
    ("items", "zh", "en"),
    [
        (["微博", "Hacker News"], "微博和 Hacker News", "微博 and Hacker News"),
        (["X", "Mastodon", "V2EX"], "X、Mastodon 和 V2EX", "X, Mastodon and V2EX"),
        (["X", "微博"], "X 和微博", "X and 微博"),
        (["甲和乙", "丙"], "甲和乙和丙", "甲和乙 and 丙"),
        (["X"], "X", "X"),
    ],
)
def test_chinese_lists_have_space_around_latin_words(items, zh, en):
    assert Phrases("zh").join(items) == zh
    assert Phrases("en").join(items) == en
