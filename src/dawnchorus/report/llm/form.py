"""Whether a sentence of a model has the form of one: before its content is checked at all."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from dawnchorus.model import Lang

LONGEST = 320  # characters of a sentence
LONGEST_TITLE = 160

_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|org|net|io|ai|cn|co|app|dev|xyz|me)\b/", re.IGNORECASE)
_MARKUP = re.compile(r"\]\(|`|^\s*(?:#{1,6}\s|[-*+>|]\s)|\*\*|__|~~|<[a-zA-Z/!]|\{[{%]|\[\^?\d+\]|[*_]{2}")
_HANDLE = re.compile(r"(?<![\w.])@([A-Za-z0-9_][\w.-]*)")
_PERSON = re.compile(
    r"(?<![A-Za-z'’])(?:I|we|our|ours|my|mine|us|me|you|your|yours)(?:['’](?:m|re|ve|ll|d))?(?![A-Za-z])"
    r"|我(?!国)|[你您]|咱|本人|笔者|小编",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|「[^」]*」|『[^』]*』|《[^》]*》")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]")
_LETTER = re.compile(r"[A-Za-z]")


def tidy(text: str) -> str:
    """``text`` as one line, NFC, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def fault_of(text: str, *, lang: Lang, handles: Iterable[str], longest: int = LONGEST) -> str:
    """What is wrong with the form of ``text``, in words a model can act on; "" if nothing is.

    Args:
        text: Tidy.
        lang: That it should be in.
        handles: Accounts that may be named with "@".
        longest: Characters it may have.
    """
    if not 0 < len(text) <= longest:
        return f"it is longer than {longest} characters" if text else "it is empty"
    if any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cn", "Cs") for letter in text):
        return "it holds characters that cannot be seen"
    if _LINK.search(text):
        return "it holds a link"
    if _MARKUP.search(text):
        return "it holds markup or a citation mark"
    if found := _PERSON.search(_QUOTED.sub(" ", text)):
        return f"{found.group()}: it speaks in the first or second person"
    known = {handle.lower() for handle in handles}
    if strange := [one for one in _HANDLE.findall(text) if one.rstrip(".").lower() not in known]:
        return f"@{strange[0][:40]} is no account of its posts"
    return "" if _is_in(text, lang) else f"it is not in {'Chinese' if lang == 'zh' else 'English'}"


def _is_in(text: str, lang: Lang) -> bool:
    han, kana, latin = len(_HAN.findall(text)), len(_KANA.findall(text)), len(_LETTER.findall(text))
    if lang == "zh":
        return han > 0 and kana <= han // 4 and 4 * han >= latin / 3
    return latin > 0 and 3 * han + 3 * kana <= latin
