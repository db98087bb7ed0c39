"""What people read of faults: each stream once, by its name, with a reason that does not repeat it."""

from datetime import UTC, datetime, timedelta

import pytest

from dawnchorus.errors import SourceError
from dawnchorus.pipeline.visiting import Visiting
from dawnchorus.testing import make_visit
from dawnchorus.visits import Page

AT = datetime(2026, 3, 10, tzinfo=UTC)


class Faulty:
    name = "faulty"

    def __init__(self, *faults):
        self.faults = faults

    def pages(self, visit):
        for stream, fault in self.faults:
            yield Page(stream=stream, fault=fault)

    def estimate(self, visit):
        raise SourceError("not asked")


def reason(*faults):
    with make_visit(start=AT, end=AT + timedelta(days=1)) as visit:
        visiting = Visiting(
            Faulty(*faults),
            visit,
            tz="UTC",
            store=lambda page: page.posts,
            redact=str,
            ended=lambda: None,
        )
        visiting._run()
        return visiting.outcome(had_posts=False).reason


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        (
            [("https://a.example/feed", "a.example/feed: no connection; later")],
            "https://a.example/feed: no connection; later",
        ),
        (
            [
                ("https://a.example/feed", "a.example/feed: no connection; later"),
                ("https://b.example/rss", "b.example/rss: no connection; later"),
            ],
            "https://a.example/feed and 1 more: no connection; later",
        ),
        (
            [
                ("hot", "www.v2ex.com/api/topics/hot.json: no connection; later"),
                ("latest", "www.v2ex.com/api/topics/latest.json: no connection; later"),
            ],
            "hot and 1 more: www.v2ex.com: no connection; later",
        ),
        (
            [("posts:8f832b0c7308", "jetstream1.us-east.bsky.network: closed; tried 8 times")],
            "posts: jetstream1.us-east.bsky.network: closed; tried 8 times",
        ),
        ([("", "a.example/feed: no connection")], "a.example/feed: no connection"),
        ([("风筝", "风筝 is damaged")], "风筝 is damaged"),
    ],
)
def test_a_reason_names_each_stream_once(faults, told):
    assert reason(*faults) == told
