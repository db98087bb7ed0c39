"""How far a Chinese foreign name is from a Latin one: 扎克伯格 from Zuckerberg, 奥特曼 from Altman.

Consonants of both are aligned at the least cost. Chinese gives each of a cluster a syllable of its own, or
leaves it out; which ones it leaves out (r at the end of a syllable, h, a last t) costs little. Vowels only
count where there is no consonant. Can't tell names apart that sound alike, nor names that are translated.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from functools import cache, lru_cache

Token = str  # a consonant's class, one letter; lower case where it is often left out

_LATIN = tuple(
    (re.compile(pattern), token)
    for pattern, token in (
        ("tsch|sch|tch|sh|zh|cz|sz|tz|ts(?=[aeiouky])|zz", "C"),
        ("ch", "Q"),  # 丘吉尔, 马尔凯蒂 (Marchetti), 巴赫
        ("ph", "F"),
        ("th", "D"),  # 史密斯 and 希瑟, 托马斯
        ("ck|cq", "K"),
        ("dg(?=[eiy])|dj", "J"),
        ("wh", "W"),
        ("wr", "R"),
        ("kn|gn|ng(?![aeiouy])", "N"),
        ("gh(?=[aeiou])", "K"),
        ("gh", "h"),
        ("qu", "KW"),
        ("x(?=[aeiouy])", "X"),
        ("x", "KS"),
        ("c(?=[eiyæ])", "S"),
        ("g(?=[eiy])", "G"),
        (r"e?s\b|s\b", "s"),
        ("[td]+\\b", "t"),
        ("j(?=[iy])", "y"),
        ("b+|p+", "P"),
        ("[td]+", "T"),
        ("[kcqg]+", "K"),
        ("f+", "F"),
        ("v", "V"),
        ("w", "W"),
        ("m+", "M"),
        ("n+", "N"),
        ("l+", "L"),
        ("r+(?=[aeiouyäöüø])", "R"),
        ("r+", "r"),
        ("s+|z+", "S"),
        ("j", "J"),
        ("h+(?=[aeiouyäöü])", "H"),
        ("h", "h"),
        ("y(?=[aeiou])", "y"),
    )
)
_CHINESE = (
    *(("zh", "J"), ("ch", "C"), ("sh", "S")),
    *zip("bpdtgkfwmnlrszcjqxhy", "PPTTKKFwMNLLSSCGGXHy", strict=True),
)

# What one costs where the other stands; in both directions.
_ALIKE = {
    "".join(sorted(pair)): cost
    for pairs, cost in (
        ("RL rL Lr tT sS VF Vw Ww WH Gy Jy GJ CS CG CJ SX XC Jx QC QK QX QG QJ QS", 0.0),
        ("JG JS GS XH sX sC DT Dt sJ WV FV SG MN Mn XK XG", 0.1),
        ("HJ GK DS Hw tS PG TG hH HX hX KX JX QH", 0.2),
        ("HK GX HF CT TC hK JC", 0.4),
        ("PF PV PW Pw TS NL LN VP tC", 0.6),
    )
    for pair in pairs.split()
}
# What leaving one out costs.
_LATIN_GONE = {**dict.fromkeys("rhy", 0.1), "t": 0.4, "s": 0.4, "H": 0.4, "W": 0.4, "L": 0.5, "R": 0.6}
_CHINESE_GONE = {"y": 0.15, "w": 0.2, "n": 0.5, "L": 0.5, "S": 0.6, "K": 0.6, "T": 0.6, "H": 0.5}
_GONE = 0.7

# Shares of the longer one's consonants; so that few of other names of a post fit by chance.
_SHORT, _MOST_SHORT, _MOST_STRICT, _MOST = 2, 0.1, 0.1, 0.17

_NASAL_FIRST = re.compile("[NnMm](?![aeiouyAEIOUY])")  # Nwosu is 恩沃苏 and Mbappé 姆巴佩
_OPEN = ("a", "e", "o")  # syllables without a consonant before


def alike(word: str, syllables: Sequence[str], *, strict: bool = False) -> bool:
    """Whether the Latin ``word`` may be what ``syllables`` (pinyin, no tones) transcribe.

    ``strict`` is for stretches that nobody said are a name: three consonants, next to no difference.
    """
    latin, chinese = latin_tokens(word), syllable_tokens(tuple(syllables))
    longest = max(len(latin), len(chinese))
    if min(len(latin), len(chinese)) < 1 or longest > 2 * min(len(latin), len(chinese)) + 1:
        return False
    if (
        not _NASAL_FIRST.match(word)
        and _vowel_first(word) != syllables[0].startswith(_OPEN)
        and not syllables[0].startswith(("y", "w"))
    ):
        return False
    if longest <= _SHORT and not _same_vowel(word, syllables[0]):
        return False
    if strict and min(len(latin), len(chinese)) <= _SHORT:
        return False
    most = _MOST_STRICT if strict else _MOST_SHORT if longest <= _SHORT else _MOST
    return _cost(latin, chinese) <= most * longest


@lru_cache(maxsize=8192)
def latin_tokens(word: str) -> str:
    """Classes of the consonants of a Latin word, in order."""
    plain = unicodedata.normalize("NFKD", word.replace("ø", "o").replace("ł", "l"))
    rest = "".join(char for char in plain if not unicodedata.combining(char)).casefold()
    rest = re.sub(r"(?:'s|')$|[^a-z]", "", rest)
    found, at = "", 0
    while at < len(rest):
        for pattern, token in _LATIN:
            if match := pattern.match(rest, at):
                found += token
                at = match.end()
                break
        else:
            at += 1
    return found


@lru_cache(maxsize=8192)
def syllable_tokens(syllables: tuple[str, ...]) -> str:
    """Classes of the consonants of Chinese syllables; "n" a nasal that ends one."""
    found = ""
    for syllable in syllables:
        if syllable == "er":
            found += "L"
            continue
        found += next((kind for letters, kind in _CHINESE if syllable.startswith(letters)), "")
        if syllable.endswith(("n", "ng")):
            found += "n"
    return found


@lru_cache(maxsize=8192)
def _cost(latin: str, chinese: str) -> float:
    row = [0.0]
    for token in chinese:
        row.append(row[-1] + _CHINESE_GONE.get(token, _GONE))
    for one in latin:
        above, row = row, [row[0] + _LATIN_GONE.get(one, _GONE)]
        for at, other in enumerate(chinese):
            swap = above[at] + _swap(one, other)
            left = row[at] + _CHINESE_GONE.get(other, _GONE)
            # A syllable may begin with the nasal that ended the one before: 安 and 娜 of Anna.
            if other in "Nn" and one == "N" and at and chinese[at - 1] in "nN":
                left = min(left, row[at] + 0.1)
            row.append(min(swap, left, above[at + 1] + _LATIN_GONE.get(one, _GONE)))
    return row[-1]


@cache
def _swap(one: str, other: str) -> float:
    if one == other or one.upper() == other.upper() == "N":
        return 0.0
    return _ALIKE.get("".join(sorted((one, other))), 1.0)


def _vowel_first(word: str) -> bool:
    return unicodedata.normalize("NFKD", word)[:1].casefold() in {*"aeiou"}


def _same_vowel(word: str, syllable: str) -> bool:
    """Whether the first vowels are not plainly different: of two consonants alone there are too many."""
    kinds = ({*"ae"}, {*"eiy"}, {*"ou"}, {*"ao"}, {*"uiw"})
    first = next((char for char in word.casefold() if char in "aeiouy"), "")
    second = next((char for char in syllable if char in "aeiouv"), "")
    return not first or not second or first == second or any({first, second} <= kind for kind in kinds)
