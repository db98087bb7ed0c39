from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl

from dawnchorus.model import Window
from dawnchorus.pipeline.links import fetch_links
from dawnchorus.posts.canonical import most_linked, with_pages
from dawnchorus.posts.clean import clean
from dawnchorus.store.pages import PAGES, add_pages, read_pages
from dawnchorus.tables import POSTS, conform
from tests.networks.server import Reply

DAY = date(2026, 3, 10)
WINDOW = Window(first=DAY, last=DAY, tz="Asia/Shanghai")
NOW = datetime(2026, 3, 10, 18, tzinfo=UTC)


def posts(*texts: str, links: list[list[str]] | None = None) -> pl.DataFrame:
    rows = {"id": [f"x:{n}" for n in range(len(texts))], "source": "x", "text": list(texts)}
    frame = pl.DataFrame(rows).with_columns(
        links=pl.Series(links or [[] for _ in texts], dtype=pl.List(pl.String))
    )
    return clean(conform(frame, POSTS))[0]


def pages(**address: str | None) -> pl.DataFrame:
    rows = [{"url": f"https://bit.ly/{key}", "day": DAY, "address": value} for key, value in address.items()]
    return conform(pl.DataFrame(rows, schema_overrides={"address": pl.String}), PAGES)


def test_links_of_most_posts_come_first_as_they_were_written():
    found = posts(
        "kites https://bit.ly/b", "风筝 https://www.news.example/a?utm_source=x", "https://bit.ly/b kites",
        "x https://x.com/ada/status/1", "again http://news.example/a/",
    )  # fmt: skip
    assert most_linked(found, known=(), most=9) == [
        ("https://bit.ly/b", "https://bit.ly/b"),
        ("https://news.example/a", "https://www.news.example/a?utm_source=x"),
    ]
    assert most_linked(found, known={"https://bit.ly/b"}, most=9)[0][0] == "https://news.example/a"
    assert len(most_linked(found, known=(), most=1)) == 1
    assert most_linked(posts("no link"), known=(), most=9) == []


def test_links_to_one_page_are_one_link():
    found = with_pages(
        posts(
            "a https://bit.ly/1 kites",
            "b https://bit.ly/2 https://news.example/story",
            "风筝 https://bit.ly/3",
        ),
        pages(
            **{
                "1": "http://www.news.example/story?utm_source=x",
                "2": "https://news.example/story",
                "3": None,
            }
        ),
    )
    assert found["urls"].to_list() == [
        ["https://news.example/story"], ["https://news.example/story"], ["https://bit.ly/3"],
    ]  # fmt: skip
    # What is counted in a report stays what the posts say.
    assert found["domains"].to_list() == [[], ["news.example"], []]
    assert found.schema == posts("a").schema


def test_short_links_of_short_links_lead_to_the_page_and_circles_end():
    found = with_pages(
        posts("a https://bit.ly/1", "b https://bit.ly/7"),
        pages(
            **{
                "1": "https://bit.ly/2",
                "2": "https://news.example/a",
                "7": "https://bit.ly/8",
                "8": "https://bit.ly/7",
            }
        ),
    )
    assert found["urls"].to_list()[0] == ["https://news.example/a"]
    assert found["urls"].to_list()[1][0].startswith("https://bit.ly/")


def test_posts_without_such_links_stay_as_they_are():
    before = posts("a https://news.example/a kites", "b")
    assert with_pages(before, pages(**{"1": "https://news.example/b"})).equals(before)
    assert with_pages(posts(), pages(**{"1": "https://news.example/b"})).is_empty()


def test_each_link_is_asked_for_once_and_passing_faults_again(internet, tmp_path):
    internet.site.pages = {
        "/1": Reply(status=302, headers={"Location": "https://news.example/missing"}),
        "/2": Reply(
            body=b'<title>Kites</title><meta property="og:site_name" content="News">', type="text/html"
        ),
        "/3": Reply(status=500),
        "/4": Reply(status=404),
    }
    found = posts(*(f"kites {n} http://sho.rt/{n}" for n in (2, 3, 4)))
    ask = {"window": WINDOW, "now": NOW, "data": tmp_path, "http": internet.door(attempts=1)}

    assert fetch_links(found, **ask) == "links: 3 pages asked for, 2 of them could not be read"
    first = [asked.path for asked in internet.site.asked]
    assert sorted(first) == ["/2", "/3", "/4"]
    fetch_links(found, **ask)
    assert [asked.path for asked in internet.site.asked[3:]] == ["/3"]
    stored = read_pages(tmp_path)
    assert stored.select("url", "title", "site", "fetched_at").rows() == [
        ("https://sho.rt/2", "Kites", "News", NOW), ("https://sho.rt/4", None, None, NOW),
    ]  # fmt: skip


def test_a_run_asks_for_so_many_and_stops_when_told(internet, tmp_path):
    found = posts(*(f"kites http://sho.rt/{n}" for n in range(9)))
    ask = {"window": WINDOW, "now": NOW, "data": tmp_path, "http": internet.door(attempts=1)}
    assert fetch_links(found, **ask, stop=lambda: True) == ""
    assert fetch_links(found, **ask, most=4) == "links: 4 pages asked for, 4 of them could not be read"
    assert len(internet.site.asked) == 4


def test_an_old_edition_does_not_change_by_what_later_ones_link_to(internet, tmp_path):
    add_pages(tmp_path, pages(**{"1": "https://news.example/a"}))
    assert read_pages(tmp_path, until=date(2026, 3, 9)).is_empty()
    # The older day is made afterwards and links to it as well: now it knows.
    fetch_links(
        posts("a https://bit.ly/1"),
        window=replace(WINDOW, first=date(2026, 3, 9), last=date(2026, 3, 9)),
        now=NOW,
        data=tmp_path,
        http=internet.door(),
    )
    assert read_pages(tmp_path, until=date(2026, 3, 9))["url"].to_list() == ["https://bit.ly/1"]
    assert internet.site.asked == []


def test_a_page_fetched_anew_replaces_the_old_one_and_keeps_its_day(tmp_path):
    add_pages(tmp_path, pages(**{"1": "https://news.example/a"}))
    add_pages(tmp_path, pages(**{"1": "https://news.example/b"}).with_columns(day=pl.lit(date(2026, 4, 1))))
    assert read_pages(tmp_path).select("day", "address").rows() == [(DAY, "https://news.example/b")]
