"""What a day adds to posts by itself: reposts, copies, short replies, chatter, a flood of fresh accounts."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from demo import chatter
from demo.drafts import Author, Draft, local

# How many of each kind a day, by index of the day. The middle day has the flood and the story that is
# only passed on.
REPOSTS = (12, 9, 11)
COPIES = (5, 5, 5)
REPLIES = (6, 5, 6)
FLOOD = (0, 24, 8)
FLOOD_FROM = ("", "15:02", "00:15")
OFF_TOPIC = 8
REPEATED = ("a034", "a035")  # the funding round, passed on a day later with nothing new
REPEATS = 9
BALLOTS = 5  # the same comment on a rule, from accounts made for it, on the last day

COPIED_NETWORKS = ("x", "weibo", "bluesky", "mastodon")
URL = re.compile(r"https?://[^\s）)>\]\"<,]+")


def mechanical(hand: Sequence[Draft], *, days: Sequence[str]) -> Iterator[Draft]:
    """All posts made by rule; ``hand`` are those they pass on, copy and answer."""
    for index, day in enumerate(days):
        # What is posted late in the evening would be passed on after the day's end.
        today = [
            draft
            for draft in hand
            if draft.at.date().isoformat() == day
            and draft.at.hour < 22
            and not draft.day_only
            and draft.author.network in COPIED_NETWORKS
        ]
        weights = [draft.author.followers**0.5 for draft in today]
        plain = [draft for draft in today if not draft.reply and not draft.quote and len(draft.text) > 60]
        for number in range(REPOSTS[index]):
            rng = random.Random(f"repost{day}{number}")
            yield repost(f"r{index}{number:02}", rng.choices(today, weights)[0], rng)
        for number in range(COPIES[index]):
            rng = random.Random(f"copy{day}{number}")
            yield copy(f"w{index}{number:02}", rng.choice(plain), rng)
        for number in range(REPLIES[index]):
            rng = random.Random(f"reply{day}{number}")
            yield answer(f"y{index}{number:02}", rng.choice(today), rng)
        for number in range(FLOOD[index]):
            rng = random.Random(f"flood{day}{number}")
            start = local(day, FLOOD_FROM[index], key=f"flood{number}")
            yield coin(f"f{index}{number:02}x", start + timedelta(minutes=rng.randrange(75)), rng)
        yield from talk(day, index)
    yield from repeats(hand, day=days[1])
    yield from ballots(day=days[2])


def repost(key: str, original: Draft, rng: random.Random, *, at: datetime | None = None) -> Draft:
    """The original as its network passes it on; X cuts it."""
    text = original.text
    if original.author.network == "x":
        text = f"RT @{original.author.handle}: {text}"
        text = text if len(text) <= 140 else shortened(text)
    elif original.author.network == "weibo":
        text = f"转发微博 //@{original.author.name}：{text}"
    at = at or later(original, rng)
    return Draft(key=key, at=at, author=reader(original.author, rng), text=text, repost=original.key)


def shortened(text: str) -> str:
    """At most 140 characters, with no half link at the end."""
    cut = min([139, *(match.start() for match in URL.finditer(text) if match.start() < 139 < match.end())])
    return text[:cut].rstrip() + "…"


def copy(key: str, original: Draft, rng: random.Random) -> Draft:
    """Somebody else's words with a word changed, and no credit."""
    chinese = original.author.lang == "zh"
    before = ("搬运：", "【转】", "刚看到，", "") if chinese else ("", "Just in: ", "FYI ", "wow. ")
    after = ("", "！", "（侵删）", " 🎈") if chinese else ("", " 👀", " (via a friend)", "!")
    text = rng.choice(before) + URL.sub("", original.text).strip() + rng.choice(after)
    return Draft(key=key, at=later(original, rng), author=reader(original.author, rng), text=text)


def answer(key: str, original: Draft, rng: random.Random) -> Draft:
    """A reply of a word or two."""
    text = rng.choice(chatter.REPLIES_ZH if original.author.lang == "zh" else chatter.REPLIES_EN)
    author = reader(original.author, rng)
    return Draft(key=key, at=later(original, rng), author=author, text=text, reply=original.key)


def coin(key: str, at: datetime, rng: random.Random) -> Draft:
    """The coin's copypasta, from an account made for it."""
    form = rng.choice(chatter.COIN_FLOOD)
    author = fresh(rng, lang="zh" if "官方币" in form else "en")
    text = form.format(emoji=rng.choice(chatter.FLOOD_EMOJI))
    return Draft(key=key, at=at, author=author, text=text, marks={"flood": True})


def talk(day: str, index: int) -> Iterator[Draft]:
    """Talk off the topic; no line comes twice in the three days."""
    lines = [("en", text) for text in chatter.OFF_TOPIC_EN] + [("zh", text) for text in chatter.OFF_TOPIC_ZH]
    for number, (lang, text) in enumerate(lines[index::3][:OFF_TOPIC]):
        rng = random.Random(f"talk{day}{number}")
        at = local(day, "00:20", key=f"talk{number}") + timedelta(minutes=rng.randrange(23 * 60))
        network = "weibo" if lang == "zh" else rng.choice(("x", "bluesky", "mastodon"))
        author = reader(Author(handle="", network=network, name="", followers=0, lang=lang), rng)
        yield Draft(key=f"o{index}{number:02}", at=at, author=author, text=text, marks={"off_topic": True})


def repeats(hand: Sequence[Draft], *, day: str) -> Iterator[Draft]:
    """The day before's news passed on again."""
    originals = [draft for draft in hand if draft.key in REPEATED]
    for number in range(REPEATS):
        rng = random.Random(f"repeat{number}")
        at = local(day, "07:00", key=f"repeat{number}") + timedelta(minutes=rng.randrange(13 * 60))
        yield repost(f"p{number:02}", rng.choice(originals), rng, at=at)


def ballots(*, day: str) -> Iterator[Draft]:
    """One comment, word for word, from accounts made for it."""
    for number in range(BALLOTS):
        rng = random.Random(f"ballot{number}")
        at = local(day, "10:30", key=f"ballot{number}") + timedelta(minutes=rng.randrange(240))
        author = fresh(rng, lang="en")
        yield Draft(key=f"s{number}", at=at, author=author, text=chatter.BALLOT, marks={"flood": True})


def reader(original: Author, rng: random.Random) -> Author:
    """Somebody who reads what ``original`` posts, on its network and in its language."""
    name = rng.choice(chatter.READERS_ZH if original.network == "weibo" else chatter.READERS_EN)
    followers = rng.randrange(20, 900)
    return Author(handle=name, network=original.network, name=name, followers=followers, lang=original.lang)


def fresh(rng: random.Random, *, lang: str) -> Author:
    """An account made for the occasion."""
    handle = f"user{rng.randrange(10**8):08}"
    return Author(handle=handle, network="x", name=handle, followers=0, lang=lang)


def later(original: Draft, rng: random.Random) -> datetime:
    """Some minutes after the original, and on its day."""
    last = original.at.replace(hour=23, minute=59, second=59)
    return min(original.at + timedelta(seconds=rng.randrange(90, 5400)), last)
