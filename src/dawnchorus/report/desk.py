"""Where the extractive writer keeps what it has already said, and makes its two kinds of sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from dawnchorus.model import Fact, Lang, Quote, Sentence, Story, Verdict
from dawnchorus.newsworth import news_value
from dawnchorus.report.briefing import Briefing
from dawnchorus.report.evidence import LEAD_COLUMNS, Passage, by_centrality, passage, split_passage
from dawnchorus.report.figures import Figures
from dawnchorus.report.naming import names_of
from dawnchorus.report.phrasing import Phrases, phrases
from dawnchorus.report.told import Told

_HANDLE = re.compile(r"[\w.@·-]+")
_LONGEST_NAME = 40  # characters; a longer "name" is a word somebody leant on the keyboard for
_MOST_OPENINGS = 6
_TITLE_WORTH = 0.12  # how much a post may be worse to tell a story by and yet give it its title
_LABEL_COLUMNS = 92  # a quoted title longer than this is named by its words instead
_LABEL_NAMES = 3
_LABEL_READ = 24  # posts of a story that its names are looked for in
_MOST_CITED = 5
_HEADLINE_STORIES = 3
_HEADLINE_MERIT = 0.45
_MOST_ROWS = 400  # passages are made of at most so many posts of a set, most heeded first


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """The post a story is told by: all its words to quote, or a title and what follows it."""

    whole: Passage
    title: Passage | None  # at most LEAD_COLUMNS; ``whole`` if that is so short
    rest: Passage | None


class Desk:
    """One report being written: its briefing, its counts, and the posts already quoted."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.say = phrases(briefing.lang)
        self.figures = Figures(briefing)
        self.quoted: dict[str, Passage] = {}
        self.told = Told()
        # With posts of the day before, a time without its day would say less than it seems.
        self._several_days = briefing.window.first != briefing.window.last or "late" in briefing.sets
        self._passages: dict[str, Passage | None] = {}
        self._news: dict[str, float] = {}
        self._openings: dict[str, Opening | None] = {}

    # -- sentences

    def quotation(self, words: Passage) -> Sentence:
        """A sentence that says who wrote what, and marks the post as quoted."""
        return self._quote(words)

    def lead(self, words: Passage) -> Sentence:
        """The same in the shortest form, for bold type."""
        return self._quote(words, lead=True)

    def _quote(self, words: Passage, *, lead: bool = False) -> Sentence:
        self.quoted[words.post] = words
        return quotation(words, self.briefing.posts[words.post]["source"], self.say, lead=lead)

    def computed(
        self,
        text: str,
        facts: Iterable[Fact | None],
        *,
        citations: Iterable[str] = (),
        quotes: Sequence[Quote] = (),
    ) -> Sentence:
        """A sentence made of counts. Its citations are posts that were counted."""
        return Sentence(
            text=text,
            kind="computed",
            # Quoted posts first: a quotation whose post is not cited cannot be followed.
            citations=tuple(dict.fromkeys([*(quote.post for quote in quotes), *citations]))[:_MOST_CITED],
            facts=tuple(fact for fact in facts if fact is not None),
            quotes=tuple(quotes),
        )

    def mark_told(self, sentence: Sentence) -> None:
        """Take the posts of ``sentence``, a model's, for quoted: their words are not repeated beside it."""
        for post in sentence.citations:
            if post not in self.quoted and (words := self.passage(post)) is not None:
                self.quoted[post] = words

    def untold(self, ids: Sequence[str]) -> list[str]:
        """Those of ``ids`` in no story that a model told: what it has read and weighed is not quoted too."""
        told = {post for story in self.briefing.stories if self.told.has(story) for post in story.posts}
        return [post for post in ids if post not in told]

    def readable(self, ids: Sequence[str]) -> list[str]:
        """Those of ``ids`` in the language of the report."""
        frame = self.briefing.posts.of(tuple(ids))
        return frame.filter(pl.col("language") == self.briefing.lang)["id"].to_list()

    # -- passages

    def passage(self, post: str) -> Passage | None:
        """The words of ``post`` to quote."""
        if post not in self._passages:
            row = self.briefing.posts[post]
            self._passages[post] = passage(row, lang=self.briefing.lang, news=self.news(post))
        return self._passages[post]

    def news(self, post: str) -> float:
        """What the form of ``post`` promises, see ``newsworth``."""
        if post not in self._news:
            self._read_forms([post])
        return self._news[post]

    def _read_forms(self, ids: Sequence[str]) -> None:
        unread = tuple(post for post in ids if post not in self._news)
        if unread:
            self._news.update(zip(unread, news_value(self.briefing.posts.of(unread)), strict=True))

    def passages(self, ids: Sequence[str], *, named: bool = False) -> list[Passage]:
        """Passages of the posts of ``ids`` that are no copies and not yet quoted, most heeded first."""
        frame = self.briefing.posts.of(tuple(ids)).filter(
            pl.col("duplicate_of").is_null(), pl.col("author").is_not_null() if named else True
        )
        heeded = pl.sum_horizontal(pl.col("like_count", "repost_count", "quote_count").fill_null(0))
        rows = (
            frame.select("id", heeded=heeded)
            .sort(["heeded", "id"], descending=[True, False])["id"]
            .head(_MOST_ROWS)
            .to_list()
        )
        self._read_forms(rows)
        found = (self.passage(post) for post in rows if post not in self.quoted)
        return [one for one in found if one is not None]

    def opening(self, story: Story) -> Opening | None:
        """What a story is told by, the same each time it is asked for; None if nothing serves."""
        if story.id not in self._openings:
            ranked = by_centrality(self.passages(story.posts), head=story.head)
            near = [one for one, worth in ranked[:_MOST_OPENINGS] if worth >= ranked[0][1] - _TITLE_WORTH]
            openings = [self._opening(one) for one in near]
            titled = [one for one in openings if one.title is not None]
            self._openings[story.id] = next(iter(titled or openings), None)
        return self._openings[story.id]

    def _opening(self, told: Passage) -> Opening:
        if told.columns <= LEAD_COLUMNS:
            return Opening(whole=told, title=told, rest=None)
        row, news = self.briefing.posts[told.post], self.news(told.post)
        parts = split_passage(row, lang=self.briefing.lang, news=news)
        title, rest = parts if parts else (None, None)
        return Opening(whole=told, title=title, rest=rest)

    # -- names of things

    def label(self, story: Story) -> tuple[str, list[Fact], list[Quote]]:
        """What to call a story inside a sentence.

        The post that tells it quoted if it is short; else that post's first
        sentence or clause, if it names something; else names that the posts
        of the story share.
        """
        opening = self.opening(story)
        told = opening.whole if opening else self.passage(story.head)
        if told is None:
            return self.say.network(self.briefing.posts[story.head]["source"]), [], []
        if told.columns <= _LABEL_COLUMNS:
            return _as_label(told)
        row, news = self.briefing.posts[told.post], self.news(told.post)
        parts = split_passage(row, lang=self.briefing.lang, limit=_LABEL_COLUMNS, news=news)
        title = parts[0] if parts else None
        if title is not None:
            return _as_label(title)
        of = f"story:{story.id}"
        facts = [self.figures.containing(of, [name]) for name in self._names(story)]
        facts = [fact for fact in facts if fact.value][:_LABEL_NAMES]
        if facts:
            return " · ".join(fact.words[0] for fact in facts), facts, []
        words = opening.title if opening and opening.title else told
        return _as_label(words)

    def _names(self, story: Story) -> list[str]:
        """Names of a story that a reader of the report's language can read, most shared first."""
        frame = self.briefing.posts.of(story.posts).filter(pl.col("duplicate_of").is_null())
        texts = frame["clean_text"].head(_LABEL_READ).to_list()
        found = names_of(texts, marks=story.terms)
        # Latin names are read in Chinese as well, Chinese ones not in English.
        readable = [name for name in found if name.isascii() or self.briefing.lang == "zh"]
        return [n for n in readable if len(n) <= _LONGEST_NAME and not self.say.is_calendar_word(n)]

    def headline(self, stories: Sequence[Story]) -> Sentence | None:
        """The best words that are short enough to stand over the report, out of the first stories."""
        for story in stories[:_HEADLINE_STORIES]:
            opening = self.opening(story)
            if opening and opening.title and opening.title.merit >= _HEADLINE_MERIT:
                return self.lead(opening.title)
        return None

    def clock(self, at: str) -> str:
        """An ISO time as the report shows it."""
        return self.say.time(datetime.fromisoformat(at), with_day=self._several_days)

    def cited(self, story: Story, limit: int = 3) -> list[str]:
        """Posts that stand for a story in a computed sentence: its head, then its earliest originals."""
        frame = self.briefing.posts.of(story.posts).filter(pl.col("duplicate_of").is_null())
        return list(dict.fromkeys([story.head, *frame["id"].head(limit)]))[:limit]

    def authors(self, of: str) -> tuple[str, list[Fact]]:
        """How many authors a set has, and how many wrote themselves where others passed on or copied."""
        authors, voices = self.figures.distinct("authors", of), self.figures.distinct("voices", of)
        if not authors.value:
            return "", []
        if voices.value == authors.value:
            return self.say.say("authors", n=authors.value), [authors]
        return self.say.say("authors-own", n=authors.value, m=voices.value), [authors, voices]

    def volume(self, story: Story) -> tuple[str, list[Fact]]:
        """How large a story is and why it ranks where it does, in clauses: "63 posts, 41 authors, …"."""
        of, say, figures = f"story:{story.id}", self.say, self.figures
        posts = figures.posts(of)
        facts: list[Fact] = [posts]
        clauses = [say.say("one-post") if posts.value == 1 else say.say("posts", n=posts.value)]
        who, counted = self.authors(of)
        if who and int(counted[0].value) > 1:
            facts += counted
            clauses.append(who)
        for measure in ("languages", "networks", "domains"):
            fact = figures.distinct(measure, of)
            if int(fact.value) > 1:
                facts.append(fact)
                clauses.append(say.say(measure, n=fact.value))
        share = figures.share(of)
        if float(share.value) >= 0.03 and int(posts.value) > 1:
            facts.append(share)
            clauses.insert(1, say.say("share", x=share.value))
        earlier = figures.against_earlier(f"since:{story.origin or story.id}")
        if earlier and float(earlier[2].value) >= 1.5:
            facts.append(earlier[2])
            clauses.append(say.say("ratio", x=round(float(earlier[2].value), 1)))
        likes = figures.highest("likes", of)
        if likes and int(likes.value) >= 10:
            facts.append(likes)
            clauses.append(say.say("likes-one" if posts.value == 1 else "likes", n=likes.value))
        first = figures.first_at(of)
        if first:
            facts.append(first)
            clauses.append(say.say("at" if posts.value == 1 else "first", time=self.clock(str(first.value))))
        return say.clauses(clauses), facts


