"""Which posts speak of which stock or coin: by cashtag, by name in any language, by bare symbol.

``instruments.toml`` holds the names. What is also an everyday word ("Apple", 苹果, "Block") counts only
beside a word that such talk has; amounts ("$1.6K", "$10M") are no symbols.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from typing import Any, Final, Literal, Protocol

import polars as pl

from dawnchorus.model import Lang

Kind = Literal["stock", "coin"]

MENTIONS: Final = pl.Schema(
    {
        "id": pl.String,
        "symbol": pl.String,
        "kind": pl.String,  # "stock", "coin"; "cashtag" for a symbol we do not know
        "surface": pl.String,  # as the post has it
        "market": pl.Boolean,  # the post has a cashtag or a word of market talk: not just products
    }
)

# Of symbols only seen after "$": letters, at most a class or exchange behind a dot. Amounts, currencies and
# the shell variables of code are none.
_UNKNOWN: Final = r"^[A-Z]{2,6}(?:\.[A-Z]{1,2})?$"
_NO_SYMBOLS: Final = frozenset(
    {
        "US",
        "USD",
        "CAD",
        "AUD",
        "HKD",
        "SGD",
        "NZD",
        "EUR",
        "GBP",
        "JPY",
        "CNY",
        "RMB",
        "INR",
        "KRW",
        "TWD",
        "HK",
    }
    | {"MM", "BN", "TN", "MN", "MIL", "MLN", "BLN", "TRN", "KK"}
    | {"HOME", "USER", "PWD", "SHELL", "HOST", "PORT", "ENV", "TMP", "DIR", "NAME", "FILE", "ARGS", "EDITOR"}
    | {"VAR", "ID", "KEY", "TOKEN", "URL"}
)


class Watched(Protocol):
    """An entry of a topic's watch list, as :class:`dawnchorus.settings.Watch` is."""

    @property
    def symbol(self) -> str: ...  # noqa: D102
    @property
    def kind(self) -> Kind: ...  # noqa: D102
    @property
    def names(self) -> Mapping[Lang, str]: ...  # noqa: D102
    @property
    def aliases(self) -> Sequence[str]: ...  # noqa: D102
    @property
    def context(self) -> Sequence[str]: ...  # noqa: D102


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A stock or coin and how it is written; fields as in ``instruments.toml``."""

    symbol: str
    kind: Kind
    en: str = ""
    zh: str = ""
    aliases: tuple[str, ...] = ()
    cashtags: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()  # "not" in the file
    ambiguous: bool = False
    cased: bool = False
    bare: bool = True
    wary: bool = False

    def name(self, lang: Lang) -> str:
        """Name in ``lang``, else in the other language, else the symbol."""
        first, second = (self.zh, self.en) if lang == "zh" else (self.en, self.zh)
        return first or second or self.symbol


def find_instruments(posts: pl.DataFrame, *, watch: Sequence[Watched] = ()) -> pl.DataFrame:
    """Mentions of stocks and coins in ``posts`` (CLEANED or more): MENTIONS, one row a post and symbol.

    In the order of the posts, then by symbol. The surface is the cashtag if there is one, else the name that
    comes first. ``watch`` adds to the stocks and coins we know, and to their names.
    """
    listed = listed_instruments(watch=watch)
    texts = posts.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"),
        "id",
        pl.col("clean_text").fill_null("").str.replace_all(r"https?://\S+", " ").alias("text"),
        pl.col("cashtags").alias("tags"),
    )
    found = pl.concat([_by_cashtag(texts, listed), _by_name(texts, listed)])
    kept = _in_context(found, texts, listed)
    return (
        kept.sort("row", "symbol", "start")
        .unique(["row", "symbol"], keep="first", maintain_order=True)
        .join(texts.select("row", "id"), on="row", how="left", maintain_order="left")
        .select(MENTIONS.names())
    )


def listed_instruments(*, watch: Sequence[Watched] = ()) -> dict[str, Listed]:
    """Stocks and coins we know, by symbol, with those of ``watch`` put in."""
    listed = {one.symbol: one for one in _built_in()}
    for entry in watch:
        known = listed.get(entry.symbol, Listed(symbol=entry.symbol, kind=entry.kind))
        listed[entry.symbol] = replace(
            known,
            kind=entry.kind,
            en=entry.names.get("en", known.en),
            zh=entry.names.get("zh", known.zh),
            aliases=(*known.aliases, *filter(None, (known.en, known.zh)), *entry.aliases),
            context=(*known.context, *entry.context),
            ambiguous=known.ambiguous or bool(entry.context),
        )
    return listed


@cache
def _data() -> dict[str, Any]:
    file = resources.files("dawnchorus.report") / "instruments.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _built_in() -> tuple[Listed, ...]:
    kinds: tuple[tuple[Kind, str], ...] = (("stock", "stocks"), ("coin", "coins"))
    return tuple(_listed(kind, row) for kind, table in kinds for row in _data()[table]["listed"])


def _listed(kind: Kind, row: Mapping[str, Any]) -> Listed:
    values: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    return Listed(kind=kind, excluded=values.pop("not", ()), **values)


def _by_cashtag(texts: pl.DataFrame, listed: Mapping[str, Listed]) -> pl.DataFrame:
    """Cashtags: row, start (-1), surface, symbol, kind, needs (a context)."""
    known = pl.DataFrame(
        [
            (tag, one.symbol, one.kind, one.wary)
            for one in listed.values()
            for tag in (one.symbol, *one.cashtags)
        ],
        schema={"tag": pl.String, "symbol": pl.String, "kind": pl.String, "needs": pl.Boolean},
        orient="row",
    ).unique("tag", keep="first", maintain_order=True)
    tags = texts.select("row", pl.col("tags").alias("tag")).explode("tag").drop_nulls()
    return (
        tags.join(known, on="tag", how="left")
        .filter(
            pl.col("symbol").is_not_null()
            | (pl.col("tag").str.contains(_UNKNOWN) & ~pl.col("tag").is_in(sorted(_NO_SYMBOLS)))
        )
        .select(
            "row",
            pl.lit(-1, dtype=pl.Int64).alias("start"),
            pl.concat_str(pl.lit("$"), "tag").alias("surface"),
            pl.coalesce("symbol", "tag").alias("symbol"),
            pl.col("kind").fill_null("cashtag"),
            pl.col("needs").fill_null(True),
        )
    )


def _by_name(texts: pl.DataFrame, listed: Mapping[str, Listed]) -> pl.DataFrame:
    """Names and bare symbols that stand alone: row, start (byte), surface, symbol, kind, needs."""
    forms = _forms(listed)
    patterns = forms["key"].unique(maintain_order=True).to_list()
    options = {"ascii_case_insensitive": True, "overlapping": True}
    hits = (
        texts.select(
            "row",
            "text",
            pl.col("text").str.find_many(patterns, **options).cast(pl.List(pl.Int64)).alias("start"),
            pl.col("text").str.extract_many(patterns, **options).alias("surface"),
        )
        .filter(pl.col("start").list.len() > 0)
        .explode("start", "surface")
        .with_columns((pl.col("start") + pl.col("surface").str.len_bytes()).alias("end"))
        .filter(_stands_alone())
        .with_columns(pl.col("surface").str.to_lowercase().alias("key"))
        .drop("text")
        .join(forms, on="key", how="inner")
        .filter(
            ~pl.col("exact")
            | (pl.col("surface") == pl.col("form"))
            | (pl.col("surface") == pl.col("form").str.to_uppercase())
        )
    )
    chance = hits.filter("chance").select(
        "row", "symbol", pl.col("start").alias("from"), pl.col("end").alias("to")
    )
    by_chance = (
        hits.join(chance, on=["row", "symbol"])
        .filter((pl.col("from") <= pl.col("start")) & (pl.col("end") <= pl.col("to")))
        .select("row", "symbol", "start")
    )
    return (
        hits.filter(~pl.col("chance"))
        .join(by_chance, on=["row", "symbol", "start"], how="anti")
        .select("row", "start", "surface", "symbol", "kind", "needs")
    )


def _forms(listed: Mapping[str, Listed]) -> pl.DataFrame:
    """What to look for: key (lower case), form, symbol, kind, exact, needs, chance (a phrase by chance)."""
    rows: list[tuple[str, str, str, str, bool, bool, bool]] = []
    for one in listed.values():
        for name in dict.fromkeys(filter(None, (one.en, one.zh, *one.aliases))):
            exact = one.ambiguous or one.cased
            rows.append((name.lower(), name, one.symbol, one.kind, exact, one.ambiguous, False))
        if one.bare and len(one.symbol) > 1:
            # "0700.HK" is nothing else; "NVDA" may be, so it wants a context.
            rows.append(
                (one.symbol.lower(), one.symbol, one.symbol, one.kind, True, "." not in one.symbol, False)
            )
        rows.extend((text.lower(), text, one.symbol, one.kind, False, False, True) for text in one.excluded)
    flags = {"exact": pl.Boolean, "needs": pl.Boolean, "chance": pl.Boolean}
    words = {"key": pl.String, "form": pl.String, "symbol": pl.String, "kind": pl.String}
    return pl.DataFrame(rows, schema={**words, **flags}, orient="row")


# An edge of a word: not \b, which knows none between 用 and "Apple".
_EDGE: Final = r"[\W\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}]"


def _stands_alone() -> pl.Expr:
    """Whether the bytes from ``start`` to ``end`` of ``text`` are no part of a longer word."""
    data = pl.col("text").cast(pl.Binary)
    before = data.bin.slice(0, pl.col("start")).cast(pl.String).str.tail(1)
    after = data.bin.slice(pl.col("end")).cast(pl.String).str.head(1)
    wordy_start = ~pl.col("surface").str.contains(f"^{_EDGE}")
    wordy_end = ~pl.col("surface").str.contains(f"{_EDGE}$")
    return (~wordy_start | (before == "") | before.str.contains(_EDGE)) & (
        ~wordy_end | (after == "") | after.str.contains(_EDGE)
    )


def _in_context(found: pl.DataFrame, texts: pl.DataFrame, listed: Mapping[str, Listed]) -> pl.DataFrame:
    """Drop what needs a context and has none; add ``market``."""
    tagged = found.filter((pl.col("start") < 0) & ~pl.col("needs"))["row"].unique()
    words = _data()["context"]
    talk = texts.join(found.select("row").unique(), on="row", how="semi").select(
        "row",
        "text",
        pl.col("row").is_in(tagged.implode()).alias("tagged"),
        pl.col("text").str.contains(_any_of(words["stock"])).alias("stock"),
        pl.col("text").str.contains(_any_of(words["coin"])).alias("coin"),
    )
    found = found.join(talk, on="row", how="left").with_columns(
        (pl.col("tagged") | pl.col("stock") | pl.col("coin")).alias("market")
    )
    general = pl.when(pl.col("kind") == "cashtag").then("market").when(pl.col("kind") == "coin")
    fits = general.then(pl.col("tagged") | pl.col("coin")).otherwise(pl.col("tagged") | pl.col("stock"))
    kept = [found.filter(~pl.col("needs") | fits)]
    unsure = found.filter(pl.col("needs") & ~fits)
    for (symbol,), rows in unsure.partition_by("symbol", as_dict=True).items():
        own = listed[str(symbol)].context if symbol in listed else ()
        if own:
            kept.append(rows.filter(pl.col("text").str.contains(_any_of(own))))
    return pl.concat(kept)


def _any_of(words: Sequence[str]) -> str:
    """Pattern for any of ``words``; those of letters with spaces between them match whole only."""
    whole = [re.escape(word) for word in words if word[0].isascii()]
    parts = [re.escape(word) for word in words if not word[0].isascii()]
    return "(?i)" + "|".join([rf"(?:^|{_EDGE})(?:{'|'.join(whole)})(?:$|{_EDGE})"] * bool(whole) + parts)
