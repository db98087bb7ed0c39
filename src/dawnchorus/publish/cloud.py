"""The word cloud: terms as a picture."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from dawnchorus.model import Term

if TYPE_CHECKING:
    from PIL import Image

FONT = Path(str(resources.files("dawnchorus.publish") / "fonts" / "NotoSansCJKsc-Medium-subset.otf"))

MAX_WORDS = 100
MAX_BYTES = 300_000

INK = ("#12343b", "#1d6a72", "#a8481a", "#3d5a80", "#4f772d", "#7a3e65")
"""From the colour of the charts. On white each has a contrast of 4.5 : 1 or more (WCAG 2.2, 1.4.3)."""

_PAPER = "#ffffff"
_EDGE = 0.02  # of the width, kept free on each side


def drawable(text: str) -> bool:
    """Whether the packaged font has a glyph for every character of ``text``."""
    return all(ord(char) in _characters() for char in text)


def draw_cloud(terms: Sequence[Term], *, seed: int, size: tuple[int, int] = (1600, 800)) -> bytes:
    """Draw the first 100 ``terms``, the larger the weightier, as a JPEG of at most 300 kB.

    The same terms, seed, size and library versions give the same bytes. A word that finds no room at the
    smallest size is left out of the picture; the table of terms has it all the same.

    Args:
        terms: Strongest first, no text twice.
        seed: Of the places.
        size: Width and height in pixels.

    Raises:
        ValueError: There are no terms, or the font lacks a character of one (see :func:`drawable`).
    """
    if not terms:
        raise ValueError("a word cloud needs at least one term")
    for term in terms:
        if not drawable(term.text):
            raise ValueError(f"the font has no glyphs for {term.text!r}: leave out what is not drawable()")
    # wordcloud imports matplotlib, which warns where it cannot write its settings. It is given none to write.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    # Heavy, and only needed here.
    from PIL import Image  # noqa: PLC0415
    from wordcloud import WordCloud  # noqa: PLC0415

    width, height = size
    edge = round(width * _EDGE)
    colours = {term.text: INK[i % len(INK)] for i, term in enumerate(terms)}
    words = WordCloud(
        font_path=str(FONT),
        width=width - 2 * edge,
        height=height - 2 * edge,
        random_state=seed,
        max_words=MAX_WORDS,
        background_color=_PAPER,
        color_func=lambda word, **_: colours[word],
        prefer_horizontal=1.0,  # Chinese set on its side is hard to read
        relative_scaling=0.5,
        margin=round(width / 110),
        min_font_size=round(width / 90),  # still 4 pixels high on a phone, 18 on a desk
        max_font_size=round(height / (5 if len(terms) > 60 else 4)),
        font_step=2,
    ).generate_from_frequencies({term.text: term.weight for term in terms})
    picture = Image.new("RGB", size, _PAPER)
    picture.paste(words.to_image(), (edge, edge))
    return _jpeg(picture)


def _jpeg(picture: Image.Image) -> bytes:
    """``picture`` as the best JPEG within the limit; many small words need a lower quality."""
    for quality in (88, 80, 70, 55, 40):
        out = io.BytesIO()
        picture.save(out, "JPEG", quality=quality, subsampling=0, optimize=True)
        if out.tell() <= MAX_BYTES:
            break
    return out.getvalue()


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415

    with TTFont(FONT, lazy=True) as font:
        return frozenset(font.getBestCmap())
