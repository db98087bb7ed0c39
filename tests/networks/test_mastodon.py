from datetime import timedelta

import pytest
from mastodon import Mastodon as Client

from dawnchorus.sources.networks.mastodon import Mastodon, snowflake, snowflake_time
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_mastodon import FakeMastodon
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")
TOKEN = {"MASTODON_ACCESS_TOKEN": "secret-of-kites"}


def many(count, *, first=0, tags=("kites",), minutes=1, **more):
    extra = {"tags": tags} | more.pop("extra", {})
    return [
        offer(
            str(1000 + number),
            f"{NOW - timedelta(minutes=minutes * (number + 1)):%Y-%m-%d %H:%M}",
            text=f"a kite {number}",
            extra=extra,
            **more,
        )
        for number in range(first, first + count)
    ]


def ids(offers, host="kites.example"):
    return {f"mastodon:{one.extra.get('server', host)}:{one.native}" for one in offers}


@pytest.fixture
def server():
    with FakeMastodon(now=NOW) as running:
        yield running


def tagged(server, **more):
    return Mastodon(**{"servers": [server.url], "tags": ["#Kites"]} | more)


def test_own_client_reads_the_fake(server):
    server.offers = many(90)
    server.tokens = {"secret-of-kites"}
    client = Client(api_base_url=server.url, access_token="secret-of-kites", version_check_mode="none")
    first = client.timeline_hashtag("kites", limit=40)
    second = client.fetch_next(first)
    assert [len(first), len(second), first[0]["account"]["acct"]] == [40, 40, "ada"]
    assert first[-1]["id"] > second[0]["id"]
    assert len(client.search_v2("kite", result_type="statuses")["statuses"]) == 20


def test_tag_is_paged_to_the_start(server):
    server.offers = [*many(130), offer("1", "2026-03-01 00:00", extra={"tags": ["kites"]})]
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    assert ids(server.offers[:-1]) <= set(reader.posts)
    assert reader.faults == []
    assert [one.query["limit"] for one in server.asked] == ["40"] * len(server.asked)
    assert len(server.asked) <= 5


def test_post_learnt_of_late_is_read_within_the_overlap(server):
    server.offers = many(300)
    reader = Reader()
    reader.visit(tagged(server, overlap_hours=3), start=START, now=NOW)
    before = len(server.asked)
    server.offers.append(
        offer(
            "77",
            "2026-03-10 10:00",
            late=timedelta(hours=2, minutes=20),
            extra={"tags": ["kites"], "server": "far.example"},
        )
    )
    server.now = at("2026-03-10 13:00")
    reader.visit(tagged(server, overlap_hours=3), start=START, now=server.now)
    assert "mastodon:far.example:77" in reader.posts
    assert len(server.asked) - before <= 6


def test_same_post_read_from_two_servers_is_one(server):
    with FakeMastodon(now=NOW, host="far.example") as far:
        server.offers = many(3, extra={"server": "far.example"})
        far.offers = many(3)
        reader = Reader()
        reader.visit(Mastodon(servers=[server.url, far.url], tags=["kites"]), start=START, now=NOW)
        assert set(reader.posts) == ids(far.offers, "far.example")
        assert {post.author for post in reader.posts.values()} == {"ada@far.example"}
        assert len(reader.cursors) == 2


