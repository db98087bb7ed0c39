import json
import random
import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from dawnchorus.query import parse_query
from dawnchorus.sources.networks.jetstream import Jetstream
from dawnchorus.sources.spans import from_cursor
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_bluesky import FakeBluesky, did
from tests.networks.fake_jetstream import FakeJetstream, commit, log_of, microseconds, pulse
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")
KITES = parse_query("(kite* OR 风筝 OR #kites) -spam")


def many(count, *, text="a kite", minutes=1, author="ada.example", **more):
    return [
        offer(
            f"3l{number:011}",
            f"{NOW - timedelta(minutes=minutes * (count - number)):%Y-%m-%d %H:%M}",
            text=f"{text} {number}",
            author=author,
            **more,
        )
        for number in range(count)
    ]


def ids(offers):
    return {f"bsky:{one.native}" for one in offers}


@pytest.fixture
def server():
    with FakeJetstream(now=NOW) as running:
        yield running


def stream(*servers, **more):
    defaults = {
        "idle_seconds": 5,
        "quiet_minutes": 1440,
        "retry_seconds": 0,
        "resolve_handles": False,
    }
    return Jetstream(**{"endpoints": [one.url for one in servers]} | defaults | more)


def stream_of(reader):
    return next((name for name in reader.cursors if name.startswith("posts:")), "")


def read(source, reader=None, **more):
    reader = reader or Reader()
    reader.visit(source, **{"start": START, "now": NOW, "query": KITES} | more)
    return reader


def test_replay_gives_what_fits_and_ends_at_now(server):
    server.offers = [
        *many(300),
        offer("3off", "2026-03-10 11:00", text="a train"),
        offer("3han", "2026-03-10 11:00", text="今天放风筝"),
        offer("3spam", "2026-03-10 11:00", text="kite spam"),
    ]
    reader = read(stream(server))
    assert set(reader.posts) == ids(server.offers) - {"bsky:3off", "bsky:3spam"}
    assert reader.faults == []
    cursor = reader.cursors[stream_of(reader)]
    assert from_cursor(cursor) == ((START, NOW),)
    assert server.asked[0]["wantedCollections"] == "app.bsky.feed.post"
    assert int(server.asked[0]["cursor"]) == microseconds(START - timedelta(seconds=10))


def test_next_visit_goes_on_from_the_last(server):
    server.offers = many(100)
    reader = read(stream(server))
    later = NOW + timedelta(hours=1)
    server.offers.append(offer("3new", "2026-03-10 12:30", text="kite, new"))
    server.now = later
    read(stream(server), reader, now=later)
    assert "bsky:3new" in reader.posts
    assert int(server.asked[-1]["cursor"]) == microseconds(NOW - timedelta(seconds=10))


@pytest.mark.parametrize("seed", range(6))
def test_dropped_duplicated_shuffled_and_garbled_stream_loses_and_doubles_nothing(server, seed):
    server.offers = [
        replace(one, created_at=when, offered_at=when)
        for number, one in enumerate(many(400))
        for when in [NOW - timedelta(seconds=400 - number)]
    ]
    chance = random.Random(seed)
    server._random = random.Random(seed)
    drops = [chance.randint(4, 150) for _ in range(8)]
    server.drops = drops.copy()
    server.twice = server.garbage = 0.1
    server.shuffled = 0.2
    reader = read(stream(server))
    assert reader.faults == []
    assert set(reader.posts) == ids(server.offers)
    assert max(reader.times.values()) == 1
    assert len(server.asked) > 3


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_killed_visit_goes_on_without_a_gap(server, killed_after, monkeypatch):
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream._BATCH", 50)
    server.offers = many(300)
    reader = read(stream(server), pages=killed_after)
    assert len(reader.posts) < 300
    read(stream(server), reader)
    assert set(reader.posts) == ids(server.offers)


def test_edit_changes_the_text_and_deletion_names_what_was_given(server, monkeypatch):
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream._BATCH", 3)
    edits = [(at("2026-03-10 11:30"), "a kite, mended")]
    server.offers = [
        offer("3edit", "2026-03-10 10:00", text="a kit, kite", extra={"edits": edits}),
        offer("3gone", "2026-03-10 10:01", text="a kite", deleted_at=at("2026-03-10 11:40")),
        offer("3other", "2026-03-10 10:02", text="a train", deleted_at=at("2026-03-10 11:41")),
        *many(9, minutes=15),
    ]
    reader = read(stream(server))
    assert reader.posts["bsky:3edit"].text == "a kite, mended"
    assert [id for page in reader.pages for id in page.gone] == ["bsky:3gone"]
    assert "bsky:3gone" not in reader.posts


