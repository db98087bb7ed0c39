"""Check a claim against texts or posts given with it: ``dawnchorus check --claims``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from dawnchorus.errors import InputError
from dawnchorus.model import Sentence, Verdict, Window
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.evidence import Evidence, evidence_from
from dawnchorus.report.check.sentence import Context, check_sentence


def check_claim(
    claim: str,
    evidence: Sequence[str | Mapping[str, object]],
    window: Window | None = None,
    *,
    aliases: Iterable[Iterable[str]] = (),
) -> Verdict:
    """The verdict on ``claim`` as a written sentence that cites all of ``evidence``.

    Args:
        claim: One sentence; what it says of days is read on the window's last day.
        evidence: Texts, or posts as mappings with the names of ``tables.POSTS``. More than five are fine.
        window: Edition the claim was written for; without it days are read against the posts' own.
        aliases: Names that are one, beside the standard ones.

    Returns:
        A verdict whose score, 0 to 1, ranks claims by how far their evidence bears them out.
    """
    items = {item.id: item for item in map(_evidence, range(len(evidence)), evidence)}
    context = Context(
        evidence=items,
        window=window,
        aliases=standard_aliases().extended(aliases),
        most_citations=max(len(items), 1),
    )
    sentence = Sentence(text=claim, kind="written", citations=tuple(items))
    return check_sentence(sentence, context)


def check_claim_line(line: Mapping[str, object]) -> dict[str, object]:
    """One line of a claims file to one line of the answer, both as JSON objects.

    Raises:
        InputError: A key is missing or of the wrong kind.
    """
    claim, evidence = line.get("claim"), line.get("evidence")
    if not isinstance(claim, str):
        raise InputError(f'claim {line.get("id")}: "claim" must be a string')
    if not isinstance(evidence, list) or not all(isinstance(item, str | Mapping) for item in evidence):
        raise InputError(f'claim {line.get("id")}: "evidence" must be a list of texts or posts')
    try:
        verdict = check_claim(claim, evidence, _window(line.get("window")))
    except (ValueError, KeyError) as error:
        raise InputError(f"claim {line.get('id')}: {error}") from error
    return {
        "id": line.get("id"),
        "verdict": verdict.verdict,
        "score": verdict.score,
        "reasons": [
            {"rule": item.rule, "words": item.words, "detail": item.detail} for item in verdict.reasons
        ],
    }


def _evidence(index: int, item: str | Mapping[str, object]) -> Evidence:
    if isinstance(item, str):
        return Evidence(id=f"text:{index}", text=item)
    found = evidence_from(item)
    return found if found.id else evidence_from({**item, "id": f"post:{index}"})


def _window(value: object) -> Window | None:
    """A window from {"from", "to", "tz", "until"?}, "first" and "last" for days too; None stays None."""
    if value is None:
        return None
    if not isinstance(value, Mapping):
        raise ValueError('"window" must be an object with "from", "to" and "tz"')
    first, last = value.get("from", value.get("first")), value.get("to", value.get("last"))
    until = value.get("until")
    return Window(
        first=date.fromisoformat(str(first)),
        last=date.fromisoformat(str(last or first)),
        tz=str(value.get("tz") or "UTC"),
        until=datetime.fromisoformat(str(until)) if until else None,
    )
