"""Rule: what the posts deny is not told as so, nor the other way round.

Compares each clause with what it speaks of in the posts. There are many ways to deny (yet to, 仍在等,
turned down), so a plain "not" on one side with nothing of the kind on the other escalates, no more. It
can't tell what of a long sentence is denied, nor opposites without a negation.
"""

from __future__ import annotations

from collections.abc import Sequence

from dawnchorus.report.check.aligned import Pair
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Ground
from dawnchorus.report.check.lexicon import entry


def check_polarity(pairs: Sequence[Pair], ground: Ground) -> list[Finding]:
    """A negation in a clause and none in what it speaks of, or the other way round."""
    plain, any_kind = entry("polarity", "negation"), entry("polarity", "denial")
    for pair in pairs:
        if not pair.part.close:
            continue
        said = plain.first(pair.clause)
        if said and not plain.first(ground.text) and not any_kind.first(pair.sentence.text):
            return [_finding(said, f"{said}: the cited posts hold no negation of it")]
        if (known := plain.first(pair.part.text)) and not any_kind.first(pair.clause):
            return [_finding("", f"the cited posts deny it ({known}), the sentence does not")]
    return []


def _finding(words: str, detail: str) -> Finding:
    return Finding(rule="polarity", words=words, detail=detail, level="escalated")
