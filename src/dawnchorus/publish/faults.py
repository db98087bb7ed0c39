"""Why a source was not read, in the report's language: reasons are told in English where they arise."""

from __future__ import annotations

import re
from typing import Final

from dawnchorus.model import Lang
from dawnchorus.wording import templates

_KINDS: Final = {
    "no-key": r"is not set\b|\bonly one of \S+ and \S+ is set\b|\bno token for\b",
    "refused": r"\baccess denied \(|(?<!Connection )\brefuse[sd]\b|\bmay not read this\b",
    "not-found": r"\bnot there \(",
    "rate-limited": r"\basks to be left alone\b",
    "budget": r"\bmax_posts_per_run are read\b|\bis spent or set aside\b",
    "no-host": r"\bno such host\b",
    "no-feed": r"\bnames no feed\b",
    "no-answer": r"\bno (?:whole answer in time|connection)\b|\bbroke off\b|\banswered (?:408|5\d\d)\b",
    "bad-answer": r"\binstead of (?:JSON|a feed)\b|\bcut off\b|\bdamaged\b|\brepeats itself\b"
    r"|\bits form may have changed\b|\bnot an answer of\b|\banswered with something\b",
    "unfinished": r"\bin the time it has\b|\bstopped (?:before its end|while it waited)",
}
"""What our own reasons say, by kind; reasons of other people's plug-ins may be of none."""


def kinds_of(reason: str) -> tuple[str, ...]:
    """Kinds of the faults that ``reason`` tells of, in its order."""
    found = {kind: match.start() for kind, words in _KINDS.items() if (match := re.search(words, reason))}
    return tuple(sorted(found, key=lambda kind: found[kind]))


def reason_in(lang: Lang, reason: str) -> str:
    """``reason`` (English, plain) for readers of ``lang``: what it comes to, then the words as given."""
    if lang == "en" or not reason:
        return reason
    say = templates("dawnchorus.publish", f"faults.{lang}.ftl", lang)
    told = say("comma").join(say(f"fault-{kind}") for kind in kinds_of(reason) or ("other",))
    return say("fault", told=told, reason=reason)
