"""Rule: what no cited post speaks of is a doubt, by words and by the share of them.

Compares the content words of the sentence with those of the posts, through a dictionary where languages
differ (content.py). Catches citations of another post, embellishment, praise and much that other rules
have no words for. Paraphrase lowers the share too, so it is a reason to look again, never a verdict: a
missing noun says more than a missing verb, a rare word more than a common one, and in another language than
the posts' only rare ones say anything.
"""

from __future__ import annotations

from dawnchorus.report.check.content import Coverage, Word, is_rare, least_score
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground

_FEWEST = 2
_SHOWN = 4
_MISSING = 0.3  # covered less than this, a word is missing: what is merely near says nothing either way
_MOST = 3  # of one signal, so that no long sentence escalates by its length alone
_KINDS = {"n": "noun", "v": "verb", "a": "quality"}
# How far under the score that a tenth of the supported sentences stay below.
_DEPTHS = ((0.5, "content.hardly"), (0.8, "content.little"), (1.0, "content.partly"))


def check_content(claim: Claim, ground: Ground, found: Coverage) -> list[Finding]:
    """An objection if too few of the content words stand in the posts, and doubts at single ones."""
    objections = []
    least = least_score(claim, ground)
    # One word in other words is no reason to look.
    if len(found.uncovered) >= _FEWEST and found.score < least:
        words = ", ".join(found.uncovered[:_SHOWN])
        detail = f"the cited posts speak of {found.score:.0%} of its content; not of: {words}"
        signal = next(name for depth, name in _DEPTHS if found.score < depth * least)
        objections.append(_finding("", detail, signal))
    if found.words and all(word.cover < _MISSING for word in found.words):
        # Names and numbers alone say nothing of what is told of them.
        detail = f"the cited posts speak of none of its content: {', '.join(found.uncovered[:_SHOWN])}"
        objections.append(_finding("", detail, "content.none"))
    often: dict[str, int] = {}
    for word in found.words:
        for signal in _signals(word, same=ground.speaks(chinese=claim.chinese)):
            often[signal] = often.get(signal, 0) + 1
            if often[signal] <= _MOST:
                objections.append(_finding(word.text, f"{word.text}: no cited post speaks of it", signal))
    return objections


def _signals(word: Word, *, same: bool) -> list[str]:
    """What the word says, missing, in the language of the posts or in the other."""
    if word.cover >= _MISSING or len(word.text) == 1:
        return []
    rare = [f"content.rare.{'same' if same else 'other'}"] if is_rare(word.text) else []
    return [f"content.{_KINDS.get(word.term.kind, 'word')}", *rare] if same else rare


def _finding(words: str, detail: str, signal: str) -> Finding:
    return Finding(rule="content", words=words, detail=detail, level="escalated", signal=signal)
