"""Names that are one in Chinese and English: 谷歌 and Google, 马斯克 and Musk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from babel import Locale
from babel.numbers import get_territory_currencies

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.fold import fold, squash

Group = tuple[str, ...]

_SHORTEST_LATIN = 2
_MOST_TEXTS = 256
_BEARS_OUT = "~"  # before what is too general to be looked for, but bears out the group's names in a post


@dataclass(frozen=True)
class Aliases:
    """Groups of names; a name may stand in several ("X" the network, "SOL" the coin)."""

    groups: tuple[Group, ...]

    @cached_property
    def _spelt(self) -> tuple[Group, ...]:
        """The groups with every name as written and in Simplified characters: Japanese has 農協 as well."""
        simplified = dictionary().simplified
        return tuple(
            tuple(dict.fromkeys(form for name in group for form in (name, simplified(name))))
            if not all(map(str.isascii, group))
            else group
            for group in self.groups
        )

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for group in self._spelt:
            keys = [key for name in group if (key := squash(name))]
            for key in keys:
                found.setdefault(key, {}).update(dict.fromkeys(keys))
        return {key: tuple(others) for key, others in found.items()}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds names in a folded text, longest first. One Han character alone is too common to be a name."""
        names = sorted(
            {fold(name) for group in self._spelt for name in group if name[0] != _BEARS_OUT},
            key=lambda name: (-len(name), name),
        )
        han = [name for name in names if not name[0].isascii() and len(name) > 1]
        latin = [name for name in names if name[0].isascii() and len(name) >= _SHORTEST_LATIN]
        return re.compile(rf"(?<![A-Za-z0-9])(?:{_any_of(latin)})(?![A-Za-z0-9])|{_any_of(han)}")

    def spans(self, text: str) -> tuple[tuple[int, int], ...]:
        """Where names stand in a folded text; of the last texts it is remembered."""
        if text not in self._spans:
            if len(self._spans) >= _MOST_TEXTS:
                self._spans.clear()
            self._spans[text] = tuple(match.span() for match in self.pattern.finditer(text))
        return self._spans[text]

    @cached_property
    def _spans(self) -> dict[str, tuple[tuple[int, int], ...]]:
        return {}

    def same(self, name: str) -> tuple[str, ...]:
        """Squashed forms of all names of ``name``'s groups, itself included."""
        key = squash(name)
        return self._by_name.get(key, (key,))

    def extended(self, groups: Iterable[Iterable[str]]) -> Aliases:
        """These aliases and further groups, of a topic for example."""
        more = tuple(tuple(group) for group in groups)
        return Aliases(self.groups + more) if more else self


def _any_of(names: Iterable[str]) -> str:
    """A pattern of ``names`` that only looks further where the first character fits; their order stays."""
    by_first: dict[str, list[str]] = {}
    for name in names:
        by_first.setdefault(name[0], []).append(re.escape(name[1:]))
    if not by_first:
        return "(?!)"
    first = "".join(re.escape(char) for char in by_first)
    groups = (re.escape(char) + f"(?:{'|'.join(rests)})" for char, rests in by_first.items())
    return f"(?=[{first}])(?:{'|'.join(groups)})"


def read_aliases(text: str) -> tuple[Group, ...]:
    """Groups of a file in the form of names/aliases.txt."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(
        tuple(name.strip() for name in line.split("|") if name.strip())
        for line in lines
        if line and line[0] != "#"
    )


# Languages beside English. Each may have names/aliases_<language>.txt, which adds to groups by first name.
_LANGUAGES = {"zh": "zh_Hans", "ja": "ja"}  # file ending -> locale of CLDR


# Beginnings of the headings in names/aliases.txt whose names say less than a person's or a firm's.
_KINDS = {"places": "place", "countries": "place", "things": "thing"}


def _is_land(names: Sequence[str]) -> bool:
    """Whether a place is a state, a province or larger, which is often named though a post does not."""
    return any(
        name[-1] in "洲盟"
        or (name[-1] in "州省邦县" and any(name != one and name[:-1] in one for one in names))
        for name in names
    )


@cache
def kinds_of_names() -> dict[str, str]:
    """Squashed names of lands ("place") and of things ("thing"); of people, firms and cities none."""
    found: dict[str, str] = {}
    kind, heading = None, ""
    simplified = dictionary().simplified
    for line in (files("dawnchorus.names") / "aliases.txt").read_text("utf-8").splitlines():
        if line.startswith("# --"):
            heading = line.removeprefix("# --").strip().split(" ")[0].rstrip(",")
            kind = _KINDS.get(heading)
        elif kind and not line.startswith("#"):
            names = [simplified(name.strip(" ~")) for name in line.split("|")]
            if heading == "countries" or kind != "place" or _is_land(names):
                found.update(dict.fromkeys(map(squash, names), kind))
    for locale in (Locale.parse(tag) for tag in ("en", *_LANGUAGES.values())):
        for name in locale.territories.values():
            found.setdefault(squash(name), "place")
    return found


@cache
def standard_aliases() -> Aliases:
    """The aliases that travel with the package, and CLDR's countries, territories and cities."""
    data = files("dawnchorus.names")
    ours = _united(read_aliases((data / "aliases.txt").read_text("utf-8")))
    for language in _LANGUAGES:
        more = data / f"aliases_{language}.txt"
        if more.is_file():
            ours = _joined(ours, read_aliases(more.read_text("utf-8")))
    english, *others = (Locale.parse(tag) for tag in ("en", *_LANGUAGES.values()))
    countries = tuple(
        tuple(dict.fromkeys(locale.territories[code] for locale in (english, *others)))
        for code in sorted(english.territories)
        if code.isalpha() and all(code in locale.territories for locale in others)
    )
    return Aliases(ours + countries + _cities(english=english, others=others) + _currencies(ours + countries))


def _united(groups: tuple[Group, ...]) -> tuple[Group, ...]:
    """Groups of one first name as one."""
    found: dict[str, dict[str, None]] = {}
    for group in groups:
        found.setdefault(group[0], {}).update(dict.fromkeys(group))
    return tuple(tuple(names) for names in found.values())


def _joined(groups: tuple[Group, ...], more: tuple[Group, ...]) -> tuple[Group, ...]:
    """``groups``, those of ``more`` added to the one that holds their first name."""
    adding = {group[0]: group[1:] for group in more}
    found = tuple((*group, *(name for first in group for name in adding.pop(first, ()))) for group in groups)
    return found + tuple((first, *names) for first, names in adding.items())


def _currencies(named: Iterable[Group]) -> tuple[Group, ...]:
    """Countries with the code of their own money, which begins with theirs: NOK and Norway."""
    english = Locale.parse("en").territories
    groups: dict[str, Group] = {}
    for group in named:
        for name in group:
            groups.setdefault(name, group)
    return tuple(
        (money, *groups.get(english[code], (english[code],)))
        for code in sorted(english)
        if len(code) == 2 and code.isalpha()
        for money in get_territory_currencies(code)
        if money.startswith(code) and money != "USD"  # everybody pays in dollars
    )


def _cities(*, english: Locale, others: Sequence[Locale]) -> tuple[Group, ...]:
    """Cities that CLDR names time zones after, where the languages write them differently."""
    found = []
    for zone in sorted(others[0].time_zones):
        latin = english.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        names = [locale.time_zones.get(zone, {}).get("city") for locale in others]
        written = [name for name in names if name and not name.isascii()]
        if written and "/" in zone and not zone.startswith("Etc/"):
            found.append((latin, *written))
    return tuple(found)
