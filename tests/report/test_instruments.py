"""Stocks and coins in posts: one instrument by any of its names, and no word taken for one."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import polars as pl
import pytest

from dawnchorus.report.instruments import MENTIONS, find_instruments, listed_instruments
from dawnchorus.settings import Watch
from dawnchorus.tables import KEPT, conform


def posts(*texts: str) -> pl.DataFrame:
    rows = [
        {
            "id": f"p{number}",
            "clean_text": text,
            "cashtags": [tag.upper() for tag in re.findall(r"\$([A-Za-z][A-Za-z.]*\b)", text)],
        }
        for number, text in enumerate(texts)
    ]
    return conform(pl.DataFrame(rows, schema_overrides={"cashtags": pl.List(pl.String)}), KEPT)


def symbols(text: str, **options: object) -> list[str]:
    return find_instruments(posts(text), **options)["symbol"].to_list()  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "$NVDA",
        "$nvda to the moon",
        "英伟达发布新卡",
        "輝達財報",
        "Nvidia",
        "NVIDIA的显卡",
        "用nvidia训练",
        "NVDA shares fell",
        "Nvidia's new chip",
        "(Nvidia)",
        "#NVDA stock",
    ],
)
def test_one_company_by_all_its_names(text):
    assert symbols(text) == ["NVDA"]


@pytest.mark.parametrize(
    "text",
    [
        "raised $1.6K, then $10M, then $2B",
        "paid in $USD",
        "NVDA driver 550",
        "$AI is what they call it",
        "echo $HOME $PATH",
        "I ate an apple",
        "An Apple a day",
        "苹果很好吃",
        "my Visa application",
        "block the road",
        "a near miss",
        "sui generis",
        "Cosmos by Carl Sagan",
        "intel suggests otherwise",
        "高通胀来了",
        "grapple, Metallica, Intelligent",
        "https://example.org/quote/NVDA?stock=1",
        "中国版英伟达今日申购",
        "an avalanche of LLM tokens",
        "all on APP now",
        "an Airbnb, short: a BnB",
        "load meta-llama/Meta-Llama-3-8B with WhatsApp",
        "",
    ],
)
def test_words_amounts_and_links_are_none(text):
    assert symbols(text) == []


@pytest.mark.parametrize(
    ("text", "symbol"),
    [
        ("$AI stock jumps after earnings", "AI"),
        ("Apple shares slip", "AAPL"),
        ("APPLE EARNINGS", "AAPL"),
        ("the new iPhone from Apple", "AAPL"),
        ("苹果股价创新高", "AAPL"),
        ("$AAPL", "AAPL"),
        ("Visa earnings beat", "V"),
        ("Block investors ask Jack Dorsey", "XYZ"),
        ("Meta and Zuckerberg", "META"),
        ("Sui mainnet is down", "SUI"),
        ("比特币大跌", "BTC"),
        ("BTC", "BTC"),
        ("bitcoin", "BTC"),
        ("0700.HK", "0700.HK"),
        ("腾讯发布混元", "0700.HK"),
        ("$BRK.B", "BRK.B"),
        ("$GOOG", "GOOGL"),
        ("高通发布芯片", "QCOM"),
        ("SK Hynix and HBM", "000660.KS"),
        ("$FOO stock doubled", "FOO"),
    ],
)
def test_names_and_symbols_in_context(text, symbol):
    assert symbols(text) == [symbol]


def test_rows_are_in_the_order_of_posts_then_symbols_and_one_a_symbol():
    found = find_instruments(posts("TSMC, AMD and nvidia; $NVDA", "nothing", "AMD，英伟达，AMD"))
    assert found.schema == MENTIONS
    assert found.select("id", "symbol", "kind", "surface").rows() == [
        ("p0", "AMD", "stock", "AMD"),
        ("p0", "NVDA", "stock", "$NVDA"),
        ("p0", "TSM", "stock", "TSMC"),
        ("p2", "AMD", "stock", "AMD"),
        ("p2", "NVDA", "stock", "英伟达"),
    ]


def test_market_talk_is_told_from_talk_of_products():
    found = find_instruments(posts("Nvidia driver crash", "Nvidia 股价", "$NVDA", "Solana 主网"))
    assert found["market"].to_list() == [False, True, True, True]


def test_a_symbol_we_do_not_know_is_kept_as_a_cashtag():
    found = find_instruments(posts("$WULF and other miners rally, shares up", "use $WULF in bash"))
    assert found.select("id", "symbol", "kind").rows() == [("p0", "WULF", "cashtag")]


def test_the_watch_list_adds_instruments_names_and_contexts():
    watch = [
        Watch(symbol="LUMN.X", names={"en": "Lumenfold", "zh": "流明折叠"}, aliases=("Lumen Fold",)),
        Watch(symbol="KITE", kind="coin", names={"en": "Kite"}, context=("token", "代币")),
        Watch(symbol="NVDA", aliases=("皮衣厂",)),
    ]
    assert symbols("流明折叠上市", watch=watch) == ["LUMN.X"]
    assert symbols("lumen fold", watch=watch) == ["LUMN.X"]
    assert symbols("I fly a Kite", watch=watch) == []
    assert symbols("Kite token unlock", watch=watch) == ["KITE"]
    assert symbols("皮衣厂", watch=watch) == ["NVDA"]
    assert symbols("英伟达", watch=watch) == ["NVDA"]
    assert listed_instruments(watch=watch)["LUMN.X"].name("zh") == "流明折叠"
    assert listed_instruments()["NVDA"].name("zh") == "英伟达"
    assert listed_instruments()["NVDA"].name("en") == "Nvidia"


def test_no_posts_give_no_mentions():
    assert find_instruments(posts()[:0]).schema == MENTIONS
    assert find_instruments(posts("x")[:0]).is_empty()


@pytest.mark.parametrize("text", ["\x00Nvidia\ufffd", "🚀Nvidia🚀", "é" * 500 + " Nvidia", "Ｎvidia Nvidia"])
def test_odd_characters_around_a_name_do_no_harm(text):
    assert symbols(text) == ["NVDA"]


def test_no_name_stands_for_two_instruments_unless_by_context():
    owners: dict[str, set[str]] = {}
    for one in listed_instruments().values():
        for name in filter(None, (one.en, one.zh, *one.aliases, *one.cashtags)):
            owners.setdefault(name.lower(), set()).add(one.symbol)
    assert {name: held for name, held in owners.items() if len(held) > 1} == {}


def test_the_data_file_is_tidy():
    data = tomllib.loads(
        (resources.files("dawnchorus.report") / "instruments.toml").read_text(encoding="utf-8")
    )
    stocks, coins = data["stocks"]["listed"], data["coins"]["listed"]
    assert len(stocks) >= 150
    assert len(coins) >= 50
    listed = [row["symbol"] for row in (*stocks, *coins)]
    assert len(set(listed)) == len(listed)
    for row in (*stocks, *coins):
        assert row["en"], row
        assert row["zh"], row
        # A name of two letters, or of one Han character, is a word somewhere.
        assert all(len(name) > 1 for name in (row["en"], row["zh"], *row.get("aliases", ()))), row