def test_deletion_of_what_an_earlier_visit_gave_is_passed_on(server):
    later = NOW + timedelta(hours=1)
    server.offers = [
        offer("3gone", "2026-03-10 11:00", text="a kite", deleted_at=at("2026-03-10 12:30")),
        offer("3other", "2026-03-10 11:00", text="a train", deleted_at=at("2026-03-10 12:30")),
    ]
    reader = read(stream(server))
    assert set(reader.posts) == {"bsky:3gone"}
    server.now = later
    read(stream(server), reader, now=later)
    assert [id for page in reader.pages for id in page.gone] == ["bsky:3gone"]


def test_memory_of_what_was_given_is_stored_before_it_and_outlives_a_kill(server, monkeypatch):
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream._BATCH", 40)
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream_events._LATELY", 100)
    later = NOW + timedelta(hours=1)
    server.offers = many(300, deleted_at=at("2026-03-10 12:30"))
    reader = read(stream(server), pages=13)
    given = set(reader.posts)
    assert len(given) > 100
    server.now = later
    read(stream(server), reader, now=later)
    assert given <= {id for page in reader.pages for id in page.gone}
    assert reader.posts == {}


def test_replayed_creation_does_not_undo_an_edit_or_a_deletion(server):
    edited = offer("3edit", "2026-03-10 10:00", text="a kite")
    gone = offer("3gone", "2026-03-10 10:00", text="a kite")
    events = [
        commit(offer("3edit", "2026-03-10 10:00", text="kite, mended"), at("2026-03-10 10:30"), "update"),
        commit(gone, at("2026-03-10 10:30"), "delete"),
    ]
    late = [dict(event, time_us=microseconds(at("2026-03-10 10:31"))) for event in log_of([edited, gone])]
    server.offers, server.extra = [edited, gone], events + late
    reader = read(stream(server))
    assert {id: post.text for id, post in reader.posts.items()} == {"bsky:3edit": "kite, mended"}


def test_deleted_account_takes_its_posts_along(server, monkeypatch):
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream._BATCH", 3)
    server.offers = [offer("3bo", "2026-03-10 10:00", text="kite", author="bo.example"), *many(6)]
    account = {"active": False, "did": did("bo.example"), "seq": 1, "status": "deleted"}
    when = microseconds(NOW - timedelta(minutes=1))
    server.extra = [{"did": did("bo.example"), "time_us": when, "kind": "account", "account": account}]
    reader = read(stream(server))
    assert [id for page in reader.pages for id in page.gone] == ["bsky:3bo"]
    assert set(reader.posts) == ids(server.offers[1:])


def test_refused_connections_turn_to_the_next_endpoint(server):
    with FakeJetstream(now=NOW, offers=many(20)) as second:
        server.refusals = 99
        reader = read(stream(server, second))
        assert set(reader.posts) == ids(second.offers)
        assert reader.faults == []


def test_dead_servers_end_with_one_fault(server):
    server.refusals = 99
    reader = read(stream(server))
    assert len(reader.faults) == 1
    assert "the next run goes on from there" in reader.faults[0]
    assert len(reader.pages) == 1
    assert reader.cursors == {}


def test_silent_server_is_given_up_without_claiming_anything(server):
    server.offers, server.silent = many(20), True
    reader = read(stream(server, idle_seconds=0.05, quiet_minutes=5))
    assert "silent" in reader.faults[0]
    assert stream_of(reader) == ""
    server.silent = False
    read(stream(server), reader)
    assert set(reader.posts) == ids(server.offers)


def test_quiet_end_of_a_stream_is_no_fault(server):
    server.offers, server.pulses = many(20), 0
    reader = read(stream(server, quiet_minutes=5, idle_seconds=0.5), start=NOW - timedelta(minutes=20))
    assert set(reader.posts) == ids(server.offers)
    assert reader.faults == []
    cursor = reader.cursors[stream_of(reader)]
    assert from_cursor(cursor)[0][1] < NOW


