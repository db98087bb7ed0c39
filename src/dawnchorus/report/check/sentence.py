"""Check one sentence: all rules, in order, to one verdict."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dawnchorus.model import Sentence, Verdict, Window
from dawnchorus.report.check.advice import check_advice
from dawnchorus.report.check.aliases import Aliases, standard_aliases
from dawnchorus.report.check.bylines import gives_to_another
from dawnchorus.report.check.computed import check_computed, check_facts
from dawnchorus.report.check.coverage import coverage
from dawnchorus.report.check.evidence import Evidence, EvidenceTable
from dawnchorus.report.check.facts import Earlier, Population
from dawnchorus.report.check.finding import Finding, verdict_of
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Claim, Ground, claim_of
from dawnchorus.report.check.judge import with_judgement
from dawnchorus.report.check.quotes import check_quotes
from dawnchorus.report.check.rules import RULES, Case, apply_rules
from dawnchorus.report.check.structure import (
    MOST_CITATIONS,
    check_cut,
    check_framing,
    check_links,
    check_structure,
)
from dawnchorus.report.check.voices import check_voices
from dawnchorus.tables import KEPT, empty

ALL_RULES = ("structure", "quotes", *(rule.name for rule in RULES), "computed")
"""Names of all rules: those of every sentence, those over its words, those of a computed one."""

LONGEST = 5000
"""Characters of a sentence that can be checked: no sentence is longer, and rules take time for each pair."""


@dataclass(frozen=True, kw_only=True)
class Context:
    """What sentences of one report are checked against."""

    evidence: Mapping[str, Evidence]  # by post id
    window: Window | None = None
    sets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # Report.sets
    earlier: Earlier = field(default_factory=dict)  # slug -> set name -> ids or count
    aliases: Aliases = field(default_factory=standard_aliases)
    most_citations: int = MOST_CITATIONS
    names: tuple[str, ...] = ()  # words the report may use of its own: topic, sections
    off: frozenset[str] = frozenset()  # names of ALL_RULES: rules left out, to measure what they are worth

    def __post_init__(self) -> None:
        if unknown := self.off.difference(ALL_RULES):
            raise ValueError(f"no rule is named {min(unknown)!r:.60}; there are {', '.join(ALL_RULES)}")

    @cached_property
    def population(self) -> Population:
        """The posts as facts count them."""
        given = self.evidence
        # Texts given with a claim are no posts that could be counted.
        posts = given if isinstance(given, EvidenceTable) else EvidenceTable(empty(KEPT))
        return Population(posts, self.sets, self.window, self.earlier)


@dataclass(frozen=True, slots=True)
class Found:
    """What every rule has to say of one sentence."""

    by_rule: Mapping[str, Sequence[Finding]]  # names of ALL_RULES, in the order in which reasons are told
    score: float = 1.0  # how much of the sentence its posts cover, 0 to 1

    def verdict(self, *, off: Collection[str] = ()) -> Verdict:
        """The verdict of all rules but those ``off``."""
        kept = [one for rule, found in self.by_rule.items() if rule not in off for one in found]
        return verdict_of(kept, score=self.score)


def check_sentence(sentence: Sentence, context: Context) -> Verdict:
    """The verdict on ``sentence`` with every reason found; ``score`` is its coverage, 0 to 1.

    A quotation is checked for its words and its author, a computed sentence for its facts, a written
    one by all rules against the cited posts. What stands in a verified quote is not checked further.
    Where rules can't tell, a judgement that the sentence brings along counts as judge.py has it.
    """
    verdict = find_faults(sentence, context).verdict(off=context.off)
    if sentence.judgement is None or sentence.kind != "written":
        return verdict
    items = [context.evidence[post] for post in sentence.citations if post in context.evidence]
    return with_judgement(verdict, sentence.judgement, items)


def find_faults(sentence: Sentence, context: Context) -> Found:
    """The objections to ``sentence`` by rule; ``context.off`` is left to whoever makes the verdict."""
    if len(sentence.text) > LONGEST:
        detail = f"too long to check: {len(sentence.text):,} characters, at most {LONGEST:,}"
        return Found(
            {"structure": [Finding(rule="structure", words="", detail=detail, level="escalated")]}, 0.0
        )
    structure = check_structure(sentence, context.evidence, most=context.most_citations)
    items = tuple(context.evidence[post] for post in sentence.citations if post in context.evidence)
    ground = Ground(items, context.window, context.names)
    text = fold(sentence.text)
    quoted = check_quotes(text, sentence.quotes, ground, context.aliases)
    claim = claim_of(text, ground, quoted=quoted.spans)
    if items or sentence.kind == "computed":
        structure += check_links(claim.open_text, ground)
    if items and sentence.kind != "computed":
        structure += check_cut(claim, ground)
    found: dict[str, Sequence[Finding]] = {"structure": structure, "quotes": quoted.findings}
    if sentence.kind == "computed":
        return Found(found | _computed(sentence, claim, ground, context))
    if items and sentence.kind == "quotation":
        framing = claim.without(ground.speakers)
        structure += check_framing(framing.open_text)
        rules = apply_rules(Case(framing, ground, context.aliases), framing=True)
        given = _given_away(claim, ground, context.aliases)
        found |= rules | {"attribution": [*rules.get("attribution", ()), *given]}
    elif items:
        found |= apply_rules(Case(claim, ground, context.aliases))
    return Found(found, coverage(claim, ground, context.aliases))


def _given_away(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """An objection to a quotation that is given to somebody who wrote none of the posts."""
    other = gives_to_another(claim.open_text, ground.items)
    if not other or aliases.pattern.search(other):
        return []
    detail = f"{other} is nobody of the cited posts"
    return [Finding(rule="attribution", words=other, detail=detail)]


def _computed(
    sentence: Sentence, claim: Claim, ground: Ground, context: Context
) -> dict[str, Sequence[Finding]]:
    population = context.population
    facts = check_facts(sentence.facts, population)
    return {
        "computed": facts + check_computed(claim, sentence.facts, ground, population, context.aliases),
        "voices": check_voices(claim, ground, papers=False),
        "advice": check_advice(claim),
    }
