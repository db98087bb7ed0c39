"""Names in one spelling: 英伟达 and エヌビディア become "nvidia" before words are counted.

A name is then one word in every language, no rarer and no stronger than it is,
where pairs of its characters would be evidence of their own. Names that no
table has are heard: a word in katakana takes the place of the Latin name of
the same posts that it sounds like (sounds.py).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files

import polars as pl
from babel import Locale

from dawnchorus.stories.sounds import heard
from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS

_LOCALES = ("en", "zh_Hans", "ja")
_TOO_GENERAL = "~"  # before names that stand for the group only where it is named already
_EVERYDAY = COMMON_WORDS | STOP_WORDS


def spellings(posts: pl.DataFrame, *, aliases: Mapping[str, str]) -> dict[str, str]:
    """Spellings to names, both in lower case: of ``aliases``, standard ones, and names that are heard.

    Spellings in Latin letters are left out: they are words already, and would
    be found inside others.

    Args:
        posts: KEPT rows.
        aliases: Of a topic; they go before all others.
    """
    return spellings_with(heard(posts["clean_text"]), aliases=aliases)


def spellings_with(heard_names: Mapping[str, str], *, aliases: Mapping[str, str]) -> dict[str, str]:
    """As :func:`spellings`, where the names that are heard in all posts are known."""
    own = {spelling.lower(): name.lower() for spelling, name in aliases.items()}
    table = {spelling: name for spelling, name in own.items() if len(spelling) > 1 and not spelling.isascii()}
    return {**heard_names, **standard_spellings(), **table}


def known_names(aliases: Mapping[str, str]) -> frozenset[str]:
    """Names, in lower case, that a table has, standard or of a topic: what everybody speaks of."""
    return frozenset(standard_spellings().values()) | {name.lower() for name in aliases.values()}


def in_one_spelling(texts: pl.Series, table: Mapping[str, str]) -> pl.Series:
    """Lower-case ``texts`` with the spellings of ``table`` written as the names.

    The longest of those that begin at one place counts.
    """
    if not table:
        return texts
    longest_first = sorted(table, key=lambda spelling: (-len(spelling), spelling))
    names = [f" {table[spelling]} " for spelling in longest_first]
    return texts.str.replace_many(longest_first, names, leftmost=True)


@cache
def standard_spellings() -> dict[str, str]:
    """Spellings of names that travel with the package, and CLDR's countries and cities, to the Latin ones."""
    found: dict[str, str] = {}
    for group in (*_read_groups(), *_countries(), *_cities()):
        names = [name for name in group if not name.startswith(_TOO_GENERAL)]
        latin = [name for name in names if name.isascii()]
        if not latin:
            continue
        # "Musk" is what posts that say "Elon Musk" hold as well; "BOJ" is not in "Bank of Japan".
        within = latin[0].split()
        word = next((name for name in latin if len(within) > 1 and name in within), latin[0]).lower()
        # 美国 is an everyday word, of which "unitedstates" would lose the mark.
        if word not in _EVERYDAY and any(name in _EVERYDAY for name in names if not name.isascii()):
            continue
        for name in names:
            if not name.isascii():
                found.setdefault(name.lower(), word)
    return found


def _read_groups() -> Iterator[tuple[str, ...]]:
    """Groups of the files of names, those of one first name as one."""
    united: dict[str, dict[str, None]] = {}
    folder = files("dawnchorus.names")
    for path in sorted(
        (path for path in folder.iterdir() if path.name.endswith(".txt")), key=lambda p: p.name
    ):
        for line in path.read_text("utf-8").splitlines():
            if line and not line.startswith("#"):
                names = [name.strip() for name in line.split("|") if name.strip()]
                united.setdefault(names[0], {}).update(dict.fromkeys(names))
    return iter(tuple(names) for names in united.values())


def _countries() -> Iterator[tuple[str, ...]]:
    locales = [Locale.parse(tag) for tag in _LOCALES]
    for code in sorted(locales[0].territories):
        if code.isalpha():
            yield _written(locale.territories.get(code) for locale in locales)


def _cities() -> Iterator[tuple[str, ...]]:
    """Cities that CLDR names time zones after."""
    english, *others = (Locale.parse(tag) for tag in _LOCALES)
    for zone in sorted(others[0].time_zones):
        if "/" in zone and not zone.startswith("Etc/"):
            latin = english.time_zones.get(zone, {}).get("city") or zone.rpartition("/")[2].replace("_", " ")
            yield _written([latin, *(locale.time_zones.get(zone, {}).get("city") for locale in others)])


def _written(names: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for name in names if name))
