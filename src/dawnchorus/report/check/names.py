"""Rule: every name of a sentence stands in the cited posts, under that name, an alias or as it sounds.

Names are Latin words with capitals, handles, products and versions, cashtags, and Chinese names of
the alias table and of the dictionary. Can't tell: Chinese names it has not heard of (``speakers.py`` asks
for those that are let speak), a name put in another's place.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from itertools import pairwise

from dawnchorus.report.check.aliases import Aliases, kinds_of_names
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.number import Span
from dawnchorus.report.check.proper import (
    Cuts,
    known_proper,
    proper_names,
    simplified,
    transcribed_names,
    transcribed_through,
)
from dawnchorus.report.check.regions import is_clock, parts_of
from dawnchorus.report.check.romanised import may_be_spelt
from dawnchorus.report.check.short_forms import handle_of, in_handle, initials_told, people_of, short_for
from dawnchorus.report.check.sounds import means, spells, transcribes
from dawnchorus.report.check.stems import stem

_LATIN_NAME = re.compile(
    r"@[A-Za-z0-9_.-]*[A-Za-z0-9_]|\$[A-Z]{1,6}(?![A-Za-z])|#\w+"
    r"|(?<![A-Za-zÀ-ɏ0-9@$#])[A-Za-zÀ-ɏ0-9]*[A-Za-zÀ-ɏ][A-Za-zÀ-ɏ0-9]*(?:[.&'_-][A-Za-zÀ-ɏ0-9]+)*\+*"
)
_NUMERIC = re.compile(
    r"\d[\d,.]*(?:[KkMBbTxX]|[GMkT]Wh?|Wh|[KMGTPEZ]i?B|[GMKkT]bps|[GMk]Hz|[PTG]?FLOPS|TOPS|fps|mAh|bn|mn|tn|bps?|pp|nm"
    r"|km|kg|mg|ml|cm|mm|ms|kt|Mt|ha|oz|lbs?|MP|dB|am|pm|th|st|nd|rd|s|h|hrs?|min)?(?:-[a-z]+)?$"
)
_MONEY = ("$", "€", "£", "¥")  # "HK" of "HK$"
_UNIT = re.compile(r"\d\s?(?:[kMGT]?Wh?|[kMGT]?Hz|[kMGT]?Pa|dB|mAh|eV)$")
_CHINA = ("China", "Chinese", "中国", "China's")
_CLIPPED = 4  # characters from which on a firm is called by its first two
_SYLLABLE = 4  # letters: shorter ones may be a single syllable, and those stand everywhere
Doubt = str | None  # why a name that is not found may be no fault: key of a signal; None: no reason
_KNOWN = "known"
_JOINT = re.compile(r"[-.&_0-9]|(?<=[a-z])(?=[A-Z])")  # StarBridge is 星桥
_SURE = 3  # characters of a Chinese name of the dictionary that is no chance
# What a firm of unknown English name may be called in Chinese posts.
_FIRM = re.compile(
    r"[\u4e00-\u9fff]{2,4}(?:科技|汽车|公司|集团|资本|银行|证券|基金|智能|机器人|生物|医药|能源|电子|半导体|实验室|大学|医院|研究院|研究所)"
    r"|[「《“\"][\u4e00-\u9fff]{2,8}[」》”\"]"
)
_NEXT_WORD = re.compile(r" ([A-Z][a-z]+(?:'s)?)")
# I'm, they've, don't: a word that is shortened, with whatever it begins.
_SHORTENED = re.compile(
    r"(?:i|we|you|they|he|she|it|that|there|who|what|let)'(?:m|ve|ll|re|d|s)|[a-z]+n't", re.IGNORECASE
)
_ENDING = re.compile(r"(?:'s|s'|')$")


@cache
def plain_words() -> frozenset[str]:
    """Words that are no names even with a capital: openers, titles, months, weekdays, generic terms."""
    text = (files(__package__) / "data" / "plain_words.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@cache
def _name_like() -> frozenset[str]:
    """Names that are ordinary words too."""
    text = (files(__package__) / "data" / "name_like.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def check_names(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Objections to the names outside verified quotes."""
    return [
        Finding(
            rule="name",
            words=name,
            detail=f"name {name} does not stand in the cited posts",
            level="rejected" if doubt is None else "escalated",
            signal=f"name.{doubt}" if doubt else "",
        )
        for name, doubt in _unknown(claim, ground, aliases).items()
    ]


