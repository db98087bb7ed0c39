"""What a model is told of a story: its posts as JSON lines, its counts, and what was said of it before."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dawnchorus.model import Story
from dawnchorus.report.briefing import Briefing, PostRow
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import choose
from dawnchorus.report.orders import speaks_to_model

MOST_POSTS = 8  # of a story
MOST_OF_A_LARGE_ONE = 14
_LARGE = 16  # posts
ASK_POSTS = 20  # of all stories of an ask
ASK_STORIES = 5
_LONGEST_TEXT = 560  # characters of a post; a few words more carry little and cost much
_LONGEST_QUOTED = 200
_MOST_NAMES = 12
_MOST_SPELLINGS = 3
_MOST_TOLD = 3  # sentences of earlier editions


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryBrief:
    """A story and the posts of it that a model is shown, in the order of their time."""

    story: Story
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Numbered:
    """Posts of one ask; their numbers begin at 1."""

    posts: tuple[str, ...]

    def number(self, post: str) -> int:
        """The number of ``post``."""
        return self.posts.index(post) + 1

    def ids(self, numbers: Iterable[int]) -> tuple[str, ...] | None:
        """The posts of ``numbers``, each once; None if one of them is the number of nothing."""
        wanted = list(dict.fromkeys(numbers))
        if not wanted or not all(1 <= number <= len(self.posts) for number in wanted):
            return None
        return tuple(self.posts[number - 1] for number in wanted)


def story_briefs(desk: Desk, stories: Sequence[Story]) -> list[StoryBrief]:
    """Those of ``stories`` that have something to be told by."""
    return [brief for story in stories if (brief := _brief(desk, story)).posts]


def _brief(desk: Desk, story: Story) -> StoryBrief:
    passages = [one for one in desk.passages(story.posts) if not _is_order(desk.briefing.posts[one.post])]
    limit = MOST_OF_A_LARGE_ONE if len(story.posts) >= _LARGE else MOST_POSTS
    chosen = [one.post for one in choose(passages, limit=limit)]
    first = [story.head] if any(one.post == story.head for one in passages) else []
    fresh = [post for post in story.new_posts if post in {one.post for one in passages}][:2]
    posts = list(dict.fromkeys([*first, *fresh, *chosen]))[:limit]
    in_time = sorted(posts, key=lambda post: _when(desk.briefing.posts[post]))
    return StoryBrief(story=story, posts=tuple(in_time))


def _is_order(row: PostRow) -> bool:
    return speaks_to_model(row["clean_text"], row["quoted_text"], row["author_name"])


def packed(briefs: Sequence[StoryBrief]) -> list[tuple[StoryBrief, ...]]:
    """Briefs that go out together: instructions are paid for once, a lost call costs few stories."""
    packs: list[list[StoryBrief]] = []
    for brief in briefs:
        room = packs and len(packs[-1]) < ASK_STORIES
        if room and sum(len(one.posts) for one in packs[-1]) + len(brief.posts) <= ASK_POSTS:
            packs[-1].append(brief)
        else:
            packs.append([brief])
    return [tuple(pack) for pack in packs]


def numbered(pack: Sequence[StoryBrief]) -> Numbered:
    """The posts of ``pack`` as its ask numbers them."""
    return Numbered(tuple(dict.fromkeys(post for brief in pack for post in brief.posts)))


def story_text(desk: Desk, pack: Sequence[StoryBrief], numbers: Numbered) -> str:
    """The stories of ``pack`` as a model reads them."""
    window = desk.briefing.window
    days = str(window.first) if window.first == window.last else f"{window.first} to {window.last}"
    parts = [f"Days of the report: {days} ({window.tz})"]
    if names := _names(desk.briefing, numbers.posts):
        parts.append(f"Names: {names}")
    for place, brief in enumerate(pack, start=1):
        parts.append(f"\nstory {place} ({brief.story.status}): {desk.volume(brief.story)[0]}")
        if told := desk.briefing.told.get(brief.story.origin or brief.story.thread, ())[:_MOST_TOLD]:
            parts.append("reported before: " + json.dumps(told, ensure_ascii=False))
        parts += [post_line(desk.briefing, post, numbers.number(post)) for post in brief.posts]
    return "\n".join(parts)


def _names(briefing: Briefing, posts: Sequence[str]) -> str:
    """Other spellings of the names in ``posts``, so that a report calls a thing by one."""
    rows = [briefing.posts[post] for post in posts]
    read = " ".join(
        str(row[column] or "") for row in rows for column in ("author_name", "clean_text")
    ).casefold()
    groups = [
        (name, *others)
        for name, others in briefing.aliases.items()
        if any(one.casefold() in read for one in (name, *others))
    ]
    return "; ".join(" = ".join(group[:_MOST_SPELLINGS]) for group in groups[:_MOST_NAMES])


def post_line(briefing: Briefing, post: str, number: int) -> str:
    """A post as a line of JSON; nothing in it can end the line or the structure around it."""
    row = briefing.posts[post]
    told: dict[str, object] = {"i": number, "by": row["author"], "name": row["author_name"]}
    told["at"] = _at(row, briefing)
    told["on"] = str(row["source"]).split(":", 1)[0]
    if row["like_count"]:
        told["likes"] = row["like_count"]
    told["text"] = _cut(str(row["clean_text"]), _LONGEST_TEXT)
    if row["quoted_text"]:
        quoted = _cut(str(row["quoted_text"]), _LONGEST_QUOTED)
        told["quotes"] = {"by": row["quoted_author"], "text": quoted}
    return json.dumps({key: value for key, value in told.items() if value is not None}, ensure_ascii=False)


def _at(row: PostRow, briefing: Briefing) -> str | None:
    at = row["created_at"]
    if at is None:
        return str(row["day"]) if row["day"] else None
    return str(at.astimezone(briefing.window.zone).strftime("%Y-%m-%d %H:%M"))


def _cut(text: str, most: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _when(row: PostRow) -> tuple[str, str]:
    return (str(row["created_at"] or row["day"]), str(row["id"]))
