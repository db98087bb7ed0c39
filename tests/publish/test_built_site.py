"""Editions in a site built by the real Jekyll: addresses, dates, feeds, and hostile posts."""

import json
import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

import feedparser
import pytest
from defusedxml.ElementTree import fromstring
from selectolax.lexbor import LexborHTMLParser

from dawnchorus.publish.escape import plain
from dawnchorus.publish.site import create_site
from dawnchorus.publish.titles import split_title
from tests.publish.build import BASE, ORIGIN, build, publish
from tests.publish.hostile import MARKER, PAYLOADS, skeleton, targets, words

SLUGS = (
    "twitter_ai_20251120_20251120",
    "twitter_ai_20251121_20251121",
    "twitter_ai_20251121_20251121_en",
)


@pytest.fixture(scope="module")
def hostile_pages(tmp_path_factory, hostile_report, assets, need):
    """All payloads as editions of one site, beside a harmless one of the same shape."""
    out = tmp_path_factory.mktemp("hostile") / "site"
    create_site(out, title="x", lang="en", url=ORIGIN, baseurl=BASE)
    named = {"harmless": MARKER, **{f"p{n}": text for n, text in enumerate(PAYLOADS.values())}}
    for name, payload in named.items():
        # report.json takes no half characters: readers of posts replace them at the door.
        report = hostile_report(payload.replace("\ud83d", "\ufffd"), slug=name)
        # A topic each: no edition has a neighbour whose link the harmless page lacks.
        publish(replace(report, topic=name), out, assets(report))
    return build(need("jekyll"), out)


def page(pages, path):
    return pages[path].read_text("utf-8")


def test_every_edition_stands_under_its_permalink_with_its_files(built):
    for slug in SLUGS:
        files = {"index.html", "report.html", "report.json", "evidence.jsonl", "dropped.jsonl"}
        assert {f"{slug}/{name}" for name in files} <= set(built)


@pytest.mark.parametrize("tz", ["Asia/Shanghai", "America/New_York"])
def test_the_zone_of_the_build_moves_no_address_and_no_date(site, built, need, tz):
    elsewhere = build(need("jekyll"), site, tz=tz)
    assert set(elsewhere) == set(built)
    for path, file in elsewhere.items():
        if not path.startswith("feed."):  # feeds name the same instants in the zone of the build
            assert file.read_bytes() == built[path].read_bytes(), path
    here, there = (json.loads(page(pages, "feed.json")) for pages in (built, elsewhere))
    assert [item["id"] for item in here["items"]] == [item["id"] for item in there["items"]]


def test_every_inner_link_and_picture_resolves(built):
    ids = {
        path: {node.attributes["id"] for node in LexborHTMLParser(page(built, path)).css("[id]")}
        for path in built
        if path.endswith(".html")
    }
    for path in ids:
        here = f"{ORIGIN}{BASE}/{path.removesuffix('index.html')}"
        for target in targets(page(built, path)):
            parts = urlsplit(urljoin(here, target))
            if f"{parts.scheme}://{parts.netloc}" != ORIGIN:
                continue
            assert parts.path.startswith(f"{BASE}/"), (path, target)
            file = parts.path.removeprefix(f"{BASE}/")
            file = f"{file}index.html" if file.endswith("/") or not file else file
            assert file in built, (path, target)
            assert not parts.fragment or parts.fragment in ids[file], (path, target)


def test_headings_stand_in_order_under_one_title(built, zh_report):
    tree = LexborHTMLParser(page(built, f"{SLUGS[1]}/index.html"))
    found = [(int(node.tag[1]), node.text()) for node in tree.css("h1, h2, h3")]
    assert found == [(1, zh_report.title)] + [
        (section.level, section.heading) for section in zh_report.sections
    ]
    for path in built:
        if path.endswith("index.html"):
            assert len(LexborHTMLParser(page(built, path)).css("h1")) == 1, path


def test_the_front_page_leads_with_the_latest_edition_in_its_language(built, zh_report):
    tree = LexborHTMLParser(page(built, "index.html"))
    assert tree.css_first("h1").text() == zh_report.headline.text
    assert tree.css_first("article li strong").text() == "Kestrel 3 的 LongRead 成绩有了复现结果"
    earlier = [node.attributes["href"] for node in tree.css(".editions h3 a")]
    assert earlier == [f"{BASE}/{SLUGS[2]}/", f"{BASE}/{SLUGS[0]}/"]


