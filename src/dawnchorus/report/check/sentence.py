"""Check one sentence: all rules, in order, to one verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dawnchorus.model import Sentence, Verdict, Window
from dawnchorus.report.check.aliases import Aliases, standard_aliases
from dawnchorus.report.check.bylines import gives_to_another
from dawnchorus.report.check.computed import check_computed, check_facts
from dawnchorus.report.check.counterparts import (
    check_advice,
)
from dawnchorus.report.check.coverage import coverage
from dawnchorus.report.check.evidence import Evidence, EvidenceTable
from dawnchorus.report.check.facts import Earlier, Population
from dawnchorus.report.check.finding import Finding, verdict_of
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Claim, Ground, claim_of
from dawnchorus.report.check.quotes import check_quotes
from dawnchorus.report.check.rules import Case, apply_rules
from dawnchorus.report.check.structure import MOST_CITATIONS, check_framing, check_links, check_structure
from dawnchorus.report.check.voices import check_voices
from dawnchorus.tables import KEPT, empty

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
    off: frozenset[str] = frozenset()  # rules left out, by name in rules.RULES

    @cached_property
    def population(self) -> Population:
        """The posts as facts count them."""
        given = self.evidence
        # Texts given with a claim are no posts that could be counted.
        posts = given if isinstance(given, EvidenceTable) else EvidenceTable(empty(KEPT))
        return Population(posts, self.sets, self.window, self.earlier)


def check_sentence(sentence: Sentence, context: Context) -> Verdict:
    """The verdict on ``sentence`` with every reason found; ``score`` is its coverage, 0 to 1.

    A quotation is checked for its words and its author, a computed sentence for its facts, a written
    one by all rules against the cited posts. What stands in a verified quote is not checked further.
    """
    if len(sentence.text) > LONGEST:
        detail = f"too long to check: {len(sentence.text):,} characters, at most {LONGEST:,}"
        return verdict_of([Finding(rule="structure", words="", detail=detail, level="escalated")], score=0.0)
    findings = check_structure(sentence, context.evidence, most=context.most_citations)
    items = tuple(context.evidence[post] for post in sentence.citations if post in context.evidence)
    ground = Ground(items, context.window, context.names)
    text = fold(sentence.text)
    quoted = check_quotes(text, sentence.quotes, ground, context.aliases)
    claim = claim_of(text, ground, quoted=quoted.spans)
    findings += quoted.findings
    if sentence.kind == "computed":
        findings += _computed(sentence, claim, ground, context)
        return verdict_of(findings)
    if items:
        findings += check_links(claim.open_text, ground)
        if sentence.kind == "quotation":
            framing = claim.without(ground.speakers)
            other = gives_to_another(claim.open_text, items)
            if other and not context.aliases.pattern.search(other):
                detail = f"{other} is nobody of the cited posts"
                findings.append(Finding(rule="attribution", words=other, detail=detail, level="escalated"))
            findings += [
                *check_framing(framing.open_text),
                *apply_rules(Case(framing, ground, context.aliases), framing=True, off=context.off),
            ]
        else:
            findings += apply_rules(Case(claim, ground, context.aliases), off=context.off)
    return verdict_of(findings, score=coverage(claim, ground, context.aliases))


def _computed(sentence: Sentence, claim: Claim, ground: Ground, context: Context) -> list[Finding]:
    population = context.population
    return [
        *check_links(claim.open_text, ground),
        *check_facts(sentence.facts, population),
        *check_computed(claim, sentence.facts, ground, population, context.aliases),
        *check_voices(claim, ground),
        *check_advice(claim),
    ]