def test_server_that_keeps_too_little_or_ignores_the_cursor_gives_way_to_another(server):
    server.deaf = True
    with (
        FakeJetstream(now=NOW, offers=many(30)) as second,
        FakeJetstream(now=NOW, offers=second.offers) as third,
    ):
        third.kept_from = NOW - timedelta(minutes=5)
        server.offers = second.offers
        second.extra = [pulse(microseconds(START) + number) for number in range(5)]
        reader = read(stream(server, third, second, quiet_minutes=60))
        assert set(reader.posts) == ids(second.offers)
        assert reader.faults == []


def test_what_no_server_keeps_is_told_once(server):
    server.offers = many(100)
    server.kept_from = NOW - timedelta(minutes=50)
    reader = read(stream(server, quiet_minutes=5))
    assert len(reader.faults) == 1
    assert "from 2026-03-09 12:00 to 2026-03-10 11:10 UTC" in reader.faults[0]
    assert set(reader.posts) == ids(server.offers[50:])
    read(stream(server, quiet_minutes=5), reader)
    assert reader.faults == []


def test_dead_server_does_not_keep_another_from_being_read(server):
    server.offers = many(100)
    server.kept_from = NOW - timedelta(minutes=50)
    with FakeJetstream(now=NOW) as dead:
        dead.refusals = 99
        reader = read(stream(dead, server, quiet_minutes=5))
    assert [len(reader.faults), "no server keeps" in reader.faults[0]] == [1, True]
    assert set(reader.posts) == ids(server.offers[50:])


@pytest.mark.parametrize("skew", [timedelta(minutes=-4), timedelta(minutes=4)])
def test_clock_of_the_server_may_differ(server, skew):
    server.now = NOW + skew
    server.offers = many(50)
    reader = read(stream(server, quiet_minutes=10, idle_seconds=0.5))
    server.now = NOW + timedelta(hours=1)
    read(stream(server, quiet_minutes=120), reader, now=server.now)
    assert set(reader.posts) == ids(server.offers)
    assert reader.faults == []


def test_one_event_from_the_future_moves_nothing(server):
    server.offers = many(50)
    server.drops = [30]
    ahead = dict(
        log_of([offer("3x", "2026-03-10 11:20", text="kite")])[0],
        time_us=microseconds(NOW + timedelta(days=30)),
    )
    real = server._frames
    server._frames = lambda first, last: [json_of(ahead), *real(first, last)] if first < last else []
    reader = read(stream(server))
    assert ids(server.offers) <= set(reader.posts)


def json_of(event):
    return json.dumps(event).encode()


def test_following_goes_on_until_it_is_told_to_stop(server, monkeypatch):
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream._PAGE_SECONDS", 0.05)
    server.offers = many(10)
    server.drops = [8, None]
    ended = threading.Event()
    reader = Reader()
    source = stream(server, idle_seconds=5)
    run = threading.Thread(target=lambda: read(source, reader, follow=True, stop=ended.is_set), daemon=True)
    run.start()
    server.offers.append(offer("3live", "2026-03-10 12:10", text="kite, live"))
    server.now = NOW + timedelta(minutes=15)
    for _ in range(200):
        if "bsky:3live" in reader.posts:
            break
        time.sleep(0.05)
    ended.set()
    run.join(10)
    assert not run.is_alive()
    assert set(reader.posts) == ids(server.offers)


def test_backfill_reads_the_past_only(server):
    server.offers = many(200, minutes=10)
    read_until = NOW - timedelta(hours=10)
    reader = read(stream(server), end=read_until)
    wanted = [one for one in server.offers if START <= one.created_at < read_until]
    assert ids(wanted) <= set(reader.posts)
    assert len(reader.posts) <= len(wanted) + 20


def test_names_of_accounts_are_asked_for_and_a_dead_server_does_no_harm(server):
    server.offers = [*many(60), offer("3bo", "2026-03-10 11:00", text="kite", author="bo.example")]
    with FakeBluesky(now=NOW, offers=server.offers) as app:
        reader = read(stream(server, resolve_handles=True, host=app.url))
        assert {post.author for post in reader.posts.values()} == {"ada.example", "bo.example"}
        post = reader.posts["bsky:3bo"]
        assert [post.author_name, post.url] == ["Bo", "https://bsky.app/profile/bo.example/post/3bo"]
        assert len(app.asked) == 1
        app.faults = lambda _: "404"
        reader = read(stream(server, resolve_handles=True, host=app.url))
        assert {post.author for post in reader.posts.values()} == {did("ada.example"), did("bo.example")}
        assert reader.faults == []


