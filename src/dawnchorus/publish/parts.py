"""The parts of a report's view: what ``markdown`` and ``html`` spell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A citation: the number of a cited post, and where a click leads."""

    number: int
    href: str  # the post itself, or "#post-3" if it has no address
    title: str  # "@author · 2025-11-21 09:14"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A sentence with its citations, or the text of a table cell."""

    text: str
    marks: tuple[Mark, ...] = ()
    gap: str = ""  # white space between it and the sentence before
    aside: bool = False  # counts that stand under words of posts, in small print


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A paragraph, list item or subheading."""

    lines: tuple[Line, ...]
    lead: Line | None = None  # in bold
    points: tuple[Line, ...] = ()  # under lead and lines, one a line
    tag: str = ""  # "new", "update" in the report's language
    thread: str = ""  # name of the folder of the thread's page, "" if it has none
    note: str = ""  # that a model was to write it and did not


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Consecutive items of one kind."""

    kind: Literal["paragraphs", "ordered", "bullets", "subheading"]
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture that lies beside the report."""

    file: str
    alt: str
    caption: str
    kind: Literal["cloud", "chart"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with one row of headings; ``numeric`` columns are set to the right."""

    kind: Literal["terms", "coverage", "model", "sources"]
    head: tuple[str, ...]
    rows: tuple[tuple[Line, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A page that a cited post links to."""

    name: str  # that it is a page, its title and site
    href: str
    host: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A cited post in the list at the end."""

    number: int
    author: str  # "@lena", or "author unknown"
    name: str  # display name, "" if there is none or it repeats the handle
    network: str
    when: str
    href: str  # "" without an address
    host: str
    text: str  # the words cited
    pages: tuple[Page, ...] = ()
    gone: str = ""  # that the post was removed, and when; nothing else of it is shown then


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A section."""

    id: str
    level: int
    heading: str
    groups: tuple[Group, ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()
    entries: tuple[Entry, ...] = ()
    files: tuple[str, ...] = ()  # data files beside the report
    files_label: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A report as it is shown."""

    slug: str
    lang: str  # of the page, BCP 47
    first_line: str
    title: str
    headline: Line | None
    coverage: str  # window and counts
    notice: str  # who wrote it
    model: str  # that wrote some of it, "" if none did; for machines
    missing: tuple[str, ...]  # sources that were not read in full, and those that fail run after run
    mark_gap: str  # white space between a sentence and its citations
    colon: str
    contents: str  # label of the list of sections
    description: str
    parts: tuple[Part, ...]
