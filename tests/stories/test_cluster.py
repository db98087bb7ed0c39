from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from dawnchorus.stories.cluster import find_stories, group_posts
from dawnchorus.tables import ASSIGNED, KEPT, empty

TURBINE = (
    "Velmora unveils the Kestrel turbine at the Halden expo",
    "The Kestrel turbine from Velmora was unveiled in Halden today",
    "Velmora shows Kestrel, its turbine, at Halden",
    "Impressed by the Kestrel turbine Velmora brought to Halden",
)
BATTERY = (
    "Oradyne recalls 12,000 Lumo batteries after fires in Tessaly",
    "Fires in Tessaly: Oradyne recalls its Lumo batteries",
    "Oradyne recall of Lumo batteries widens, Tessaly fires blamed",
)
PORT = (
    "澜港三号码头今日停摆，吊机系统瘫痪",
    "吊机系统瘫痪，澜港三号码头停摆一整天",
    "澜港三号码头停摆，货主称吊机系统瘫痪",
)


def stories_of(frame: pl.DataFrame) -> dict[str, str | None]:
    return dict(find_stories(frame).select("id", "story").iter_rows())


def test_posts_on_one_event_share_a_story_and_chatter_has_none(kept, chatter):
    frame = kept([{"text": text} for text in (*TURBINE, *BATTERY, *PORT, *chatter)])

    found = list(stories_of(frame).values())

    turbine, battery, port, rest = found[:4], found[4:7], found[7:10], found[10:]
    assert len(set(turbine)) == len(set(battery)) == len(set(port)) == 1
    assert len({turbine[0], battery[0], port[0], None}) == 4
    assert set(rest) == {None}


def test_order_of_rows_changes_nothing(kept, chatter):
    frame = kept([{"text": text} for text in (*TURBINE, *BATTERY, *PORT, *chatter)])
    want = stories_of(frame)

    for seed in range(3):
        order = list(range(len(frame)))
        random.Random(seed).shuffle(order)
        shuffled = frame[order]
        assert stories_of(shuffled) == want
        assert find_stories(shuffled)["id"].to_list() == shuffled["id"].to_list()


def test_story_is_named_after_its_earliest_post(kept):
    rows = [{"id": f"post{i}", "text": text} for i, text in enumerate(TURBINE)]
    name = stories_of(kept(rows))["post0"]

    more = kept([*rows, *({"id": f"later{i}", "text": text} for i, text in enumerate(BATTERY))])

    assert name is not None
    assert name.startswith("s-")
    assert stories_of(more)["post3"] == name


def test_titles_that_share_one_everyday_name_stay_apart(kept):
    titles = (
        "AI helps farmers water tomatoes",
        "Senate hearing on AI and copyright",
        "Why AI detectors fail teachers",
        "An AI wrote my wedding speech",
        "AI startup leases a castle",
    )

    assert set(stories_of(kept([{"text": text} for text in titles])).values()) == {None}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("Kestrel orders at Velmora jump", "维尔莫拉 Velmora 的 Kestrel 订单大涨"),
        ("Record quarter https://velmora.example/q3", "创纪录的一季 https://velmora.example/q3"),
    ],
    ids=["names in Latin letters", "a link"],
)
def test_languages_meet_in_names_and_links(kept, chatter, english, chinese):
    frame = kept([{"text": english}, {"text": chinese, "language": "zh"}, *({"text": t} for t in chatter)])

    first, second, *others = stories_of(frame).values()

    assert first == second is not None
    assert set(others) == {None}


def test_alias_joins_a_chinese_name_to_the_latin_one(kept, chatter):
    frame = kept(
        [
            {"text": "Velmora Kestrel delayed"},
            {"text": "维尔莫拉推迟红隼发布", "language": "zh"},
            *({"text": text} for text in chatter),
        ]
    )

    assert find_stories(frame)["story"].null_count() == len(frame)
    joined = find_stories(frame, aliases={"维尔莫拉": "Velmora", "红隼": "Kestrel"})["story"]
    assert joined[0] == joined[1] is not None


