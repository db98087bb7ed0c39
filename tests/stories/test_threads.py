from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from dawnchorus.stories import build
from dawnchorus.stories.build import build_stories
from dawnchorus.stories.earlier import Match
from dawnchorus.stories.threads import Trace, threads_of_events
from dawnchorus.tables import STORIES, THREADS, empty

FIRST = (
    "Oradyne recalls Lumo batteries after fires in Tessaly",
    "Fires in Tessaly: Oradyne recalls its Lumo batteries",
    "Oradyne recall of Lumo batteries, Tessaly fires blamed",
)
NEXT = (
    "Oradyne recall of Lumo batteries grows to 48,000 units after Tessaly fires",
    "Oradyne now recalls 48,000 Lumo batteries, Tessaly fires",
    "Lumo batteries recall: Oradyne says 48,000 affected, Tessaly fires",
)
SAME = (
    "Oradyne recalls Lumo batteries, fires in Tessaly again discussed",
    "Still about Oradyne: Lumo batteries recall after fires in Tessaly",
)
OTHER = ("Dockers strike in Lankport over pensions", "Lankport dockers on strike, pensions at stake")


@pytest.fixture
def edition(kept, day):
    """Build an edition ``later`` days on; ids and times are those of that day."""

    def build(texts, earlier, later=0):
        rows = [
            {
                "id": f"{later}-{i}",
                "text": text,
                "created_at": datetime(2026, 3, 10, 8, i, tzinfo=UTC) + timedelta(days=later),
            }
            for i, text in enumerate(texts)
        ]
        return build_stories(kept(rows), earlier=earlier, day=day + timedelta(days=later))

    return build


def test_first_edition_has_only_new_stories(edition, day):
    built = edition((*FIRST, *OTHER), empty(THREADS))

    assert set(built.stories["status"]) == {"new"}
    assert set(built.stories["first_seen"]) == {day}
    assert built.stories["before"].null_count() == 2
    assert built.stories["thread"].to_list() == built.stories["story"].to_list()
    assert built.threads.schema == THREADS
    assert set(built.threads["post_count"]) == {3, 2}


def test_update_names_the_new_posts_and_what_is_new(edition, day):
    first = edition(FIRST, empty(THREADS))
    second = edition((*NEXT, *OTHER), first.threads, later=1)

    story = second.stories.filter(status="update").row(0, named=True)

    assert story["thread"] == first.stories["thread"][0] != story["story"]
    assert story["news"] == ["48,000"]
    assert story["new_posts"] == ["1-0", "1-1", "1-2"]
    assert (story["before"], story["first_seen"]) == (3, day)
    assert second.stories.filter(status="new").height == 1
    assigned = second.assigned.filter(story=story["story"])
    assert set(assigned["thread"]) == {story["thread"]}


def test_same_words_from_new_posts_are_a_repeat(edition):
    first = edition(FIRST, empty(THREADS))
    second = edition(SAME, first.threads, later=1)

    story = second.stories.row(0, named=True)

    assert (story["status"], story["news"], story["new_posts"]) == ("repeat", [], [])


def test_posts_that_an_earlier_edition_had_bring_nothing_new(edition, kept, day):
    first = edition(FIRST, empty(THREADS))
    rows = [{"id": f"0-{i}", "text": text} for i, text in enumerate(FIRST)]

    again = build_stories(kept(rows), earlier=first.threads, day=day + timedelta(days=1))

    assert again.stories["status"].to_list() == ["repeat"]


def test_thread_sleeps_for_days_and_comes_back(edition, day):
    first = edition(FIRST, empty(THREADS))
    quiet = edition(OTHER, first.threads, later=1)
    back = edition(NEXT, pl.concat([first.threads, quiet.threads]), later=6)

    story = back.stories.row(0, named=True)

    assert (story["status"], story["thread"]) == ("update", first.stories["thread"][0])
    assert story["before"] is None
    assert story["first_seen"] == day


