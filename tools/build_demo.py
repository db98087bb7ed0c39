"""Build the demo's posts: tools/demo/*.txt, written by hand, and what a day adds to them by itself.

    python tools/build_demo.py            writes src/dawnchorus/demo/posts-*.jsonl
    python tools/build_demo.py --check    fails if the files are not what this would write

Everything is seeded by the key of the post, so that adding a post changes no other's id or counts.
"""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC
from pathlib import Path

from demo.drafts import Draft, hostile_posts, read_authors, read_day
from demo.mechanical import URL, mechanical
from demo.networks import counts, post_id, url

OUT = Path(__file__).parent.parent / "src" / "dawnchorus" / "demo"
DAYS = ("2026-03-10", "2026-03-11", "2026-03-12")


def main() -> int:
    """Write the files, or compare them."""
    parser = argparse.ArgumentParser(description=main.__doc__)
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
    drafts = [*hand, *hostile_posts(), *mechanical(hand, days=DAYS)]
    posts = finish(drafts)
    found = {}
    for day in DAYS:
        lines = [written(post) for file_day, post in posts if file_day == day]
        if day == DAYS[-1]:
            lines = with_bad_rows(lines)
        found[f"posts-{day}.jsonl"] = "\n".join(lines) + "\n"
    return found


def finish(drafts: list[Draft]) -> list[tuple[str, dict[str, object]]]:
    """Posts in order of time, with ids, links and counts, each with the day of its file."""
    by_key = {draft.key: draft for draft in drafts}
    if len(by_key) != len(drafts):
        raise SystemExit("two posts have one key")
    answers = [draft.reply for draft in drafts]
    passed = [draft.repost for draft in drafts]
    posts = []
    for draft in sorted(drafts, key=lambda d: (d.at, post_id(d))):
        utc = draft.at.astimezone(UTC)
        quoted = by_key[draft.quote] if draft.quote else None
        links = list(dict.fromkeys(URL.findall(draft.text)))
        feed = draft.author.network.startswith("rss:")
        # Feeds and Hacker News hold the link beside the title.
        aside = feed or draft.author.network == "hackernews"
        own = [link for link in links if feed and f"//{draft.author.network[4:]}/" in link]
        post: dict[str, object] = {
            "id": post_id(draft),
            "source": draft.author.network,
            "author": None if feed else draft.author.handle,
            "author_name": draft.author.name,
            "text": URL.sub("", draft.text).strip() if aside else draft.text,
            "created_at": draft.at.date().isoformat() if draft.day_only else f"{utc:%Y-%m-%dT%H:%M:%SZ}",
            "lang": draft.author.lang if draft.author.network in ("x", "bluesky", "mastodon") else None,
            "url": own[0] if own else url(draft),
            **counts(draft, answers=answers.count(draft.key), passed=passed.count(draft.key)),
            "reply_to": post_id(by_key[draft.reply]) if draft.reply else None,
            "repost_of": post_id(by_key[draft.repost]) if draft.repost else None,
            "quote_of": post_id(quoted) if quoted else None,
            "quoted_author": quoted.author.handle if quoted else None,
            "quoted_text": quoted.text if quoted else None,
            "links": [link for link in links if link not in own],
            **draft.marks,
        }
        known = {key: value for key, value in post.items() if value not in (None, [])}
        posts.append((draft.at.date().isoformat(), known))
    return posts


def written(post: dict[str, object]) -> str:
    """A line of JSON. What is hidden in a hostile post stays visible in an editor."""
    return json.dumps(post, ensure_ascii="hostile" in post)


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


if __name__ == "__main__":
    sys.exit(main())
