"""Rule: what the posts leave open, hope for or plan is not told as done, nor a wish as a plan.

Rejected is a strong form ("has launched", 已推出, "will") of a clause whose own words, or a deed of the
same kind, stand in the posts right behind a hedge or plan and nowhere else; what is settled, confirmed, sure
to come and only guessed, heard or aimed at there; and a deed on a day to come. Otherwise, where only hedged
clauses hold what a clause speaks of, it escalates. A hedge kept in any wording is enough. Can't tell a hedge
that data/modality.toml has no word for, nor one moved from one half to the other.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from dawnchorus.report.check.anchored import Anchor, Grid, Place, Said
from dawnchorus.report.check.content import COVERED, Told, told_by
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim
from dawnchorus.report.check.lexicon import Counterpart, counterparts, entry
from dawnchorus.report.check.moment import Moment

FACT, PLAN, OPEN = range(3)

_KEPT = ("open", "condition", "kept")  # entries that keep a hedge in the claim

# Worth of what only hedged clauses hold (evals/groundbench): about one word, and two.
_LEAST = 1.4
_PLAIN = 2.4
# Worth of what a clause shares with one that tells of the same kind of deed.
_SHARED = 0.7
# Characters after 已, "has …ed" in which the verb begins.
_REACH = 5
_YEAR = re.compile(r"(?:19|20)\d\d|[今明后]年|next|tomorrow|[下明后](?:个?[月周天]|日)")
_COMMA = re.compile(r"[,，;；]")
_HALF_A_YEAR = 183
# Characters before a colon that tell what follows it: "Guidance for 2026: …".
_HEAD = 30


def check_modality(claim: Claim, grid: Grid) -> list[Finding]:
    """The clause that is most plainly told as further along than in the posts."""
    if _has("rumour", claim.open_text):
        return []
    whole = _Whole(claim, grid, tuple(level(place, claim) for place in grid.places))
    found = [
        one
        for clause in grid.clauses
        if (
            one := whole.late(clause)
            or whole.governed(clause)
            or whole.vouched(clause)
            or whole.aimed(clause)
            or whole.told(clause)
        )
    ]
    if not claim.dated:
        # What a text of an unknown day plans may be done by now.
        found = [replace(one, level="escalated") for one in found]
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


class _Part(NamedTuple):
    """A clause of a post, cut at the word that leaves open, or plans, what follows."""

    word: str
    before: str
    after: str

    @property
    def ahead(self) -> Told:
        """What it speaks of before that word."""
        return told_by(self.before)

    @property
    def behind(self) -> Told:
        """What it speaks of behind that word."""
        return told_by(self.after)


@dataclass(frozen=True)
class _Split:
    """Clauses of the posts that are cut at a hedge, by their place."""

    parts: dict[int, _Part]

    def behind(self, one: Anchor) -> bool:
        """Whether a word stands behind a hedge; of days, numbers and names only the clause is known."""
        if one.term is None:
            return one.stands_in(tuple(self.parts))
        return any(part.behind.cover(one.term) >= COVERED for part in self.parts.values())

    def stated(self, one: Anchor, plain: Sequence[int]) -> bool:
        """Whether it stands before a hedge, or in one of the clauses ``plain``."""
        if one.stands_in(plain) or one.term is None:
            return one.stands_in(plain)
        return any(part.ahead.cover(one.term) >= COVERED for part in self.parts.values())


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
        days = [
            one
            for one in clause.moments
            if (one.grain == "day" or len(one.spans) == 1) and self.done_by(one, clause)
        ]
        if not (day := _ahead(days, self.claim)):
            return None
        detail = f"{day}: told as done, but that day is after {self.claim.anchor:%Y-%m-%d}"
        return Finding(rule="modality", words=day, detail=detail, signal="modality.late")

    def done_by(self, day: Moment, clause: Said) -> bool:
        """Whether the words right around a day tell that it is done, and it can only be the one to come."""
        head, _, tail = clause.text.partition(day.text)
        last = not _YEAR.search(day.text) and (day.spans[0][0] - self.claim.anchor).days > _HALF_A_YEAR
        if head == clause.text or last or entry("modality", "until").match(head):
            return False
        before, (after, *rest) = _COMMA.split(head)[-1], _COMMA.split(tail)
        near = "".join((before, day.text, after, *([] if before.strip() or after.strip() else rest[:1])))
        return _has("done", near) is not None

    def governed(self, clause: Said) -> Finding | None:
        """Told as done or sure to come; its words stand in the posts right behind a hedge, nowhere else."""
        form = entry("modality", "strong").match(clause.text)
        done = form is not None and not _has("plans", clause.text[: form.start()])
        done = done and (self.own(clause) != PLAN or _has("aspect", clause.text) is not None)
        name = "strong" if done else "certain"
        form = entry("modality", name).match(clause.text)
        if form is None or not _outright(name, clause.text) or self.own(clause) == OPEN:
            return None
        asked = PLAN if done else OPEN
        plain = [at for at, found in enumerate(self.levels) if found < asked]
        if _any(("talks", "leaves"), clause.text) or any(self.shares_deed(clause, at) for at in plain):
            return None
        split = self.split(asked)
        word = form.group().strip()
        kind = "governed" if done else "sure"
        deeds = _deeds(clause, form)
        told = [self.grid.places[at].text for at in plain] + [one.before for one in split.parts.values()]
        if any(deed.said.match(text) for deed in deeds for text in told):
            return None
        if (at := self.same_deed(clause, deeds, split)) is not None:
            detail = f"{word}: the cited posts only say {split.parts[at].word}"
            return _finding(word, detail, kind, "rejected")
        if not (only := _behind_only(clause, form, split, plain)):
            return None
        at = max(split.parts, key=lambda at: sum(one.weight for one in only if one.stands_in((at,))))
        detail = f"{word}: the cited posts only say {split.parts[at].word}"
        return _finding(word, detail, kind, "rejected")

    def same_deed(self, clause: Said, deeds: Sequence[Counterpart], split: _Split) -> int | None:
        """A clause of the posts with a deed of the same kind, of the same thing, behind a hedge."""
        index = self.grid.clauses.index(clause)
        anchors = [one for near in self.grid.clauses[index : index + 2] for one in near.anchors]
        for at, part in split.parts.items():
            whole = [one for one, place in enumerate(self.grid.places) if self.alike(place, at)]
            shared = sum(one.weight for one in anchors if one.stands_in(whole))
            if shared >= _SHARED and any(deed.said.match(part.after) for deed in deeds):
                return at
        return None

    def alike(self, place: Place, at: int) -> bool:
        """Whether ``place`` is of the same sentence of a post as the one ``at``."""
        other = self.grid.places[at]
        return place.post == other.post and place.sentence == other.sentence

    def aimed(self, clause: Said) -> Finding | None:
        """Told as sure to come, and the posts only aim at it or expect it."""
        word = _outright("bound", clause.text)
        if not word or _any((*_KEPT, "aims"), self.claim.open_text):
            return None
        aims = {at: one for at, place in enumerate(self.grid.places) if (one := _headed("aims", place))}
        plain = [at for at in range(len(self.levels)) if at not in aims]
        only = clause.weight(tuple(aims), but=plain)
        if only < _PLAIN or only < clause.weight(plain, but=tuple(aims)):
            return None
        detail = f"{word}: the cited posts only say {aims[clause.held(tuple(aims))[0]]}"
        return _finding(word, detail, "aimed", "rejected")

    def split(self, asked: int) -> _Split:
        """The clauses of the posts at ``asked`` or beyond that a hedge cuts in two."""
        parts = {}
        for at, found in enumerate(self.levels):
            place = self.grid.places[at]
            names = ("leaves", "plans") if asked == PLAN else ("leaves",)
            hedges = [one for name in names if (one := entry("modality", name).match(place.text))]
            if found >= asked and hedges:
                hedge = min(hedges, key=lambda one: one.start())
                parts[at] = _Part(
                    hedge.group().strip(), place.text[: hedge.start()], place.text[hedge.end() :]
                )
            elif found == PLAN == asked and (day := _ahead(place.moments, self.claim)):
                parts[at] = _Part(day, "", place.text)
        return _Split(parts)

    def vouched(self, clause: Said) -> Finding | None:
        """Told as found out or confirmed, and the posts only guess it or have heard it."""
        word = _outright("vouched", self.claim.open_text)
        if not word or _any((*_KEPT, "talks"), self.claim.open_text):
            return None
        if any(_outright("vouched", place.text) for place in self.grid.places):
            return None
        hedged = [at for at, found in enumerate(self.levels) if found == OPEN]
        plain = [at for at, found in enumerate(self.levels) if found < OPEN]
        only = clause.weight(hedged, but=plain)
        if only < _LEAST or only < clause.weight(plain, but=hedged):
            return None
        detail = f"{word}: the cited posts only say {self.hint(clause.held(hedged)[0])}"
        return _finding(word, detail, "vouched", "rejected")

    def shares_deed(self, clause: Said, at: int) -> bool:
        """Whether a clause of the posts tells a deed of what ``clause`` speaks of."""
        deed = _has("strong", self.grid.places[at].text)
        denied = entry("polarity", "negation").first(self.grid.places[at].text)
        return deed is not None and denied is None and clause.weight((at,)) >= _LEAST

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
            at = clause.held(hedged)[0]
            if kind == "fact" and not (
                self.leaves(at, OPEN) or _has("rumour", self.grid.places[at].sentence)
            ):
                continue
            weak = (only < _PLAIN and rest > 0) or (asked == PLAN and only < rest)
            sure = self.sure(kind, clause, at, asked) and (kind != "done" or not weak)
            hint = self.hint(at)
            detail = f"{done or clause.text}: the cited posts only say {hint}"
            return _finding(done or "", detail, kind, "rejected" if sure else "escalated")
        return self.unborne(clause) if own < OPEN else None

    def sure(self, kind: str, clause: Said, at: int, asked: int) -> bool:
        """Whether a clause is told as ``kind`` outright, and the clause ``at`` of the posts hedges a verb."""
        if kind == "plan":
            outright = _outright("certain", clause.text)
            return outright is not None and not _has("soonest", self.grid.places[at].text)
        if kind == "settled":
            return _outright("settled", clause.text) is not None
        return bool(kind == "done" and _outright("strong", clause.text) and self.leaves(at, asked))

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
        return _reached(clause, match)

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

    def leaves(self, at: int, asked: int) -> str | None:
        """The word of a clause of the posts that leaves open, or plans, what follows it."""
        return _any(("leaves", "plans") if asked == PLAN else ("leaves",), self.grid.places[at].text)

    def hint(self, at: int) -> str:
        """The word that hedges a clause of the posts."""
        place = self.grid.places[at]
        names = ("open", "talks", "plan"), ("rumour", "condition")
        words = _any(names[0], place.text) or _any(names[1], place.sentence)
        return words or _ahead(place.moments, self.claim) or ""


def _reached(clause: Said, match: re.Match[str]) -> list[Anchor]:
    """The words in ``match`` and right after it; the verbs behind it, where an object stands between."""
    if entry("modality", "coverb").match(match.group()):
        far = [one for one in clause.anchors if one.term and one.term.start - clause.start >= match.end()]
        return [one for one in far if one.term and one.term.kind == "v"]
    reach = range(match.start(), match.end() + _REACH)
    return [one for one in clause.anchors if one.term and one.term.start - clause.start in reach]


def _deeds(clause: Said, form: re.Match[str]) -> list[Counterpart]:
    """The kinds of deed that a form tells as done or sure."""
    far = entry("modality", "coverb").match(form.group())
    said = clause.text[form.start() : None if far else form.end() + 3 * _REACH]
    return [deed for deed in counterparts("modality", "deed").values() if deed.said.match(said)]


def _behind_only(clause: Said, form: re.Match[str], split: _Split, plain: Sequence[int]) -> list[Anchor]:
    """What stands only behind a hedge, if that is the deed itself or the better part of a clause."""
    verbs = _reached(clause, form)
    stated = [one for one in clause.anchors if split.stated(one, plain)]
    only = [one for one in clause.anchors if split.behind(one) and one not in stated]
    if any(one in stated for one in verbs) or all(one.kind == "name" for one in only):
        return []
    rest = sum(one.weight for one in stated if not split.behind(one))
    least = _LEAST if any(one in only for one in verbs) else max(_PLAIN, rest)
    return only if sum(one.weight for one in only) >= least else []


def _finding(words: str, detail: str, kind: str, level: Level) -> Finding:
    return Finding(rule="modality", words=words, detail=detail, level=level, signal=f"modality.{kind}")


def _ahead(moments: Sequence[Moment], claim: Claim) -> str | None:
    """A day, month or year after the edition's."""
    if not claim.dated:
        return None
    late = [one for one in moments if one.grain != "loose" and one.spans[0][0] > claim.anchor]
    return next((one.text for one in late if one.grain != "quarter" or len(one.spans) == 1), None)


def _headed(name: str, place: Place) -> str | None:
    """A word of entry ``name`` in a clause of a post, or in what stands before its colon."""
    before = place.sentence[: place.sentence.find(place.text)].rpartition(":")[0][-_HEAD:]
    return _has(name, f"{before}; {place.text}")


def _outright(name: str, text: str) -> str | None:
    """The first word of entry ``name`` in ``text``, if nothing denies it."""
    match = entry("modality", name).match(text)
    near = text[max(0, match.start() - _REACH) : match.end() + _REACH] if match else ""
    return match.group().strip() if match and not entry("polarity", "negation").first(near) else None


def _any(names: Sequence[str], text: str) -> str | None:
    return next((word for name in names if (word := _has(name, text))), None)


def _has(name: str, text: str) -> str | None:
    return entry("modality", name).first(text)
