"""How sources fared, in words fit to be printed."""

from __future__ import annotations

import re

from dawnchorus.report.check.frame import fault_of_line

LONGEST_REASON = 300

_CONTROL = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]+"
)
_ADDRESS = re.compile(r"https?://|(?<![\w.])www\.", re.IGNORECASE)
_MARKUP = re.compile(r"[<>{}`|\\]+|\*{2,}|_{2,}|(?<=\])\(|!(?=\[)")


def printable(reason: str) -> str:
    """``reason`` on one plain line: servers say in it what they like, and it must not sink a report.

    Addresses lose what makes them links. What reads as advice to buy or sell is not printed at all.
    """
    line = _MARKUP.sub(" ", _ADDRESS.sub("", _CONTROL.sub(" ", reason)))
    line = " ".join(line.split()).lstrip("#>*+- ")
    if len(line) > LONGEST_REASON:
        line = line[: LONGEST_REASON - 1].rstrip() + "…"
    if reason and fault_of_line(line, longest=LONGEST_REASON):
        return "the reason cannot be printed; see dawnchorus sources"
    return line