def test_dates_shown_are_those_of_the_windows(built):
    tree = LexborHTMLParser(page(built, "archive/index.html"))
    assert [node.text() for node in tree.css("h2")] == ["2025-11"]
    assert [node.text() for node in tree.css("time")] == ["2025-11-21", "2025-11-21", "2025-11-20"]


def test_a_thread_lists_the_editions_that_told_of_it(built):
    tree = LexborHTMLParser(page(built, "threads/kestrel-3-20251119/index.html"))
    told = [node.attributes["href"] for node in tree.css(".timeline a")]
    # The English edition of the 21st tells of it too, as the Chinese one does.
    assert told == [f"{BASE}/{SLUGS[1]}/", f"{BASE}/{SLUGS[0]}/"]
    assert tree.css_first("h1").text() == "Kestrel 3 的 LongRead 成绩有了复现结果"
    listed = LexborHTMLParser(page(built, "threads/index.html")).css("main li a")
    assert [node.attributes["href"] for node in listed] == [
        f"{BASE}/threads/kestrel-3-20251119/",
        f"{BASE}/threads/ai-act-pause-20251118/",
    ]
    notes = LexborHTMLParser(page(built, "threads/index.html")).css("main li small")
    assert [node.text() for node in notes] == ["2025-11-20 → 2025-11-21 · 共 2 期"] * 2


def test_a_day_told_in_another_language_only_stands_in_the_thread_with_the_languages_name(
    tmp_path, en_report, earlier_report, need
):
    create_site(tmp_path / "site", title="晨声", lang="zh", url=ORIGIN, baseurl=BASE)
    for report in (earlier_report, en_report):
        publish(report, tmp_path / "site", {})
    pages = build(need("jekyll"), tmp_path / "site")
    told = LexborHTMLParser(page(pages, "threads/kestrel-3-20251119/index.html")).css(".timeline li")
    assert [" ".join(node.css_first(".kicker").text().split()) for node in told] == [
        "2025-11-21 update English",
        "2025-11-20 新",
    ]
    listed = LexborHTMLParser(page(pages, "threads/index.html")).css_first("main li")
    assert listed.css_first("small").text() == "2025-11-20 → 2025-11-21 · 2 editions · English"


def test_editions_of_another_language_are_named_and_come_behind_those_of_the_sites(built):
    home = [node.text() for node in LexborHTMLParser(page(built, "index.html")).css(".editions .kicker")]
    assert [" ".join(text.split()).split(" · ")[:2] for text in home] == [
        ["2025-11-21", "English"],
        ["2025-11-20", "人工智能领域 Twitter 推文总结报告"],
    ]
    archive = LexborHTMLParser(page(built, "archive/index.html"))
    assert [node.attributes["href"] for node in archive.css(".month a")] == [
        f"{BASE}/{slug}/" for slug in (SLUGS[1], SLUGS[2], SLUGS[0])
    ]
    assert [node.text().startswith("English · ") for node in archive.css(".month small")] == [
        False, True, False,
    ]  # fmt: skip


def test_the_editions_of_a_day_lead_to_each_other_in_their_languages(built):
    links = [
        [(node.text(), node.attributes["href"]) for node in LexborHTMLParser(html).css(".version a")]
        for html in (page(built, f"{slug}/index.html") for slug in SLUGS)
    ]
    assert links == [[], [("English edition", f"{BASE}/{SLUGS[2]}/")], [("中文版", f"{BASE}/{SLUGS[1]}/")]]


def test_dates_are_held_together_and_their_text_is_not_changed(built, zh_report):
    first = LexborHTMLParser(page(built, f"{SLUGS[1]}/index.html")).css_first("article p")
    assert first.text() == zh_report.first_line
    assert [node.text() for node in first.css("span.date")] == ["2025-11-21", "2025-11-21"]


def test_posts_that_lie_in_the_sites_folder_are_not_published_and_no_edition_is_left_out(
    tmp_path, zh_report, need
):
    site = tmp_path / "site"
    create_site(site, title="晨声", lang="zh", url=ORIGIN, baseurl=BASE)
    publish(replace(zh_report, slug="posts_20251121_20251121"), site, {})
    for name in ("posts/a.jsonl", "posts/deep/a.csv", "b.jsonl", "more/c.jsonl.gz", "d.jsonl.zst", "ai.toml"):
        (site / name).parent.mkdir(parents=True, exist_ok=True)
        (site / name).write_text("{}")
    pages = build(need("jekyll"), site)
    assert {
        f"posts_20251121_20251121/{name}" for name in ("evidence.jsonl", "dropped.jsonl", "report.html")
    } <= set(pages)
    assert not {
        path for path in pages if path.endswith((".csv", ".gz", ".zst", ".toml", "a.jsonl", "b.jsonl"))
    }


