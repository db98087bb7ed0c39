"""Rule: what the posts leave open, hope for or plan is not told as done, nor a wish as a plan.

For each clause of the claim it weighs the words, numbers, days and names that only hedged or planned clauses
of the posts hold. A hedge kept in any wording, anywhere in the sentence, is enough; a clause that says
outright that it is done or settled needs one of its own. Can't tell a hedge from a plain statement where the
posts word it without any word of data/modality.toml, nor a hedge moved from one half to the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dawnchorus.report.check.anchored import Anchor, Grid, Place, Said
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim
from dawnchorus.report.check.lexicon import entry
from dawnchorus.report.check.moment import Moment

FACT, PLAN, OPEN = range(3)

_KEPT = ("open", "condition", "kept")  # entries that keep a hedge in the claim

# Worth of what only hedged clauses hold (evals/groundbench): about one word, and two.
_LEAST = 1.4
_PLAIN = 2.4
# Characters after 已, "has …ed" in which the verb begins.
_REACH = 5
# Characters before a colon that tell what follows it: "Guidance for 2026: …".
_HEAD = 30


def check_modality(claim: Claim, grid: Grid) -> list[Finding]:
    """The clause that is most plainly told as further along than in the posts."""
    if _has("rumour", claim.open_text):
        return []
    whole = _Whole(claim, grid, tuple(level(place, claim) for place in grid.places))
    found = [one for clause in grid.clauses if (one := whole.late(clause) or whole.told(clause))]
    if not claim.dated:
        # What a text of an unknown day plans may be done by now.
        found = [replace(one, level="escalated") for one in found if one.signal != "modality.late"]
    return sorted(found, key=lambda one: one.level != "rejected")[:1]


def level(place: Place, claim: Claim) -> int:
    """How far a clause of a post says that something has come."""
    before = place.sentence[: place.sentence.find(place.text)]
    until, head = before + place.text, before.rpartition(":")[0][-_HEAD:]
    if _any(("open", "talks"), place.text) or _has("rumour", until) or _has("condition", place.sentence):
        return OPEN
    if _has("plan", f"{head}; {place.text}"):
        return PLAN
    return PLAN if _ahead(place.moments, claim) and not _has("done", place.text) else FACT


@dataclass(frozen=True)
class _Whole:
    """A claim, its posts, and how far each clause of them has come."""

    claim: Claim
    grid: Grid
    levels: tuple[int, ...]

    @property
    def settled(self) -> bool:
        """Whether a plain clause of the posts tells of something settled."""
        places = zip(self.grid.places, self.levels, strict=True)
        return any(found == FACT and _has("settled", place.text) for place, found in places)

    def late(self, clause: Said) -> Finding | None:
        """Told as done on a day that is still to come."""
        done = _has("done", clause.text)
        if not done or self.own(clause) == OPEN or _has("plan", clause.text):
            return None
        days = [one for one in clause.moments if one.grain == "day" or len(one.spans) == 1]
        if not (day := _ahead(days, self.claim)):
            return None
        detail = f"{day}: told as done, but that day is after {self.claim.anchor:%Y-%m-%d}"
        return Finding(rule="modality", words=day, detail=detail, signal="modality.late")

    def told(self, clause: Said) -> Finding | None:
        """Told as done, settled, planned or a fact, and less than that in the posts."""
        own = self.own(clause)
        kept = _any((*_KEPT, "talks", "topic"), self.claim.open_text)
        planned = _has("plan", self.claim.open_text)
        settled = _has("settled", clause.text) if own < OPEN and not self.settled else None
        done = settled
        if own == FACT:
            done = done or self.done(clause, planned=planned is not None)
        elif own == PLAN and _has("aspect", clause.text):
            done = done or self.done(clause, planned=True)
        for asked in (OPEN, PLAN):
            if not done and (own >= asked or kept or (planned and asked == PLAN)):
                continue
            hedged = [at for at in range(len(self.levels)) if self.hedged(at, asked, done, settled)]
            plain = [at for at in range(len(self.levels)) if at not in hedged]
            only = clause.weight(hedged, but=plain)
            if only < _LEAST:
                continue
            kind = "settled" if settled else "done" if done else "plan" if own or planned else "fact"
            if kind == "fact" and asked == PLAN:
                continue
            rest = clause.weight(plain, but=hedged)
            if only < rest and not settled and any(one.stands_in(plain) for one in self.verbs(clause)):
                continue
            weak = (only < _PLAIN and rest > 0) or (asked == PLAN and only < rest)
            sure = {"settled": True, "done": not weak, "plan": _has("certain", clause.text)}.get(kind, False)
            hint = self.hint(clause.held(hedged)[0])
            detail = f"{done or clause.text}: the cited posts only say {hint}"
            return _finding(done or "", detail, kind, "rejected" if sure else "escalated")
        return self.unborne(clause) if own < OPEN else None

    def unborne(self, clause: Said) -> Finding | None:
        """The verb told as done is in no plain clause of the posts, and some of them is none."""
        verbs = self.verbs(clause, form="aspect")
        plain = [at for at, found in enumerate(self.levels) if found == FACT]
        if not verbs or len(plain) == len(self.levels) or any(one.stands_in(plain) for one in verbs):
            return None
        detail = f"{verbs[0].text}: told as done, the cited posts do not say so"
        return _finding(verbs[0].text, detail, "verb", "escalated")

    def verbs(self, clause: Said, form: str = "done") -> list[Anchor]:
        """The words that a form of the past makes told as done."""
        match = entry("modality", form).match(clause.text)
        if match is None or _has("talks", match.group()):
            return []
        reach = range(match.start(), match.end() + _REACH)
        return [one for one in clause.anchors if one.term and one.term.start - clause.start in reach]

    def done(self, clause: Said, *, planned: bool) -> str | None:
        """The word that tells a clause as done; "has applied" and 正洽谈收购 tell of no more than talks."""
        form = _has("done", clause.text)
        if form:
            return None if _has("talks", form) else form
        return None if planned or _has("talks", clause.text) else _has("telic", clause.text)

    def own(self, clause: Said) -> int:
        """How far a clause of the claim tells it."""
        if _any(_KEPT, clause.text):
            return OPEN
        return PLAN if _has("plan", clause.text) or _ahead(clause.moments, self.claim) else FACT

    def hedged(self, at: int, asked: int, done: str | None, settled: str | None) -> bool:
        """Whether a clause of the posts leaves it at ``asked``: not if it tells of a deed."""
        text, found = self.grid.places[at].text, self.levels[at]
        if found < asked or (settled and _has("settled", text)):
            return False
        return not (done and found == OPEN and _any(("done", "settled"), text))

    def hint(self, at: int) -> str:
        """The word that hedges a clause of the posts."""
        place = self.grid.places[at]
        names = ("open", "talks", "plan"), ("rumour", "condition")
        words = _any(names[0], place.text) or _any(names[1], place.sentence)
        return words or _ahead(place.moments, self.claim) or ""


def _finding(words: str, detail: str, kind: str, level: Level) -> Finding:
    return Finding(rule="modality", words=words, detail=detail, level=level, signal=f"modality.{kind}")


def _ahead(moments: Sequence[Moment], claim: Claim) -> str | None:
    """A day, month or year after the edition's."""
    late = [one for one in moments if one.grain != "loose" and one.spans[0][0] > claim.anchor]
    return next((one.text for one in late if one.grain != "quarter" or len(one.spans) == 1), None)


def _any(names: Sequence[str], text: str) -> str | None:
    return next((word for name in names if (word := _has(name, text))), None)


def _has(name: str, text: str) -> str | None:
    return entry("modality", name).first(text)
