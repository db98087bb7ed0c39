"""Names that are one in Chinese and English: 谷歌 and Google, 马斯克 and Musk."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files

from babel import Locale
from babel.numbers import get_territory_currencies

from dawnchorus.report.check.fold import fold, squash

Group = tuple[str, ...]

_SHORTEST_LATIN = 2


@dataclass(frozen=True)
class Aliases:
    """Groups of names; a name may stand in several ("X" the network, "SOL" the coin)."""

    groups: tuple[Group, ...]

    @cached_property
    def _by_name(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, dict[str, None]] = {}
        for group in self.groups:
            keys = [key for name in group if (key := squash(name))]
            for key in keys:
                found.setdefault(key, {}).update(dict.fromkeys(keys))
        return {key: tuple(others) for key, others in found.items()}

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Finds names in a folded text, longest first. One Han character alone is too common to be a name."""
        names = sorted(
            {fold(name) for group in self.groups for name in group}, key=lambda name: (-len(name), name)
        )
        han = [re.escape(name) for name in names if not name[0].isascii() and len(name) > 1]
        latin = [re.escape(name) for name in names if name[0].isascii() and len(name) >= _SHORTEST_LATIN]
        return re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(latin)})(?![A-Za-z0-9])|(?:{'|'.join(han)})")

    def same(self, name: str) -> tuple[str, ...]:
        """Squashed forms of all names of ``name``'s groups, itself included."""
        key = squash(name)
        return self._by_name.get(key, (key,))

    def extended(self, groups: Iterable[Iterable[str]]) -> Aliases:
        """These aliases and further groups, of a topic for example."""
        more = tuple(tuple(group) for group in groups)
        return Aliases(self.groups + more) if more else self


def read_aliases(text: str) -> tuple[Group, ...]:
    """Groups of a file in the form of data/aliases.txt."""
    lines = (line.strip() for line in text.splitlines())
    return tuple(
        tuple(name.strip() for name in line.split("|") if name.strip())
        for line in lines
        if line and line[0] != "#"
    )


@cache
def standard_aliases() -> Aliases:
    """The aliases that travel with the package, and CLDR's countries, territories and cities."""
    ours = read_aliases((files(__package__) / "data" / "aliases.txt").read_text("utf-8"))
    english, chinese = (Locale.parse(tag).territories for tag in ("en", "zh_Hans"))
    countries = tuple(
        (english[code], chinese[code]) for code in sorted(english) if code.isalpha() and code in chinese
    )
    cities = _cities(english=Locale.parse("en"), chinese=Locale.parse("zh_Hans"))
    return Aliases(ours + countries + cities + _currencies(ours + countries))


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
        if money.startswith(code)
    )


def _cities(*, english: Locale, chinese: Locale) -> tuple[Group, ...]:
    """Cities that CLDR names time zones after, where the two languages write them differently."""
    found = []
    for zone, names in sorted(chinese.time_zones.items()):
        city = names.get("city")
        latin = english.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
        if city and not city.isascii() and "/" in zone and not zone.startswith("Etc/"):
            found.append((latin, city))
    return tuple(found)
