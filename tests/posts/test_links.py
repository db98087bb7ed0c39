import pytest

from dawnchorus.posts.links import canonical, domain


@pytest.mark.parametrize(
    ("link", "page"),
    [
        ("HTTP://www.Example.com:80/a/?utm_source=x&b=2&a=1#part", "https://example.com/a?a=1&b=2"),
        ("https://m.example.com/x/amp/?fbclid=1", "https://example.com/x"),
        ("https://www.google.com/amp/s/www.example.com/x.amp", "https://example.com/x"),
        ("https://example-com.cdn.ampproject.org/c/s/example.com/x", "https://example.com/x"),
        ("https://mobile.twitter.com/a/status/1?s=20", "https://x.com/a/status/1"),
        ("https://nitter.net/a/status/1#m", "https://x.com/a/status/1"),
        ("https://fxtwitter.com/a/status/1/photo/1", "https://x.com/a/status/1"),
        ("https://youtu.be/abc?si=1", "https://youtube.com/watch?v=abc"),
        ("https://arxiv.org/pdf/2511.12345v2.pdf", "https://arxiv.org/abs/2511.12345"),
        ("https://münchen.de/ä", "https://xn--mnchen-3ya.de/%C3%A4"),
        ("https://аpple.com/", "https://xn--pple-43d.com"),
        ("https://user:pass@evil.com/", "https://evil.com"),
        ("https://example.com:8080/a", "https://example.com:8080/a"),
    ],
)
def test_forms_of_one_page_are_one_link(link, page):
    assert canonical(link) == page
    assert canonical(page) == page


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://localhost/",
        "https://x.com:99999/",
        "https://" + "a" * 70 + ".com/",
        "https://example.com/" + "a" * 3000,
        "https://https://x",
        "not a link",
    ],
)
def test_what_leads_nowhere_public_is_no_link(link):
    assert canonical(link) is None


@pytest.mark.parametrize(
    ("page", "publisher"),
    [
        ("https://news.example.co.uk/a", "example.co.uk"),
        ("https://someone.github.io/a", "someone.github.io"),
        ("https://t.co/abc", None),
    ],
)
def test_domain_is_who_publishes(page, publisher):
    assert domain(page) == publisher
