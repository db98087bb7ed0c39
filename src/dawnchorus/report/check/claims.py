"""Check a claim against texts or posts given with it: ``dawnchorus check --claims``."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
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
    off: Iterable[str] = (),
) -> Verdict:
    """The verdict on ``claim`` as a written sentence that cites all of ``evidence``.

    Args:
        claim: One sentence; what it says of days is read on the window's last day.
        evidence: Texts, or posts as mappings with the names of ``tables.POSTS``. More than five are fine.
        window: Edition the claim was written for; without it days are read against the posts' own.
        aliases: Names that are one, beside the standard ones.
        off: Rules to leave out, by their name in ``rules.RULES``.

    Returns:
        A verdict whose score, 0 to 1, ranks claims by how far their evidence bears them out.
    """
    items = {item.id: item for item in map(_evidence, range(len(evidence)), evidence)}
    context = Context(
        evidence=items,
        window=window,
        aliases=standard_aliases().extended(aliases),
        most_citations=max(len(items), 1),
        off=frozenset(off),
    )
    sentence = Sentence(text=claim, kind="written", citations=tuple(items))
    return check_sentence(sentence, context)


def check_claim_line(line: str, *, where: str) -> dict[str, object]:
    """One line of a claims file to one object of the answer.

    Args:
        line: JSON {"id"?, "claim", "evidence": [text or post, …], "window"?}; a post may have any of the
            fields of ``tables.KEPT`` that say what was written, by whom and when.
        where: File and line, for messages.

    Raises:
        InputError: The line is no claim; one line says where, what is wrong and what to write.
    """
    try:
        given = _parsed(line)
        claim, evidence = given.get("claim"), given.get("evidence")
        if not isinstance(claim, str):
            raise ValueError('"claim" must be a string')
        if not isinstance(evidence, list):
            raise ValueError('"evidence" must be a list of texts or posts')
        for index, item in enumerate(evidence):
            if fault := _fault(item):
                raise ValueError(f'"evidence"[{index}]{fault}')
        verdict = check_claim(claim, evidence, _window(given.get("window")))
    except OverflowError:
        raise InputError(f"{where}: a time is out of range; {_WRITE}") from None
    except ValueError as error:
        raise InputError(f"{where}: no claim: {error}; {_WRITE}") from None
    return {
        "id": given.get("id"),
        "verdict": verdict.verdict,
        "score": verdict.score,
        "reasons": [
            {"rule": item.rule, "words": item.words, "detail": item.detail} for item in verdict.reasons
        ],
    }


_WRITE = 'write {"claim": "…", "evidence": ["…"]}, one object a line'
_STRINGS = (
    *(
        "source",
        "author",
        "author_name",
        "text",
        "clean_text",
        "created_at",
        "day",
        "url",
        "lang",
        "language",
    ),
    *("quoted_author", "quoted_text"),
)
_LISTS = ("urls", "links", "domains", "hashtags")


def _parsed(line: str) -> dict[str, object]:
    try:
        given = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error}") from None
    except RecursionError:
        raise ValueError("not JSON that can be read: nested too deep") from None
    if not isinstance(given, dict):
        raise ValueError("not a JSON object")
    return given


def _fault(item: object) -> str | None:
    """What is wrong with a piece of evidence, None if nothing is."""
    if isinstance(item, str):
        return None
    if not isinstance(item, dict):
        return " must be a text or a post"
    for name in _STRINGS:
        if not isinstance(item.get(name), str | None):
            return f": {name} must be a string"
    for name in _LISTS:
        values = item.get(name)
        if values is not None and not (
            isinstance(values, list) and all(isinstance(one, str) for one in values)
        ):
            return f": {name} must be a list of strings"
    try:
        evidence_from(item)
    except ValueError as error:
        return f": {error}"
    return None


def _evidence(index: int, item: str | Mapping[str, object]) -> Evidence:
    if isinstance(item, str):
        return Evidence(id=f"text:{index}", text=item)
    # Two posts may come with one id: both count.
    found = evidence_from(item)
    return replace(found, id=f"{found.id or 'post'}:{index}")


def _window(value: object) -> Window | None:
    """A window from [from, to] or {"from", "to", "tz", "until"?}, "first" and "last" for days too."""
    if value is None:
        return None
    if isinstance(value, list) and len(value) in (1, 2):
        value = {"from": value[0], "to": value[-1]}
    if not isinstance(value, dict):
        raise ValueError('"window" must be an object with "from", "to" and "tz"')
    first, until = value.get("from", value.get("first")), value.get("until")
    last = value.get("to", value.get("last")) or first
    try:
        window = Window(
            first=date.fromisoformat(str(first)),
            last=date.fromisoformat(str(last)),
            tz=str(value.get("tz") or "UTC"),
            until=datetime.fromisoformat(str(until)) if until else None,
        )
        if window.start >= window.end:
            raise ValueError("it ends before it begins")
    except (ValueError, KeyError, OSError) as error:
        # A zone nobody knows is a KeyError, one that is a folder or too long a name an OSError.
        raise ValueError(
            f'its window cannot be ({error}), such as {{"from": "2025-11-21", "to": "2025-11-21"}}'
        ) from None
    return window
