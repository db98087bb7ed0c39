"""Pages of threads: a story that goes on over several editions has one of its own.

Not of ``Story.thread``, which may hold many stories of one broad event: a page tells of one.
"""

from __future__ import annotations

import re
from hashlib import sha256

import yaml

from dawnchorus.model import Report, Story
from dawnchorus.publish.escape import plain
from dawnchorus.publish.labels import labels
from dawnchorus.publish.titles import split_title

_SAFE = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")

# Only names of ours stand in this text: what readers see comes from the front matter of the editions,
# each value escaped, so that a page never has to be written again when an edition is added. An edition of
# another language than the site's stands in for a day that has none in it.
_BODY = """\
{% assign editions = site.posts | where: "threads", page.thread -%}
{% assign own = editions | where: "lang", site.lang -%}
{% assign days = own | map: "window" | map: "to" -%}
{% assign latest = own.first | default: editions.first -%}
{% assign told = latest.stories | where: "thread", page.thread | first -%}
<h1>{{ told.title | default: told.lead | escape }}</h1>
<ol class="timeline">
{% for edition in editions -%}
{% if edition.lang != site.lang and days contains edition.window.to %}{% continue %}{% endif -%}
{% assign words = site.data.words[edition.lang] -%}
{% assign stories = edition.stories | where: "thread", page.thread -%}
{% for story in stories -%}
<li lang="{{ words.html_lang | default: edition.lang | escape }}"><p class="kicker">\
<a href="{{ edition.url | relative_url }}"><time>{{ edition.window.to | escape }}</time></a> \
<em>{{ story.tag | escape }}</em>\
{% if edition.lang != site.lang %} {{ words.name | default: edition.lang | escape }}{% endif %}</p>
<p><strong>{{ story.title | default: story.lead | escape }}</strong> \
{{ story.rest | escape }} {{ story.text | escape }}</p></li>
{% endfor %}{% endfor %}</ol>
"""


def thread_folder(thread: str) -> str:
    """Folder name of a thread's page: its id if that can name a folder anywhere, else a digest of it."""
    if _SAFE.fullmatch(thread):
        return thread
    return "t-" + sha256(thread.encode("utf-8", "replace")).hexdigest()[:16]


def reported_stories(report: Report) -> list[dict[str, str]]:
    """The stories a report tells of, by first mention: thread, status and the words that tell it.

    ``lead`` is the sentence that opens the story, in full; ``title`` and ``rest`` are the same in two parts.
    """
    label, known = labels(report.lang), {story.id: story for story in report.stories}
    found: dict[str, dict[str, str]] = {}
    for block in (block for section in report.sections for block in section.blocks):
        story = known.get(block.story or "")
        if story is None or story.status == "repeat" or block.kind == "subheading":
            continue
        text = [plain(sentence.text) for sentence in block.sentences]
        lead = plain(block.lead.text) if block.lead else ""
        if not lead and text:
            lead = text.pop(0)
        title, rest = split_title(lead)
        found.setdefault(
            story.id,
            {
                "thread": _folder_of(story),
                "status": story.status,
                "tag": label(story.status),
                "lead": lead,
                "title": title,
                "rest": rest,
                "text": text[0] if text else "",
            },
        )
    return list(found.values())


def followed_threads(report: Report) -> dict[str, str]:
    """Story id to folder name, for the stories told in ``report`` that go on from earlier editions."""
    told = {story["thread"] for story in reported_stories(report) if story["status"] == "update"}
    folders = {story.id: _folder_of(story) for story in report.stories}
    return {story: folder for story, folder in folders.items() if folder in told}


def _folder_of(story: Story) -> str:
    return thread_folder(story.origin or story.thread)  # reports of before had threads of one story only


def thread_pages(report: Report) -> dict[str, bytes]:
    """Path to content of the page of each thread that ``report`` continues.

    The content depends on the thread alone, so every later edition writes the same bytes.
    """
    folders = sorted(set(followed_threads(report).values()))
    return {f"threads/{folder}/index.html": _page(folder) for folder in folders}


def _page(folder: str) -> bytes:
    front = {"layout": "page", "thread": folder, "title": folder, "permalink": f"/threads/{folder}/"}
    return f"---\n{yaml.safe_dump(front, sort_keys=False)}---\n{_BODY}".encode()