def _unknown(claim: Claim, ground: Ground, aliases: Aliases) -> dict[str, Doubt]:
    """Names that the posts lack, as written, and why that may be no fault; None if there is no doubt."""
    text = simplified(claim.open_text)
    numbers = [(number.start, number.end) for number in claim.numbers]
    unknown: dict[str, Doubt] = {}
    taken: list[Span] = []
    inside = Cuts(text)
    for match in aliases.pattern.finditer(text):
        name = match.group()
        if (
            (name[0].isascii() and _no_alias(name, claim, match))
            or not (name[0].isascii() or inside.whole(match.span()))
            or _inside(match.start(), numbers)
            or is_clock(text, match.end())
        ):
            continue
        taken.append(match.span())
        if name in _CHINA and ground.chinese:
            continue  # whoever writes Chinese tells of China
        if not (
            known_name(name, ground, aliases)
            or _heard_alias(name, ground)
            or initials_told(name.split(), ground)
            or any(known_name(part, ground, aliases) for part in parts_of(name))
            or _within_name(match, ground)
        ):
            unknown.setdefault(
                claim.open_text[slice(*match.span())], _alias_doubt(name, text, ground, aliases)
            )
    latin = [match for match in _LATIN_NAME.finditer(text) if not _inside(match.start(), taken)]
    for place, match in enumerate(latin):
        # Units belong to numbers, "HK" of "HK$" and "Wh" of "280 Wh/kg" too.
        if (
            _inside(match.start(), numbers)
            or _UNIT.search(text, 0, match.end())
            or text[match.end() :][:1] in _MONEY
        ):
            continue
        doubt = _latin_doubt(place, latin, claim, ground)
        if doubt == _KNOWN or any(
            known_name(country, ground, aliases) for country in people_of(match.group(), aliases)
        ):
            continue
        if not heard(place, latin, ground):
            unknown.setdefault(match.group(), doubt)
    for name in proper_names(text, [*taken, *numbers]):
        if not known_proper(name, ground):
            # Two characters are often parts of two words.
            unknown.setdefault(name, "short" if len(name) < _SURE and ground.english else None)
            taken.append((text.index(name), text.index(name) + len(name)))
    for name, cuts in transcribed_names(text, [*taken, *numbers]).items():
        if not any(known_proper(cut, ground) for cut in cuts):
            unknown.setdefault(name, "sound")
    return unknown


def _within_name(match: re.Match[str], ground: Ground) -> bool:
    """Whether the match only begins a name that the posts hold: 奥迪 of 奥迪尔, Lao of Lao Fang."""
    name, rest = match.group(), match.string[match.end() :]
    if not name.isascii():
        return transcribed_through(name, rest, ground)
    following = _NEXT_WORD.match(rest)
    return (
        following is not None
        and ground.chinese
        and spells([name, _ENDING.sub("", following[1])], "\n".join((*ground.texts, *ground.speakers)))
    )


def _no_alias(name: str, claim: Claim, match: re.Match[str]) -> bool:
    """Whether a Latin match is an ordinary word, or the mark of a currency."""
    return (
        all(word.islower() or word.casefold() in plain_words() for word in name.split())
        or _lower_word(name, claim, match.start())
        or match.string[match.end() :][:1] in _MONEY
    )


def _inside(place: int, spans: Sequence[Span]) -> bool:
    return any(start <= place < end for start, end in spans)


def heard(place: int, names: Sequence[re.Match[str]], ground: Ground) -> bool:
    """Whether Chinese posts hold the Latin name at ``place``: by its sound or by its meaning."""
    if not ground.chinese:
        return False
    told = "\n".join((*ground.texts, *ground.speakers))
    name = _ENDING.sub("", names[place].group())
    if transcribes(name, told) or (spells([name], told) and len(name) > _SYLLABLE):
        return True
    if all(means(part, told) for part in _JOINT.split(name) if part):
        return True
    row = [at for at in (place - 1, place, place + 1) if 0 <= at < len(names)]
    pairs = [(first, second) for first, second in pairwise(row) if _adjoin(names[first], names[second])]
    return any(spells([names[first].group(), names[second].group()], told) for first, second in pairs)


