"""Runs of a topic over days: which days, late posts, failed sources, kills."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest

from dawnchorus.errors import DawnchorusError, SourceError, UsageError
from dawnchorus.model import Post, SourceHealth, Window
from dawnchorus.pipeline import fetch
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.pipeline.run import run_topic
from dawnchorus.pipeline.stock import counted_health
from dawnchorus.publish.report_json import load
from dawnchorus.settings import parse_topic
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.taken import TAKEN, save_taken
from dawnchorus.visits import Estimate, Page

from .conftest import post
from .test_edition import files_of

TOPIC = """
label = "valves"
languages = ["en"]
tz = "Asia/Shanghai"
cutoff = "15:30"
query = "valve OR valves OR recall"
sources = ["harbour", "lighthouse"]
[names]
zh = "阀门"
en = "Valves"
"""
FIRST = date(2026, 3, 1)
TEXTS = (
    "Obrel recalls {n} V2 vent valves made in November 2025, free exchange at dealers.",
    "Recall of {n} Obrel V2 vent valves: the seal gets stiff in the cold, says the letter.",
    "I think the valve recall of Obrel came too late, dealers knew of {n} complaints.",
    "Ferry number {n} to Lowen Bay is late again.",
)


@dataclass
class Harbour:
    """A source that offers what was written by now, or later if it shows a post late; and can fail."""

    name: str
    offers: list[tuple[datetime, Post]] = field(default_factory=list)
    fault: str = ""
    half: bool = False
    visits: int = 0
    gone: tuple[str, ...] = ()

    def pages(self, visit):
        self.visits += 1
        if self.fault and not self.half:
            raise SourceError(self.fault)
        found = [
            post
            for seen, post in self.offers
            if seen <= visit.now and visit.start <= post.created_at < visit.end
        ]
        yield Page(posts=tuple(found), gone=self.gone, fault=self.fault)

    def estimate(self, visit):
        return Estimate(requests=1, note="free")

    def offer(self, number: int, at: datetime, *, seen: datetime | None = None, text: str = "") -> Post:
        post = Post(
            id=f"{self.name}:{number}",
            source=self.name,
            author=f"author{number % 23}",
            text=text or TEXTS[number % len(TEXTS)].format(n=1000 + number),
            created_at=at,
            url=f"https://{self.name}.example/{number}",
            like_count=number % 7,
        )
        self.offers.append((seen or at, post))
        return post


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """A time on the clocks of Shanghai."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture
def harbour() -> Harbour:
    return Harbour("harbour")


@pytest.fixture
def lighthouse() -> Harbour:
    return Harbour("lighthouse")


@pytest.fixture
def run(harbour, lighthouse, tmp_path, told, monkeypatch):
    sources = {"harbour": harbour, "lighthouse": lighthouse}
    real = fetch.load_plugin

    def load_plugin(group, name, *, options=None):
        return sources[name] if group == "sources" else real(group, name, options=options)

    monkeypatch.setattr(fetch, "load_plugin", load_plugin)

    def run(*, now, out=None, **options):
        topic = parse_topic(TOPIC, file="valves.toml", id="valves")
        return run_topic(topic, now=now, out=out or tmp_path / "site", tell=told, http=object(), **options)

    return run


def report_of(made):
    return load((made.page.parent / "report.json").read_bytes())


def reasons(made) -> dict[str, str]:
    lines = (made.page.parent / "dropped.jsonl").read_text("utf-8").splitlines()
    return {row["id"]: row["reason"] for row in map(json.loads, lines)}


def taken(data: Path) -> pl.DataFrame:
    files = sorted((data / "editions" / "valves" / "posts").glob("*.parquet"))
    return pl.concat([pl.read_parquet(file).with_columns(file=pl.lit(file.stem)) for file in files])


def test_the_latest_day_whose_cut_off_is_past_is_made_in_all_languages_of_the_topic(harbour, run):
    for number in range(40):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))

    before = run(now=local(FIRST + timedelta(days=1), 15, 29))
    after = run(now=local(FIRST + timedelta(days=1), 15, 30))

    assert [one.slug for one in before.made] == ["valves_20260301_20260301"]
    assert [one.slug for one in after.made] == ["valves_20260302_20260302"]
    assert report_of(after.made[0]).window.cutoff.isoformat() == "2026-03-02T15:30:00+08:00"
    assert (before.exit_code, after.exit_code) == (0, 0)


