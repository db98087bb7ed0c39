"""The contract test of sources that page passes a sound one, and names the rule another breaks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dawnchorus.model import Post
from dawnchorus.testing import check_source, make_visit
from dawnchorus.visits import Answer, Estimate, Page

START = datetime(2026, 3, 10, tzinfo=UTC)
END = START + timedelta(days=1)


POSTS = [
    Post(id=f"shelf:{n}", source="shelf", text=f"风筝 kite {n}", created_at=START + timedelta(hours=n))
    for n in range(7)
]


class Counter:
    """A server that only answers."""

    def get(self, url: str, **_: object) -> Answer:
        return Answer(status=200, url=url, headers={}, body=b"")

    post = get


class Sound:
    """Two streams; the cursor is the number of the next post."""

    name = "shelf"
    streams = ("even", "odd")

    def pages(self, visit):
        for stream in self.streams:
            at = self.where(visit.cursors.get(stream))
            posts = POSTS[self.streams.index(stream) :: 2]
            while at < len(posts):
                visit.http.get("https://example.org/")
                yield self.page(stream, posts[at : at + 2], at + 2)
                at += 2
                if visit.stop():
                    break

    def where(self, cursor):
        return int(cursor) if cursor and cursor.isdecimal() else 0

    def page(self, stream, posts, following):
        return Page(posts=tuple(posts), stream=stream, cursor=str(following))

    def estimate(self, visit):
        return Estimate(requests=4)


def check(source, **options):
    with make_visit(start=START, end=END, http=Counter()) as visit:
        check_source(source, visit=visit, **options)


def test_a_sound_source_passes():
    check(Sound(), least=7)


def test_it_needs_a_visit():
    with pytest.raises(AssertionError, match=r"needs visit=make_visit"):
        check_source(Sound())


class Sends(Sound):
    def estimate(self, visit):
        visit.http.get("https://example.org/")
        return Estimate(requests=4)


class TooEarly(Sound):
    def page(self, stream, posts, following):
        return Page(posts=tuple(posts), stream=stream, cursor=str(following + 1))


class Strict(Sound):
    def where(self, cursor):
        return int(cursor or 0)


class Forgetful(Sound):
    """Takes a damaged cursor for the end."""

    def where(self, cursor):
        return 0 if cursor is None else int(cursor) if cursor.isdecimal() else 99


class Deaf(Sound):
    def pages(self, visit):
        for at, post in enumerate(POSTS):
            if str(at) not in visit.cursors:
                yield Page(posts=(post,), cursor="read", stream="")
            visit.http.get("https://example.org/")


class Grows(Sound):
    def __init__(self):
        self.visits = 0

    def pages(self, visit):
        self.visits += 1
        yield Page(posts=(POSTS[0], *POSTS[self.visits :]), cursor="1")


class Unstored(Sound):
    def pages(self, visit):
        yield {"posts": POSTS}


class Faulty(Sound):
    def pages(self, visit):
        yield Page(posts=tuple(POSTS), fault="the server is tired")


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (Sends(), r"must send nothing"),
        (TooEarly(), r"killed after page \d of 4 and resumed: posts were lost: \['shelf:"),
        (Strict(), r"invalid literal"),
        (Forgetful(), r"damaged cursor {damaged: posts were lost"),
        (Deaf(), r"visit.stop\(\) said to end"),
        (Grows(), r"posts (were lost|came)|the first had not|came twice"),
        (Unstored(), r"must give dawnchorus.visits.Page, not dict"),
        (Faulty(), r"fault 'the server is tired'"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Sound) else "",
)
def test_a_source_that_breaks_a_rule_is_told_which(source, rule):
    with pytest.raises((AssertionError, ValueError), match=rule):
        check(source)
