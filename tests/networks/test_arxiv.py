from datetime import timedelta

import pytest

from dawnchorus.sources.networks import arxiv
from dawnchorus.sources.networks.arxiv import Arxiv
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_arxiv import FakeArxiv
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 00:00")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(arxiv, "GAP_SECONDS", 0.0)
    with FakeArxiv(now=NOW) as running:
        yield running


def source(server, **options):
    return Arxiv(feed=server.url, api=server.url, **options)


def paper(
    number, created="2026-03-09 15:00", announced="2026-03-10 05:00", text="Kites\n  at scale", **extra
):
    late = at(announced) - at(created)
    return offer(f"2603.{number:05}", created, text=text, author="Ada Lin", late=late, extra=extra)


def test_what_was_announced_today_comes_in_one_request_dated_by_it(server):
    server.offers = [
        paper(1),
        paper(2, created="2026-03-06 20:00", category="cs.LG"),
        paper(3, kind="replace"),
        paper(4, category="math.CO"),
        paper(5, announced="2026-03-11 05:00"),
    ]
    reader = Reader()
    reader.visit(source(server, categories=["cs.CL", "cs.LG"]), start=START, now=NOW)
    assert [asked.path for asked in server.asked] == ["/rss/cs.CL+cs.LG"]
    assert reader.posts.keys() == {"arxiv:2603.00001", "arxiv:2603.00002"}
    post = reader.posts["arxiv:2603.00002"]
    assert (post.text, post.author) == ("Kites at scale\n\nWe fly kites.", "Ada Lin")
    assert (post.source, post.url) == ("arxiv:cs.lg", "https://arxiv.org/abs/2603.00002")
    assert post.created_at == at("2026-03-10 05:00")
    assert [one.why for one in reader.pages[0].skipped] == ["new version of a paper"]


def test_papers_over_the_limit_are_left_out_and_told(server):
    server.offers = [paper(number) for number in range(5)]
    reader = Reader()
    (page,) = reader.visit(source(server, categories=["cs.CL"], most_papers=3), start=START, now=NOW)
    assert len(page.posts) == 3
    assert [(one.reason, one.id) for one in page.skipped] == [
        ("over the limit", "arxiv:2603.00003"),
        ("over the limit", "arxiv:2603.00004"),
    ]


def test_a_query_is_paged_and_read_on(server):
    start = at("2026-03-09 00:00")
    server.offers = [
        paper(
            number,
            created=f"{start + timedelta(minutes=number):%Y-%m-%d %H:%M}",
            announced="2026-03-09 13:00",
        )
        for number in range(130)
    ]
    reader = Reader()
    reader.visit(source(server, queries=["cat:cs.CL"]), start=START, now=NOW)
    assert len(reader.posts) == 130
    assert len(server.asked) == 2
    late = paper(500, created="2026-03-09 18:00", announced="2026-03-12 05:00")
    server.offers = [*server.offers, late]
    server.now = at("2026-03-12 12:00")
    reader.visit(source(server, queries=["cat:cs.CL"]), start=START, now=server.now)
    assert "arxiv:2603.00500" in reader.posts


def test_both_ways_give_a_paper_the_same_id(server):
    server.offers = [paper(1)]
    reader = Reader()
    reader.visit(source(server, categories=["cs.CL"], queries=["ti:kites"]), start=START, now=NOW)
    assert reader.times == {"arxiv:2603.00001": 2}


@pytest.mark.parametrize("fault", ["html", "empty", "cut", "truncated", "500", "404", "reset", "429-long"])
def test_a_query_that_fails_leaves_the_feed(server, fault):
    server.offers = [paper(1), paper(2, announced="2026-03-09 16:00")]
    server.faults = lambda asked: fault if asked.path == "/api/query" else None
    reader = Reader()
    both = source(server, categories=["cs.CL"], queries=["ti:kites"])
    reader.visit(both, start=START, now=NOW)
    assert reader.posts.keys() == {"arxiv:2603.00001"}
    assert [page.stream for page in reader.pages if page.fault] == ["query:ti:kites"]
    server.faults = []
    reader.visit(both, start=START, now=NOW)
    assert len(reader.posts) == 2
    assert not reader.faults


def test_an_empty_page_of_a_busy_server_is_no_end(server):
    server.offers = [paper(1)]
    server.busy = True
    reader = Reader()
    reader.visit(source(server, queries=["ti:kites"]), start=START, now=NOW)
    assert "an empty page where 1 papers are left" in reader.faults[0]
    assert not reader.cursors


def test_a_listing_that_repeats_itself_ends(server):
    server.offers = [paper(number, announced="2026-03-09 16:00") for number in range(150)]
    server.faults = [None, "loop"]
    reader = Reader()
    reader.visit(source(server, queries=["ti:kites"]), start=START, now=NOW)
    assert "repeats itself" in reader.faults[0]


@pytest.mark.parametrize(
    "options",
    [{}, {"categories": "cs.CL"}, {"categories": ["CS CL"]}, {"categories": ["cs.CL"], "most_papers": 0}],
)
def test_wrong_options_are_told_in_a_line(options):
    with pytest.raises(ValueError, match=r"categories|most_papers") as told:
        Arxiv(**options)
    assert "\n" not in str(told.value)


def test_contract(server, monkeypatch):
    monkeypatch.setattr(arxiv, "_PAGE", 20)
    server.offers = [paper(number) for number in range(30)]
    options = {"categories": ["cs.CL"], "queries": ["cat:cs.CL"]}
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(source(server, **options), visit=visit, least=30)