@pytest.mark.parametrize("killed_after", [1, 2, 3])
def test_killed_visit_jumps_to_where_it_was(server, killed_after):
    server.offers = many(150)
    reader = Reader()
    source = tagged(server, overlap_hours=0)
    reader.visit(source, start=START, now=NOW, pages=killed_after)
    before = len(server.asked)
    reader.visit(source, start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert sum(reader.times.values()) <= len(reader.posts) + 1  # others may share the moment it stopped at
    assert len(server.asked) - before <= 6 - killed_after


def test_backfill_asks_by_number_not_from_the_top(server):
    server.offers = many(400, minutes=30)
    reader = Reader()
    start = NOW - timedelta(days=7)
    reader.visit(tagged(server), start=start, end=start + timedelta(days=1), now=NOW)
    assert 48 <= len(reader.posts) <= 120
    assert len(server.asked) <= 3


def test_server_that_does_not_number_by_time_says_so_and_is_read_from_the_top(server):
    server.plain_ids = True
    server.offers = many(90)
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    reader.visit(tagged(server), start=START - timedelta(days=2), end=START, now=NOW)
    assert "does not number posts by time" in reader.faults[0]


@pytest.mark.parametrize("status", [401, 422])
def test_server_that_wants_a_login_is_named_and_the_others_go_on(server, status):
    server.limited_to_users = status
    with FakeMastodon(now=NOW, host="far.example") as far:
        far.offers = many(3)
        reader = Reader()
        reader.visit(Mastodon(servers=[server.url, far.url], tags=["kites"]), start=START, now=NOW)
        assert len(reader.faults) == 1
        assert server.url.removeprefix("http://") in reader.faults[0]
        assert "only to its users" in reader.faults[0]
        assert len(reader.posts) == 3


def test_token_goes_to_its_own_server_only(server):
    server.tokens = {"secret-of-kites"}
    server.limited_to_users = 422
    with FakeMastodon(now=NOW, host="far.example") as far:
        server.offers, far.offers = many(2), many(2, first=2)
        far.tokens = {"of-far"}
        source = Mastodon(
            servers=[server.url, far.url],
            tags=["kites"],
            token_env={far.url: "MASTODON_FAR_TOKEN"},
            accounts=[f"ada@{far.url}"],
        )
        reader = Reader()
        reader.visit(source, start=START, now=NOW, secrets=TOKEN | {"MASTODON_FAR_TOKEN": "of-far"})
        assert reader.faults == []
        assert {one.headers.get("authorization") for one in server.asked} == {"Bearer secret-of-kites"}
        assert {one.headers.get("authorization") for one in far.asked} == {"Bearer of-far", None}


def test_wrong_token_is_told_without_it(server):
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW, secrets={"MASTODON_ACCESS_TOKEN": "wrong-one"})
    assert "refuses the token" in reader.faults[0]
    assert "wrong-one" not in reader.faults[0]


def test_search_pages_with_a_token_and_says_what_is_missing_without(server):
    server.tokens = {"secret-of-kites"}
    server.offers = many(100, tags=())
    source = Mastodon(servers=[server.url], queries=["kite"])
    reader = Reader()
    reader.visit(source, start=START, now=NOW)
    assert "MASTODON_ACCESS_TOKEN" in reader.faults[0]
    assert server.asked == []
    reader.visit(source, start=START, now=NOW, secrets=TOKEN)
    assert set(reader.posts) == ids(server.offers)
    assert reader.faults == []


def test_public_timeline_local_or_remote(server):
    server.offers = many(2) + many(2, first=2, extra={"server": "far.example"})
    for public, wanted in (
        ("local", server.offers[:2]),
        ("remote", server.offers[2:]),
        ("all", server.offers),
    ):
        reader = Reader()
        reader.visit(Mastodon(servers=[server.url], public=public), start=START, now=NOW)
        assert set(reader.posts) == ids(wanted)


def test_tags_with_any_all_and_none(server):
    server.offers = [
        offer("1", "2026-03-10 11:00", extra={"tags": ["kites", "wind"]}),
        offer("2", "2026-03-10 11:01", extra={"tags": ["kites", "birds"]}),
        offer("3", "2026-03-10 11:02", extra={"tags": ["风筝", "wind"]}),
    ]
    reader = Reader()
    table = {"tag": "kites", "any": ["风筝"], "all": ["wind"], "none": ["birds"]}
    reader.visit(tagged(server, tags=[table]), start=START, now=NOW)
    assert set(reader.posts) == ids([server.offers[0], server.offers[2]])


def test_account_is_read_from_its_own_server_with_boosts(server):
    server.offers = [
        *many(50),
        offer("9", "2026-03-10 10:30", author="bo", extra={"server": "far.example"}),
        offer("8", "2026-03-10 11:30", extra={"boost": "9"}),
        offer("7", "2026-03-10 11:31", extra={"visibility": "private"}),
    ]
    reader = Reader()
    reader.visit(
        Mastodon(servers=[], accounts=[f"@ada@{server.url}", f"nobody@{server.url}"]), start=START, now=NOW
    )
    assert reader.posts["mastodon:kites.example:8"].repost_of == "mastodon:far.example:9"
    assert "mastodon:kites.example:7" not in reader.posts
    assert len(reader.faults) == 1
    assert "nobody" in " ".join(page.stream for page in reader.pages if page.fault)


def test_edited_post_has_its_new_text_after_the_next_visit(server):
    edits = [(at("2026-03-10 12:30"), "两只风筝 & a bird")]
    server.offers = [
        offer("1", "2026-03-10 11:00", text="一只风筝", extra={"tags": ["kites"], "edits": edits})
    ]
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    assert reader.posts["mastodon:kites.example:1"].text == "一只风筝 #kites"
    server.now = at("2026-03-10 13:00")
    reader.visit(tagged(server), start=START, now=server.now)
    assert reader.posts["mastodon:kites.example:1"].text == "两只风筝 & a bird #kites"


