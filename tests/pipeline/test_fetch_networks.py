"""Our own sources through the whole way: door, threads, ledger, archive."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from dawnchorus.pipeline.fetch import fetch_sources
from dawnchorus.settings import PluginUse, parse_topic
from dawnchorus.store.archive import read_posts
from dawnchorus.store.ledger import Ledger
from tests.networks.fake_hackernews import FakeHackerNews
from tests.networks.fake_jetstream import FakeJetstream
from tests.networks.fake_mastodon import FakeMastodon
from tests.networks.server import at, offer

NOW = at("2026-03-10 12:00")
SPAN = (NOW - timedelta(days=1), NOW)
TOPIC = parse_topic(
    'names = {en = "Kites"}\nquery = "kite"\n[fetch]\npatience_seconds = 0', file="kites.toml", id="kites"
)


class Silent:
    def step(self, name):
        pass

    note = step


@pytest.fixture
def networks():
    def offers(first):
        return [
            offer(
                str(first + n),
                f"2026-03-10 {n // 60:02}:{n % 60:02}",
                text="a kite",
                extra={"tags": ["kites"]},
            )
            for n in range(90)
        ]

    with (
        FakeMastodon(now=NOW, offers=offers(1000)) as mastodon,
        FakeHackerNews(now=NOW, offers=offers(5000)) as news,
    ):
        yield mastodon, news


def read(networks, data, ledger):
    mastodon, news = networks
    uses = [
        PluginUse(name="mastodon", options={"servers": [mastodon.url], "tags": ["kites"]}),
        PluginUse(name="hackernews", options={"search": news.url, "items": news.url}),
    ]
    health = fetch_sources(
        uses, topic=TOPIC, label="kites", span=SPAN, now=NOW, data=data, ledger=ledger, tell=Silent()
    )
    return {one.name: one.status for one in health}, health


def archived(data) -> set[str]:
    return {id.rpartition(":")[2] for id in read_posts(data, start=SPAN[0], end=SPAN[1])["id"]}


def test_a_network_that_is_down_costs_itself_and_the_next_run_brings_its_posts(tmp_path, networks):
    mastodon = networks[0]
    mastodon.faults = lambda asked: "503" if "max_id" in asked.query else None  # after the first page
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        status, health = read(networks, tmp_path, ledger)
        assert status == {"mastodon": "partial", "hackernews": "ok"}
        assert "answered 503" in health[0].reason
        first = archived(tmp_path)
        assert {str(5000 + n) for n in range(90)} < first
        mastodon.faults = []
        status, _ = read(networks, tmp_path, ledger)
        assert status == {"mastodon": "ok", "hackernews": "ok"}
        assert archived(tmp_path) == first | {str(1000 + n) for n in range(90)}


def test_all_down_is_told_of_each(tmp_path, networks):
    for network in networks:
        network.faults = lambda asked: "html"
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        status, health = read(networks, tmp_path, ledger)
    assert status == {"mastodon": "failed", "hackernews": "failed"}
    assert all(one.failed_runs == 1 and one.reason for one in health)


def test_following_jetstream_ends_in_order_with_everything_stored(tmp_path):
    # Offers of a stream that never ends by itself: the visit is over when ``stop`` says so.
    posts = [offer(str(n), f"2026-03-10 11:{n:02}", text="a kite") for n in range(20)]
    with FakeJetstream(now=NOW, offers=posts) as server, Ledger(tmp_path / "ledger.sqlite") as ledger:
        stopping = threading.Event()
        threading.Timer(1.0, stopping.set).start()
        use = PluginUse(name="jetstream", options={"endpoints": [server.url], "resolve_handles": False})
        (health,) = fetch_sources(
            [use],
            topic=TOPIC,
            label="kites",
            span=(SPAN[0], NOW + timedelta(days=3650)),
            now=NOW,
            data=tmp_path,
            ledger=ledger,
            tell=Silent(),
            follow=True,
            stop=stopping.is_set,
        )
    assert health.posts == 20
    assert "stopped before its end" not in health.reason  # it ended by itself; the grace was enough
    assert len(archived(tmp_path)) == 20
