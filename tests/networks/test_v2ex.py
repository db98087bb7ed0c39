from datetime import timedelta

import pytest

from dawnchorus.sources.networks import v2ex
from dawnchorus.sources.networks.v2ex import V2ex
from dawnchorus.sources.recognise import recognise
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_v2ex import FakeV2ex
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(v2ex, "GAP_SECONDS", 0.0)
    with FakeV2ex(now=NOW) as running:
        yield running


def topics(count):
    return [
        offer(str(1000 - number), f"{NOW - timedelta(minutes=number + 1):%Y-%m-%d %H:%M}",
              text=f"风筝 {number}", extra={"replies": number})
        for number in range(count)
    ]  # fmt: skip


def test_the_lists_are_read_as_they_are_now(server):
    server.offers = topics(50)
    reader = Reader()
    reader.visit(V2ex(server=server.url), start=START, now=NOW)
    latest, hot = {f"v2ex:{1000 - n}" for n in range(20)}, {f"v2ex:{1000 - n}" for n in range(40, 50)}
    assert reader.posts.keys() == latest | hot


def test_a_topic_becomes_a_post(server):
    html = '<p>装在<a href="https://kites.example/v9">这里</a></p>'
    extra = {"node": "AI", "html": html, "replies": 3}
    server.offers = [offer("77", "2026-03-10 08:00", text="风筝 V9", author="mira", extra=extra)]
    reader = Reader()
    reader.visit(V2ex(lists=[], nodes=["AI"], server=server.url), start=START, now=NOW)
    post = reader.posts["v2ex:77"]
    assert (post.text, post.author, post.source) == ("风筝 V9\n\n装在这里", "mira", "v2ex:ai")
    assert (post.url, post.reply_count, post.like_count) == ("https://www.v2ex.com/t/77", 3, None)
    assert (post.links, post.created_at) == (("https://kites.example/v9",), at("2026-03-10 08:00"))
    assert recognise(server.topic(server.offers[0])).name == "V2EX"


def test_a_deleted_topic_is_told(server):
    server.offers = [offer("7", "2026-03-10 08:00", extra={"deleted": 1})]
    pages = Reader().visit(V2ex(lists=["latest"], server=server.url), start=START, now=NOW)
    assert pages[0].gone == ("v2ex:7",)


@pytest.mark.parametrize(
    "fault", ["html", "empty", "cut", "truncated", "500", "403", "404", "429-long", "reset"]
)
def test_a_list_that_fails_leaves_the_other(server, fault):
    server.offers = topics(3)
    server.faults = lambda asked: fault if "hot" in asked.path else None
    reader = Reader()
    reader.visit(V2ex(server=server.url), start=START, now=NOW)
    assert len(reader.posts) == 3
    assert [page.stream for page in reader.pages if page.fault] == ["hot"]


def test_another_shape_is_told(server):
    server.answer = lambda asked, fault: (
        type(server).answer(server, asked, fault).__class__(body=b'{"ok": 1}')
    )
    reader = Reader()
    reader.visit(V2ex(lists=["hot"], server=server.url), start=START, now=NOW)
    assert "its form may have changed" in reader.faults[0]


@pytest.mark.parametrize(
    "options", [{"lists": []}, {"lists": ["new"]}, {"nodes": "ai"}, {"server": "ftp://v2ex.com"}]
)
def test_wrong_options_are_told_in_a_line(options):
    with pytest.raises(ValueError, match=r"lists|nodes|server"):
        V2ex(**options)


def test_contract(server):
    server.offers = topics(25)
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(V2ex(nodes=["qna"], server=server.url), visit=visit, least=25)