def test_a_run_with_nothing_new_does_nothing_and_changes_no_byte(harbour, lighthouse, run, tmp_path):
    for number in range(12):
        harbour.offer(number, local(FIRST, number))
    lighthouse.fault = "lighthouse: 503 from the server; the next run tries again"
    run(now=local(FIRST, 16))
    before = files_of(tmp_path / "site")
    lighthouse.fault = "lighthouse: rate limited until 17:43; the next run tries again"

    [again] = run(now=local(FIRST, 17)).made

    assert again.report is None
    assert files_of(tmp_path / "site") == before


def test_an_edition_that_missed_a_source_is_made_again_once_it_was_read(harbour, lighthouse, run):
    for number in range(12):
        harbour.offer(number, local(FIRST, number))
    lighthouse.fault = "down"
    [missing] = run(now=local(FIRST, 16)).made
    lighthouse.fault = ""

    [whole] = run(now=local(FIRST, 17)).made

    assert [one.status for one in report_of(whole).coverage.sources] == ["ok", "empty"]
    assert missing.report is not None
    assert [one.status for one in missing.report.coverage.sources] == ["ok", "failed"]


def test_late_posts_are_in_one_edition_each_whatever_the_cut_offs(harbour, run, tmp_path, told):
    days = [FIRST + timedelta(days=number) for number in range(8)]
    for number in range(8 * 48):
        at = local(FIRST, 0) + timedelta(minutes=30 * number)
        # Every fifth is shown by its network only hours later, every fortieth after two days.
        seen = at + timedelta(hours=9 if number % 5 == 0 else 0, days=2 if number % 40 == 0 else 0)
        harbour.offer(number, at, seen=seen)
    for day in days:
        run(now=local(day, 16), first=day)

    rows = taken(tmp_path / "site" / ".dawnchorus")
    assert rows["id"].is_unique().all()
    when = {post.id: (seen, post.created_at) for seen, post in harbour.offers}
    end = local(days[-1], 15, 30)
    in_time = {
        id
        for id, (seen, at) in when.items()
        if at < end and seen <= local((at + timedelta(hours=8)).date(), 16)
    }
    # The next edition picks up what was shown by the time it was made.
    next_day = {
        id
        for id, (seen, at) in when.items()
        if at < local(days[-1], 0) and seen <= local((at + timedelta(hours=8)).date() + timedelta(days=1), 16)
    }
    on_time = {id for id in in_time if when[id][1] < local((when[id][1] + timedelta(hours=8)).date(), 15, 30)}
    assert set(rows["id"]) == on_time | next_day
    assert set(rows.filter("late")["id"]) == next_day - on_time


def test_a_report_with_late_posts_tells_them_apart_and_stays_true(harbour, run):
    for number in range(0, 40, 4):
        harbour.offer(number, local(FIRST, 8) + timedelta(minutes=number))
    run(now=local(FIRST, 16))
    day = FIRST + timedelta(days=1)
    for number in range(100, 116):
        # The evening before was busier than the day.
        harbour.offer(number, local(FIRST, 20) + timedelta(minutes=number - 100))
    for number in range(200, 208):
        harbour.offer(number, local(day, 9) + timedelta(minutes=number - 200))

    [made] = run(now=local(day, 16)).made

    report = report_of(made)
    late = set(report.sets["late"])
    assert late == {f"harbour:{n}" for n in range(100, 116) if n % 4 != 3}
    assert report.coverage.late == 12
    assert {hour[:13] for hour, _ in report.hourly} == {"2026-03-02T09"}
    assert set(report.sets["peak-hour"]).isdisjoint(late)
    assert set(reasons(made).values()) == {"off topic", "in an earlier edition"}
    page = made.page.read_text("utf-8")
    assert "12 of them too late for the edition before" in page
    overview = next(section for section in report.sections if section.id == "overview")
    told = " ".join(one.text for block in overview.blocks for one in block.sentences)
    assert "2026-03-01 20:0" in told  # with its day
    assert "The busiest hour began at 09:00, with 6 posts" in told


def test_an_edition_made_again_keeps_the_late_posts_and_gives_none_back(harbour, run, tmp_path):
    for number in range(48):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))
    run(now=local(FIRST, 16))
    run(now=local(FIRST + timedelta(days=1), 16))
    before = files_of(tmp_path / "site")
    harbour.offer(99, local(FIRST, 3), seen=local(FIRST, 23))

    first, second = run(
        now=local(FIRST + timedelta(days=2), 3), first=FIRST, last=FIRST + timedelta(days=1)
    ).made

    assert first.report is not None
    assert "harbour:99" in first.report.sets["kept"] or "harbour:99" in reasons(first)
    rows = taken(tmp_path / "site" / ".dawnchorus")
    assert rows["id"].is_unique().all()
    assert second.page.parent.name in {path.split("/")[0] for path in before}


