"""Rule: what a sentence names is not another of its kind: image for video, revenue for profit.

Catches category slips and populations put in another's place, where both are of one small class of
data/classes.toml: the sentence has one member, the posts have none of its wordings but those of another.
Can't tell what is in no class, nor two of a kind that both stand in the posts; a wording the file lacks is a
false alarm. Never rejects.
"""

from __future__ import annotations

import tomllib
from functools import cache, lru_cache
from importlib.resources import files

from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.wordings import Wordings, read_wordings

# One person is many things: an engineer, a user, an author.
_PEOPLE = frozenset({"people", "school", "officer", "medical_staff"})


def check_exchanged(claim: Claim, ground: Ground) -> list[Finding]:
    """Members of a class that no post names, where the posts name others that the sentence does not."""
    said = _by_class(claim.without(ground.speakers).open_text)
    told = _by_class(ground.text) if said else {}
    found = []
    for name, members in said.items():
        others = {key: words for key, words in told.get(name, {}).items() if key not in members}
        new = {key: words for key, words in members.items() if key not in told.get(name, {})}
        if new and others:
            words, other = next(iter(new.values())), next(iter(others.values()))
            # Where the sentence names one that is told as well, the other may be a word for the whole.
            signal = "exchanged.instead" if len(new) == len(members) else "exchanged.beside"
            signal = "exchanged.people" if name in _PEOPLE else signal
            detail = f"{words}: the cited posts speak of {other}"
            found.append(
                Finding(rule="exchanged", words=words, detail=detail, level="escalated", signal=signal)
            )
    return found


@lru_cache(maxsize=256)
def _by_class(text: str) -> dict[str, dict[str, str]]:
    """Members of classes that stand in a text with their first wording."""
    found: dict[str, dict[str, str]] = {}
    for key, words in classes().found(text).items():
        name, _, member = key.partition(".")
        found.setdefault(name, {})[member] = words
    return found


@cache
def classes() -> Wordings:
    """Wordings of all members of data/classes.toml, keys as "class.member"."""
    data = tomllib.loads((files(__package__) / "data" / "classes.toml").read_text("utf-8"))
    return read_wordings(
        (f"{name}.{member}", line) for name, members in data.items() for member, line in members.items()
    )
