import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dawnchorus.publish.links import host, web_link


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://x.com/a_b/status/1", "https://x.com/a_b/status/1"),
        ("HTTP://Example.ORG", "http://example.org/"),
        ("https://example.org/a?b=1&c=%20d#e", "https://example.org/a?b=1&c=%20d#e"),
        ("https://en.wikipedia.org/wiki/Lark_(bird)", "https://en.wikipedia.org/wiki/Lark_%28bird%29"),
        ("https://example.org/新闻", "https://example.org/%E6%96%B0%E9%97%BB"),
        ("https://例え.jp/", "https://xn--r8jz45g.jp/"),
        ("https://аpple.com/", "https://xn--pple-43d.com/"),
        ("https://example.org/?q={{x}}{%y%}", "https://example.org/?q=%7B%7Bx%7D%7D%7B%25y%25%7D"),
        ("https://example.org/](x", "https://example.org/%5D%28x"),
        ('https://example.org/"onclick=', "https://example.org/%22onclick="),
        ("https://example.org:8443/x", "https://example.org:8443/x"),
    ],
)
def test_a_web_address_is_kept_without_markup(url, link):
    assert web_link(url) == link


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " java\tscript:alert(1)", "data:text/html,x",
        "vbscript:x", "file:///etc/passwd", "ftp://example.org/", "//example.org/", "/local", "x.com/a",
        "https://user@example.org/", "https://x.com:pw@evil.example/", "https://x.com\\@evil.example/",
        "https://", "https:///x", "https://exa mple.org/", "https://example.org/a b", "https://[::1]/",
        "https://example.org:99999999/", "https://<b>.example/", "https://example.org/\x00", "https://{{x}}/",
    ],
)  # fmt: skip
def test_anything_else_is_no_link(url):
    assert web_link(url) is None


@given(st.text(max_size=40))
def test_a_link_holds_only_characters_that_are_text_everywhere(tail):
    link = web_link(f"https://example.org/{tail}")
    assert link is None or re.fullmatch(r"https://example\.org/[A-Za-z0-9%/:@,!=+.?&#_~-]*", link)
    assert link is None or web_link(link) == link


def test_the_host_shown_is_the_host_that_opens():
    assert host("https://www.reddit.com/r/x/") == "reddit.com"