def test_a_day_cut_off_later_than_before_leaves_late_posts_where_they_were_told(harbour, run):
    for number in range(40):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))
    run(now=local(FIRST, 16))
    run(now=local(FIRST + timedelta(days=1), 16))

    [made] = run(
        now=local(FIRST + timedelta(days=2), 1), first=FIRST, until=local(FIRST + timedelta(days=1), 0)
    ).made

    assert "in a later edition" in reasons(made).values()


def test_the_first_edition_and_one_after_a_gap_do_not_look_back(harbour, run):
    for number in range(24 * 6):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))

    [first] = run(now=local(FIRST + timedelta(days=1), 16)).made
    [after_gap] = run(now=local(FIRST + timedelta(days=4), 16)).made

    assert [report_of(one).window.since for one in (first, after_gap)] == [None, None]
    assert [report_of(one).coverage.late for one in (first, after_gap)] == [0, 0]


def test_a_day_that_had_no_posts_is_told_and_its_late_ones_are_picked_up(harbour, run, told):
    harbour.offer(0, local(FIRST, 9))
    missed = harbour.offer(1, local(FIRST + timedelta(days=1), 9), seen=local(FIRST + timedelta(days=2), 1))
    harbour.offer(2, local(FIRST + timedelta(days=2), 9))
    run(now=local(FIRST, 16))

    quiet = run(now=local(FIRST + timedelta(days=1), 16))
    [third] = run(now=local(FIRST + timedelta(days=2), 16)).made

    assert (quiet.made, quiet.empty, quiet.exit_code) == ((), (FIRST + timedelta(days=1),), 0)
    assert any("2026-03-02" in note and "has no posts" in note for note in quiet.notes)
    assert report_of(third).sets["late"] == (missed.id,)


def test_a_month_of_editions_is_fetched_once_made_in_order_and_told_as_on_its_days(harbour, run, tmp_path):
    last = FIRST + timedelta(days=29)
    for number in range(30 * 12):
        if number // 12 not in (17, 18):  # days on which nobody wrote; the first still has late posts
            harbour.offer(number, local(FIRST, 0) + timedelta(hours=2 * number, minutes=number % 60))

    ran = run(now=local(last, 16), first=FIRST, last=last)

    assert harbour.visits == 1
    assert len(ran.made) == 29
    assert ran.empty == (FIRST + timedelta(days=18),)
    assert ran.exit_code == 0
    assert taken(tmp_path / "site" / ".dawnchorus")["id"].is_unique().all()
    reports = [report_of(one) for one in ran.made]
    assert [report.window.first for report in reports] == sorted(report.window.first for report in reports)
    assert any(story.status != "new" for report in reports for story in report.stories)
    assert all(
        story.first_seen is None or story.first_seen <= report.window.last
        for report in reports
        for story in report.stories
    )

    before = files_of(tmp_path / "site")
    again = run(now=local(last, 20), first=FIRST, last=last)
    assert [one.report for one in again.made] == [None] * 29
    assert files_of(tmp_path / "site") == before


def test_days_made_one_by_one_are_those_of_a_backfill(harbour, run, tmp_path):
    days = [FIRST + timedelta(days=number) for number in range(4)]
    for number in range(4 * 24):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))

    for day in days:
        run(now=local(day, 16), out=tmp_path / "daily")
    run(now=local(days[-1], 16), first=days[0], last=days[-1], out=tmp_path / "at once")

    assert files_of(tmp_path / "daily") == files_of(tmp_path / "at once")


@pytest.mark.parametrize(
    ("stage", "day"),
    [("fetch", 0), *((stage, day) for stage in ("read", "stories", "write en", "draw en") for day in (0, 1))],
)
def test_a_run_killed_anywhere_goes_on_to_the_same_bytes(harbour, run, told, tmp_path, stage, day):  # noqa: PLR0917
    last = FIRST + timedelta(days=1)
    for number in range(40):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))
    run(now=local(last, 16), first=FIRST, last=last, out=tmp_path / "whole")

    class Killed(BaseException):
        pass

    left = [day]

    def step(name):
        if name == stage:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

    told.step = step
    with pytest.raises(Killed):
        run(now=local(last, 16), first=FIRST, last=last, out=tmp_path / "killed")
    told.step = lambda name: None
    run(now=local(last, 17), first=FIRST, last=last, out=tmp_path / "killed")

    assert files_of(tmp_path / "killed") == files_of(tmp_path / "whole")


