"""Where the citations of a report lead: by address, by number or by anchor of its list of cited posts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

import polars as pl

from dawnchorus.report.check.addresses import address, addresses_of
from dawnchorus.report.check.prose import Part

_CITED = re.compile(
    r"引用|参考|參考|来源|來源|出处|脚注|cited|references|sources|citations|footnotes|bibliography",
    re.IGNORECASE,
)
_HEADING = 40  # characters: a longer heading says something
_ENTRY = re.compile(r"^\s*(?:[-*]\s+)?\[?\^?(\d{1,3})(?:\]|[.)、:：])[.)、:：]?\s*(.*)$")
_ADDRESS = re.compile(r"(?:https?|at)://[^\s<>\"'）」』】，。]+[^\s<>\"'）」』】，。.,;:!?)\]]")
_CITES = re.compile(r"\[\^?\d{1,3}[\],，、–-]|[⁰¹²³⁴⁵⁶⁷⁸⁹]")
_LETTERS_BESIDE = 160  # letters beside the link of an entry of a list without a heading: author, day, title


class References:
    """Links, numbers and anchors of one report, and the posts they lead to."""

    def __init__(self, posts: pl.DataFrame) -> None:
        self._posts = posts
        self._by_anchor: dict[str, str] = {}
        self._count = 0
        self._anchored = False
        self._names: set[str] = set()
        self._number_of: dict[str, int] = {}
        for post in posts["id"]:
            self._by_anchor.setdefault(post.casefold(), post)

    @cached_property
    def _by_address(self) -> dict[str, str]:
        # Many posts take seconds, and most reports by others hold no link at all.
        found: dict[str, str] = {}
        for post, url in self._posts.select("id", "url").iter_rows():
            for key in addresses_of(post, url):
                found.setdefault(key, post)
        return found

    def define(self, labels: Mapping[str, str]) -> None:
        """Take in definitions of links and notes: label ("1", "^1") -> address, or text of the note."""
        for label, text in labels.items():
            self._learn_entry(label.removeprefix("^"), _addresses_in(text) or [text])

    def learn(self, part: Part) -> None:
        """Take in an entry of the list of cited posts, or anchors of raw HTML."""
        for anchor, link in part.targets:
            self._learn_entry(anchor, [link])
        if not is_list(part):
            return
        # Where entries have anchors, what stands under them (words and links of strangers) is no entry.
        self._anchored |= bool(part.anchors)
        if self._anchored and not part.anchors:
            return
        lines = [match for line in part.source.splitlines() if (match := _ENTRY.match(line))]
        if len(lines) > 1 or (lines and part.number is None):
            for match in lines:
                self._learn_entry(match[1], _addresses_in(match[2]) or part.links)
            return
        self._count += 1
        number = part.number or self._count
        self._learn_entry(str(number), part.links)
        for anchor in part.anchors:
            self._learn_entry(anchor, part.links)

    def _learn_entry(self, name: str, links: Iterable[str]) -> None:
        self._names.add(name.casefold())
        post = next(
            (self._by_address[key] for link in links if (key := address(link)) in self._by_address), None
        )
        if post:
            self._by_anchor.setdefault(name.casefold(), post)
            if name.isdigit():
                self._number_of.setdefault(post, int(name))
                self._by_anchor.setdefault(f"post-{name}", post)

    def numbered(self, number: str) -> bool:
        """Whether the report has an entry ``number``, whatever it leads to."""
        return number.casefold() in self._names

    def numbers(self, posts: Sequence[str]) -> list[int]:
        """The numbers that readers know posts by: those of the report, else their places among ``posts``."""
        known = [self._number_of.get(post) for post in posts]
        found = [number for number in known if number is not None]
        return found if found and len(found) == len(posts) else list(range(1, len(posts) + 1))

    def resolve(self, links: Iterable[str]) -> list[str]:
        """Post ids of ``links`` in order, each once; links elsewhere are left out."""
        found: dict[str, None] = {}
        for link in links:
            name = link[1:].casefold()
            post = self._by_anchor.get(name) if link.startswith("#") else self._by_address.get(address(link))
            if post:
                found[post] = None
        return list(found)


def is_list(part: Part) -> bool:
    """Whether a part belongs to the list of cited posts."""
    return part.listed or any(
        _CITED.search(one.title) and len(one.title) <= _HEADING
        for one in part.headings
        if one.level > 1 or one is part.headings[-1]
    )


def mark_last_list(parts: Sequence[Part]) -> None:
    """Mark the entries of a list of links that ends a report without a heading of its own.

    Without a number in the text before it, it is a list of statements, each with its link.
    """
    last = len(parts)
    while last and _is_entry(parts[last - 1]):
        last -= 1
    if any(_CITES.search(part.text) for part in parts[:last]):
        for part in parts[last:]:
            part.listed = True


def _is_entry(part: Part) -> bool:
    lines = [line for line in part.source.splitlines() if line.strip()]
    numbered = part.number is not None or all(map(_ENTRY.match, lines))
    letters = sum(char.isalpha() for char in _ADDRESS.sub("", part.text))
    return bool(part.links and lines) and numbered and letters <= _LETTERS_BESIDE * len(lines)


def _addresses_in(text: str) -> list[str]:
    return _ADDRESS.findall(text)
