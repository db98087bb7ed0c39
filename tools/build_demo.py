"""Build the demo's posts: tools/demo/*.txt, written by hand, and what a day adds to them by itself.

    python tools/build_demo.py            writes src/dawnchorus/demo/posts-*.jsonl
    python tools/build_demo.py --check    fails if the files are not what this would write

Everything is seeded by the key of the post, so that adding a post changes no other.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo import chatter
from demo.hostile import HOSTILE

HERE = Path(__file__).parent / "demo"
OUT = Path(__file__).parent.parent / "src" / "dawnchorus" / "demo"
ZONE = ZoneInfo("Asia/Shanghai")
DAYS = ("2026-03-10", "2026-03-11", "2026-03-12")

# Copies and chatter a day. The middle day has the flood and the story that is only passed on.
REPOSTS = {"2026-03-10": 22, "2026-03-11": 20, "2026-03-12": 22}
COPIES = {"2026-03-10": 7, "2026-03-11": 6, "2026-03-12": 7}
REPLIES = {"2026-03-10": 9, "2026-03-11": 8, "2026-03-12": 9}
FLOOD = {"2026-03-10": 0, "2026-03-11": 26, "2026-03-12": 10}
REPEATED = ("a034", "a035", "a045")  # the funding round, passed on a day later with nothing new

URL = re.compile(r"https?://[^\s）)>\]]+")
HEADER = re.compile(
    r"^= (?P<key>\w+) (?P<time>\d\d:\d\d) (?P<handle>\S+)(?: ->(?P<reply>\w+))?(?: q:(?P<quote>\w+))?$"
)


@dataclass(frozen=True, kw_only=True)
class Author:
    handle: str
    network: str
    name: str
    followers: int
    lang: str


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A post before it has an id, counts and links; other posts are named by key."""

    key: str
    at: datetime
    author: Author
    text: str
    reply: str | None = None
    quote: str | None = None
    repost: str | None = None
    day_only: bool = False
    marks: dict[str, bool] = field(default_factory=dict)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args().check
    stale = []
    for name, text in files().items():
        path = OUT / name
        if check:
            if path.read_text(encoding="utf-8") != text:
                stale.append(name)
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        print(f"not as built: {', '.join(stale)}; run python tools/build_demo.py", file=sys.stderr)
    return 1 if stale else 0


def files() -> dict[str, str]:
    """The demo's files by name, whole."""
    authors = read_authors()
    hand = [draft for day in DAYS for draft in read_day(day, authors)]
    drafts = [*hand, *hostile_posts(), *mechanical(hand)]
    posts = finish(drafts)
    found = {}
    for day in DAYS:
        lines = [json.dumps(post, ensure_ascii=False) for file_day, post in posts if file_day == day]
        if day == DAYS[-1]:
            lines = with_bad_rows(lines)
        found[f"posts-{day}.jsonl"] = "\n".join(lines) + "\n"
    return found


# Written by hand


def read_authors() -> dict[str, Author]:
    rows = [
        line.split("\t") for line in (HERE / "authors.tsv").read_text("utf-8").splitlines() if line[:1] != "#"
    ]
    return {
        handle: Author(handle=handle, network=network, name=name, followers=int(followers), lang=lang)
        for handle, network, name, followers, lang in rows
    }


def read_day(day: str, authors: dict[str, Author]) -> Iterator[Draft]:
    blocks = re.split(r"(?m)^(?== )", (HERE / f"{day}.txt").read_text("utf-8"))
    for block in filter(str.strip, blocks):
        head, _, body = block.partition("\n")
        match = HEADER.match(head)
        if match is None or match["handle"] not in authors:
            raise SystemExit(f"{day}.txt: cannot read {head!r}")
        yield Draft(
            key=match["key"],
            at=local(day, match["time"], key=match["key"]),
            author=authors[match["handle"]],
            text=body.strip(),
            reply=match["reply"],
            quote=match["quote"],
            day_only=match["time"] == "00:00",
            marks={"hand": True},
        )


def hostile_posts() -> Iterator[Draft]:
    for number, (day, time, handle, name, network, text) in enumerate(HOSTILE):
        lang = "zh" if network == "weibo" else "en"
        author = Author(handle=handle, network=network, name=name, followers=300, lang=lang)
        key = f"h{number:02}"
        yield Draft(key=key, at=local(day, time, key=key), author=author, text=text, marks={"hostile": True})