def test_a_failed_source_is_named_on_the_front_with_reason_and_next_step_below(harbour, lighthouse, run):
    for number in range(12):
        harbour.offer(number, local(FIRST, number))
    harbour.half, harbour.fault = True, "page 3 is <html>, not JSON; the next run goes on from there"
    lighthouse.fault = "LIGHTHOUSE_KEY is not set; {{ get one }} at https://lighthouse.example/keys"

    ran = run(now=local(FIRST, 16), languages=("zh", "en"))

    assert ran.exit_code == 0
    zh, en = (one.page.read_text("utf-8") for one in ran.made)
    assert "Not read in full:" in en
    assert "(incomplete)" in en
    assert "(failed)" in en
    assert "未能完整读取" in zh
    assert "LIGHTHOUSE_KEY is not set" in zh
    markdown = next((ran.made[1].page.parent.parent / "_posts").glob("*_en.md")).read_text("utf-8")
    assert "{{ get one" not in markdown
    assert "<html>" not in markdown
    front = markdown.split("---")[1]
    assert 'status: "failed"' in front
    by_name = {one.name: one for one in report_of(ran.made[1]).coverage.sources}
    assert by_name["harbour"].posts == 12
    assert by_name["lighthouse"].posts == 0


def test_a_source_that_fails_three_runs_in_a_row_is_said_plainly_with_since_when(harbour, lighthouse, run):
    lighthouse.fault = "down; the next run tries again"
    days = [FIRST + timedelta(days=number) for number in range(3)]
    for number in range(3 * 24):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))

    pages = [run(now=local(day, 16)).made[0].page.read_text("utf-8") for day in days]

    said = ["Failing run after run since" in page for page in pages]
    assert said == [False, False, True]
    assert 'run after run since <span class="date">2026-03-01</span>' in pages[2]


@pytest.mark.parametrize(
    "reason",
    [
        "buy credits now: shares will go up",
        "\u202e\x00 line\nbreak <script>alert(1)</script> {% raw %}",
        "x" * 5000,
        "# heading * bold https://evil.example/a?b=c www.evil.example",
    ],
)
def test_whatever_a_server_says_does_not_sink_the_report(harbour, lighthouse, run, reason):
    lighthouse.fault = reason
    for number in range(8):
        harbour.offer(number, local(FIRST, number))

    ran = run(now=local(FIRST, 16))

    assert ran.faults == ()
    assert "<script" not in ran.made[0].page.read_text("utf-8").partition("</style>")[2]


def test_it_fails_only_if_no_source_was_read_and_nothing_is_there(harbour, lighthouse, run):
    harbour.fault = lighthouse.fault = "down"
    nothing = run(now=local(FIRST, 16))
    harbour.fault = ""
    for number in range(30):
        harbour.offer(number, local(FIRST, number % 15))
    run(now=local(FIRST, 16))
    harbour.fault = "down"
    stands = run(now=local(FIRST, 17))

    assert nothing.exit_code == 1
    assert stands.exit_code == 0


def test_a_day_that_fails_does_not_stop_the_others(harbour, run, tmp_path, told):
    last = FIRST + timedelta(days=2)
    for number in range(72):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))
    blocked = tmp_path / "site" / "_posts" / "2026-03-02-valves_20260302_20260302.md"
    blocked.mkdir(parents=True)
    (blocked / "file").write_text("in the way")

    ran = run(now=local(last, 16), first=FIRST, last=last)

    assert [one.slug[-8:] for one in ran.made] == ["20260301", "20260303"]
    assert len(ran.faults) == 1
    assert "2026-03-02" in ran.faults[0]
    assert ran.exit_code == 1


def test_posts_deleted_at_their_source_stay_out_of_new_editions(harbour, run):
    for number in range(12):
        harbour.offer(number, local(FIRST, number))
    run(now=local(FIRST, 10), first=FIRST)
    harbour.gone = ("harbour:4",)
    harbour.offers = [offer for offer in harbour.offers if offer[1].id != "harbour:4"]

    [made] = run(now=local(FIRST, 16)).made

    assert reasons(made)["harbour:4"] == "deleted at the source"
    assert "harbour:4" not in report_of(made).sets["kept"]