def test_what_any_earlier_edition_said_is_no_news(edition):
    first = edition(FIRST, empty(THREADS))
    second = edition(NEXT, first.threads, later=1)
    third = edition(NEXT, pl.concat([first.threads, second.threads]), later=2)

    assert third.stories["status"].to_list() == ["repeat"]


def test_making_a_day_again_does_not_read_its_own_rows(edition):
    first = edition(FIRST, empty(THREADS))
    again = edition(FIRST, first.threads)

    assert again.stories.equals(first.stories)
    assert again.threads.equals(first.threads)


def test_another_matter_starts_its_own_thread(edition):
    first = edition(FIRST, empty(THREADS))
    second = edition(OTHER, first.threads, later=1)

    assert second.stories["status"].to_list() == ["new"]


def test_growth_is_told_against_the_edition_before(edition):
    first = edition(FIRST[:2], empty(THREADS))
    second = edition((*NEXT, *SAME), first.threads, later=1)

    story = second.stories.filter(pl.col("status") != "new").row(0, named=True)
    ratio = next(reason for reason in story["reasons"] if reason["measure"] == "ratio")

    assert story["before"] == 2
    assert ratio["value"] == story["post_count"] / 2


def test_no_posts_make_no_stories(edition, kept, day):
    built = build_stories(kept([{"text": "x"}]).clear(), earlier=empty(THREADS), day=day)

    assert built.stories.schema == STORIES
    assert (built.assigned.height, built.stories.height, built.threads.height) == (0, 0, 0)


def test_a_thread_that_grows_on_new_words_is_an_update(edition):
    first = edition(FIRST[:2], empty(THREADS))
    words = (
        "shoppers return",
        "shoppers queue to return",
        "queue of shoppers to return",
        "shoppers now return",
        "shoppers want to return",
        "more shoppers return",
    )
    texts = [f"Oradyne recalls Lumo batteries after fires in Tessaly, {said} them" for said in words]
    second = edition(texts, first.threads, later=1)

    story = second.stories.row(0, named=True)

    assert story["status"] == "update"
    assert any("shoppers" in word for word in story["news"])
    assert len(story["new_posts"]) >= 5


def _days(kept, day, *texts_of_days):
    """Statuses by head of each day, each day told upon those before."""
    earlier, told = empty(THREADS), []
    for later, texts in enumerate(texts_of_days):
        rows = [
            {
                "id": f"{later}-{i}",
                "text": text,
                "created_at": datetime(2026, 3, 10, 8, i, tzinfo=UTC) + timedelta(days=later),
            }
            for i, text in enumerate(texts)
        ]
        built = build_stories(kept(rows), earlier=earlier, day=day + timedelta(days=later))
        earlier = pl.concat([earlier, built.threads])
        told.append(built.stories.sort("first_at"))
    return told


def test_general_words_do_not_swallow_other_matters(kept, day):
    launches = [
        "Launch HN: Karumi (YC F25), agentic product demos for sales teams",
        "Launch HN: Mosaic (YC W25), agentic video editing for film makers",
        "Launch HN: Tessel (YC S25), agentic payroll for bakeries and cafes",
        "Launch HN: Orrin (YC W25), agentic search for patents and drawings",
    ]
    told = _days(kept, day, launches[:1], launches[1:2], launches[2:3], launches[3:])

    assert [status for one in told for status in one["status"]] == ["new"] * 4


def test_one_name_is_enough_for_what_many_spoke_of(kept, day, chatter):
    many = [
        "Velmora Kestrel turbine unveiled at the Halden expo",
        "The Kestrel turbine from Velmora, unveiled in Halden",
        "Velmora shows Kestrel, its new turbine, at Halden",
        "Impressed by the Kestrel turbine Velmora brought to Halden",
        "Velmora's Kestrel turbine steals the show at Halden",
        "At Halden everybody looks at the Velmora Kestrel turbine",
        "Kestrel: the turbine that Velmora unveiled at Halden",
        "Velmora unveils Kestrel turbine, Halden applauds",
    ]
    after = ["Two days with a Velmora Kestrel: the gearbox whines at 70%, support says that is normal"]
    many += [f"{text}, with photos" for text in many]
    told = _days(kept, day, [*many, *chatter[:5]], [*after, *chatter[5:]])

    review = told[1].filter(pl.col("head") == "1-0").row(0, named=True)
    assert review["status"] == "update"
    assert review["first_seen"] == day