def test_quote_and_quoted_post_are_one_story(kept, chatter):
    frame = kept(
        [
            {"id": "x:1", "text": "We are closing the Halden plant in May."},
            {"id": "x:2", "text": "Sad day for so many families", "quote_of": "x:1"},
            *({"text": text} for text in chatter),
        ]
    )

    found = stories_of(frame)

    assert found["x:1"] == found["x:2"] is not None


def test_link_that_everybody_shares_joins_nothing(kept, chatter):
    rows = [{"text": f"{text} https://short.example/app"} for text in chatter]

    assert set(stories_of(kept(rows)).values()) == {None}


def test_copies_follow_their_post_through_copies_of_copies(kept, chatter):
    frame = kept(
        [
            {"id": "a", "text": chatter[0]},
            {"id": "b", "text": chatter[0], "duplicate_of": "a", "duplicate_kind": "exact"},
            {"id": "c", "text": chatter[0], "duplicate_of": "b", "duplicate_kind": "repost"},
            {"id": "d", "text": chatter[1], "duplicate_of": "gone", "duplicate_kind": "repost"},
        ]
    )

    found = stories_of(frame)

    assert found["a"] == found["b"] == found["c"] is not None
    assert found["d"] is None


def test_posts_that_have_only_a_day_meet_posts_of_that_day(kept, day):
    frame = kept(
        [
            {"text": TURBINE[0], "created_at": None, "day": day},
            {"text": TURBINE[1], "created_at": datetime(2026, 3, 10, 22, tzinfo=UTC)},
            {"text": TURBINE[2], "created_at": None},
            {"text": TURBINE[3], "created_at": datetime(2026, 3, 10, 1, tzinfo=UTC)},
        ]
    )

    assert len(set(stories_of(frame).values()) - {None}) == 1
    assert None not in stories_of(frame).values()


def test_same_words_a_month_apart_are_two_stories(kept):
    at = datetime(2026, 3, 10, tzinfo=UTC)
    rows = [{"text": text, "created_at": at + timedelta(hours=i)} for i, text in enumerate(TURBINE)]
    later = [{"text": text + " again", "created_at": at + timedelta(days=30)} for text in TURBINE]

    found = list(stories_of(kept([*rows, *later])).values())

    assert found[0] is not None
    assert found[4] is not None
    assert found[0] != found[4]


@pytest.mark.parametrize(
    "texts",
    [
        [],
        [""],
        ["🙂"],
        ["🙂", "🙂🙂", "!"],
        ["a", "b"],
        ["https://a.example/1", "https://b.example/2"],
        ["word " * 10_000, "字" * 20_000],
        ["\ud800 lone surrogate".encode("utf-8", "replace").decode(), "\x00\u202e{{ x }}<script>"],
    ],
    ids=["none", "empty", "emoji", "emojis", "letters", "links", "endless", "hostile"],
)
def test_odd_posts_are_no_stories_and_no_crash(kept, texts):
    frame = kept([{"text": text} for text in texts]) if texts else empty(KEPT)

    found = find_stories(frame)

    assert found.schema == ASSIGNED
    assert found["story"].null_count() == len(texts)


def test_identical_posts_that_nobody_marked_as_copies_are_one_story(kept):
    found = find_stories(kept([{"text": TURBINE[0]} for _ in range(5_000)]))

    assert found["story"].n_unique() == 1
    assert found["story"].null_count() == 0


def test_undated_posts_alone_still_group(kept, chatter):
    rows = [{"text": text, "created_at": None} for text in (*TURBINE, *chatter)]

    assert len(set(list(stories_of(kept(rows)).values())[:4])) == 1


