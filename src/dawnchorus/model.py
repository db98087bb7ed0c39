"""What every part of dawnchorus speaks of: posts, windows, sentences, reports.

Frozen dataclasses only; tables of them are declared in ``tables``. Nothing
here reads a clock, a file or a locale.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Lang = Literal["zh", "en"]
"""Languages a report can be written in."""

VerdictName = Literal["supported", "escalated", "rejected"]
"""What the checker says of a sentence; "escalated" means a rule cannot tell."""

JudgementName = Literal["supported", "not_supported", "unsure"]
"""What a judge says of a sentence on which the rules cannot tell."""

SentenceKind = Literal["quotation", "computed", "written"]
"""Where the words of a sentence come from: a post, a template over counts, or a writer."""

ThreadStatus = Literal["new", "update", "repeat"]
"""How a story stands to earlier editions of its topic."""

Measure = Literal[
    "posts",
    "authors",
    "languages",
    "networks",
    "domains",
    "share",
    "before",
    "change",
    "ratio",
    "first_at",
    "last_at",
    "peak_hour",
    "likes",
    "reposts",
    "containing",
    "top",
    "stories",
    "voices",
    "tickers",
]
"""What a computed fact counts, see :class:`Fact`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """A public message, as its platform served it.

    Times are UTC and carry their zone. A count of None means the platform
    does not say, which is not 0. Columns are those of ``tables.POSTS``.
    """

    id: str  # as in the file, or platform and native id: "x:1991853674587685240"
    source: str  # "x", "bluesky", "mastodon", "hackernews", "reddit:localllama", "rss:theverge.com"
    text: str  # plain text in full, no markup
    author: str | None = None  # handle without "@"
    author_name: str | None = None
    created_at: datetime | None = None
    day: date | None = None  # set, with created_at None, if only the day is known
    lang: str | None = None  # as the platform says
    url: str | None = None  # permalink a reader can open
    like_count: int | None = None
    repost_count: int | None = None
    reply_count: int | None = None
    quote_count: int | None = None
    view_count: int | None = None
    reply_to: str | None = None  # id of the post it answers
    repost_of: str | None = None  # id of the post it passes on unchanged
    quote_of: str | None = None  # id of the post it comments on
    quoted_author: str | None = None
    quoted_text: str | None = None
    links: tuple[str, ...] = ()  # expanded links of the post, without the permalink
    extra: str | None = None  # JSON object of all fields we do not know


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """The days an edition covers, in its own zone, and its cut-off.

    A day begins with its first instant, wherever clocks stand then, and ends where the next begins:
    windows of following days leave no gap and share no instant.
    """

    first: date
    last: date  # inclusive
    tz: str  # IANA name
    until: datetime | None = None  # aware; posts from this instant on are left out
    since: datetime | None = (
        None  # aware; from here to the start only late posts: no earlier edition had them
    )

    @property
    def zone(self) -> ZoneInfo:
        """The zone named ``tz``."""
        return ZoneInfo(self.tz)

    @property
    def start(self) -> datetime:
        """First instant, aware, in the window's zone."""
        return local_instant(self.first, time(), self.zone)

    @property
    def end(self) -> datetime:
        """First instant after the window, aware, in the window's zone."""
        close = local_instant(self.last + timedelta(days=1), time(), self.zone)
        if self.until is None or self.until.astimezone(UTC) >= close.astimezone(UTC):
            return close  # compared in UTC: within one zone Python compares what the clocks show
        return self.until.astimezone(UTC).astimezone(self.zone)

    @property
    def cutoff(self) -> datetime:
        """The end as readers are told it: 15:30, but 23:59:59 for the end of a day, which is on that day."""
        end = self.end
        before = (end.astimezone(UTC) - timedelta(seconds=1)).astimezone(self.zone)
        return end if end.date() == before.date() else before


