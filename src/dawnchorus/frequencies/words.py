"""How often the common words of general English and Chinese are used.

The lists are made by ``tools/word_data.py``; source and licence are in ``NOTICE``.
"""

from __future__ import annotations

import gzip
from functools import cache
from importlib.resources import files


@cache
def centibels(language: str) -> dict[str, int]:
    """How rare each word is that is used at least once in a million: 200 is one word in a hundred."""
    packed = files(__package__).joinpath(f"general_{language}.txt.gz").read_bytes()
    found: dict[str, int] = {}
    for line in gzip.decompress(packed).decode().splitlines():
        rare, _, words = line.partition("\t")
        found.update(dict.fromkeys(words.split(" "), int(rare)))
    return found
