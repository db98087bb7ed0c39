"""Whether Chinese characters may spell a Latin name by its sound: 索恩 and Thorne, 沃尔巴克 and Wolbachia.

Consonants alone are compared, in few classes, since vowels and voicing are where transliterations differ.
Can't tell: names put in Chinese by meaning or by an old custom (the alias table has those).
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping
from functools import lru_cache
from unicodedata import normalize

from dawnchorus.report.check.number import Span

# Characters that Xinhua's tables of transliteration use for European names.
_CHARACTERS = frozenset(
    "阿埃艾安昂奥巴芭班邦保贝本比彼宾波伯博布茨查达戴丹当德登迪蒂丁东杜多顿恩尔法凡方范菲费芬丰弗佛福富盖甘冈高戈格葛根古瓜哈海汉豪赫黑亨洪"
    "胡华怀惠霍基吉加贾嘉杰金卡凯坎康考柯科可克肯孔库夸奎昆拉莱来赖兰朗劳勒雷蕾黎李里理利莉丽连列林琳隆卢鲁路伦罗洛吕马玛迈麦曼芒毛梅美门蒙米密明莫默姆木穆"
    "纳娜奈南内尼宁纽农努诺欧帕派潘庞佩彭皮平珀普奇齐恰强乔切钦琴琼让热日荣茹瑞若萨塞赛桑瑟森莎沙山尚绍舍申什圣施史舒斯司丝苏索塔泰坦汤唐陶特滕提田廷通图托"
    "瓦万旺威韦维卫温文翁沃乌伍武西希锡夏香肖谢辛欣休雪雅亚延扬杨耶叶伊宜因英尤于约宰赞泽曾扎詹珍芝朱祖佐肖登哥敦堡耳"
)
_RUN = re.compile(f"[{''.join(sorted(_CHARACTERS))}]{{2,}}")
_LATIN_WORD = re.compile(r"[A-ZÀ-Þ][a-zß-ÿA-ZÀ-Þ]{2,}")
_LONGEST = 7  # characters
_SHORTEST = 2  # sounds

# What a consonant sounds like; the letters are names of classes only.
_LATIN = (
    (re.compile(r"r(?=[^aeiouy]|$)|h(?![aeiouy])|gh|[aeiouy]"), ""),
    (re.compile(r"x"), "ks"),
    (re.compile(r"c(?=[eiy])|sc?h|t?ch|[jzq]"), "s"),
    (re.compile(r"ph|[vw]"), "f"),
    (re.compile(r"th|d"), "t"),
    (re.compile(r"[gc]|ck"), "k"),
    (re.compile(r"b"), "p"),
    (re.compile(r"r"), "l"),
)
_INITIALS = {
    **{"b": "p", "p": "p", "d": "t", "t": "t", "g": "k", "k": "k", "h": "h", "m": "m", "n": "n"},
    **{"l": "l", "r": "l", "f": "f", "w": "f", "j": "s", "q": "s", "x": "s", "z": "s", "c": "s", "s": "s"},
}


def spelled_names(
    text: str, names: frozenset[str], sounds: Mapping[str, str], words: Container[str] = ()
) -> list[Span]:
    """Where a Simplified ``text`` spells one of ``names``, the longest first.

    Args:
        text: The sentence.
        names: Of :func:`skeletons`.
        sounds: Syllable of each character, without tone.
        words: Ordinary words: one of two characters is no name, whatever it sounds like.
    """
    found: list[Span] = []
    if not names:
        return found
    for run in _RUN.finditer(text):
        start = run.start()
        while start < run.end() - 1:
            for end in range(min(run.end(), start + _LONGEST), start + 1, -1):
                part = text[start:end]
                if _spoken(part, sounds) in names and not (len(part) == 2 and part in words):
                    found.append((start, end))
                    start = end - 1
                    break
            start += 1
    return found


def skeletons(texts: Iterable[str]) -> frozenset[str]:
    """Consonants of the words with capitals in ``texts``, in the few ways that Chinese may hear them."""
    found: set[str] = set()
    for text in texts:
        for word in _LATIN_WORD.findall(text):
            found.update(_written(word.lower()))
    return frozenset(one for one in found if len(one) >= _SHORTEST)


@lru_cache(maxsize=4096)
def _written(word: str) -> frozenset[str]:
    word = "".join(one for one in normalize("NFKD", word) if one.isascii())
    ways = {word, word.replace("th", "s"), word.replace("ch", "k"), re.sub("g(?=[eiy])", "j", word)}
    ways |= {re.sub(r"l(?=[^aeiouy]|$)", "", way) for way in ways}
    return frozenset(_bare(way) for way in ways)


def _bare(word: str) -> str:
    for pattern, instead in _LATIN:
        word = pattern.sub(instead, word)
    return re.sub(r"(.)\1", r"\1", word)


def _spoken(han: str, sounds: Mapping[str, str]) -> str:
    found = ""
    for character in han:
        syllable = sounds.get(character, "")
        if syllable == "er":
            found += "l"
            continue
        found += _INITIALS.get(syllable[:1], "")
        if syllable.endswith(("n", "ng")):
            found += "n"
    return re.sub(r"(.)\1", r"\1", found)
