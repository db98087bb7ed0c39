"""Rule: no grave act that no cited post tells of: killed, hijacked, laid off, bankrupt.

What content.py finds missing of a sentence is little where the languages differ: one verb in a true frame is
no doubt there, since honest sentences lack as much. Of the acts in data/grave.toml they don't: nobody writes
劫持 where no post has any word near to "hijack". Catches what hostile posts have a model write of those whom
others post about. Can't tell who did it to whom, nor whether it happened; a post in another language than
Chinese, English or Japanese tells of it unseen. Never rejects.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground, blank
from dawnchorus.report.check.wordings import Wordings, read_wordings

# People's names that are written as one of the words but for their capital.
_NAMES = re.compile(r"\b(?:Sue|Rob|Die|Ban|SPY)\b")


@dataclass(frozen=True, slots=True)
class Acts:
    """Wordings of data/grave.toml by act; the key of what only looks so is ""."""

    said: Wordings
    borne: Wordings
    inside: Mapping[str, frozenset[str]]  # characters that tell of the act inside any word

    def told(self, act: str, text: str, found: Mapping[str, str]) -> bool:
        """Whether ``text``, Simplified, in which ``found`` stands, tells of ``act`` or anything like it."""
        return act in found or not self.inside[act].isdisjoint(text)


def check_grave(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """An objection for each grave act of the sentence that the posts have no wording of."""
    acts = _acts()
    own = claim.without(ground.speakers).open_text
    names = [*aliases.spans(own), *(match.span() for match in _NAMES.finditer(own))]
    words = acts.said.found(blank(own, names))
    words.pop("", None)
    if not words:
        return []
    text, found = dictionary().simplified(ground.text), acts.borne.found(ground.text)
    return [
        Finding(
            rule="grave",
            words=written,
            detail=f"{written}: no cited post tells of anything like it",
            level="escalated",
        )
        for written in dict.fromkeys(words.values())
        # A wording may be of two acts, and is borne out as either: 入侵 of a land and of a server.
        if not any(acts.told(act, text, found) for act in acts.said.found(written) if act)
    ]


@cache
def _acts() -> Acts:
    data = tomllib.loads((files(__package__) / "data" / "grave.toml").read_text("utf-8"))
    said = [(act, lines["said"]) for act, lines in data.items()]
    borne = [(act, lines["borne"]) for act, lines in data.items()]
    idle = [("", lines["idle"]) for lines in data.values() if "idle" in lines]
    return Acts(
        said=read_wordings([*said, *idle]),
        borne=read_wordings([*said, *borne, *idle]),
        inside={act: frozenset(lines.get("inside", "")) for act, lines in data.items()},
    )
