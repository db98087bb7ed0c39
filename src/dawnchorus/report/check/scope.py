"""Rule: what posts tell of one or of some is not told of all, of a whole land or of what is usual.

Catches populations that have grown: 所有, 全国, "across the industry", "typically", with no wording of the
kind in the posts (data/scope.toml). Can't tell a population exchanged for another without such a word, nor
whether the posts' "all" is of the same. Never rejects.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.wordings import Wordings, read_wordings


def check_scope(claim: Claim, ground: Ground) -> list[Finding]:
    """Words that widen the sentence and have no counterpart in the posts, one for each kind."""
    said, borne = _scopes()
    words = said.found(claim.without(ground.speakers).open_text)
    known = borne.found(ground.text) if words else {}
    return [
        Finding(
            rule="scope",
            words=written,
            detail=f"{written}: the cited posts do not speak of so many",
            level="escalated",
            signal=f"scope.{kind}",
        )
        for kind, written in words.items()
        if kind and kind not in known
    ]


@cache
def _scopes() -> tuple[Wordings, Wordings]:
    data = tomllib.loads((files(__package__) / "data" / "scope.toml").read_text("utf-8"))
    said = [(kind, lines["said"]) for kind, lines in data.items()]
    idle = [("", f"|{lines.get('idle', '')}") for lines in data.values()]
    borne = [(kind, lines["borne"]) for kind, lines in data.items()]
    return read_wordings([*said, *idle]), read_wordings([*said, *borne])