def test_another_site_with_the_same_words_is_a_repeat_one_with_new_words_is_not(kept, day):
    first = ["Velmora warns that the Kestrel turbine may shed ice onto roads https://a.example/1"]
    same = ["Velmora warns: Kestrel turbine may shed ice onto roads https://b.example/2"]
    other = [
        "Velmora Kestrel turbine ice warning: what drivers near wind parks should do, who pays for a dented"
        " bonnet and how insurers see it https://c.example/3"
    ]

    assert _days(kept, day, first, same)[1]["status"].to_list() == ["repeat"]
    assert _days(kept, day, first, other)[1]["status"].to_list() == ["update"]


def test_the_next_release_is_an_update(kept, day):
    first = ["Sentence Weaver v3.1 is out, with a hard negatives mining utility and better losses"]
    patch = ["Sentence Weaver v3.1.1 is out, fixing the hard negatives mining utility and losses"]

    [story] = _days(kept, day, first, patch)[1].iter_rows(named=True)
    assert (story["status"], story["news"]) == ("update", ["3.1.1"])


def test_words_with_a_capital_are_no_names_for_that(kept, day):
    first = ["Oradyne recalls Lumo batteries after fires in Tessaly"]
    again = ["We’ve read it: Oradyne recalls Lumo batteries after fires in Tessaly. I’ve no words. 14"]

    assert _days(kept, day, first, again)[1]["status"].to_list() == ["repeat"]


def test_peak_and_volume_are_kept(kept, day):
    told = _days(kept, day, NEXT, FIRST[:2], FIRST[:1])
    last = told[2].row(0, named=True)

    assert (last["post_count"], last["before"]) == (1, 2)
    assert (last["peak_count"], last["peak_day"], last["first_seen"]) == (3, day, day)


def test_order_of_earlier_rows_changes_nothing(edition):
    first = edition((*FIRST, *OTHER), empty(THREADS))
    second = edition(NEXT, first.threads, later=1)
    shuffled = edition(NEXT, first.threads.reverse(), later=1)

    assert shuffled.stories.equals(second.stories)
    assert shuffled.threads.equals(second.threads)


def _trace(story):
    return Trace(story, (f"{story}-post",), {}, {}, {}, frozenset())


def test_a_broad_event_keeps_the_thread_that_most_of_it_goes_on():
    today = [_trace(name) for name in ("a", "b", "c", "d")]
    matched = [None, Match("x", "old", 1, 3, 0), Match("y", "other", 1, 3, 0), Match("z", "old", 1, 3, 0)]

    assert threads_of_events(today, matched, dict.fromkeys("abcd", "event")) == {"event": "old"}
    assert threads_of_events(today, [None] * 4, dict.fromkeys("ab", "event")) == {"event": "event"}


def test_stories_of_a_broad_event_share_its_thread_and_keep_it_the_day_after(kept, day, monkeypatch):
    texts = (*FIRST, *OTHER)
    group = build.group_posts

    def one_event(frame, **given):
        grouping = group(frame, **given)
        name = grouping.posts["story"][0]
        return replace(grouping, posts=grouping.posts.with_columns(thread=pl.lit(name)))

    monkeypatch.setattr(build, "group_posts", one_event)
    rows = [{"id": f"0-{i}", "text": text} for i, text in enumerate(texts)]
    first = build_stories(kept(rows), earlier=empty(THREADS), day=day)
    monkeypatch.setattr(build, "group_posts", group)
    at = datetime(2026, 3, 11, 8, tzinfo=UTC)
    rows = [{"id": f"1-{i}", "text": text, "created_at": at} for i, text in enumerate(NEXT)]
    second = build_stories(kept(rows), earlier=first.threads, day=day + timedelta(days=1))

    assert first.stories["thread"].n_unique() == 1
    assert first.stories["origin"].to_list() == first.stories["story"].to_list()
    assert set(first.assigned["thread"]) == set(first.stories["thread"])
    [story] = second.stories.iter_rows(named=True)
    assert story["thread"] == first.stories["thread"][0]
    assert story["origin"] in first.stories["story"].to_list()
    assert story["before"] == 3  # of the story, not of the whole event


