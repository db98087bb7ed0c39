"""Ids, addresses and counts as each network would give them, out of the post's key and time alone."""

from __future__ import annotations

import hashlib
import random

from demo.drafts import Draft

X_EPOCH = 1288834974657  # milliseconds; X counts its ids from here


def post_id(draft: Draft) -> str:
    """Network and native id."""
    return f"{draft.author.network.partition(':')[0]}:{native(draft)}"


def native(draft: Draft) -> str:
    """An id as the network writes them."""
    seconds = int(draft.at.timestamp())
    bits = int.from_bytes(hashlib.sha256(draft.key.encode()).digest()[:8], "big")
    network, _, feed = draft.author.network.partition(":")
    made = {
        "x": lambda: str(((seconds * 1000 - X_EPOCH) << 22) | bits % 2**22),
        "mastodon": lambda: str((seconds * 1000 << 16) | bits % 2**16),
        "bluesky": lambda: "3m" + base(bits, 32, 11),
        "weibo": lambda: "Q" + base(bits, 58, 8),
        "hackernews": lambda: str(47_300_000 + seconds % 10**6),
        "reddit": lambda: "t3_1r" + base(bits, 36, 5),
        "rss": lambda: f"{feed}/{base(bits, 36, 8)}",
    }
    return made[network]()


def base(number: int, radix: int, length: int) -> str:
    """The last ``length`` digits of a number, least first."""
    digits = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"[:radix]
    found = ""
    for _ in range(length):
        number, digit = divmod(number, radix)
        found += digits[digit]
    return found


def url(draft: Draft) -> str:
    """Where the post can be opened, were the network real."""
    network, _, place = draft.author.network.partition(":")
    name = native(draft)
    handle = draft.author.handle.encode("ascii", "ignore").decode().replace(" ", "") or "reader"
    user = 10**9 + int.from_bytes(hashlib.sha256(draft.author.handle.encode()).digest()[:4], "big")
    return {
        "x": f"https://x.example/{handle}/status/{name}",
        "mastodon": f"https://mast.example/@{handle}/{name}",
        "bluesky": f"https://bsky.example/profile/{handle}/post/{name}",
        "weibo": f"https://weibo.example/{user}/{name}",
        "hackernews": f"https://hn.example/item?id={name}",
        "reddit": f"https://reddit.example/r/{place}/comments/{name.removeprefix('t3_')}/",
        "rss": f"https://{name}",
    }[network]


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
