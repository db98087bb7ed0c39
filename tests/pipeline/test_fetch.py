"""Sources read side by side: each costs itself, and what came is in the archive."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import EntryPoint
from urllib.parse import quote

import pytest

from dawnchorus import plugins
from dawnchorus.errors import AccessDenied, DawnchorusError, LockedError, SourceError, UsageError
from dawnchorus.model import Post
from dawnchorus.pipeline.estimates import estimate_sources
from dawnchorus.pipeline.fetch import fetch_sources
from dawnchorus.settings import PluginUse, parse_topic
from dawnchorus.store.archive import read_posts
from dawnchorus.store.arrivals import origins
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.visits_log import last_visits, visits
from dawnchorus.visits import Answer, Estimate, Page, Skipped

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
SPAN = (NOW - timedelta(days=2), NOW)
TOPIC = parse_topic(
    'names = {en = "Kites", zh = "风筝"}\ntz = "Asia/Shanghai"\nquery = "kite OR 风筝"', file="t", id="kites"
)
SECRET = "s3cret/ токен+1"


def post(number: int, *, source: str = "kites", **changes: object) -> Post:
    made = Post(
        id=f"{source}:{number}", source=source, text=f"风筝 {number}", created_at=NOW - timedelta(hours=1)
    )
    return replace(made, **changes)


class Kites:
    """Pages of one post each, from the cursor on; what it does otherwise is an option."""

    name = "kites"
    at_work: threading.Barrier | None = None

    def __init__(self, *, posts=3, source="kites", raises=None, fault=None, after=None, waits=False):
        self.posts, self.source, self.waits = posts, source, waits
        self.raises, self.fault, self.after = raises, fault, posts if after is None else after

    def pages(self, visit):
        if Kites.at_work:
            Kites.at_work.wait(5)
        for number in range(int(visit.cursors.get("all", 0)), self.posts):
            if number == self.after:
                self.fail(visit)
            visit.http.get("https://example.org/")
            yield Page(posts=(post(number, source=self.source),), stream="all", cursor=str(number + 1))
        if self.after >= self.posts:
            self.fail(visit)
        if self.fault:
            yield Page(stream="more", fault=self.fault)

    def fail(self, visit):
        if self.raises:
            raise self.raises
        while self.waits and not (visit.stop() and self.waits == "listens"):
            time.sleep(0.01)

    def estimate(self, visit):
        visit.secret("KITES_KEY")
        return Estimate(requests=self.posts, reads=self.posts, usd=0.5)


class Plain:
    """A source that does not page."""

    name = "plain"

    def __init__(self, *, raises=None):
        self.raises = raises

    def fetch(self, window):
        assert (window.tz, window.end.astimezone(UTC)) == ("Asia/Shanghai", NOW)
        yield from (post(n, source="plain") for n in range(3))
        if self.raises:
            raise self.raises


class Keyed(Kites):
    name = "keyed"

    def pages(self, visit):
        key = visit.secret("KITES_KEY")
        raise SourceError(f"GET https://example.org/?key={quote(key, safe='')} refused\n{key}")


class Odd(Kites):
    """Gives a good post, one of tomorrow, one without text, a record that is broken, and a like."""

    name = "odd"

    def pages(self, visit):
        yield Page(
            posts=(post(0), post(1, created_at=NOW + timedelta(days=1)), post(2, text=" ")),
            skipped=(
                Skipped(reason="bad row", why="no author"),
                Skipped(reason="not a post", why="a like"),
            ),
        )


class Nothing:
    name = "nothing"


class Explodes:
    def __init__(self):
        raise RuntimeError("no luck")


class Door:
    def get(self, url, **_):
        return Answer(status=200, url=url, headers={}, body=b"")

    post = get


class Told:
    def __init__(self):
        self.notes = []

    def step(self, name):
        pass

    def note(self, line):
        self.notes.append(line)

    def doing(self, line):
        pass


@pytest.fixture(autouse=True)
def _installed(monkeypatch):
    classes = (Kites, Plain, Keyed, Odd, Nothing, Explodes)
    points = [EntryPoint(c.__name__.lower(), f"{__name__}:{c.__name__}", "") for c in classes]
    points.append(EntryPoint("broken", "no_such_module:Thing", ""))
    monkeypatch.setattr(plugins, "entry_points", lambda group: points)


@pytest.fixture
def ledger(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as opened:
        yield opened


@pytest.fixture
def fetch(tmp_path, ledger):
    def read(*uses, **options):
        given = {"tell": Told(), "http": Door(), "secret": {}.get, "span": SPAN, "now": NOW} | options
        return fetch_sources(
            [one if isinstance(one, PluginUse) else PluginUse(name=one) for one in uses],
            topic=TOPIC,
            label="kites",
            data=tmp_path,
            ledger=ledger,
            **given,
        )

    return read


def kites(**options) -> PluginUse:
    return PluginUse(name="kites", options=options)


def held(data, span=SPAN) -> list[str]:
    return read_posts(data, start=span[0], end=span[1])["id"].sort().to_list()


def test_a_source_that_failed_is_asked_for_what_it_owes_until_it_was_read_whole(fetch, monkeypatch):
    asked, pages = [], Kites.pages

    def recorded(self, visit):
        asked.append((NOW - visit.start) / timedelta(days=1))
        yield from pages(self, visit)

    monkeypatch.setattr(Kites, "pages", recorded)

    def day(number, *, first=None, **options):
        now = NOW + timedelta(days=number)
        fetch(kites(**options), now=now, span=(first or now - timedelta(days=1), now))

    tired = {"posts": 0, "fault": "tired"}
    day(0)
    for number in range(1, 4):
        day(number, **tired)
    day(4)
    day(5)
    assert asked == [1, 0, 0, 0, 0, -4]
    # What was asked for by days long past is not owed: whoever wants it asks for these days again.
    asked.clear()
    day(6, first=NOW - timedelta(days=30), **tired)
    day(7)
    assert asked == [30, -6]


def test_posts_of_every_source_are_in_the_archive_when_it_returns(tmp_path, fetch, ledger):
    got = fetch("kites", "plain")
    assert [(one.name, one.status, one.posts, one.reason) for one in got] == [
        ("kites", "ok", 3, ""),
        ("plain", "ok", 3, ""),
    ]
    assert held(tmp_path) == [f"{name}:{n}" for name in ("kites", "plain") for n in range(3)]
    assert origins(ledger, "kites", {"plain"}) == {"plain"}
    assert [(row.name, row.new, row.requests) for row in visits(ledger)] == [("kites", 3, 3), ("plain", 3, 0)]


@pytest.mark.parametrize(
    ("use", "status", "reason"),
    [
        (kites(raises=AccessDenied("kites: set KITES_KEY")), "partial", "kites: set KITES_KEY"),
        (kites(raises=AccessDenied("set KITES_KEY"), after=0), "failed", "set KITES_KEY"),
        (
            kites(raises=KeyError("data"), after=0),
            "failed",
            r"KeyError: 'data' at test_fetch.py:\d+; a fault of",
        ),
        (kites(raises=SystemExit(3), after=1), "partial", r"SystemExit: 3 at .*"),
        (kites(fault="server is tired; the next run goes on"), "partial", "more: server is tired; the next"),
        (kites(posts=0, fault="tired"), "failed", "more: tired"),
        (
            PluginUse(name="plain", options={"raises": ValueError("第\n二")}),
            "partial",
            "ValueError: 第 二 at",
        ),
        ("broken", "failed", "cannot be imported: ModuleNotFoundError"),
        ("nothing", "failed", r"has neither pages\(\) nor fetch\(\)"),
        ("explodes", "failed", "RuntimeError: no luck; a fault of the plug-in"),
    ],
)
def test_a_source_that_fails_leaves_the_others(tmp_path, fetch, use, status, reason):
    other = PluginUse(name="kites", options={"source": "other"})
    first, last = fetch(use, other)
    assert (first.status, last.status) == (status, "ok")
    assert re.search(reason, first.reason), first.reason
    assert "\n" not in first.reason
    assert {"other:0", "other:1", "other:2"} <= set(held(tmp_path))


def test_posts_before_a_fault_of_a_source_without_pages_are_kept(tmp_path, fetch):
    (one,) = fetch(PluginUse(name="plain", options={"raises": SourceError("the box is torn")}))
    assert (one.status, one.posts, one.reason) == ("partial", 3, "the box is torn")
    assert len(held(tmp_path)) == 3


def test_what_is_kept_out_is_told(tmp_path, fetch):
    tell = Told()
    (one,) = fetch("odd", tell=tell)
    assert (one.status, one.posts, held(tmp_path)) == ("ok", 1, ["kites:0"])
    assert [line.split(" until ")[0] for line in tell.notes] == [
        "source odd: 1 posts dated in the future are held back",
        "source odd: 2 records gave no post",
    ]


def test_a_source_that_hangs_is_left_and_the_others_stand(tmp_path, fetch):
    hangs, good = fetch(kites(waits=True, after=1), "plain", wall_seconds=0.1, grace_seconds=0.2)
    assert hangs.status == "partial"
    assert "did not end in the time it has; the next run goes on" in hangs.reason
    assert good.status == "ok"
    assert held(tmp_path) == ["kites:0", "plain:0", "plain:1", "plain:2"]


def test_a_source_that_listens_is_told_that_its_time_is_over(fetch):
    (one,) = fetch(kites(waits="listens"), wall_seconds=0.05, grace_seconds=20)
    assert (one.status, one.posts) == ("partial", 3)
    assert "not read to its end in the time it has" in one.reason


def test_all_are_at_work_at_once(fetch, monkeypatch):
    monkeypatch.setattr(Kites, "at_work", threading.Barrier(3))
    got = fetch(kites(source="a"), kites(source="b"), kites(source="c"))
    assert [(one.name, one.status) for one in got] == [("kites", "ok"), ("kites 2", "ok"), ("kites 3", "ok")]


def test_a_visit_goes_on_from_the_cursor_and_nothing_new_is_no_failure(tmp_path, fetch, ledger):
    fetch(kites(posts=2))
    assert fetch(kites(posts=3))[0].posts == 1
    (again,) = fetch(kites(posts=3))
    assert (again.status, again.posts) == ("ok", 0)  # the archive has posts of the span
    assert held(tmp_path) == ["kites:0", "kites:1", "kites:2"]
    assert [row.requests for row in visits(ledger)] == [2, 1, 0]


def test_a_source_that_never_gave_anything_is_empty(fetch):
    assert fetch(kites(posts=0))[0].status == "empty"


def test_failed_runs_are_counted_in_a_row(fetch, ledger):
    fails = kites(raises=SourceError("down"), after=0)
    assert [fetch(fails)[0].failed_runs for _ in range(3)] == [1, 2, 3]
    assert fetch("kites", "plain")[0].failed_runs == 0
    assert fetch(kites(raises=SourceError("down"), after=3))[0].failed_runs == 1
    last = last_visits(ledger, "kites", start=SPAN[0], end=SPAN[1])
    assert [(one.failed_runs, one.failing_since >= NOW) for one in last] == [(1, True)]


def test_a_fetch_tells_only_of_posts_that_it_asked_for(fetch, ledger):
    fetch(kites(raises=SourceError("down"), after=0))
    day = timedelta(days=1)
    known = partial(last_visits, ledger, "kites")
    assert [one.reason for one in known(start=SPAN[0] + day, end=NOW)] == ["down"]
    assert known(start=SPAN[0], end=NOW + day) == known(start=SPAN[0] - day, end=NOW) == ()


def test_wrong_plugins_are_all_told_before_anything_is_read(tmp_path, fetch):
    with pytest.raises(UsageError) as caught:
        fetch("kites", kites(post=1), "missing")
    assert [line.split(";")[0] for line in str(caught.value).splitlines()] == [
        "source 'kites': its options are wrong: no option 'post'",
        "no source named 'missing'",
    ]
    assert held(tmp_path) == []


def test_no_key_is_shown_in_a_reason(fetch, ledger):
    (one,) = fetch("keyed", secret={"KITES_KEY": f" {SECRET}\n"}.get)
    assert one.reason == "GET https://example.org/?key=[KITES_KEY] refused [KITES_KEY]"
    assert visits(ledger)[0].reason == one.reason


@contextmanager
def child(code: str, *arguments: object):
    """A process of its own that runs ``code`` with this module's names."""
    text = f"import sys; sys.path.insert(0, {os.getcwd()!r})\nfrom tests.pipeline.test_fetch import *\n{code}"
    with subprocess.Popen(
        [sys.executable, "-c", text, *map(str, arguments)], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


LOCKED = """
from pathlib import Path
from dawnchorus.store.lock import hold_lock
with hold_lock(Path(sys.argv[1]) / "kites.fetch.lock", what="a fetch", since=NOW):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_fetch_of_a_topic_says_who_is_at_work(tmp_path, fetch):
    with child(LOCKED, tmp_path) as process:
        assert process.stdout.readline() == "held\n"
        with pytest.raises(
            LockedError, match=rf"a fetch of kites into .* by process {process.pid} on .*; wait"
        ):
            fetch("kites")
        assert fetch("kites", follow=True, stop=lambda: True)[0].status == "ok"  # has a lock of its own


def test_what_a_killed_fetch_left_reaches_the_archive(tmp_path, fetch, ledger):
    Intake(ledger, tmp_path).add(Page(posts=(post(7),)), label="kites", source="kites", at=NOW)
    fetch("plain")
    assert "kites:7" in held(tmp_path)


def test_following_ends_when_it_is_told_to_and_everything_is_stored(tmp_path, fetch):
    stopping = threading.Event()
    threading.Timer(0.3, stopping.set).start()
    (one,) = fetch(
        kites(waits="listens"), follow=True, stop=stopping.is_set, wall_seconds=0.01, grace_seconds=20
    )
    assert (one.status, one.posts, one.reason) == ("ok", 3, "")
    assert len(held(tmp_path)) == 3


def test_a_full_disk_ends_the_fetch_in_one_line(tmp_path, fetch, monkeypatch):
    def full(self, *_, **__):
        raise DawnchorusError("the ledger cannot be written: disk full")

    monkeypatch.setattr(Intake, "add", full)
    with pytest.raises(DawnchorusError, match="disk full"):
        fetch("kites", kites(waits="listens"), wall_seconds=60)


def test_an_estimate_sends_nothing_and_names_missing_keys(ledger):
    given = {"topic": TOPIC, "label": "kites", "span": SPAN, "now": NOW, "ledger": ledger}
    uses = [PluginUse(name=name) for name in ("kites", "plain", "broken")]
    told = estimate_sources(uses, secret={}.get, **given)
    assert [(one.name, one.estimate.requests, one.missing) for one in told] == [
        ("kites", 3, ("KITES_KEY",)),
        ("plain", None, ()),
        ("broken", None, ()),
    ]
    assert "cannot be imported" in told[2].fault
    assert estimate_sources(uses[:1], secret={"KITES_KEY": "k"}.get, **given)[0].missing == ()
    assert ledger.rows("SELECT COUNT(*) FROM visits") == [(0,)]


def test_one_fault_of_many_streams_is_told_once(fetch, monkeypatch):
    def pages(self, visit):
        yield from (Page(stream=name, fault="no such host") for name in ("red", "green", "blue"))
        yield Page(stream="grey", fault="grey is asleep")

    monkeypatch.setattr(Kites, "pages", pages)
    (health,) = fetch("kites")
    assert health.reason == "red and 2 more: no such host; grey is asleep"