def test_grouping_knows_how_much_a_post_repeats(kept, chatter):
    grouping = group_posts(
        kept([{"text": TURBINE[0]}, {"text": TURBINE[0]}, {"text": chatter[0]}]), aliases={}
    )

    assert grouping.likeness.tolist() == pytest.approx([0, 1, 0], abs=1e-5)
    assert grouping.posts["group"].to_list() == [0, 0, 1]


def test_day_is_read_as_utc_day(kept):
    frame = kept([{"text": TURBINE[0], "created_at": None, "day": date(2026, 3, 10)}])

    span = group_posts(frame, aliases={}).posts.select("start", "end").row(0)

    assert span[0] == datetime(2026, 3, 10, tzinfo=UTC).timestamp()
    assert span[1] - span[0] == 86_400


LONG_TEXT = "".join(f"{name}-{i} " for i in range(8_000) for name in ("zeta", "quorn"))[:50_000]
SPACELESS = (
    "昨夜台风登陆澜港，三号码头全部停摆",
    "台风登陆澜港，三号码头停摆，渡轮停航",
    "澜港三号码头因台风停摆，渡轮全部停航",
    "今天早上煮了一碗面，味道不错",
    "周末去爬山，腿酸得走不动",
    "新买的耳机音质很好，推荐给大家",
)


def test_20_000_posts_at_one_time_that_say_the_same_are_one_story(kept):
    rows = kept([{"text": TURBINE[0]}])
    same = pl.concat([rows] * 20_000).with_columns(
        id=pl.format("x:{}", pl.int_range(pl.len())), created_at=pl.col("created_at").first()
    )

    found = find_stories(same)

    assert found["story"].n_unique() == 1
    assert found["story"].null_count() == 0


def test_times_all_equal_change_no_story(kept, chatter):
    at = datetime(2026, 3, 10, 12, tzinfo=UTC)
    rows = [{"text": text, "created_at": at} for text in (*TURBINE, *BATTERY, *chatter)]

    found = list(stories_of(kept(rows)).values())

    assert len(set(found[:4])) == len(set(found[4:7])) == 1
    assert set(found[7:]) == {None}


def test_times_years_apart_join_nothing(kept):
    rows = [
        {"text": text, "created_at": datetime(1990 + 9 * i, 3, 10, tzinfo=UTC)}
        for i, text in enumerate(TURBINE)
    ]

    assert set(stories_of(kept(rows)).values()) == {None}


def test_endless_post_joins_only_its_like(kept, chatter):
    rows = [{"text": text} for text in (LONG_TEXT, LONG_TEXT + " once more", *TURBINE, *chatter)]

    found = list(stories_of(kept(rows)).values())

    assert found[0] == found[1] is not None
    assert len(set(found[2:6])) == 1
    assert found[0] != found[2]


def test_day_without_spaces_has_stories(kept):
    found = list(stories_of(kept([{"text": text, "language": "zh"} for text in SPACELESS])).values())

    assert len(set(found[:3])) == 1
    assert found[0] is not None
    assert set(found[3:]) == {None}


def test_posts_without_words_stay_alone_in_any_number(kept):
    texts = ["🙂", "!", "…", "a", "字", "https://a.example/1", "", "🎉🎉🎉"]
    rows = [{"text": texts[i % len(texts)]} for i in range(2_000)]
    rows += [{"text": text} for text in TURBINE]

    found = list(stories_of(kept(rows)).values())

    assert len(set(found[-4:])) == 1
    assert found[-1] not in found[:-4]


def test_servers_of_handles_are_no_words(kept, chatter):
    rows = [
        *({"text": f"{text} @reader{i}.skies.example"} for i, text in enumerate(chatter)),
        {"text": "Velmora sued over the Kestrin recall @ada.skies.example", "id": "x:sued"},
        {"text": "Kestrin owners ask what Velmora knew @bo@skies.example", "id": "x:knew"},
    ]

    found = find_stories(kept(rows)).drop_nulls("story")

    assert set(found["id"]) == {"x:sued", "x:knew"}