def _adjoin(first: re.Match[str], second: re.Match[str]) -> bool:
    return second.start() - first.end() == 1 and second.group()[0].isupper() and first.group()[0].isupper()


def _latin_doubt(place: int, names: Sequence[re.Match[str]], claim: Claim, ground: Ground) -> Doubt:
    """What speaks against a Latin name being invented; _KNOWN if it is no name or the posts hold it."""
    match = names[place]
    doubt = _alone_doubt(match.group(), match.start(), claim, ground)
    row = _row(place, names)
    if (
        doubt == _KNOWN
        or handle_of(row, ground)
        or short_for(_ENDING.sub("", match.group()), ground)
        or initials_told(row, ground)
    ):
        return _KNOWN
    following = names[place + 1] if place + 1 < len(names) else None
    adjoined = following if following is not None and _adjoin(match, following) else None
    if weak := _partly(match.group(), row, adjoined, ground):
        return weak
    if not claim.chinese and _opens(claim.open_text, match.start()):
        doubt = _opener(match, adjoined, claim, ground)
    return _other_script(row, ground) if doubt is None and not claim.chinese else doubt


def _partly(written: str, row: Sequence[str], adjoined: re.Match[str] | None, ground: Ground) -> str | None:
    """How the posts may know whom a part of a name belongs to, None if they don't."""
    if any(in_handle(word, ground) for word in row if word != written):
        return "handle"  # a shown name that the posts only know by its handle
    return "first_name" if adjoined is not None and _surname(adjoined.group(), ground) else None


def _opener(match: re.Match[str], adjoined: re.Match[str] | None, claim: Claim, ground: Ground) -> Doubt:
    """A word that opens a sentence is no name if the dictionary knows it, unless another name follows."""
    if _lower_word(match.group(), claim, match.start()):
        return "opener"
    ordinary = stem(match.group().casefold()) in dictionary().numbers
    if adjoined is not None:
        known = _alone_doubt(adjoined.group(), adjoined.start(), claim, ground) == _KNOWN
        return _KNOWN if known and ordinary else "opener" if known else None
    return _KNOWN if ordinary else None


def _other_script(row: Sequence[str], ground: Ground) -> str | None:
    """How Chinese posts may hold a name that is spelt or translated, None if they can't."""
    if not ground.chinese or ground.english:
        return None
    told = simplified("\n".join((*ground.texts, *ground.speakers)))
    if may_be_spelt(row, told) or any(spells([word], told) for word in row):
        return "romanised"
    # What is one word is as a rule transcribed, and would have been heard.
    parts = [part.casefold() for word in row for part in _JOINT.split(word) if part]
    ordinary = any(len(part) > _SYLLABLE and stem(part) in dictionary().numbers for part in parts)
    return "translated" if ordinary and len(parts) > 1 and _FIRM.search(told) else None


def _row(place: int, names: Sequence[re.Match[str]]) -> list[str]:
    """The words of the name that the word at ``place`` is part of."""
    first = last = place
    while first > 0 and _adjoin(names[first - 1], names[first]):
        first -= 1
    while last + 1 < len(names) and _adjoin(names[last], names[last + 1]):
        last += 1
    return [_ENDING.sub("", names[at].group()) for at in range(first, last + 1)]


def _surname(name: str, ground: Ground) -> bool:
    """Whether posts hold ``name`` alone, with no first name before it: "Haddad's film"."""
    bare = re.escape(_ENDING.sub("", name))
    found = re.findall(rf"(?:\b([A-ZÀ-Þ][a-zß-ɏ]+)\s)?\b{bare}\b", ground.text)
    return bool(found) and not any(found)


def _heard_alias(name: str, ground: Ground) -> bool:
    """Whether the posts hold a name of the alias table in another way: 沪 for Shanghai."""
    if not name.isascii():
        return known_proper(name, ground)
    told = "\n".join(ground.texts)
    return ground.chinese and all(means(part, told) for part in name.split())


