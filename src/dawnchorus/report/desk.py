"""Where the extractive writer keeps what it has already said, and makes its two kinds of sentence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

import polars as pl

from dawnchorus.model import Fact, Lang, Quote, Sentence, Story, Verdict
from dawnchorus.report.briefing import Briefing
from dawnchorus.report.evidence import LEAD_COLUMNS, Passage, passage
from dawnchorus.report.figures import Figures
from dawnchorus.report.phrasing import phrases

_LABEL_COLUMNS = 72  # a quoted title longer than this is named by its words instead
_LABEL_TERMS = 3
_HEADLINE_STORIES = 3
_HEADLINE_MERIT = 0.5
_MOST_ROWS = 400  # passages are made of at most so many posts of a set, most heeded first


class Desk:
    """One report being written: its briefing, its counts, and the posts already quoted."""

    def __init__(self, briefing: Briefing) -> None:
        self.briefing = briefing
        self.say = phrases(briefing.lang)
        self.figures = Figures(briefing)
        self.quoted: dict[str, Passage] = {}
        self._several_days = briefing.window.first != briefing.window.last
        self._passages: dict[tuple[str, bool], Passage | None] = {}

    # -- sentences

    def quotation(self, words: Passage) -> Sentence:
        """A sentence that says who wrote what, and marks the post as quoted."""
        return self._quote(words, "by-author", "by-network")

    def lead(self, words: Passage) -> Sentence:
        """The same in the shortest form, for bold type."""
        return self._quote(words, "lead-author", "lead-network")

    def _quote(self, words: Passage, by_author: str, by_network: str) -> Sentence:
        self.quoted[words.post] = words
        if words.author is None:
            network = self.say.network(self.briefing.posts[words.post]["source"])
            text = self.say.say(by_network, network=network, text=words.text)
        else:
            text = self.say.say(by_author, who=f"@{words.author}", text=words.text)
        return Sentence(
            text=text,
            kind="quotation",
            citations=(words.post,),
            quotes=(Quote(post=words.post, text=words.text),),
        )

    def computed(
        self,
        text: str,
        facts: Iterable[Fact | None],
        *,
        citations: Iterable[str] = (),
        quotes: Iterable[Quote] = (),
    ) -> Sentence:
        """A sentence made of counts. Its citations are posts that were counted."""
        return Sentence(
            text=text,
            kind="computed",
            citations=tuple(dict.fromkeys(citations))[:5],
            facts=tuple(fact for fact in facts if fact is not None),
            quotes=tuple(quotes),
        )

    # -- passages

    def passage(self, post: str, *, short: bool = False) -> Passage | None:
        """The words of ``post`` to quote; ``short``: words that fit a lead."""
        if (post, short) not in self._passages:
            row = self.briefing.posts[post]
            found = passage(row, lang=self.briefing.lang)
            if short and found is not None and found.columns > LEAD_COLUMNS:
                found = None
            self._passages[post, short] = found
        return self._passages[post, short]

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
        )
        found = (self.passage(post) for post in rows if post not in self.quoted)
        return [one for one in found if one is not None]

    def opening(self, story: Story) -> Passage | None:
        """The passage a story is told by: its head, or one in the report's language that serves as well."""
        head = self.passage(story.head)
        if head is not None and self.briefing.posts[story.head]["language"] == self.briefing.lang:
            return head
        own = [
            one
            for one in self.passages(story.posts)
            if one.merit >= 0.5 and self.briefing.posts[one.post]["language"] == self.briefing.lang
        ]
        return max(own, key=lambda one: (one.merit, one.post), default=head)

    # -- names of things

    def label(self, story: Story) -> tuple[str, list[Fact], list[Quote]]:
        """What to call a story inside a sentence: its title quoted, or the words that mark it."""
        head = self.passage(story.head)
        if head is not None and head.columns <= _LABEL_COLUMNS:
            return f"“{head.text}”", [], [Quote(post=story.head, text=head.text)]
        of = f"story:{story.id}"
        facts = [self.figures.containing(of, [term]) for term in story.terms if self._names(term)]
        facts = [fact for fact in facts if fact.value][:_LABEL_TERMS]
        if facts:
            return " · ".join(fact.words[0] for fact in facts), facts, []
        if head is not None:
            return f"“{head.text}”", [], [Quote(post=story.head, text=head.text)]
        return story.head, [], []

    def _names(self, term: str) -> bool:
        """Whether a reader of the report's language can tell by ``term`` what a story is about."""
        if term[:1].isdecimal() or self.say.is_calendar_word(term):
            return False
        # Latin names are read in Chinese as well; English words are not.
        return term.isascii() if self.briefing.lang == "en" else not (term.isascii() and term.islower())

    def headline(self, stories: Sequence[Story]) -> Sentence | None:
        """The best words that are short enough to stand over the report, out of the first stories."""
        for story in stories[:_HEADLINE_STORIES]:
            short = [self.passage(post, short=True) for post in story.posts]
            own = [one for one in short if one is not None and one.merit >= _HEADLINE_MERIT]
            if own:
                return self.lead(max(own, key=lambda one: (one.post == story.head, one.merit, one.post)))
        return None

    def clock(self, at: str) -> str:
        """An ISO time as the report shows it."""
        return self.say.time(datetime.fromisoformat(at), with_day=self._several_days)

    def cited(self, story: Story, limit: int = 3) -> list[str]:
        """Posts that stand for a story in a computed sentence: its head, then its earliest originals."""
        frame = self.briefing.posts.of(story.posts).filter(pl.col("duplicate_of").is_null())
        return list(dict.fromkeys([story.head, *frame["id"].head(limit)]))[:limit]

    def volume(self, story: Story) -> tuple[str, list[Fact]]:
        """How large a story is and why it ranks where it does, in clauses: "63 posts, 41 authors, …"."""
        of, say, figures = f"story:{story.id}", self.say, self.figures
        posts = figures.posts(of)
        facts: list[Fact] = [posts]
        clauses = [say.say("one-post") if posts.value == 1 else say.say("posts", n=posts.value)]
        for measure, key, least in (
            ("voices", "voices", 2),
            ("languages", "languages", 2),
            ("networks", "networks", 2),
            ("domains", "domains", 2),
        ):
            fact = figures.distinct(measure, of)  # type: ignore[arg-type]
            if int(fact.value) >= least:
                facts.append(fact)
                clauses.append(say.say(key, n=fact.value))
        share = figures.share(of)
        if float(share.value) >= 0.03 and int(posts.value) > 1:
            facts.append(share)
            clauses.insert(1, say.say("share", x=share.value))
        earlier = figures.against_earlier(f"thread:{story.thread}")
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


def notice(lang: Lang, key: str) -> Sentence:
    """A sentence about the report itself that counts nothing: it stands on an empty set."""
    fact = Fact(measure="posts", of="nothing", value=0)
    return Sentence(
        text=phrases(lang).say(key), kind="computed", facts=(fact,), verdict=Verdict(verdict="supported")
    )
