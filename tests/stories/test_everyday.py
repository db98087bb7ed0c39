"""How everyday a term is in general language."""

from __future__ import annotations

import polars as pl
import pytest

from dawnchorus.stories.cluster import find_stories
from dawnchorus.stories.everyday import everyday_share
from dawnchorus.stories.tokens import hash_words


def everyday(word: str) -> float:
    """The largest share of the terms of ``word``."""
    return float(everyday_share(hash_words(pl.Series([word]))[1]).max())


@pytest.mark.parametrize(
    "rarer",
    [
        ("zork", "lighthouse", "minutes", "the"),
        ("鲲鹏", "水稻", "今天", "的"),
        ("雪舟", "灯台", "会社", "する"),
    ],
)
def test_the_rarer_a_word_the_less_everyday_it_is(rarer):
    found = [everyday(word) for word in rarer if len(word) > 1]

    assert found == sorted(found)
    assert found[0] < 0.5 <= found[-1] <= 1


def test_a_word_that_no_list_has_is_not_everyday_at_all():
    assert everyday("qwzxv") == 0
    assert everyday_share(hash_words(pl.Series([""]))[1]).shape == (0,)


def test_characters_that_often_meet_between_words_are_everyday():
    assert everyday("的人") > everyday("鲲的")


def test_on_a_small_day_everyday_words_join_nothing_and_names_of_the_same_count_do(kept, chatter):
    rows = [
        {"text": "a new desk, built within minutes", "id": "x:desk"},
        {"text": "coffee spilled over my desk, minutes before leaving", "id": "x:late"},
        {"text": "Velmora sued over the Kestrin recall", "id": "x:sued"},
        {"text": "nobody told Kestrin owners what Velmora knew", "id": "x:knew"},
        *({"text": text} for text in chatter),
    ]

    story = dict(find_stories(kept(rows)).select("id", "story").iter_rows())

    assert story["x:sued"] == story["x:knew"] is not None
    assert story["x:desk"] is None
    assert story["x:late"] is None


def test_servers_of_handles_are_no_words(kept, chatter):
    rows = [
        *({"text": f"{text} @reader{i}.skies.example"} for i, text in enumerate(chatter)),
        {"text": "Velmora sued over the Kestrin recall @ada.skies.example", "id": "x:sued"},
        {"text": "Kestrin owners ask what Velmora knew @bo@skies.example", "id": "x:knew"},
    ]

    found = find_stories(kept(rows)).drop_nulls("story")

    assert set(found["id"]) == {"x:sued", "x:knew"}
