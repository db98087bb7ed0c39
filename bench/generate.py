"""A made-up day of posts with planted stories and copies, and what was planted.

    python bench/generate.py 100000 out/day [--seed 7] [--day 2026-01-15]

writes ``out/day.jsonl``, in the form dawnchorus reads, and ``out/day.gold.parquet``: ``id``, ``story``
(-1 = chatter, below it a form that bots fill figures into), ``dup_root`` (id of what it copies, its own if
none), ``dup_kind`` ("repost", "edited", "quoted", null). Words and how often they come are those of English,
Japanese and Chinese (wordfreq), drawn, not written: good for counting, not for judging sentences.
Same arguments, same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path

import numpy as np
import orjson
import polars as pl
from numpy.typing import NDArray
from wordfreq import get_frequency_dict, iter_wordlist

from dawnchorus.tables import POSTS, conform

LANGUAGES = ("en", "ja", "zh")
SHARE = (0.65, 0.20, 0.15)
COPIES = 0.35  # of all posts
COPY_KINDS = {"repost": 0.6, "edited": 0.3, "quoted": 0.1}
IN_STORIES = 0.30  # of the originals
FORMS = 0.02  # of the originals: bots that fill figures into one form, no two the same, none a copy
THEMES = 40  # stories of a theme share words, so that they are not too easily told apart
DAY_SECONDS = 86_400
AT_ONCE = 500_000  # posts that are written at once; ten million as objects would not fit in memory
GOLD = {"id": pl.String, "story": pl.Int64, "dup_root": pl.String, "dup_kind": pl.String}
LETTERS = np.array(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"))
Gold = tuple[str, int, str, str | None]
TAILS = ("🔥", "😂", "🚀", "👀", "wow", "lol", "!!", "草", "哈哈")


class Vocabulary:
    """The words of a language, drawn by how often they come; no run of draws is used twice."""

    def __init__(self, language: str, rng: np.random.Generator) -> None:
        self.rng = rng
        words = [word for word in islice(iter_wordlist(language, "best"), 40_000) if not word.isdigit()]
        frequency = get_frequency_dict(language)
        weights = np.array([max(frequency.get(word, 0), 1e-8) for word in words])
        self.words = np.array(words, dtype=object)
        self.odds = weights / weights.sum()
        self.themes = np.stack([rng.choice(np.arange(400, 8000), 60, replace=False) for _ in range(THEMES)])
        self.left = np.empty(0, np.int64)

    def draw(self, count: int) -> NDArray[np.int64]:
        if len(self.left) < count:
            self.left = self.rng.choice(len(self.words), 200_000, p=self.odds)
        drawn, self.left = self.left[:count], self.left[count:]
        return drawn


@dataclass(frozen=True)
class Plan:
    """What a story talks about: word numbers of its language, strongest first."""

    language: int
    theme: int
    names: NDArray[np.int64]
    terms: NDArray[np.int64]
    tags: tuple[str, ...]
    ticker: str | None


@dataclass(frozen=True, slots=True)
class Original:
    text: str
    language: int
    story: int
    second: float  # of the day


def zipf(count: int, exponent: float) -> NDArray[np.float64]:
    weights = np.arange(1, count + 1) ** -exponent
    return weights / weights.sum()


class Writer:
    """Draws texts; every draw comes from one seeded generator."""

    def __init__(self, stories: int, rng: np.random.Generator) -> None:
        self.rng = rng
        self.spoken = [Vocabulary(language, rng) for language in LANGUAGES]
        english = self.spoken[0].words
        self.tags = ["#" + word.replace("'", "") for word in english[300:6000]]
        self.tickers = ["$" + "".join(rng.choice(LETTERS[:26], rng.integers(2, 6))) for _ in range(800)]
        self.plans = [self.plan() for _ in range(stories)]
        self.forms = [" ".join(english[rng.integers(0, 9000, 12)]) + ": " for _ in range(20)]
        self.name_odds, self.term_odds = zipf(6, 0.8).cumsum(), zipf(18, 0.5).cumsum()

    def plan(self) -> Plan:
        rng = self.rng
        language, theme = int(rng.choice(3, p=SHARE)), int(rng.integers(THEMES))
        spoken = self.spoken[language]
        return Plan(
            language=language,
            theme=theme,
            names=rng.choice(np.arange(4000, len(spoken.words)), 6, replace=False),
            terms=np.concatenate(
                [rng.choice(spoken.themes[theme], 12, replace=False), rng.choice(np.arange(300, 9000), 6)]
            ),
            tags=tuple(self.tags[i] for i in rng.integers(0, len(self.tags), 2)),
            ticker=self.tickers[rng.integers(800)] if rng.random() < 0.25 else None,
        )

    def url(self) -> str:
        return "https://t.co/" + "".join(LETTERS[self.rng.integers(0, 62, 10)])

    def text(self, language: int, story: int) -> str:
        rng, odds = self.rng, self.rng.random(10)
        count = int((10 + 26 * odds[0]) if language == 0 else (14 + 30 * odds[0]))
        numbers = self.spoken[language].draw(count).copy()
        plan = self.plans[story] if story >= 0 else None
        if plan:
            names, terms = 2 + int(3 * odds[1]), 2 + int(4 * odds[2])
            places, chosen = rng.choice(count, names + terms, replace=False), rng.random(names + terms)
            numbers[places[:names]] = plan.names[
                np.minimum(5, np.searchsorted(self.name_odds, chosen[:names]))
            ]
            numbers[places[names:]] = plan.terms[
                np.minimum(17, np.searchsorted(self.term_odds, chosen[names:]))
            ]
        elif odds[1] < 0.6:
            theme = self.spoken[language].themes[rng.integers(THEMES)]
            numbers[rng.integers(0, count, 3)] = theme[rng.integers(0, 60, 3)]
        words = self.spoken[language].words[numbers]
        if language == 0:
            text = " ".join(words)
            text = text[0].upper() + text[1:] + (".", "!", "?", "")[int(odds[3] * 4)]
        else:
            half = count // 2
            text = "".join(words[:half]) + ("、" if language == 1 else "，") + "".join(words[half:]) + "。"
        if odds[4] < 0.3:
            text += " " + (
                plan.tags[int(odds[5] * 2)] if plan and odds[6] < 0.7 else self.rare(self.tags, odds[5])
            )
        if plan and plan.ticker and odds[7] < 0.5:
            text += " " + plan.ticker
        elif odds[7] > 0.94:
            text += " " + self.rare(self.tickers, odds[5])
        if odds[8] < 0.2:
            text = f"@user{int(odds[5] ** 3 * 200_000)} {text}"
        if odds[9] < 0.35:
            text += " " + self.url()
        return text[:280]

    def form(self, form: int, number: int) -> str:
        """A post of a bot; ``number`` is in it, so that no two are the same."""
        change = self.rng.uniform(-9, 9)
        return f"{self.forms[form]}{number:,} ({change:+.1f}%)"

    @staticmethod
    def rare(of: list[str], odds: float) -> str:
        return of[int(odds**3 * len(of))]

    def edited(self, text: str, language: int) -> str:
        odds = self.rng.random(4)
        if language == 0:
            words = text.split(" ")
            for _ in range(1 + int(odds[0] * 2)):
                place = int(self.rng.integers(len(words)))
                if odds[1] < 0.5:
                    words[place] = self.spoken[0].words[self.spoken[0].draw(1)[0]]
                elif len(words) > 6:
                    del words[place]
            text = " ".join(words)
        else:
            place = int(odds[0] * (len(text) - 3))
            put = self.spoken[language].words[self.spoken[language].draw(1)[0]] if odds[1] < 0.5 else ""
            text = text[:place] + put + text[place + 1 + int(odds[2] * 2) :]
        if odds[3] < 0.5:
            text += " " + TAILS[int(odds[2] * len(TAILS))]
        if "https://t.co/" in text:
            text = text.split("https://t.co/")[0] + self.url()
        return text[:280]

    def quoted(self, text: str, language: int) -> str:
        words = self.spoken[language].words[self.spoken[language].draw(3 + int(self.rng.random() * 4))]
        return ((" " if language == 0 else "").join(words) + " " + text)[:280]


def originals(count: int, writer: Writer) -> list[Original]:
    rng, stories = writer.rng, len(writer.plans)
    sizes = np.maximum(3, (zipf(stories, 0.95) * int(count * IN_STORIES)).astype(int))
    story = np.full(count, -1)
    told = np.repeat(np.arange(stories), sizes)[:count]
    story[: len(told)] = told
    begins, lasts = rng.uniform(0, DAY_SECONDS, stories), rng.lognormal(np.log(4 * 3600), 0.8, stories)
    busy = 1 + 0.7 * np.sin((np.repeat(np.arange(24), 3600) - 9) / 24 * 2 * np.pi)
    second = rng.choice(DAY_SECONDS, count, p=busy / busy.sum()) + rng.random(count)
    after = begins[told] + lasts[told] * rng.beta(1.3, 3.5, len(told))
    second[: len(told)] = np.minimum(after, DAY_SECONDS - 0.5)
    spoken = rng.choice(3, count, p=SHARE)
    made = []
    for i in range(count):
        language = writer.plans[story[i]].language if story[i] >= 0 else int(spoken[i])
        if story[i] < 0 and rng.random() < FORMS / (1 - IN_STORIES):
            form = i % len(writer.forms)
            made.append(Original(writer.form(form, 1000 + i), 0, -2 - form, float(second[i])))
            continue
        made.append(Original(writer.text(language, int(story[i])), language, int(story[i]), float(second[i])))
    return made


def generate(count: int, *, seed: int, day: date) -> tuple[list[dict[str, object]], pl.DataFrame]:
    """Posts in order of time, as JSON objects, and the gold of each."""
    made = list(posts_and_gold(count, seed=seed, day=day))
    return [post for post, _ in made], gold_of(made)


def gold_of(made: list[tuple[dict[str, object], Gold]]) -> pl.DataFrame:
    return pl.DataFrame([gold for _, gold in made], schema=GOLD, orient="row")


def posts_and_gold(count: int, *, seed: int, day: date) -> Iterator[tuple[dict[str, object], Gold]]:
    """As :func:`generate`, one by one."""
    rng = np.random.default_rng(seed)
    copies = int(count * COPIES)
    writer = Writer(max(3, int(2 * count**0.5)), rng)
    first = originals(count - copies, writer)
    # Most copies are of few posts: they gather around hubs.
    hubs = rng.integers(0, len(first), max(10, copies // 40))
    hot = rng.random(copies) < 0.7
    base = rng.integers(0, len(first), copies)
    base[hot] = hubs[rng.choice(len(hubs), int(hot.sum()), p=zipf(len(hubs), 0.8))]
    kinds = rng.choice(list(COPY_KINDS), copies, p=list(COPY_KINDS.values()))
    later = rng.exponential(2 * 3600, copies)
    authors = (rng.pareto(1.1, count) * 500).astype(np.int64) % 400_000
    likes = (rng.pareto(0.9, count) * 2).astype(np.int64)
    texts, seconds, says_id = (
        [each.text for each in first],
        [each.second for each in first],
        rng.random(count) < 0.5,
    )
    for i in range(copies):
        of, kind = first[base[i]], kinds[i]
        if kind == "repost":
            texts.append(f"RT @user{authors[base[i]]}: {of.text}")
        else:
            texts.append((writer.edited if kind == "edited" else writer.quoted)(of.text, of.language))
        seconds.append(min(of.second + later[i], DAY_SECONDS - 0.01 + i * 1e-9))
    order = np.argsort(seconds, kind="stable")
    place = np.empty(count, np.int64)
    place[order] = np.arange(count)
    root = np.concatenate([np.arange(len(first)), base])
    kind_of = [None] * len(first) + kinds.tolist()
    midnight = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    for i in order:
        number, of = 1_900_000_000_000_000_000 + int(place[i]) * 28_672, int(root[i])
        original = f"x:{1_900_000_000_000_000_000 + int(place[of]) * 28_672}"
        at = midnight + timedelta(milliseconds=int(seconds[i] * 1000))
        post: dict[str, object] = {
            "id": f"x:{number}",
            "source": "x",
            "author": f"user{authors[i]}",
            "text": texts[i],
            "created_at": at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "lang": LANGUAGES[first[of].language],
            "url": f"https://x.com/user{authors[i]}/status/{number}",
            "like_count": int(likes[i]),
            "repost_count": int(likes[i]) // 4,
            "reply_count": int(likes[i]) // 7,
            "view_count": int(likes[i]) * 40,
        }
        if kind_of[i] == "repost" and says_id[i]:
            post["repost_of"] = original
        yield post, (f"x:{number}", first[of].story, original, kind_of[i])


def score(found: pl.DataFrame, gold: pl.DataFrame) -> dict[str, float]:
    """How many planted copies stand with their origin, and how many originals were taken for a copy.

    ``found`` has ``id`` and ``duplicate_of``; "false" is a share of the originals.
    """
    group = found.select("id", group=pl.coalesce("duplicate_of", "id"))
    joined = gold.join(group, on="id").join(group.rename({"id": "dup_root", "group": "right"}), on="dup_root")
    copies = joined.filter(pl.col("dup_kind").is_not_null()).select(
        "dup_kind", ok=pl.col("group") == pl.col("right")
    )
    first = joined.filter(pl.col("dup_kind").is_null())
    by_kind = dict(copies.group_by("dup_kind").agg(pl.col("ok").mean()).sort("dup_kind").iter_rows())
    return {
        "recall": float(copies["ok"].mean()),
        **by_kind,
        "false": 1 - first["group"].n_unique() / len(first),
    }


def as_posts(made: list[dict[str, object]]) -> pl.DataFrame:
    """POSTS of what :func:`generate` made."""
    frame = pl.DataFrame(made, infer_schema_length=None)
    return conform(frame.with_columns(pl.col("created_at").str.to_datetime(time_zone="UTC")), POSTS)


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up day of posts and what was planted in it.")
    parser.add_argument("posts", type=int, help="how many, 100 or more")
    parser.add_argument("prefix", type=Path, help="writes PREFIX.jsonl and PREFIX.gold.parquet")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--day", type=date.fromisoformat, default=date(2026, 1, 15))
    arguments = parser.parse_args()
    if arguments.posts < 100:
        parser.error("posts: 100 or more, so that stories and copies fit in")
    arguments.prefix.parent.mkdir(parents=True, exist_ok=True)
    posts = posts_and_gold(arguments.posts, seed=arguments.seed, day=arguments.day)
    gold = []
    with arguments.prefix.with_name(arguments.prefix.name + ".jsonl").open("wb") as file:
        while made := list(islice(posts, AT_ONCE)):
            file.writelines(orjson.dumps(post, option=orjson.OPT_APPEND_NEWLINE) for post, _ in made)
            gold.append(gold_of(made))
    pl.concat(gold).write_parquet(arguments.prefix.with_name(arguments.prefix.name + ".gold.parquet"))


if __name__ == "__main__":
    main()
