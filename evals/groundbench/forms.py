"""Faults of form and of counting, which no scenario holds: those have neither links nor computed sentences.

Invented posts, and the smallest sentences that show what the rules "structure" and "computed" are for.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime

import polars as pl

from dawnchorus.model import Fact, Measure, Quote, Sentence, Window
from dawnchorus.report.check.evidence import EvidenceTable
from dawnchorus.report.check.sentence import Context
from dawnchorus.tables import KEPT, conform

_DAY = date(2026, 3, 9)
_SET = "story:a"
_POSTS = (
    ("1", "ines", "en", 8, "Harrow-2 takes 9 seconds to start. The log: https://harrow.example/notes"),
    ("2", "bo_keller", "en", 9, "Harrow-2 starts in 9 seconds here as well, on the old board."),
    ("3", "linxi", "zh", 9, "Harrow-2 启动要九秒，旧板也一样。"),
    ("4", "ines", "en", 14, "Nothing new on Harrow-2 this afternoon."),
)


def context(*, off: Iterable[str] = ()) -> Context:
    """The four posts as an edition's."""
    rows = [
        {
            "id": id,
            "source": "x",
            "text": text,
            "clean_text": text,
            "author": author,
            "language": language,
            "created_at": datetime(2026, 3, 9, hour, tzinfo=UTC),
        }
        for id, author, language, hour, text in _POSTS
    ]
    return Context(
        evidence=EvidenceTable(conform(pl.DataFrame(rows), KEPT)),
        window=Window(first=_DAY, last=_DAY, tz="UTC"),
        sets={"kept": ("1", "2", "3", "4"), _SET: ("1", "2", "3")},
        off=frozenset(off),
    )


def _written(text: str, *cited: str) -> Sentence:
    return Sentence(text=text, kind="written", citations=cited)


def _quoted(text: str, post: str, words: str, *, cited: tuple[str, ...]) -> Sentence:
    return Sentence(text=text, kind="quotation", citations=cited, quotes=(Quote(post=post, text=words),))


def _counted(text: str, measure: Measure, value: float | str, *, of: str = "kept") -> Sentence:
    within = "kept" if measure == "share" else None
    return Sentence(
        text=text, kind="computed", facts=(Fact(measure=measure, of=of, value=value, within=within),)
    )


_NEWS = "Nothing new on Harrow-2 this afternoon."

SOUND = (
    _written("Harrow-2 takes 9 seconds to start.", "1", "2"),
    _written("Harrow-2 starts in 9 seconds; the log: https://harrow.example/notes", "1"),
    _quoted(f"@ines wrote: “{_NEWS}”", "4", _NEWS, cited=("4",)),
    _counted("4 posts", "posts", 4),
    _counted("共4条帖文", "posts", 4),
    _counted("3 authors", "authors", 3),
    _counted("其中75%的帖文谈到此事", "share", 0.75, of=_SET),
    _counted("first at 08:00", "first_at", "2026-03-09T08:00:00+00:00"),
)
"""Sentences without a fault."""

FAULTY = {
    "structure": (
        _written("Harrow-2 takes 9 seconds to start."),
        _written("Harrow-2 takes 9 seconds to start.", "1", "7"),
        _written("Harrow-2 启动要九秒。", "3", "x:1991853674587685240"),
        _written("Harrow-2 takes 9 seconds to start: https://harrow.example.login.test/notes", "1"),
        _written("Harrow-2 takes 9 seconds to start, see www.harrow-fans.test", "1"),
        _written("Harrow-2 takes [9 seconds](/notes) to start.", "1"),
        _written("Harrow-2 takes <b>9 seconds</b> to start.", "1"),
        _written("Harrow-2 takes {{ seconds }} 9 seconds to start.", "1"),
        _quoted(f"@ines wrote: “{_NEWS}”", "4", _NEWS, cited=("1",)),
        Sentence(text="@ines wrote that nothing is new on Harrow-2.", kind="quotation", citations=("4",)),
        Sentence(text="Nothing is new on Harrow-2.", kind="computed"),
        _written("Harrow-2 takes 9 seconds\x07 to start.", "1"),
    ),
    "computed": (
        _counted("4 posts", "posts", 3),
        _counted("5 posts", "posts", 4),
        _counted("共5条帖文", "posts", 5),
        _counted("4 authors", "authors", 4),
        _counted("其中80%的帖文谈到此事", "share", 0.75, of=_SET),
        _counted("其中75%的帖文谈到此事", "share", 0.8, of=_SET),
        _counted("first at 09:00", "first_at", "2026-03-09T08:00:00+00:00"),
        _counted("first at 08:30", "first_at", "2026-03-09T08:30:00+00:00"),
        _counted("3 posts", "posts", 3, of="story:b"),
        _counted("4 posts, most of them on Starloft", "posts", 4),
        _counted("4 posts since 3 March", "posts", 4),
    ),
}
"""Sentences with one, by the rule that is there for it."""