# Made by rule


def mechanical(hand: list[Draft]) -> Iterator[Draft]:
    by_key = {draft.key: draft for draft in hand}
    for day in DAYS:
        start = datetime.combine(date.fromisoformat(day), datetime.min.time(), tzinfo=ZONE)
        # A post late in the evening would be passed on after the day's end.
        today = [
            d
            for d in hand
            if start < d.at < start + timedelta(hours=22) and d.author.network in FEED_OF_COPIES
        ]
        yield from reposts(day, today)
        yield from copies(day, today)
        yield from replies(day, today)
        yield from talk(day)
        yield from flood(day)
    for number in range(14):
        rng = random.Random(f"repeat{number}")
        original = by_key[
            rng.choice([key for key in REPEATED if by_key[key].author.network in FEED_OF_COPIES])
        ]
        at = local(DAYS[1], "07:00", key=f"repeat{number}") + timedelta(minutes=rng.randrange(13 * 60))
        yield passed_on(f"p{number:02}", original, at, rng)
    for number in range(6):
        rng = random.Random(f"ballot{number}")
        at = local(DAYS[2], "10:30", key=f"ballot{number}") + timedelta(minutes=rng.randrange(240))
        text = chatter.BALLOT_STUFFING[0]
        yield Draft(key=f"s{number}", at=at, author=fresh(rng, "x", "en"), text=text)


FEED_OF_COPIES = ("x", "weibo", "bluesky", "mastodon")


def reposts(day: str, today: list[Draft]) -> Iterator[Draft]:
    for number in range(REPOSTS[day]):
        rng = random.Random(f"repost{day}{number}")
        original = rng.choices(today, weights=[draft.author.followers**0.5 for draft in today])[0]
        yield passed_on(f"r{day[-2:]}{number:02}", original, later(original, rng), rng)


def passed_on(key: str, original: Draft, at: datetime, rng: random.Random) -> Draft:
    author = reader(rng, original.author)
    if original.author.network == "x":
        text = f"RT @{original.author.handle}: {original.text}"
        text = text if len(text) <= 140 else text[:139] + "…"
    elif original.author.network == "weibo":
        text = f"转发微博 //@{original.author.name}：{original.text}"
    else:
        text = original.text
    return Draft(key=key, at=at, author=author, text=text, repost=original.key)


def copies(day: str, today: list[Draft]) -> Iterator[Draft]:
    """Somebody else's words with a word changed, and no credit."""
    plain = [draft for draft in today if draft.reply is None and draft.quote is None and len(draft.text) > 60]
    for number in range(COPIES[day]):
        rng = random.Random(f"copy{day}{number}")
        original = rng.choice(plain)
        text = URL.sub("", original.text).strip()
        if original.author.lang == "zh":
            text = (
                rng.choice(("搬运：", "【转】", "刚看到，", ""))
                + text
                + rng.choice(("", "！", "（侵删）", " 🎈"))
            )
        else:
            text = (
                rng.choice(("", "Just in: ", "FYI ", "wow. "))
                + text
                + rng.choice(("", " 👀", " (via a friend)", "!"))
            )
        yield Draft(
            key=f"c{day[-2:]}{number:02}x",
            at=later(original, rng),
            author=reader(rng, original.author),
            text=text,
        )


def replies(day: str, today: list[Draft]) -> Iterator[Draft]:
    for number in range(REPLIES[day]):
        rng = random.Random(f"reply{day}{number}")
        original = rng.choice(today)
        text = rng.choice(chatter.REPLIES_ZH if original.author.lang == "zh" else chatter.REPLIES_EN)
        yield Draft(
            key=f"y{day[-2:]}{number:02}",
            at=later(original, rng),
            author=reader(rng, original.author),
            text=text,
            reply=original.key,
        )


def talk(day: str) -> Iterator[Draft]:
    """A third of all talk off the topic, each line once."""
    lines = [("en", text) for text in chatter.OFF_TOPIC_EN] + [("zh", text) for text in chatter.OFF_TOPIC_ZH]
    for number, (lang, text) in enumerate(lines):
        if number % len(DAYS) != DAYS.index(day):
            continue
        rng = random.Random(f"talk{number}")
        at = local(day, "00:20", key=f"talk{number}") + timedelta(minutes=rng.randrange(23 * 60))
        networks = ("weibo",) if lang == "zh" else ("x", "bluesky", "mastodon")
        author = Author(handle="", network=rng.choice(networks), name="", followers=200, lang=lang)
        yield Draft(key=f"o{number:02}", at=at, author=reader(rng, author), text=text)