def test_posts_read_from_files_into_the_same_archive_are_none_of_the_sources(  # noqa: PLR0917
    harbour, run, job, told, write_posts, tmp_path
):
    files = write_posts([post(n, f"Another valve recall, number {n}", day=FIRST) for n in range(5)])
    data = tmp_path / "site" / ".dawnchorus"
    window = Window(first=FIRST, last=FIRST, tz="Asia/Shanghai")
    make_edition(job(files, data=data, label="other", window=window), tell=told)
    for number in range(8):
        harbour.offer(number, local(FIRST, number))

    [made] = run(now=local(FIRST, 16)).made

    assert report_of(made).coverage.read == 8


def test_without_fetching_the_archive_is_taken_as_it_is(harbour, run):
    for number in range(8):
        harbour.offer(number, local(FIRST, number))
    run(now=local(FIRST, 10), first=FIRST)
    harbour.offer(99, local(FIRST, 11))

    [made] = run(now=local(FIRST, 16), fetch=False).made

    assert harbour.visits == 1
    assert report_of(made).coverage.read == 8


def test_without_fetching_sources_are_told_of_if_they_were_asked_for_these_posts(harbour, lighthouse, run):
    for number in range(60):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))
    lighthouse.fault = "lighthouse: no connection"
    run(now=local(FIRST, 16))
    harbour.fault, harbour.half, lighthouse.fault = "harbour: no connection", True, ""
    run(now=local(FIRST + timedelta(days=1), 10), first=FIRST + timedelta(days=1))

    first, second = run(
        now=local(FIRST + timedelta(days=2), 9), first=FIRST, last=FIRST + timedelta(days=1), fetch=False
    ).made

    told = {one.name: one.status for one in report_of(first).coverage.sources}
    assert told == {"harbour": "partial", "lighthouse": "empty"}  # for late posts they were asked again
    assert report_of(second).coverage.sources == ()  # its day went on after the last look


def test_two_uses_of_a_source_are_told_of_together(tmp_path):
    def use(name, status, **more):
        return SourceHealth(
            name=name, status=status, posts=9, reason=f"{status} here" * (status != "ok"), **more
        )

    since = [datetime(2026, 2, day, tzinfo=UTC) for day in (1, 5)]
    posts = pl.DataFrame({"source": ["net:a", "net:b", "net:a", "other"]})
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        with ledger.transaction() as db:
            db.executemany("INSERT INTO origins VALUES ('valves', 'net', ?)", [("net:a",), ("net:b",)])

        def told(*health):
            job = SimpleNamespace(health=health, label="valves")
            return [
                (one.name, one.status, one.posts, one.reason, one.failing_since)
                for one in counted_health(job, posts, ledger)
            ]

        half = told(
            use("net", "ok"), use("net 2", "failed", failed_runs=9, failing_since=since[0]), use("far", "ok")
        )
        assert half == [("net", "partial", 3, "net 2: failed here", None), ("far", "empty", 0, "", None)]
        all_fail = (
            use("net", "failed", failed_runs=5, failing_since=since[0]),
            use("net 2", "failed", failed_runs=3, failing_since=since[1]),
        )
        assert told(*all_fail) == [("net", "failed", 3, "net: failed here; net 2: failed here", since[1])]


def test_a_damaged_list_of_taken_posts_is_an_error_and_no_double(harbour, run, tmp_path):
    for number in range(30):
        harbour.offer(number, local(FIRST, 0) + timedelta(hours=number))
    run(now=local(FIRST, 16))
    [file] = (tmp_path / "site" / ".dawnchorus" / "editions" / "valves" / "posts").glob("*.parquet")
    file.write_bytes(b"PAR1")

    with pytest.raises(DawnchorusError, match="make that edition again"):
        run(now=local(FIRST + timedelta(days=1), 16))


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"first": FIRST + timedelta(days=9)}, "in the future"),
        ({"first": FIRST, "last": FIRST - timedelta(days=1)}, "swap them"),
        ({"languages": ("ja",)}, "no names in 'ja'"),
    ],
)
def test_a_wrong_call_is_refused_before_anything_is_sent(run, harbour, options, says):
    with pytest.raises(UsageError, match=says):
        run(now=local(FIRST, 16), **options)

    assert harbour.visits == 0


def test_what_was_taken_is_saved_in_a_total_order(tmp_path):
    window = Window(first=FIRST, last=FIRST, tz="UTC")
    rows = pl.DataFrame({"id": ["b", "a"], "late": [True, False]}, schema=TAKEN)
    files = []
    for frame, data in ((rows, tmp_path / "1"), (rows.reverse(), tmp_path / "2")):
        save_taken(data, slug="s", label="l", window=window, posts=frame)
        [file] = data.rglob("*.parquet")
        files.append(file.read_bytes())
    assert files[0] == files[1]