def quotation(words: Passage, source: str, say: Phrases, *, lead: bool = False) -> Sentence:
    """A sentence that says who wrote ``words`` on ``source``; ``lead``: in the shortest form."""
    form = "lead" if lead else "by"
    if words.author is None:
        text = say.say(f"{form}-network", network=say.network(source), text=words.text)
    else:
        # Feeds have bylines, not handles: "Jane Doe wrote", "@ines wrote".
        handle = _HANDLE.fullmatch(words.author) and not source.startswith("rss")
        who = f"@{words.author}" if handle else words.author
        text = say.say(f"{form}-author", who=who, text=words.text)
    return Sentence(
        text=text,
        kind="quotation",
        citations=(words.post,),
        quotes=(Quote(post=words.post, text=words.text),),
    )


def _as_label(words: Passage) -> tuple[str, list[Fact], list[Quote]]:
    """Quoted words inside a sentence: a stop or ellipsis at their end would end that sentence."""
    text = words.text.removesuffix(" …").rstrip(" .。!！…") or words.text
    return f"“{text}”", [], [Quote(post=words.post, text=text)]


def notice(lang: Lang, key: str) -> Sentence:
    """A sentence about the report itself that counts nothing: it stands on an empty set."""
    fact = Fact(measure="posts", of="nothing", value=0)
    return Sentence(
        text=phrases(lang).say(key), kind="computed", facts=(fact,), verdict=Verdict(verdict="supported")
    )
