"""All rules over the words of a written sentence, in the order in which their reasons are told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dawnchorus.report.check.advice import check_advice
from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.aligned import Pair, pairs
from dawnchorus.report.check.anchored import Grid, grid
from dawnchorus.report.check.attribution import check_attribution
from dawnchorus.report.check.belonging import check_belonging
from dawnchorus.report.check.binding import check_binding
from dawnchorus.report.check.causes import check_cause
from dawnchorus.report.check.comparison import check_comparison
from dawnchorus.report.check.content import Coverage, content_coverage
from dawnchorus.report.check.dates import check_dates
from dawnchorus.report.check.exchanged import check_exchanged
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.grave import check_grave
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.modality import check_modality
from dawnchorus.report.check.names import check_names
from dawnchorus.report.check.numbers import check_numbers
from dawnchorus.report.check.opposites import check_opposites
from dawnchorus.report.check.polarity import check_polarity
from dawnchorus.report.check.praise import check_praise
from dawnchorus.report.check.proof import check_proof
from dawnchorus.report.check.rates import check_rates
from dawnchorus.report.check.scattered import check_scattered
from dawnchorus.report.check.scope import check_scope
from dawnchorus.report.check.sources import check_sources
from dawnchorus.report.check.speakers import check_speakers
from dawnchorus.report.check.staleness import check_staleness
from dawnchorus.report.check.superlatives import check_superlatives
from dawnchorus.report.check.trends import check_trend
from dawnchorus.report.check.unspoken import check_content
from dawnchorus.report.check.voices import check_voices


@dataclass(frozen=True)
class Case:
    """A claim before its posts, with what several rules read of both."""

    claim: Claim
    ground: Ground
    aliases: Aliases

    @cached_property
    def places(self) -> tuple[Pair, ...]:
        """Which sentence of the posts each clause speaks of."""
        return tuple(pairs(self.claim, self.ground, self.aliases))

    @cached_property
    def grid(self) -> Grid:
        """What each clause is about, and which clauses of the posts hold it."""
        return grid(self.claim, self.ground, self.aliases)

    @cached_property
    def content(self) -> Coverage:
        """Which content words have a counterpart in the posts."""
        return content_coverage(self.claim, self.ground, self.aliases)


class Rule(NamedTuple):
    """One rule; ``framing``: it also reads what stands around a verified quotation."""

    name: str
    check: Callable[[Case], list[Finding]]
    framing: bool = False


RULES = (
    Rule("numbers", lambda case: check_numbers(case.claim, case.ground), framing=True),
    Rule("rates", lambda case: check_rates(case.claim, case.ground)),
    Rule("dates", lambda case: check_dates(case.claim, case.ground, lambda: case.places), framing=True),
    Rule("names", lambda case: check_names(case.claim, case.ground, case.aliases), framing=True),
    Rule("speakers", lambda case: check_speakers(case.claim, case.ground, case.aliases)),
    Rule("attribution", lambda case: check_attribution(case.claim, case.ground, case.aliases)),
    Rule("binding", lambda case: check_binding(case.claim, case.ground, case.aliases)),
    Rule("belonging", lambda case: check_belonging(case.claim, case.ground, case.aliases)),
    Rule("superlatives", lambda case: check_superlatives(case.claim, case.ground), framing=True),
    Rule("voices", lambda case: check_voices(case.claim, case.ground), framing=True),
    Rule("sources", lambda case: check_sources(case.claim, case.ground)),
    Rule("advice", lambda case: check_advice(case.claim, case.ground), framing=True),
    Rule("trend", lambda case: check_trend(case.claim, case.ground)),
    Rule("cause", lambda case: check_cause(case.claim, case.ground, case.aliases, case.grid)),
    Rule("praise", lambda case: check_praise(case.claim, case.ground, case.content)),
    Rule("proof", lambda case: check_proof(case.claim, case.ground, case.grid)),
    Rule("modality", lambda case: check_modality(case.claim, case.grid)),
    Rule("polarity", lambda case: check_polarity(case.claim, case.grid)),
    Rule("opposites", lambda case: check_opposites(case.grid)),
    Rule("staleness", lambda case: check_staleness(case.claim, case.ground, lambda: case.places)),
    Rule("comparison", lambda case: check_comparison(case.claim, case.ground, lambda: case.places)),
    Rule("exchanged", lambda case: check_exchanged(case.claim, case.ground)),
    Rule("scope", lambda case: check_scope(case.claim, case.ground)),
    Rule("grave", lambda case: check_grave(case.claim, case.ground, case.aliases)),
    Rule("scattered", lambda case: check_scattered(case.claim, case.ground, case.aliases)),
    Rule("content", lambda case: check_content(case.claim, case.ground, case.content)),
)


def apply_rules(case: Case, *, framing: bool = False) -> dict[str, list[Finding]]:
    """What each rule has to say of ``case``; ``framing``: only those for the words around a quotation."""
    return {rule.name: rule.check(case) for rule in RULES if rule.framing or not framing}