def test_warning_poll_card_and_hostile_html(server):
    poll = {"id": "1", "options": [{"title": "red", "votes_count": 3}, {"title": "蓝", "votes_count": None}]}
    card = {"url": "https://wind.example/today", "title": "Wind"}
    content = "<p>Which<script>alert(1)</script> one?<br>{{ site.x }}</p>"
    extra = {"tags": ["kites"], "warning": "wind", "poll": poll, "card": card, "content": content}
    server.offers = [offer("1", "2026-03-10 11:00", extra=extra)]
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    post = reader.posts["mastodon:kites.example:1"]
    assert post.text == "wind\n\nWhich one?\n{{ site.x }}\n\n– red\n– 蓝"
    assert post.links == ("https://wind.example/today",)


@pytest.mark.parametrize(
    "fault", ["500", "503", "html", "cut", "truncated", "reset", "empty", "404", "403", "429-long"]
)
def test_fault_in_the_middle_is_told_and_the_next_run_goes_on(server, fault):
    server.offers = many(150)
    server.faults = [None, None, *[fault] * 3]
    reader = Reader()
    source = tagged(server, overlap_hours=0)
    reader.visit(source, start=START, now=NOW)
    assert len(reader.faults) == 1
    assert "\n" not in reader.faults[0]
    server.faults = []
    reader.visit(source, start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)
    assert sum(reader.times.values()) <= len(reader.posts) + 1  # others may share the moment it stopped at


def test_loop_ends_with_a_fault_and_overlap_does_no_harm(server):
    server.offers = many(150)
    server.faults = [None, "overlap", *["loop"] * 50]
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    assert "repeats itself" in reader.faults[0]
    assert len(server.asked) < 6
    server.faults = ["overlap"] * 50
    reader.visit(tagged(server), start=START, now=NOW)
    assert set(reader.posts) == ids(server.offers)


def test_link_header_that_leads_elsewhere_is_not_followed(server):
    server.offers = many(90)
    with FakeMastodon(now=NOW) as other:
        real = server._page
        server._page = lambda *given: _elsewhere(real(*given), server.url, other.url)
        reader = Reader()
        reader.visit(tagged(server), start=START, now=NOW)
        assert [len(reader.posts), other.asked] == [90, []]


def _elsewhere(reply, here, there):
    headers = {key: value.replace(here, there) for key, value in reply.headers.items()}
    return type(reply)(status=reply.status, body=reply.body, headers=headers)


@pytest.mark.parametrize("cursor", ["", "{", "[[1, 2]]", "[[]]", '[["2026-03-10T00:00:00", "x"]]'])
def test_damaged_cursor_begins_anew(server, cursor):
    server.offers = many(5)
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    damaged = Reader(cursors=dict.fromkeys(reader.cursors, cursor))
    damaged.visit(tagged(server), start=START, now=NOW)
    assert set(damaged.posts) == ids(server.offers)


def test_broken_status_costs_only_itself(server):
    server.offers = many(3)
    real = server.status
    server.status = lambda offer, **more: {"id": "1"} if offer.native == "1001" else real(offer, **more)
    reader = Reader()
    reader.visit(tagged(server), start=START, now=NOW)
    assert len(reader.posts) == 2
    assert [one.reason for page in reader.pages for one in page.skipped] == ["bad row"]


def test_numbers_and_times_are_each_other():
    assert snowflake_time(str(snowflake(NOW))) == NOW
    assert [snowflake_time(one) for one in ("", "A1", "4711", "9" * 30, "１２３")] == [None] * 5


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, "nothing to read"),
        ({"tags": "ai"}, "tags"),
        ({"tags": ["a b"]}, "hashtag"),
        ({"tags": [{"tag": "a", "some": []}]}, "table"),
        ({"tags": ["a"], "servers": ["ftp://x"]}, "servers"),
        ({"tags": ["a"], "servers": ["https://x/path"]}, "servers"),
        ({"public": "everything"}, "public"),
        ({"accounts": ["ada"]}, "accounts"),
        ({"tags": ["a"], "token_env": {"other.example": "T"}}, "token_env"),
        ({"tags": ["a"], "token_env": {"mastodon.social": "T T"}}, "token_env"),
        ({"tags": ["a"], "most_posts": "many"}, "most_posts"),
    ],
)
def test_wrong_options_are_refused_in_one_line(options, said):
    with pytest.raises(ValueError, match=said) as raised:
        Mastodon(**options)
    assert "\n" not in str(raised.value)


def test_contract(server):
    server.offers = many(45)
    source = tagged(server, accounts=[f"ada@{server.url}"])
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(source, visit=visit, least=45)
