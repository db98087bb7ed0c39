"""Names and numbers of a post, in a form that is the same in every language.

"16亿", "1.6B" and "1.6 billion" are one number; so are "￥3万" and "30,000".
"""

from __future__ import annotations

import re
from decimal import Decimal

import rjieba

from dawnchorus.stories.stopwords import COMMON_WORDS, STOP_WORDS

_SCALES = {
    "thousand": 3, "k": 3, "千": 3, "万": 4, "萬": 4, "million": 6, "m": 6, "mn": 6, "百万": 6, "千万": 7,
    "亿": 8, "億": 8, "billion": 9, "b": 9, "bn": 9, "十亿": 9, "百亿": 10, "千亿": 11, "trillion": 12,
    "tn": 12, "t": 12, "万亿": 12, "萬億": 12, "兆": 12,
}  # fmt: skip
# Single letters count as scales only in direct contact: "1.6B", not "1.6 b". "B" of a model's size
# ("7B") is then a number with the same scale on both sides, which is all that matching needs.
NUMBER = (
    r"(?i)\d{1,2}:\d\d:\d\d|\d[\d,]*(?:兆|亿|億)\d[\d,]*(?:亿|億|万|萬)"
    r"|[$€£¥￥]?\d[\d,]*(?:\.\d+)?"
    r"(?:(?:bn|mn|tn|[kmbt])(?-u:\b)|\s?(?:thousand|million|billion|trillion)s?(?-u:\b)"
    r"|\s?(?:万亿|萬億|千亿|百亿|十亿|千万|百万|亿|億|万|萬|兆|千)|\s?[%％]|(?-u:\b))"
)
"""Numbers with their scale, for Rust's regular expressions: 4300 of "4300吨" ends at a CJK letter."""

_NUMBER = re.compile(NUMBER.replace("(?-u:", "(?a:"))
_LAPSE = re.compile(r"\d+:\d\d:\d\d")
_TWO_SCALES = re.compile(r"(.+[兆亿億])(.+)")
_PARTS = re.compile(r"(?i)^[$€£¥￥]?(?P<digits>\d[\d,]*(?:\.\d+)?)\s?(?P<scale>[^\d\s]*)$")
_INNER = r"(?:[\w’'-]|\.(?=\w))*"
_PHRASE = re.compile(
    rf"(?<![\w@#$/.])[A-Z]{_INNER}(?:[A-Z0-9]|\w){_INNER}"
    rf"(?: (?:[A-Z]{_INNER}|\d+(?:\.\d+)*[A-Za-z]*)(?=[\s,.;:!?）)】」，。；：！？、]|$)){{0,3}}"
)
_TITLE = re.compile(r"[《「『“]([^》」』”]{2,20})[》」』”]")
_NAME_TAGS = ("nr", "ns", "nt", "nz")  # people, places, organisations, other names
_DOTS = "·•・"  # between the parts of a foreign name
# A single character behind a name belongs to it unless a person's name begins there: "上海|陈|启明".
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔"
    "钟谭陆汪范金石廖贾夏韦付方邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵钱严覃武戴莫孔向汤"
)
_ENDS = ".!?。！？\n:："
_CUT = re.compile(r"(?:\.\.\.|…)")  # directly behind a word that was cut off
_OWNED = re.compile(r"['’]s (?=[A-Z0-9])")
_IN_SHORT = re.compile(r"\bTL;?DR\b:?")
_ABBREVIATIONS = frozenset({"tldr", "fyi", "btw", "imho", "psa", "aka", "rt", "ok"})
HERALD = re.compile(
    r"announc(?:ing|ed)|introduc(?:ing|ed)|exciting|excited|breaking|notice|scoop|launch(?:ing|ed)?"
    r"|releas(?:ed|ing)|now|today|finally|update[ds]?|presenting|meet|thanks|congrats|congratulations|reminder",
    re.IGNORECASE,
)
"""A word that heralds news, often with a capital."""
_PLAIN_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)*")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LATIN = re.compile(r"[A-Za-z][\w.+-]*\w|[A-Za-z]")

_TITLE_LENGTH = 160
_MONTH = r"(?:jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_INSTALMENTS = (
    re.compile(r"\b(?:issue|episode|ep|vol|volume|edition)\.?\s*#?(\d+)\b", re.IGNORECASE),
    re.compile(r"第([0-9一二三四五六七八九十百]+)[期集回话話]"),
    re.compile(rf"\b{_MONTH}\s*\d{{1,2}}\s*(?:[-–—~]|to)\s*(?:{_MONTH}\s*)?\d{{1,2}}\b(?!:)", re.IGNORECASE),
    re.compile(r"\d{1,2}月\d{1,2}日?\s*[-–—~〜至到]\s*(?:\d{1,2}月)?\d{1,2}日"),
)
INSTALMENT = "№ "
"""How the mark of an instalment begins among the numbers of a story."""


def instalment(text: str) -> str | None:
    """Which one of a series ``text`` is, as it says itself near its beginning: "№ 12" of "Issue 12", or the
    days that it sums up. None for all other texts: "day 2" of a strike is no other event than day 1."""
    for pattern in _INSTALMENTS:
        if match := pattern.search(text[:_TITLE_LENGTH]):
            return INSTALMENT + re.sub(r"\s+", "", match.group(match.lastindex or 0)).lower()
    return None


