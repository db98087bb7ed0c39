"""Chinese names of places, firms and people that the dictionary holds: 高雄, 大英博物馆."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from importlib.resources import files

import rjieba

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.ground import Ground
from dawnchorus.report.check.number import Span
from dawnchorus.report.check.sounds import latin_for, transcribing
from dawnchorus.report.check.stems import stem

_HAN_RUN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
_LATIN_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_TOWN = re.compile(r"(?:特别行政区|自治区|自治州|新区|市|县|省|区|州|镇|国|公司|集团|大学)$")
_SHORTEST = 2
_SURE = 3  # characters: longer names are hardly ever parts of two words
_FOREIGN = 3  # characters: two may be a Chinese name
_MORE = 4  # characters that a name may have on either side of what was cut
_SHORT_NAME = 3  # words of a gloss that are all part of the name


@lru_cache(maxsize=512)
def simplified(text: str) -> str:
    """``text`` in Simplified characters; positions stay."""
    return text if text.isascii() else dictionary().simplified(text)


class Cuts:
    """Where the words of a Simplified text begin and end, cut when first asked for."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._ends: frozenset[int] | None = None

    def whole(self, span: Span) -> bool:
        """Whether no word reaches over an edge of ``span``: 国网 is no name in 中国网民."""
        if span[1] - span[0] > _SURE:
            return True
        if self._ends is None:
            ends: set[int] = set()
            for run in _HAN_RUN.finditer(self.text):
                place = run.start()
                ends.add(place)
                for word in rjieba.cut(run.group(), True):
                    if word not in dictionary():  # a guess at a name, as often two words: 卫生|部门
                        inside = range(place + 1, place + len(word))
                        ends.update(at for at in inside if self.text[at - 1 : at + 1] not in dictionary())
                    place += len(word)
                    ends.add(place)
            self._ends = frozenset(ends)
        return all(at in self._ends or not self._within(at) for at in span)

    def _within(self, at: int) -> bool:
        """Whether Han characters stand on both sides."""
        around = self.text[max(0, at - 1) : at + 1]
        return len(around) == 2 and at > 0 and all(_HAN_RUN.match(char) for char in around)


def proper_names(text: str, taken: Sequence[Span]) -> list[str]:
    """Names of the dictionary in ``text`` outside ``taken``, each once, as written."""
    if _KANA.search(text):
        return []  # Japanese: these are the dictionary's words, not its language's
    book, found = dictionary(), []
    for run in _HAN_RUN.finditer(text):
        start = run.start()
        for word in rjieba.cut(book.simplified(run.group()), True):
            end = start + len(word)
            if word in _names() and not any(first < end and start < last for first, last in taken):
                found.append(text[start:end])
            start = end
    return list(dict.fromkeys(found))


def transcribed_through(name: str, rest: str, ground: Ground) -> bool:
    """Whether the Chinese ``name`` goes on in ``rest`` to a transcription of a Latin name of the posts."""
    known, told = transcribing(), "\n".join((*ground.texts, *ground.speakers))
    for size in range(1, min(_MORE, len(rest)) + 1):
        if rest[size - 1] not in known:
            return False
        if latin_for(name + rest[:size], told):
            return True
    return False


def transcribed_names(text: str, taken: Sequence[Span]) -> dict[str, tuple[str, ...]]:
    """Foreign names in Chinese that no dictionary has, each with all that it may be cut to.

    They are words of characters that transcribe; where they end is a guess: 林德|奎斯特.
    """
    if _KANA.search(text):
        return {}
    book, known = dictionary(), transcribing()
    found: dict[str, tuple[str, ...]] = {}
    for run in _HAN_RUN.finditer(text):
        start, whole = 0, book.simplified(run.group())
        for word in rjieba.cut(whole, True):
            end = start + len(word)
            place = run.start() + start
            if (
                len(word) >= _FOREIGN
                and word not in book
                and known.issuperset(word)
                and not any(first < place + len(word) and place < last for first, last in taken)
            ):
                found[text[place : place + len(word)]] = tuple(_wider(whole, start, end, known))
            start = end
    return found


def _wider(run: str, start: int, end: int, known: frozenset[str]) -> Iterator[str]:
    """The stretch itself and with characters beside it that transcribe too."""
    for first in range(start, max(start - _MORE, 0) - 1, -1):
        if first < start and run[first] not in known:
            break
        for last in range(end, min(end + _MORE, len(run)) + 1):
            if last > end and run[last - 1] not in known:
                break
            yield run[first:last]


def known_proper(name: str, ground: Ground) -> bool:
    """Whether Chinese posts hold ``name``, or English ones what the dictionary calls it.

    Of a long gloss, "Kaohsiung, city in south Taiwan", the rarest word decides; of "British Museum" all do.
    """
    book = dictionary()
    simple = book.simplified(name)
    bare = _TOWN.sub("", simple)
    told = book.simplified("\n".join((*ground.texts, *ground.speakers)))
    if simple in told or (len(bare) >= _SHORTEST and bare in told):
        return True
    if ground.english:
        names = "\n".join((*ground.texts, *ground.speakers))
        if latin_for(simple, names) or latin_for(bare, names):
            return True
    if len(bare) >= _SHORTEST and "".join(book.sounds.get(char, "-") for char in bare) in ground.squashed:
        return True
    stems = _stems(ground.spaced)
    senses = [sense for word in (simple, bare) for sense in book.senses(word)]
    return any(
        sense and (_rarest(sense) in stems if len(sense) > _SHORT_NAME else stems.issuperset(sense))
        for sense in senses
    )


def _rarest(sense: tuple[int, ...]) -> int:
    return max(sense, key=lambda one: (float(dictionary().weights[one]), one))


@lru_cache(maxsize=256)
def _stems(text: str) -> frozenset[int]:
    return frozenset(dictionary().number([stem(word) for word in _LATIN_WORD.findall(text)]))


@cache
def _names() -> frozenset[str]:
    data = files(__package__) / "data"
    lines = gzip.decompress((data / "cedict_names.txt.gz").read_bytes()).decode().splitlines()
    plain = (data / "plain_words_zh.txt").read_text("utf-8").splitlines()
    ordinary = {word for line in plain if not line.startswith("#") for word in line.split()}
    return frozenset(line for line in lines if not line.startswith("#")) - ordinary