def test_account_in_the_query_is_known_by_its_name(server):
    server.offers = [
        offer("3bo", "2026-03-10 11:00", text="good morning", author="bo.example"),
        offer("3ada", "2026-03-10 11:00", text="good morning @bo.example", author="ada.example"),
        offer("3cy", "2026-03-10 11:00", text="good morning", author="cy.example"),
    ]
    with FakeBluesky(now=NOW, offers=server.offers) as app:
        reader = read(stream(server, host=app.url), query=parse_query("@bo.example"))
        assert set(reader.posts) == {"bsky:3bo", "bsky:3ada"}


def test_languages_links_and_tags_count(server):
    link = {
        "$type": "app.bsky.embed.external",
        "external": {"uri": "https://www.Kites.example/a", "title": "x"},
    }
    server.offers = [
        offer("3en", "2026-03-10 11:00", text="kite", extra={"langs": ["en-GB"]}),
        offer("3fr", "2026-03-10 11:00", text="kite", extra={"langs": ["fr"]}),
        offer("3no", "2026-03-10 11:00", text="look", extra={"embed": link}),
        offer("3tag", "2026-03-10 11:00", text="#Kites"),
        offer("3cash", "2026-03-10 11:00", text="up: $kite"),
        offer("3zwsp", "2026-03-10 11:00", text="ki\u200bte"),
    ]
    query = parse_query("(kite OR domain:kites.example OR #kites OR $KITE) -lang:de")
    reader = read(stream(server, langs=["en"]), query=query)
    assert set(reader.posts) == ids(server.offers) - {"bsky:3fr"}


def test_another_query_is_another_stream(server):
    server.offers = [*many(5), offer("3t", "2026-03-10 11:00", text="a train")]
    reader = read(stream(server))
    read(stream(server), reader, query=parse_query("train"))
    assert "bsky:3t" in reader.posts
    assert sum(name.startswith("posts:") for name in reader.cursors) == 2


@pytest.mark.parametrize("cursor", ["", "{", "[[1, 2]]", "1763689821448774", "null"])
def test_damaged_cursor_begins_anew(server, cursor):
    server.offers = many(5)
    reader = read(stream(server))
    damaged = Reader(cursors=dict.fromkeys(reader.cursors, cursor))
    read(stream(server), damaged)
    assert set(damaged.posts) == ids(server.offers)


def test_server_that_sends_rubbish_only_is_given_up(server):
    server._frames = lambda *_: [b"\xff\xfe{", b"[" * 5000] * 200
    reader = read(stream(server))
    assert "no events" in reader.faults[0]
    assert stream_of(reader) == ""


def test_hostile_records_cost_only_themselves(server):
    server.offers = many(3)
    odd = [
        None,
        7,
        [],
        {"text": 5},
        {"text": "kite", "createdAt": "x"},
        {"text": "kite \ud800", "langs": {}, "facets": [[]], "embed": 1},
    ]
    for number, value in enumerate(odd):
        event = log_of([offer(f"3odd{number}", "2026-03-10 11:00")])[0]
        event["commit"]["record"] = value
        server.extra.append(event)
    reader = read(stream(server))
    assert ids(server.offers) <= set(reader.posts)
    assert any(one.reason == "bad time" for page in reader.pages for one in page.skipped)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"endpoints": []}, "endpoints"),
        ({"endpoints": ["https://x"]}, "endpoints"),
        ({"endpoints": "wss://x"}, "endpoints"),
        ({"langs": "en"}, "langs"),
        ({"resolve_handles": 1}, "resolve_handles"),
        ({"idle_seconds": 0}, "idle_seconds"),
        ({"quiet_minutes": "5"}, "quiet_minutes"),
        ({"host": "gopher://x"}, "host"),
    ],
)
def test_wrong_options_are_refused_in_one_line(options, said):
    with pytest.raises(ValueError, match=said) as raised:
        Jetstream(**options)
    assert "\n" not in str(raised.value)


def test_contract(server, monkeypatch):
    monkeypatch.setattr("dawnchorus.sources.networks.jetstream._BATCH", 50)
    server.offers = many(130)
    with make_visit(start=START, end=NOW, query=KITES, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(stream(server), visit=visit, least=130)
