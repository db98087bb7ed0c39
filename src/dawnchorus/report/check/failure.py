"""What of a report did not pass, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from dawnchorus.model import Reason, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Something of a report that did not pass."""

    where: str  # "key_points.blocks[2].sentences[0]", "coverage.kept", "cited[3]", "sets[kept]"
    text: str  # the sentence, or the value that is wrong
    verdict: Verdict  # escalated or rejected, with reasons

    def __str__(self) -> str:
        return f"{self.where}: {'; '.join(reason.detail for reason in self.verdict.reasons)}"


def failure(where: str, text: str, rule: str, detail: str) -> Failure:
    """A plain rejection for one reason."""
    reasons = (Reason(rule=rule, words=text, detail=detail),)
    return Failure(where=where, text=text, verdict=Verdict(verdict="rejected", score=0.0, reasons=reasons))
