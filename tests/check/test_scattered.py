"""What one clause tells stands together in the posts, in one post and if it can in one sentence."""

from datetime import UTC, datetime

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import Context, find_faults

CANAL = "The Orvik canal has 14 locks. Its keeper is Tamsin Rowe."
QUARRY = "The Belmar quarry sold 300 blocks of slate, mostly to builders in Lund."
MILL = "米尔顿磨坊去年磨了九百吨黑麦。"
DAM = "格鲁姆水坝的闸门有七道，守坝人很少。"


def signals(claim, *texts):
    posts = {
        str(n): Evidence(
            id=str(n), text=text, author=f"lo{n}", created_at=datetime(2026, 3, 10 + n, tzinfo=UTC)
        )
        for n, text in enumerate(texts)
    }
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    found = find_faults(sentence, Context(evidence=posts)).by_rule["scattered"]
    return [(one.signal, one.words) for one in found if one.signal != "scattered.words"]


@pytest.mark.parametrize(
    ("claim", "posts", "words"),
    [
        ("The Orvik canal has 300 locks.", (CANAL, QUARRY), "300"),
        ("The slate of Belmar went to builders at Orvik.", (QUARRY, CANAL), "Orvik"),
        ("谷歌的水坝有七道闸门。", (DAM, "谷歌去年收了九百吨黑麦。"), "谷歌"),
    ],
)
def test_a_piece_of_another_post_is_a_strong_sign(claim, posts, words):
    found = signals(claim, *posts)
    assert ("scattered.posts", words) in found


def test_a_piece_of_another_sentence_is_a_weak_one():
    assert signals("The 14 locks are said to be Rowe's.", CANAL) == [("scattered.sentences", "Rowe")]


@pytest.mark.parametrize(
    ("claim", "posts"),
    [
        ("The Orvik canal has 14 locks, and the Belmar quarry sold 300 blocks.", (CANAL, QUARRY)),
        ("Orvik 运河有14道船闸，Belmar 采石场卖出300块板岩。", (CANAL, QUARRY)),
        ("米尔顿磨坊磨了九百吨黑麦，格鲁姆水坝有七道闸门。", (MILL, DAM)),
        ("The Belmar quarry sold 300 blocks.", (QUARRY,)),
    ],
)
def test_clauses_that_each_stand_in_a_post_are_none(claim, posts):
    assert signals(claim, *posts) == []
