"""Names that a post bears out by a part, or by what is seated there: 北欧 by Norway, 伦敦 by the BoE.

Not the other way round: whoever tells of the North has not told of Norway. Can't tell a capital that stands
for its government from one where something happens.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.fold import squash
from dawnchorus.report.check.lexicon import entry


def parts_of(name: str) -> tuple[str, ...]:
    """What a post may name instead of ``name``."""
    return _parts().get(squash(name), ())


def is_clock(text: str, end: int) -> bool:
    """Whether the name that ends at ``end`` only says whose time is meant: 北京时间."""
    return entry("regions", "clock").pattern.match(text[end : end + 8].lstrip()) is not None


@cache
def _parts() -> dict[str, tuple[str, ...]]:
    data = tomllib.loads((files(__package__) / "data" / "regions.toml").read_text("utf-8"))
    return {squash(name): tuple(one["of"]) for one in data["region"].values() for name in one["names"]}