def local_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks of ``zone`` show ``at`` on ``day``.

    As RFC 5545 (3.3.5) has it: a time that comes twice is the first one; a time that clocks skip counts as
    if they had not been moved yet, so 02:30 is shown as 03:30, and a day without midnight begins at 01:00.
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC).astimezone(zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A value that stands in a computed sentence, with the query that gives it.

    ``of`` names a set of post ids in ``Report.sets`` ("kept", "story:…",
    "ticker:NVDA", …). What ``measure`` counts over the posts of that set:

    posts       number of posts (copies and reposts included)
    voices      distinct authors of posts that are not copies or reposts
    authors     distinct authors (posts without an author count nowhere)
    languages, networks, domains   distinct values; a network is the source up to its first ":"
    stories     stories of two or more posts (sets "story:…") that share a post with the set
    tickers     instruments (sets "ticker:…") that share a post with the set
    share       posts(of) / posts(within), 0 to 1
    before      the same figure in the earlier edition named in ``basis``
    change      posts(of) / before - 1
    ratio       posts(of) / before
    first_at, last_at   ISO time of earliest, latest post with a known time, in the window's zone
    peak_hour   hour 0-23 in the window's zone that holds most posts (earliest on ties)
    likes, reposts   highest count of a single post
    containing  posts whose text holds one of ``words``
    top         most frequent value of ``basis`` ("domain", "hashtag", "network", "language", "author"),
                ties broken by value; ``rank`` 0 is the most frequent
    """

    measure: Measure
    of: str
    value: int | float | str
    within: str | None = None
    basis: str | None = None
    words: tuple[str, ...] = ()
    rank: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words of one post, verbatim but for "…" where they are cut."""

    post: str  # id
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a judge said of a sentence, and the words that it stands on, which anyone can look up."""

    verdict: JudgementName
    spans: tuple[Quote, ...] = ()  # of each cited post the verbatim words that bear the sentence out
    by: str = ""  # name of the judge, set by the checker


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why the checker did not pass a sentence."""

    rule: str  # "number", "date", "name", "quote", "structure", …
    words: str  # the words of the sentence it is about, "" for the whole
    detail: str  # one plain English sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What the checker says of a sentence."""

    verdict: VerdictName
    score: float = 1.0  # 0 to 1, coverage of the sentence by its evidence; for routing only
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One published sentence: plain text, no markup, and what it stands on."""

    text: str
    kind: SentenceKind
    citations: tuple[str, ...] = ()  # post ids
    quotes: tuple[Quote, ...] = ()
    facts: tuple[Fact, ...] = ()
    verdict: Verdict | None = None  # None until checked
    judgement: Judgement | None = None  # that let a sentence pass on which the rules could not tell


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A paragraph, list item, quotation or table row of a section."""

    kind: Literal["paragraph", "item", "subheading"]
    sentences: tuple[Sentence, ...]
    lead: Sentence | None = None  # set in bold before the sentences
    story: str | None = None  # story id this block is about
    status: ThreadStatus | None = None  # printed as 新 / 进展


SectionId = Literal[
    "brief",
    "overview",
    "key_points",
    "detail",
    "opinions",
    "events",
    "markets",
    "topic",
    "finance",
    "summary",
    "wordcloud",
    "method",
    "cited",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it."""

    id: SectionId
    level: int  # 2 or 3
    heading: str
    blocks: tuple[Block, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceHealth:
    """How reading a source went."""

    name: str
    status: Literal["ok", "empty", "partial", "failed"]
    posts: int  # that the run brought; in a report: posts of the edition that came from it
    reason: str = ""
    failed_runs: int = 0  # runs in a row, this one included, in which it failed; in a report 3 (or more) or 0
    failing_since: datetime | None = None  # UTC, of the first of those runs


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much was read, kept, dropped and used."""

    read: int  # rows read, bad rows included
    in_window: int
    dropped: tuple[tuple[str, int], ...]  # (reason, count), most frequent first
    kept: int
    authors: int
    languages: tuple[tuple[str, int], ...]  # (ISO 639-1, posts), most frequent first
    networks: tuple[tuple[str, int], ...]
    stories: int  # groups of two or more posts
    cited: int = 0
    withheld: int = 0  # sentences that failed the check
    late: int = 0  # of the posts kept: written before the window began, see Window.since
    sources: tuple[SourceHealth, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StageCost:
    """What one stage of writing took."""

    stage: Literal["story", "repair", "judge", "compose", "headline"]
    calls: int
    tokens_in: int
    tokens_out: int
    money_usd: float


LossReason = Literal[
    "key",
    "unpaid",
    "unknown",
    "elsewhere",
    "unreachable",
    "slow",
    "busy",
    "broken",
    "question",
    "limit",
    "declined",
    "cut",
    "unusable",
    "not_recorded",
]
"""Why a call to a model came to nothing, as ``llm.faults.Kind``; "limit" is any budget of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What language models were asked and what their answers took."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money_usd: float = 0.0
    model: str = ""  # as its endpoint names it; two if another one judged
    stages: tuple[StageCost, ...] = ()  # by name
    unanswered: int = 0  # asks that came to no answer: the model was down, or the budget spent
    unusable: int = 0  # of ``calls``: the answer held nothing that was asked for
    reasons: tuple[LossReason, ...] = ()  # of both, by name


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A cluster of posts on one event, as the report tells of it."""

    id: str  # stable name
    thread: str  # holds the stories of a broad event and those of other days that go on from them
    status: ThreadStatus
    posts: tuple[str, ...]  # ids, earliest first, copies included
    head: str  # id of the most representative post
    score: float
    terms: tuple[str, ...]  # words that mark it, strongest first
    reasons: tuple[Fact, ...]  # why it ranks where it does, strongest first
    first_seen: date | None = None  # day it was first reported
    origin: str | None = None  # the story of an earlier edition that it goes on; its own id if it is new
    before: int | None = None  # posts of it in the edition before; None: it had none
    peak: int | None = None  # most posts of it in one edition, this one included
    peak_day: date | None = None  # last day of that edition
    new_posts: tuple[str, ...] = ()  # for an update: posts that bring what is new
    news: tuple[str, ...] = ()  # for an update: new names, numbers, links


TERMS_SHOWN = 30
"""Words of the cloud that stand in its table, each with a post."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word of the cloud."""

    text: str
    weight: float  # > 0, how much it marks this window against the days before
    posts: int  # posts that hold it or one of ``forms``
    example: str  # id of a post that does
    forms: tuple[str, ...] = ()  # other spellings and languages counted with it: "英伟达" with "Nvidia"


GONE = re.compile(r"gone:[0-9a-f]{32}")
"""Name that stands in a published report for a post that was forgotten since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedTitle:
    """A page that a cited post links to, by the name it gives itself: any page can claim any."""

    link: str  # as the post has it, canonical
    address: str  # where it leads
    title: str  # one line
    site: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CitedPost:
    """A post under "Cited posts": numbered from 1 in order of first citation."""

    number: int
    id: str
    url: str | None
    author: str | None
    author_name: str | None
    source: str
    created_at: datetime | None
    day: date | None
    text: str  # the cleaned text as cited
    sha256: str  # of ``text`` in UTF-8
    links: tuple[LinkedTitle, ...] = ()  # of those it links to, the pages that were opened and have a title
    gone: date | None = None  # day it was forgotten; then only number, alias and network are left


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An edition as data. ``publish`` only lays it out; it adds no word of its own but labels."""

    version: str  # of the schema of report.json
    slug: str  # "twitter_ai_20251121_20251121"
    label: str  # "twitter_ai"
    topic: str  # topic id: "ai"
    lang: Lang
    window: Window
    first_line: str  # "Twitter Ai 报告 (2025-11-21 至 2025-11-21)"
    title: str  # H1
    headline: Sentence | None
    description: str
    writer: str
    ai_generated: bool
    coverage: Coverage
    sections: tuple[Section, ...]
    stories: tuple[Story, ...]
    sets: dict[str, tuple[str, ...]]  # named sets of post ids that facts are counted over
    cited: tuple[CitedPost, ...]
    terms: tuple[Term, ...]
    hourly: tuple[tuple[str, int], ...] = ()  # (ISO hour in the window's zone, posts)
    withheld: tuple[Sentence, ...] = ()  # failed the check, with reasons
    names: tuple[str, ...] = ()  # words of the report's own: the topic's and its sub-themes' names
    fallback: tuple[str, ...] = ()  # ids of stories told in quotations that a model was to write
    cost: Cost = field(default_factory=Cost)
