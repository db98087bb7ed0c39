"""The word cloud: terms as a picture."""

from __future__ import annotations

import io
import random
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from dawnchorus.model import Term

FONT = Path(str(resources.files("dawnchorus.publish") / "fonts" / "NotoSansCJKsc-Medium-subset.otf"))

PALETTE = ("#16324f", "#1f6f78", "#2a8c68", "#b3541e", "#8c2f39", "#5b4b8a")
"""On white each has a contrast of 4.5 : 1 or more (WCAG 2.2, 1.4.3)."""

MAX_WORDS = 100
MAX_BYTES = 300_000
_MARGIN = 24  # pixels


def drawable(term: Term) -> bool:
    """Whether the packaged font has a glyph for every character of ``term``."""
    return all(ord(char) in _characters() for char in term.text)


def draw_cloud(terms: Sequence[Term], *, seed: int, size: tuple[int, int] = (1600, 800)) -> bytes:
    """Draw the first 100 ``terms``, each as large as its weight, as a JPEG of at most 300 kB.

    The same terms, seed, size and library versions give the same bytes. Words that find no room at the
    smallest size are left out of the picture; they are in the table of terms all the same.

    Args:
        terms: Strongest first.
        seed: Of places and colours.
        size: Width and height in pixels.

    Raises:
        ValueError: There are no terms, or the font lacks a character of one (see :func:`drawable`).
    """
    if not terms:
        raise ValueError("a word cloud needs at least one term")
    if lacking := [term.text for term in terms if not drawable(term)]:
        raise ValueError(
            f"the font has no glyphs for {lacking[0]!r}: leave out terms that are not drawable()"
        )
    from wordcloud import WordCloud  # noqa: PLC0415 - heavy, and only needed here

    width, height = size
    cloud = WordCloud(
        font_path=str(FONT),
        width=(width - 2 * _MARGIN),
        height=(height - 2 * _MARGIN),
        random_state=seed,
        max_words=MAX_WORDS,
        background_color="white",
        prefer_horizontal=1.0,
        relative_scaling=0.5,
        margin=4,
        min_font_size=14,
        max_font_size=150,
        font_step=2,
        color_func=_colour,
    ).generate_from_frequencies({term.text: term.weight for term in terms})
    from PIL import Image

    picture = Image.new("RGB", size, "white")
    picture.paste(cloud.to_image(), (_MARGIN, _MARGIN))
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85, optimize=True)
    return out.getvalue()


def _colour(word: str, *, random_state: random.Random, **_: Any) -> str:
    return random_state.choice(PALETTE)


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