def test_rows_of_editions_before_stories_had_origins_are_followed(edition):
    first = edition(FIRST, empty(THREADS))
    old = first.threads.drop("origin")
    second = edition(NEXT, old, later=1)

    assert second.stories["origin"].to_list() == first.stories["story"].to_list()


def one_author(*texts):
    return [{"author": "weekly", "text": text} for text in texts]


def told_on(kept, day, earlier, rows, later):
    at = datetime(2026, 3, 10, 8, tzinfo=UTC) + timedelta(days=later)
    rows = [{"id": f"{later}-{i}", "created_at": at, **row} for i, row in enumerate(rows)]
    return build_stories(kept(rows), earlier=earlier, day=day + timedelta(days=later))


WEEKLY = "Last Week in Tidal Power: turbines, patents and papers ({}) collected for engineers: "
ISSUE = "Tidal Power Weekly, issue {}, with turbines, patents and papers collected for engineers: "
ZHOUBAO = "《潮汐电力周报》第{}期，为沿海工程师收集涡轮机专利、论文与招标公告："


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (
            WEEKLY.format("March 2 - March 9") + "Kestrel turbine tested, Lankport grid connected",
            WEEKLY.format("March 9 - March 16") + "Heron valve recalled, Skerry cable repaired",
        ),
        (
            ISSUE.format(11) + "Kestrel turbine tested, Lankport grid connected",
            ISSUE.format(12) + "Heron valve recalled, Skerry cable repaired",
        ),
        (ZHOUBAO.format(11) + "茶隼完成测试", ZHOUBAO.format(12) + "苍鹭阀门召回"),
    ],
)
def test_next_number_of_a_series_is_another_story(kept, day, one, two):
    first = told_on(kept, day, empty(THREADS), one_author(one), 0)
    second = told_on(kept, day, first.threads, one_author(two), 7)
    again = told_on(kept, day, first.threads, one_author(one + " !"), 7)

    assert second.stories["status"].to_list() == ["new"]
    assert again.stories["origin"].to_list() == first.stories["story"].to_list()


def test_second_day_of_a_strike_is_no_number_of_a_series(edition):
    first = edition(("Day 1: dockers strike in Lankport over pensions, cranes idle",), empty(THREADS))
    second = edition(("Day 2: dockers strike in Lankport over pensions, cranes idle",), first.threads, 1)

    assert second.stories["origin"].to_list() == first.stories["origin"].to_list()


def test_post_that_compares_two_releases_leads_no_thread_from_one_to_the_other(edition):
    kestrel = (
        "Oradyne Kestrel turbine released, blades of flax",
        "Kestrel turbine by Oradyne is out, its blades are flax",
        "Flax blades in the Kestrel turbine of Oradyne",
    )
    both = (
        "Kestrel turbine of Oradyne with flax blades against the Heron pump of Oradyne with ceramic seals",
    )
    heron = (
        "Oradyne Heron pump released, ceramic seals last ten years",
        "Heron pump by Oradyne is out, its ceramic seals last ten years",
        "Ceramic seals that last ten years in the Heron pump of Oradyne",
    )
    first = edition(kestrel, empty(THREADS))
    second = edition(both, first.threads, 1)
    third = edition(heron, pl.concat([first.threads, second.threads]), 2)

    assert second.stories["origin"].to_list() == first.stories["origin"].to_list()
    assert third.stories["origin"].to_list() == third.stories["story"].to_list()
