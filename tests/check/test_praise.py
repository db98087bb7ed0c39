"""Praise and scenery that no post has."""

import pytest
from tests.check.objections import found, post

from dawnchorus.report.check import finding


@pytest.fixture(autouse=True)
def points(monkeypatch):
    """The rule's own signals at a weight that does not change when points are fitted anew."""
    fixed = finding.points() | {"praise.word": 1.0, "praise.scene": 1.0}
    monkeypatch.setattr(finding, "points", lambda: fixed)


FAULTY = [
    ("水泵惊艳亮相。", "他们周二发布了水泵。"),
    ("他含泪宣布停航。", "渡轮停航,船长宣布。"),
    ("他熬夜修好了船身。", "船身修好了,他说。"),
    ("The stunning hull is blue.", "The hull is blue."),
    ("In tears, the captain announced the stop.", "The captain announced the stop."),
    ("The captain smiled as he left.", "The captain left."),
]

FINE = [
    ("船长笑着说渡轮停航。", "The ferry stopped, lol 😄"),
    ("她两度落泪。", "I cried twice."),
    ("Snow Country Postman opened on Friday.", "《雪国邮差》周五上映。"),
    ("他含泪宣布停航。", "He announced the stop in tears."),
    ("水泵惊艳亮相。", "Wow, that pump is amazing."),
    ("FX Desk Nordics says the ferry stopped.", "The ferry stopped at noon."),
    ("The captain smiled as he left.", "船长微笑着走了。"),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_escalated(claim, posted):
    assert found("praise", claim, post(posted)) == {"escalated"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("praise", claim, post(posted))