def test_editions_of_one_topic_and_language_lead_to_each_other(built):
    newer = LexborHTMLParser(page(built, f"{SLUGS[1]}/index.html"))
    assert [node.attributes["href"] for node in newer.css(".turn a")] == [f"{BASE}/{SLUGS[0]}/"]
    alone = LexborHTMLParser(page(built, f"{SLUGS[2]}/index.html"))
    assert not alone.css(".turn")


def test_rss_is_sound_and_its_addresses_are_absolute(built, zh_report):
    raw = page(built, "feed.xml")
    fromstring(raw)
    feed = feedparser.parse(raw)
    assert not feed.bozo
    assert feed.feed.title == "晨声 <日报>"
    assert {entry.link for entry in feed.entries} == {f"{ORIGIN}{BASE}/{slug}/" for slug in SLUGS}
    assert all(entry.id == entry.link for entry in feed.entries)
    entry = next(entry for entry in feed.entries if entry.link.endswith(f"/{SLUGS[1]}/"))
    assert entry.title == zh_report.headline.text
    assert entry.published_parsed[:5] == (2025, 11, 21, 15, 59)
    for target in targets(entry.content[0].value):
        assert target.startswith("https://") or target in {
            "report.html",
            "report.json",
            "evidence.jsonl",
            "dropped.jsonl",
        }


def test_json_feed_is_sound(built, zh_report):
    feed = json.loads(page(built, "feed.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{ORIGIN}{BASE}/feed.json"
    item = next(item for item in feed["items"] if item["id"].endswith(f"/{SLUGS[1]}/"))
    assert item["title"] == zh_report.headline.text
    assert item["language"] == "zh-Hans"
    assert f'<img src="{ORIGIN}{BASE}/{SLUGS[1]}/wordcloud_{SLUGS[1]}.jpg"' in item["content_html"]


@pytest.mark.parametrize(
    ("name", "payload"), [(f"p{n}", text) for n, text in enumerate(PAYLOADS.values())], ids=PAYLOADS
)
def test_hostile_text_is_only_text_in_the_built_site(name, payload, hostile_pages):
    model = page(hostile_pages, "harmless/index.html")
    got = page(hostile_pages, f"{name}/index.html")
    assert skeleton(got)[1:] == skeleton(model)[1:]
    assert article(got) == " ".join(article(model).replace(MARKER, plain(payload)).split())
    assert places(got, name) == places(model, "harmless")


def test_hostile_headlines_are_only_text_in_archive_and_threads(hostile_pages):
    headlines = {plain(payload) for payload in PAYLOADS.values()}
    titles = {split_title(headline)[0] for headline in headlines}
    for path, shown in (("archive/index.html", headlines), ("threads/index.html", titles)):
        tree = LexborHTMLParser(page(hostile_pages, path))
        read = {" ".join(node.text().split()) for node in tree.css("main li a")}
        assert {" ".join(text.split()) for text in shown} <= read
        assert {node.tag for node in tree.css("main *")} <= {
            "h1",
            "h2",
            "ul",
            "li",
            "time",
            "span",
            "a",
            "small",
        }


def test_hostile_text_does_not_break_the_feeds(hostile_pages):
    feed = feedparser.parse(page(hostile_pages, "feed.xml"))
    assert not feed.bozo
    assert len(feed.entries) == 10
    assert len(json.loads(page(hostile_pages, "feed.json"))["items"]) == 10
    text = " ".join(item["content_html"] for item in json.loads(page(hostile_pages, "feed.json"))["items"])
    assert not LexborHTMLParser(text).css(
        "script, iframe, form, style, base, meta[http-equiv], [onclick], [onerror]"
    )


def test_the_look_at_a_page_sees_a_live_payload():
    harmless, live = f"<p>{MARKER}</p>", "<p><b onclick=x>Zxqv</b></p>"
    assert skeleton(harmless) != skeleton(live)


def places(html, name):
    """Addresses without what differs honestly: name of the edition, digest of the thread, words after "?"."""
    found = (re.sub(r"/t-[0-9a-f]{16}/", "/thread/", target).split("?")[0] for target in targets(html))
    return {target.replace(name, "edition") if "#" not in target else "#" for target in found}


def article(html):
    return words(LexborHTMLParser(html).css_first("article").html)
