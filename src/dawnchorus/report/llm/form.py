"""Whether a sentence of a model has the form of one: before its content is checked at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from dawnchorus.model import Lang
from dawnchorus.report.llm.prompts import prompt

LONGEST = 320  # characters of a sentence
LONGEST_TITLE = 160
_OF_PROMPT: dict[Lang, int] = {"en": 30, "zh": 12}  # characters in a row that only a prompt has

_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|io|ai|cn|co|app|dev|xyz|me)\b/", re.IGNORECASE)
_MARKUP = re.compile(r"\]\(|`|^\s*(?:#{1,6}\s|[-*+>|]\s)|\*\*|__|~~|<[a-zA-Z/!]|[{}]|\[\^?\d+\]|[*_]{2}")
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9_][\w.-]*)")
_PERSON = re.compile(
    r"(?<![A-Za-z'’-])(?:I|[Ww]e|[Oo]urs?|[Mm]y|[Mm]ine|us|[Mm]e|[Yy]ours?|[Yy]ou)(?:['’](?:m|re|ve|ll|d))?(?![A-Za-z-])"
    r"|我(?!国)|[你您]|咱|本人|笔者|小编"
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|《[^》]*》")
_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_LOST = "\ufffd"  # stands for a character that was cut in two
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LETTER = re.compile(r"[A-Za-z]")
_WORD = re.compile(r"[^\W\d_\u3400-\u9fff]+(?:['’-]\w+)*")
SHORT = 8  # words
_LEAST_WORDS, _LEAST_HAN = 3, 4  # of a sentence; noise of fewer can stand on a post by chance
_NAMING = re.compile(r"[^\W\d_\u3400-\u9fff]{4,}|[A-Z]{2,}")  # "two from one" says nothing
_LEAST_NAMING = 2
_INNER_STOP = re.compile(r"\b(?!(?:approx|Corp|dept|govt|Prof)\b)[A-Za-z]{4,}\. [a-z]")
_HANGING = re.compile(
    r"\b(?:a|an|and|are|because|been|but|from|had|has|if|into|is|its|of|or|than|the|their|was|were|with)\W*$",
    re.IGNORECASE,
)
_LOW = re.compile(r"[a-z]{2,}\b")
_STUTTER = re.compile(
    r"\b(?!(?:had|that|bye|so|very)\b)([a-z]{2,}) \1\b|[,;:，；：、]\s?[,;:，；：、]", re.ASCII
)


_SEAM = re.compile(
    r"(?<=[\u3400-\u4dbf\u4e00-\u9fff])(?=[A-Za-z0-9$@])|(?<=[A-Za-z0-9%℃])(?=[\u3400-\u4dbf\u4e00-\u9fff])"
)
STOPS = ".。!！?？…"


def tidy(text: str, *, lang: Lang, title: bool = False) -> str:
    """``text`` as one line, NFC, single spaces, with one stop at its end; a title has none.

    In Chinese a space stands between Han and Latin letters or digits, as in the sentences that code makes;
    what is quoted stays as it is.
    """
    text = " ".join(unicodedata.normalize("NFC", text).split())
    if lang == "zh":
        ends = [0, *(at for found in _QUOTED.finditer(text) for at in found.span()), len(text)]
        pieces = [text[start:end] for start, end in pairwise(ends)]
        text = "".join(piece if place % 2 else _SEAM.sub(" ", piece) for place, piece in enumerate(pieces))
    if title:
        return text.rstrip(".。") if not text.endswith("...") else text
    return (
        text
        if not text or text.rstrip('”"」』）)')[-1:] in STOPS
        else f"{text}{'。' if lang == 'zh' else '.'}"
    )


def fault_of(text: str, *, lang: Lang, handles: Iterable[str], longest: int = LONGEST) -> str:
    """What is wrong with the form of ``text``, in words a model can act on; "" if nothing is.

    Args:
        text: Tidy.
        lang: That it should be in.
        handles: Accounts that may be named with "@".
        longest: Characters it may have.
    """
    return next(_faults(text, lang=lang, handles=handles, longest=longest), "")


def _is_whole(text: str, lang: Lang) -> bool:
    text = _HANDLE.sub("", text)
    words, han = len(_WORD.findall(text)), len(_HAN.findall(text))
    if lang == "zh":
        return han >= _LEAST_HAN or han + words >= _LEAST_WORDS
    if _INNER_STOP.search(text) or (words <= SHORT and _HANGING.search(text)):
        return False
    return words >= _LEAST_WORDS and len(set(_NAMING.findall(text))) >= _LEAST_NAMING


def is_salad(text: str, posts: str) -> bool:
    """Whether ``text`` is a few Latin words of which no two stand side by side in ``posts``, endings aside.

    Words of posts in any order can have nothing in them that the posts don't have. A longer sentence that is
    made of them meets the checker; of one from posts in another script nothing can be said.
    """
    words = _stems(text)
    if len(words) > SHORT or 2 * len(_LETTER.findall(posts)) < len(posts):
        return False
    return not set(pairwise(words)) & set(pairwise(_stems(posts)))


def _stems(text: str) -> list[str]:
    return [word.casefold()[:6] for word in _WORD.findall(text)]


def _faults(text: str, *, lang: Lang, handles: Iterable[str], longest: int) -> Iterator[str]:
    if not 0 < len(text) <= longest:
        yield f"it is longer than {longest} characters" if text else "it is empty"
    if _LOST in text or any(unicodedata.category(letter) in _UNSEEN for letter in text):
        yield "it holds characters that cannot be seen"
    if _LINK.search(text):
        yield "it holds a link"
    if _MARKUP.search(text):
        yield "it holds markup or a citation mark"
    if found := _PERSON.search(_QUOTED.sub(" ", text)):
        yield f"{found.group()}: it speaks in the first or second person"
    known = {handle.lower() for handle in handles}
    for handle in _HANDLE.findall(text):
        if handle.rstrip(".").lower() not in known:
            yield f"@{handle[:40]} is no account of its posts"
    if _tells_prompt(text):
        yield "it repeats instructions; it must tell what the posts say"
    if not _is_in(text, lang):
        yield f"it is not in {'Chinese' if lang == 'zh' else 'English'}"
    if lang == "en" and _LOW.match(text):
        yield "it begins without a capital letter"
    if (text and not _is_whole(text, lang)) or _STUTTER.search(_QUOTED.sub("", text)):
        yield "it is no whole sentence"


def _tells_prompt(text: str) -> bool:
    return any(
        text[start : start + width] in _instructions(lang)
        for lang, width in _OF_PROMPT.items()
        for start in range(max(0, len(text) - width + 1))
    )


@cache
def _instructions(lang: Lang) -> str:
    return "\n".join(prompt(name, lang) for name in ("story", "repair", "compose", "headline"))


def _is_in(text: str, lang: Lang) -> bool:
    han, kana, latin = len(_HAN.findall(text)), len(_KANA.findall(text)), len(_LETTER.findall(text))
    if lang == "zh":
        return han > 0 and kana <= han // 4 and 4 * han >= latin / 3
    return latin > 0 and 3 * han + 3 * kana <= latin
