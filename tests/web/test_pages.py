from __future__ import annotations

import pytest

from dawnchorus.sources.web.pages import fetch_page, fetch_pages, read_page
from dawnchorus.visits import Answer
from tests.networks.server import Reply

URL = "https://news.example/2026/kites?utm=1"


def page(body: str | bytes, *, url: str = URL, kind: str = "text/html; charset=utf-8"):
    data = body if isinstance(body, bytes) else body.encode()
    return read_page(
        Answer(status=200, url=url, headers={"content-type": kind}, body=data), url="https://t.co/a"
    )


def test_title_site_and_address_are_those_the_page_gives():
    found = page(
        '<html><head><title>Kites | News</title><meta property="og:title" content="风筝 &amp; kites">'
        '<meta property="og:site_name" content="News  Example"><link rel="alternate canonical" '
        'href="/2026/kites"></head><body><meta property="og:title" content="Other">'
    )
    assert (found.url, found.address) == ("https://t.co/a", "https://news.example/2026/kites")
    assert (found.title, found.site, found.fault) == ("风筝 & kites", "News Example", "")


def test_the_first_of_two_titles_counts():
    found = page(
        '<meta name="og:title" content="One"><meta name="og:title" content="Two"><title>Three</title>'
    )
    assert found.title == "One"


def test_without_claims_the_address_is_where_the_redirects_ended():
    found = page("<title>Kites</title>")
    assert (found.address, found.title, found.site) == (URL, "Kites", None)


@pytest.mark.parametrize(
    "claim",
    [
        "https://reuters.com/world/true-story",  # somebody else's
        "https://news.example.evil.example/a",
        "https://news.example/",  # the front page: would make all pages one
        "http://a:b@news.example/x",
        "javascript:alert(1)",
        "https://news.example/login?next=/2026/kites",
        "https://news.example/a b",
        "https://[",
        "",
        "https://news.example/" + "a" * 3000,
    ],
)
def test_no_page_claims_an_address_that_cannot_be_its_own(claim):
    assert (
        page(f'<link rel="canonical" href="{claim}"><meta property="og:url" content="{claim}">').address
        == URL
    )


def test_customers_of_a_hosting_site_do_not_claim_each_other():
    mine = "https://mallory.github.io/a"
    assert page('<link rel=canonical href="https://alice.github.io/a">', url=mine).address == mine


def test_another_host_of_the_same_site_may_be_the_address():
    found = page('<link rel=canonical href="https://www.bbc.co.uk/news/1">', url="https://m.bbc.co.uk/news/1")
    assert found.address == "https://www.bbc.co.uk/news/1"


@pytest.mark.parametrize(
    "url",
    ["https://consent.news.example/?continue=x", "https://accounts.example/a", "https://news.example/login",
     "https://news.example/users/sign_in", "https://news.example/captcha?x"],
)  # fmt: skip
def test_a_gate_is_not_the_page(url):
    found = page("<title>Log in</title>", url=url)
    assert found.address is None
    assert "log in" in found.fault


def test_a_page_that_leads_to_the_front_page_is_gone():
    answer = Answer(
        status=200, url="https://news.example/", headers={"content-type": "text/html"}, body=b"<p>"
    )
    assert "front page" in read_page(answer, url="https://news.example/2020/old").fault
    assert read_page(answer, url="https://bit.ly/x").address == "https://news.example/"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<title>风筝</title>".encode("gb18030"), "text/html; charset=GB2312"),
        ('<meta charset="gbk"><title>风筝</title>'.encode("gb18030"), "text/html"),
        ('<meta content="text/html; charset=big5"><title>風箏</title>'.encode("big5"), "text/html"),
        ("<title>风筝</title>".encode("gb18030"), "text/html"),
        (b"\xef\xbb\xbf" + "<title>风筝</title>".encode(), "text/html; charset=iso-8859-1"),
        ("<title>风筝</title>".encode(), "text/html; charset=unicode_escape"),
        ("<title>风筝</title>".encode(), "text/html; charset=windows-99999"),
        ("<title>风筝</title>".encode(), ""),
    ],
)  # fmt: skip
def test_charsets_are_read_as_browsers_do(body, kind):
    assert page(body, kind=kind).title in ("风筝", "風箏")


def test_what_no_charset_fits_is_read_as_far_as_it_goes():
    assert page(b"<title>Kite \xff\xff</title>", kind="text/html; charset=utf-8").title == "Kite \ufffd\ufffd"


def test_hostile_titles_become_one_short_visible_line():
    found = page("<title>a\u202eb\u200b\n\n{% if %}\x00\x1b[31m" + "x" * 5000 + "</title>")
    assert found.title.isprintable()
    assert found.title.startswith("ab {% if %}")
    assert len(found.title) == 300


def test_nested_elements_without_end_take_no_time():
    assert page("<title>Deep</title>" + "<div>" * 300_000).title == "Deep"


def test_what_is_no_page_has_an_address_only():
    found = page(b"%PDF-1.7", kind="application/pdf")
    assert (found.address, found.title, found.fault) == (URL, None, "")


def test_short_links_are_followed_and_failures_are_values_in_order(internet):
    internet.site.pages = {
        "/a": Reply(status=301, headers={"Location": "https://t.example/nowhere"}),
        "/b": Reply(status=301, headers={"Location": "http://news.example/story?utm_source=x"}),
        "/story": Reply(body=b'<link rel="canonical" href="/story"><title>Story</title>', type="text/html"),
        "/c": Reply(status=410),
        "/d": Reply(status=302, headers={"Location": "http://127.0.0.1/admin"}),
        "/e": Reply(status=500),
        "/f": Reply(body=b"x" * 3_000_000, type="text/html"),
    }
    urls = [f"http://sho.rt/{name}" for name in "bcdef"]
    pages = list(fetch_pages(urls, http=internet.door(attempts=1)))
    assert [one.url for one in pages] == urls
    assert (pages[0].address, pages[0].title) == ("http://news.example/story", "Story")
    assert [(bool(one.fault), one.passing) for one in pages[1:]] == [
        (True, False), (True, True), (True, True), (True, True),
    ]  # fmt: skip
    assert "private address" in pages[2].fault
    assert fetch_page("file:///etc/passwd", http=internet.door()).fault