def flood(day: str) -> Iterator[Draft]:
    for number in range(FLOOD[day]):
        rng = random.Random(f"flood{day}{number}")
        at = local(day, "15:02" if day == DAYS[1] else "00:15", key=f"flood{number}")
        form = rng.choice(chatter.COIN_FLOOD)
        lang = "en" if form[0] in "$S" and "浮" not in form else "zh"
        yield Draft(
            key=f"f{day[-2:]}{number:02}",
            at=at + timedelta(minutes=rng.randrange(75)),
            author=fresh(rng, "x", lang),
            text=form.format(emoji=rng.choice(chatter.FLOOD_EMOJI)),
        )


def reader(rng: random.Random, original: Author) -> Author:
    name = rng.choice(chatter.READERS_ZH if original.network == "weibo" else chatter.READERS_EN)
    followers = rng.randrange(20, 900)
    return Author(handle=name, network=original.network, name=name, followers=followers, lang=original.lang)


def fresh(rng: random.Random, network: str, lang: str) -> Author:
    handle = f"user{rng.randrange(10**8):08}"
    return Author(handle=handle, network=network, name=handle, followers=0, lang=lang)


def later(original: Draft, rng: random.Random) -> datetime:
    """Some minutes after the original, and on its day."""
    end = datetime.combine(original.at.date(), datetime.max.time(), tzinfo=ZONE).replace(microsecond=0)
    return min(original.at + timedelta(seconds=rng.randrange(90, 5400)), end)


# From drafts to posts


def finish(drafts: list[Draft]) -> list[tuple[str, dict[str, object]]]:
    """Posts in order of time, with ids, links and counts, each with the day of its file."""
    by_key = {draft.key: draft for draft in drafts}
    if len(by_key) != len(drafts):
        raise SystemExit("two posts have one key")
    answers = [draft.reply for draft in drafts]
    passed = [draft.repost for draft in drafts]
    posts = []
    for draft in sorted(drafts, key=lambda d: (d.at, post_id(d))):
        quoted = by_key[draft.quote] if draft.quote else None
        links = list(dict.fromkeys(URL.findall(draft.text)))
        feed = draft.author.network.startswith("rss:")
        post: dict[str, object] = {
            "id": post_id(draft),
            "source": draft.author.network,
            "author": None if feed else draft.author.handle,
            "author_name": draft.author.name,
            "text": URL.sub("", draft.text).strip() if feed else draft.text,
            "created_at": draft.at.date().isoformat()
            if draft.day_only
            else f"{draft.at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
            "lang": draft.author.lang if draft.author.network in ("x", "bluesky", "mastodon") else None,
            "url": links[0] if feed else url(draft),
            **counts(draft, answers=answers.count(draft.key), passed=passed.count(draft.key)),
            "reply_to": post_id(by_key[draft.reply]) if draft.reply else None,
            "repost_of": post_id(by_key[draft.repost]) if draft.repost else None,
            "quote_of": post_id(quoted) if quoted else None,
            "quoted_author": quoted.author.handle if quoted else None,
            "quoted_text": quoted.text if quoted else None,
            "links": [] if feed else links,
            **draft.marks,
        }
        known = {key: value for key, value in post.items() if value not in (None, [])}
        posts.append((draft.at.date().isoformat(), known))
    return posts


