"""Rule: who is told as many is many.

"Experts", 纷纷, "several engineers", "farmers say" need as many cited authors, or a post that speaks of
many. Can't tell whether the authors agree with each other, nor whether the many of a post are the same.
"""

from __future__ import annotations

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterpart, entry
from dawnchorus.report.check.speaking import bare_plural, groups, tells_of_many

FEWEST_VOICES = 3


def check_voices(claim: Claim, ground: Ground, *, papers: bool = True) -> list[Finding]:
    """An objection if many speak in the sentence and few are cited.

    Without ``papers``, "several posts speak of it" is no objection: a computed sentence counts them.
    """
    cited = len(ground.authors)
    if cited >= FEWEST_VOICES:
        return []
    text = dictionary().simplified(claim.open_text)
    vague = [
        group
        for group in groups(text)
        if not group.counted and group.speaks and group.fewest > cited and (papers or group.kind != "papers")
    ]
    word, plural = counterpart("voices", "many").said.first(text), bare_plural(text, ground)
    needed = FEWEST_VOICES
    if not (word or plural) and vague:
        word, needed = vague[0].text, vague[0].fewest
    if not (word or plural) or tells_of_many(ground, fewest=min(needed, FEWEST_VOICES)):
        return []
    # "Researchers report" may be what a post says of its own: "we report".
    ours = not word and entry("voices", "ourselves").first(ground.text) is not None
    said = word or plural or ""
    return [
        Finding(
            rule="voices",
            words=said,
            detail=f"{said}: only {cited} author{'s' * (cited != 1)} cited, {needed} needed",
            level="escalated" if ours else "rejected",
            signal="voices.ourselves" if ours else "voices",
        )
    ]