def _alias_doubt(name: str, text: str, ground: Ground, aliases: Aliases) -> Doubt:
    """Why a name of the alias table may stand in a sentence though the posts have no name of its group."""
    if (
        name.casefold() in plain_words()
        or squash(name) in plain_words()
        or (not name.isascii() and name in _name_like())
    ):
        return "plain_word"
    kind = kinds_of_names().get(squash(name))
    if kind == "place":
        # Where something happens is often not said; but a place instead of another one is a fault.
        others = _places(ground.text, aliases)
        return None if any(not any(form in squash(text) for form in group) for group in others) else "place"
    return kind or ("part" if _named_in_part(name, ground, aliases) else None)


@lru_cache(maxsize=256)
def _places(text: str, aliases: Aliases) -> tuple[tuple[str, ...], ...]:
    """The names of each place that ``text`` holds."""
    kinds = kinds_of_names()
    found = dict.fromkeys(match.group() for match in aliases.pattern.finditer(text))
    return tuple(aliases.same(name) for name in found if kinds.get(squash(name)) == "place")


def _named_in_part(name: str, ground: Ground, aliases: Aliases) -> bool:
    """Whether English posts hold a telling word of a longer English name of ``name``: "Commerce Dept"."""
    if not ground.english:
        return False
    words = {
        word
        for group in aliases.groups
        if name in group
        for form in group
        if form.isascii() and " " in form
        for word in form.split()
        if len(word) > _SYLLABLE and word[0].isupper() and word.casefold() not in _general()
    }
    return any(re.search(rf"\b{re.escape(word)}\b", ground.text) for word in sorted(words))


@cache
def _general() -> frozenset[str]:
    """Words of many names."""
    text = (files(__package__) / "data" / "name_parts.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _lower_word(name: str, claim: Claim, start: int) -> bool:
    """An ordinary word that happens to be a name's first letter up: "Science" or "Figure" at the start."""
    return name.casefold() in _name_like() and (start == 0 or name == "X")


def known_name(name: str, ground: Ground, aliases: Aliases) -> bool:
    """Whether the posts hold ``name`` or an alias of it, however spaced or hyphenated."""
    forms = [simplified(form) for form in aliases.same(name) if form]
    return any(_in_posts(form, ground) for form in forms) or any(_clipped(form, ground) for form in forms)


def _clipped(form: str, ground: Ground) -> bool:
    """Whether Chinese posts hold a long Chinese name by its first two characters: 长鑫 of 长鑫存储."""
    short = form[:2]
    return (
        len(form) >= _CLIPPED
        and not short.isascii()
        and ground.chinese
        and short not in dictionary()
        and short in simplified(ground.squashed)
    )


def _alone_doubt(written: str, start: int, claim: Claim, ground: Ground) -> Doubt:  # noqa: PLR0911
    """What the form of a Latin word says of it."""
    name = _ENDING.sub("", written)
    key = squash(name)
    if (
        _SHORTENED.fullmatch(written)
        or not key
        or _NUMERIC.fullmatch(name)
        or key in plain_words()
        or _in_posts(key, ground)
    ):
        return _KNOWN
    if written[0] in "@$#" or "_" in written:
        return None
    inner = any(char.isupper() for char in name[1:]) or any(char.isdigit() for char in name)
    if claim.chinese:
        if inner or name[0].isupper():
            return (
                "acronym"
                if len(name) == 1 or (name.isupper() and name.isalpha() and len(name) <= 3)
                else None
            )
        return "lower" if len(name) > 2 else _KNOWN
    if inner:
        parts = [part for part in re.split(r"[-&.']", name) if part]
        if len(parts) > 1 and all(
            _in_posts(squash(part), ground) or part.islower() or squash(part) in plain_words()
            for part in parts
        ):
            return _KNOWN
        return None
    return None if name[0].isupper() else _KNOWN


def _in_posts(key: str, ground: Ground) -> bool:
    if len(key) <= 3 and key.isascii():
        # Short Latin names must be words of their own: "US" is not in "just".
        own = rf"(?<![a-z0-9]){re.escape(key)}s?(?![a-z])"
        return key in ground.spaced and re.search(own, ground.spaced) is not None
    told = simplified(ground.squashed)
    return key in told or (key.endswith("s") and key[:-1] in told)


def _opens(text: str, start: int) -> bool:
    """Whether a word begins a sentence or a quotation, where a capital says nothing."""
    before = text[:start].rstrip()
    return not before or before[-1] in ".!?:\"'(-|*"