def with_bad_rows(lines: list[str]) -> list[str]:
    """Rows as broken exports leave them: each costs itself and is reported."""
    cut = lines[40][: len(lines[40]) // 2]
    no_zone = {
        "id": "x:badzone1",
        "source": "x",
        "author": "clockless",
        "text": "Wisp One arrived, the freight balloon did not.",
        "created_at": "2026-03-12T09:15:00",
        "url": "https://x.example/clockless/status/1",
    }
    no_text = {
        "id": "weibo:notext1",
        "source": "weibo",
        "author": "空白",
        "created_at": "2026-03-12T03:00:00Z",
        "url": "https://weibo.example/1/notext1",
    }
    no_time = {
        "id": "x:notime1",
        "source": "x",
        "author": "undated_una",
        "text": "Somebody saw a Cirrolane freight balloon over the ferry, nobody saw when.",
        "url": "https://x.example/undated_una/status/1",
    }
    bad = [json.dumps(row, ensure_ascii=False) for row in (no_zone, no_text, no_time)]
    return [*lines[:40], cut, *lines[40:80], bad[0], *lines[80:120], bad[1], *lines[120:], bad[2]]


def post_id(draft: Draft) -> str:
    network = draft.author.network
    return (
        f"{network.split(':')[0]}:{native(draft)}"
        if not network.startswith("reddit")
        else f"reddit:{native(draft)}"
    )


def native(draft: Draft) -> str:
    """An id as the network writes them, from the time and the key alone."""
    milliseconds = int(draft.at.timestamp()) * 1000
    digest = hashlib.sha256(draft.key.encode()).digest()
    bits = int.from_bytes(digest[:8], "big")
    network = draft.author.network
    if network == "x":
        return str(((milliseconds - 1288834974657) << 22) | bits % 2**22)
    if network == "mastodon":
        return str((milliseconds << 16) | bits % 2**16)
    if network == "weibo":
        return "Q" + base(bits, 58, 8)
    if network == "hackernews":
        return str(47_300_000 + int(draft.at.timestamp()) % 10**6 + bits % 7)
    if network.startswith("reddit"):
        return "t3_1r" + base(bits, 36, 5)
    if network.startswith("rss:"):
        return network[4:] + "/" + base(bits, 36, 8)
    return "3m" + base(bits, 32, 11)


def base(number: int, radix: int, length: int) -> str:
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[:radix]
    found = ""
    for _ in range(length):
        number, digit = divmod(number, radix)
        found += digits[digit]
    return found


def url(draft: Draft) -> str:
    network, handle, name = draft.author.network, draft.author.handle, native(draft)
    ascii_handle = handle.encode("ascii", "ignore").decode().replace(" ", "") or "reader"
    if network == "x":
        return f"https://x.example/{ascii_handle}/status/{name}"
    if network == "mastodon":
        return f"https://mast.example/@{ascii_handle}/{name}"
    if network == "bluesky":
        return f"https://bsky.example/profile/{ascii_handle}/post/{name}"
    if network == "hackernews":
        return f"https://hn.example/item?id={name}"
    if network == "weibo":
        user = 1_000_000_000 + int.from_bytes(hashlib.sha256(handle.encode()).digest()[:4], "big")
        return f"https://weibo.example/{user}/{name}"
    return f"https://reddit.example/r/{network.split(':')[1]}/comments/{name.removeprefix('t3_')}/"


def counts(draft: Draft, *, answers: int, passed: int) -> dict[str, int]:
    """Counts that suit the author's reach and are no less than what the files hold."""
    rng = random.Random(f"counts{draft.key}")
    network = draft.author.network
    if network.startswith("rss:") or draft.repost:
        return {}
    pull = rng.lognormvariate(0, 0.8) * (0.25 if draft.reply else 1.0)
    if network == "hackernews":
        return {"like_count": round(60 * pull) + 2, "reply_count": max(answers, round(18 * pull))}
    if network.startswith("reddit"):
        return {"like_count": round(90 * pull) + 1, "reply_count": max(answers, round(14 * pull))}
    likes = round(draft.author.followers**0.6 * pull)
    found = {
        "like_count": likes,
        "repost_count": max(passed, round(likes * rng.uniform(0.1, 0.35))),
        "reply_count": max(answers, round(likes * rng.uniform(0.03, 0.15))),
    }
    if network in ("x", "bluesky"):
        found["quote_count"] = round(likes * rng.uniform(0, 0.05))
    if network == "x":
        found["view_count"] = likes * rng.randrange(25, 70) + rng.randrange(10, 400)
    return found


def local(day: str, time: str, *, key: str) -> datetime:
    """That minute of that day in the demo's zone; the second comes from the key."""
    second = hashlib.sha256(key.encode()).digest()[8] % 60
    return datetime.fromisoformat(f"{day}T{time}:{second:02}").replace(tzinfo=ZONE)


if __name__ == "__main__":
    sys.exit(main())
