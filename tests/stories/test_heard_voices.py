from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest

from dawnchorus.stories.build import build_stories
from dawnchorus.stories.voices import handle, standing
from dawnchorus.tables import THREADS, empty

NEWS = "Harrowgate opens its second tidal plant near Lankport"
OTHER = "Brambleford opens its third beetroot museum near Eastwick"


def weights(stories: pl.DataFrame, post: str) -> dict[str, float]:
    row = stories.filter(pl.col("posts").list.contains(post)).row(0, named=True)
    return {reason["measure"]: reason["weight"] for reason in row["reasons"]}


@pytest.mark.parametrize("author", ["Ada", "@ada", "ada@social.example", "ada.bsky.social"])
def test_a_person_has_one_name_on_all_networks(author):
    assert pl.select(handle(pl.lit(author))).item() == "ada"


def test_of_whom_others_spoke_in_earlier_editions_is_heard(kept, day):
    past = [{"text": f"Visited {place} with @harrowgate engineers, their pumps are quiet", "author": place}
            for place in ("Skerry", "Tarvoe", "Meridale")]  # fmt: skip
    before = build_stories(kept(past), earlier=empty(THREADS), day=day - timedelta(days=1)).threads
    rows = [{"id": "known", "author": "harrowgate", "text": NEWS}, {"id": "other", "text": OTHER}]

    stories = build_stories(kept(rows), earlier=before, day=day).stories

    assert weights(stories, "known")["spoken"] > 0
    assert "spoken" not in weights(stories, "other")
    assert standing(before, day=day - timedelta(days=1)).is_empty()


def test_answers_and_own_mentions_speak_of_nobody(kept, day):
    rows = [
        {"id": "star", "author": "harrowgate", "text": NEWS},
        {"text": "@harrowgate when does the next one open, please?", "reply_to": "star"},
        {"author": "harrowgate", "text": "Follow @harrowgate, we also repair submarine cables in winter"},
    ]

    stories = build_stories(kept(rows), earlier=empty(THREADS), day=day).stories

    assert "spoken" not in weights(stories, "star")


def test_voices_that_pass_on_one_unknown_site_count_like_a_few(kept, day):
    said = (
        "Harrowgate tidal plant opened, I was there",
        "Lankport finally has its tidal plant by Harrowgate",
        "Tidal power from Harrowgate: turbines hum in Lankport tonight",
    )
    rows = [{"id": f"p{i}", "text": text} for i, text in enumerate(said)]
    linked = [{**row, "text": f"{row['text']} https://pushed.example/plant"} for row in rows]
    elsewhere = [{"text": f"{OTHER} {i} https://pushed.example/{i}"} for i in range(2)]

    pushed, known = (
        weights(build_stories(kept(posts), earlier=empty(THREADS), day=day).stories, "p0")["voices"]
        for posts in (linked, [*linked, *elsewhere])
    )

    assert pushed < known
