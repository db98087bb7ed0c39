"""``fetch.links``: a run looks at the pages that posts link to, and stories join over them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime

from dawnchorus.model import Window
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.links import fetch_links
from dawnchorus.pipeline.recheck import check_file
from dawnchorus.settings import parse_topic
from tests.networks.server import Reply

TOPIC = """
label = "kites"
languages = ["en"]
[names]
en = "Kites"
zh = "风筝"
[fetch]
links = true
"""
DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 11, tzinfo=UTC)


class Quiet:
    def __init__(self) -> None:
        self.notes: list[str] = []

    def step(self, name: str) -> None:
        pass

    def note(self, line: str) -> None:
        self.notes.append(line)

    def doing(self, line: str) -> None:
        pass


def job(tmp_path, name: str) -> Job:
    texts = [f"Kite makers report record sails http://sho.rt/{n}" for n in range(3)]
    texts += [f"风筝销量创下新高 http://sho.rt/{n}" for n in range(3, 6)]
    lines = [
        {
            "id": f"x:{n}",
            "source": "x",
            "author": f"a{n}",
            "text": text,
            "created_at": f"2026-03-10T0{n}:00:00Z",
            "url": f"https://x.example/{n}",
        }
        for n, text in enumerate(texts)
    ]
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    topic = parse_topic(TOPIC, file="kites.toml", id="kites")
    return Job(
        inputs=(str(path),),
        topic=topic,
        label="kites",
        window=Window(first=DAY, last=DAY, tz="UTC"),
        languages=("en",),
        out=tmp_path / name,
        data=tmp_path / name / ".dawnchorus",
        now=NOW,
        writer=topic.writer,
        publishers=topic.publishers,
    )


def test_short_links_to_one_page_make_one_story_of_two_languages(internet, tmp_path):
    internet.site.pages = {
        f"/{n}": Reply(status=301, headers={"Location": f"http://news.example/record?utm_source={n}"})
        for n in range(6)
    } | {
        "/record": Reply(
            body=b"<title>Record &lt;b&gt;</title><meta property=og:site_name content='The [News]'>",
            type="text/html",
        )
    }
    http, tell = internet.door(attempts=1), Quiet()
    wanted = job(tmp_path, "with")

    def look(posts, window):
        return fetch_links(posts, window, now=NOW, data=wanted.data, http=http)

    (made,) = make_edition(wanted, tell=tell, look=look)
    assert "links: 6 pages asked for, 0 of them could not be read" in tell.notes
    with_links = {name: ids for name, ids in made.report.sets.items() if name.startswith("story:")}
    assert sorted(with_links.values(), key=len)[-1] == tuple(f"x:{n}" for n in range(6))

    # Each post cited shows where its link led, and the report passes as it was published.
    for post in made.report.cited:
        (page,) = post.links
        assert page.link == f"http://sho.rt/{post.id[2:]}".replace("http:", "https:")
        assert (page.title, page.site) == ("Record <b>", "The [News]")
        assert page.address.startswith("http://news.example/record")
    assert made.report.cited
    text = next((wanted.out / "_posts").iterdir()).read_text()
    assert "Links to “Record &#60;b&#62;” &#40;The &#91;News&#93;&#41; · [news&#46;example](" in text
    assert "Links to “Record &lt;b&gt;” (The [News]) · <a href=" in made.page.read_text()
    folder = wanted.out / made.slug
    for file in (folder / "report.json", next((wanted.out / "_posts").iterdir())):
        rows = check_file(file, wanted.inputs, data=None, tz="UTC", tell=tell.note)
        assert {row["verdict"] for row in rows} <= {"supported", "escalated"}
    assert {
        row["verdict"]
        for row in check_file(folder / "report.json", wanted.inputs, data=None, tz="UTC", tell=tell.note)
    } == {"supported"}

    # The same again is left as it is, and nobody is asked.
    asked = len(internet.site.asked)
    (again,) = make_edition(wanted, tell=tell, look=look)
    assert again.report is None
    assert len(internet.site.asked) == asked

    # A topic that does not want links asks nobody, and has two stories.
    plain = job(tmp_path, "without")
    plain = replace(plain, topic=replace(plain.topic, fetch=replace(plain.topic.fetch, links=False)))
    (made,) = make_edition(plain, tell=tell)
    stories = {name: ids for name, ids in made.report.sets.items() if name.startswith("story:")}
    assert max(map(len, stories.values()), default=0) < 6