def canonical_number(words: str) -> str | None:
    """``words`` (one match of :data:`NUMBER`) as plain digits, with "%" kept; None for a bare small one.

    Bare numbers below 1,000 are no mark of a story: "3", "100", a year's day.
    """
    if _LAPSE.fullmatch(words):
        return words
    if two := _TWO_SCALES.fullmatch(words):  # 2億3500万
        return _plain(sum((_value(part) for part in two.groups()), Decimal(0)))
    match = _PARTS.match(words.strip())
    if match is None:
        return None
    scale, value = match["scale"].lower(), _value(words)
    if scale in ("%", "％"):
        return _plain(value) + "%"
    small = value < 1000 and "." not in match["digits"] and words[0] not in "$€£¥￥"
    return None if small and not scale else _plain(value)


def _value(words: str) -> Decimal:
    match = _PARTS.match(words.strip())
    if match is None:
        return Decimal(0)
    scale = match["scale"].lower()
    scale = scale.removesuffix("s") if len(scale) > 2 else scale
    return Decimal(match["digits"].replace(",", "")).scaleb(_SCALES.get(scale, 0))


def _plain(value: Decimal) -> str:
    return f"{value.normalize():f}"


def written_numbers(text: str) -> list[tuple[str, str]]:
    """Canonical and written form of the numbers of ``text``, distinct, in order."""
    found: dict[str, str] = {}
    for match in _NUMBER.finditer(text):
        number = canonical_number(match.group())
        if number is not None:
            found.setdefault(number, match.group().strip())
    return list(found.items())


def is_title_case(text: str) -> bool:
    """Whether most longer words are capitals, as in headlines, where a capital marks no name."""
    words = [word for word in _LATIN.findall(text) if len(word) > 3]
    return len(words) > 3 and sum(word[0].isupper() for word in words) > 0.6 * len(words)


def capital_words(text: str) -> set[str]:
    """Words that begin with or hold a capital, in lower case, and plain numbers ("3" of "Gemini 3")."""
    words = {word.lower() for word in _LATIN.findall(text) if word != word.lower()}
    return words | set(_PLAIN_NUMBER.findall(text))


def names(text: str) -> list[str]:
    """Names in ``text``, distinct, as written: runs of capitalised words ("Nano Banana Pro"), and in
    Chinese what the segmenter's model takes for a name or what stands in title marks.

    In a headline in title case only words that are capital inside ("OpenAI",
    "GPT-5.1") count, since there every word has a capital.
    """
    found: list[str] = []
    text = _IN_SHORT.sub("", text)
    phrases = list(_PHRASE.finditer(text))
    titled = bool(phrases) and is_title_case(text)
    for match in phrases:
        phrase = match.group().strip(" .'’-")
        before, behind = text[: match.start()].rstrip(" “\"'‘"), text[match.end() :]
        begins = not before or before[-1] in _ENDS or (_is_sign(before[-1]) and behind[1:2].islower())
        parts = phrase.split(" ")
        if _CUT.match(behind):
            parts.pop()  # a word that was cut off
        if titled:
            found.extend(part for part in parts if _stands_out(part))
            continue
        parts = _without_shouting(parts)
        if begins and len(parts) == 1 and not _stands_out(parts[0]):
            continue  # the capital of a sentence's first word
        while begins and parts and _opens(parts[0]):
            parts.pop(0)
        # "Tencent's Hunyuan" are two names.
        found += [name for name in _OWNED.split(" ".join(parts)) if name]
    if _HAN.search(text):
        found += [match for match in _TITLE.findall(text) if _HAN.search(match)]
        found += _han_names(text)
    return list(dict.fromkeys(name for name in found if len(name) > 1))


def _stands_out(word: str) -> bool:
    """Whether a capital or digit inside makes it a name wherever it stands: "OpenAI", "GPT-5"."""
    return any(c.isupper() or c.isdigit() for c in word[1:])


def _opens(word: str) -> bool:
    """Whether it only opens a sentence: "Both Velmora and Oradyne", "Introducing Kestrel"."""
    return not _stands_out(word) and (word.lower() in STOP_WORDS or bool(HERALD.fullmatch(word)))


def _is_sign(character: str) -> bool:
    """A bullet, bracket or emoji, behind which a sentence may begin."""
    return not character.isalnum() and character not in ",;&/+'’"


def _without_shouting(parts: list[str]) -> list[str]:
    """Capitals in a row are no name if an everyday word is among them: "LOOKED AT", "NEW ALERT"."""
    loud = [part.isupper() and part.isalpha() and len(part) > 1 for part in parts]
    words = {part.lower() for part, is_loud in zip(parts, loud, strict=True) if is_loud}
    if words & _ABBREVIATIONS or (len(words) > 1 and words & (STOP_WORDS | COMMON_WORDS)):
        return [part for part, is_loud in zip(parts, loud, strict=True) if not is_loud]
    return parts


def _han_names(text: str) -> list[str]:
    """What the segmenter's model takes for names, whole: it cuts foreign ones, "昂|德尔", "欧|布雷|尔"."""
    found: list[str] = []
    run, joins = "", False  # joins: what comes next belongs to the run
    tokens = rjieba.tag(text)
    for (word, tag), (behind, _) in zip(tokens, [*tokens[1:], ("", "")], strict=True):
        if word in _DOTS and run:
            run, joins = run + word, True
        elif tag.startswith(_NAME_TAGS) or (len(word) == 1 and tag == "n" and run and behind in _DOTS):
            if joins or (run and len(word) == 1 and word not in _SURNAMES):
                run += word
            else:
                found.append(run)
                run = word
            joins = len(word) == 1 or (bool(behind) and behind in _DOTS)
        else:
            found.append(run)
            run, joins = "", False
    return [name.strip(_DOTS) for name in [*found, run]]
