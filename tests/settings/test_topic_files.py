"""Topic files: what is read, what is refused, and in which words."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time
from pathlib import Path

import polars as pl
import pytest

from dawnchorus.errors import SettingsError
from dawnchorus.plugins import load_plugin
from dawnchorus.query import parse_query
from dawnchorus.settings import check_label, list_topics, load_topic, parse_topic, topic_text
from dawnchorus.tables import KEPT, conform
from dawnchorus.testing import make_visit

SMALL = """
query = "kite OR 风筝"
names = { en = "Kites", zh = "风筝" }
"""


def faults(text: str) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        parse_topic(text, file="kites.toml", id="kites")
    return str(caught.value).splitlines()


def test_the_least_topic_has_defaults_for_all_else():
    topic = parse_topic(SMALL, file="kites.toml", id="kites")
    assert (topic.id, topic.label, topic.languages, topic.tz, topic.cutoff) == (
        "kites",
        "kites",
        ("en",),
        "UTC",
        None,
    )
    assert (topic.writer.name, [one.name for one in topic.publishers], topic.out) == (
        "extractive",
        ["jekyll"],
        Path("site"),
    )
    assert topic.display_name == "Kites"
    assert (topic.heading("zh"), topic.heading("en")) == ("风筝相关内容", "Kites")


def test_every_key_is_read():
    topic = parse_topic(
        """
id = "kites"
label = "x_kites"
languages = ["zh", "en"]
tz = "Asia/Shanghai"
cutoff = "15:30"
keep_languages = ["zh", "en", "ja"]
out = "public"
publishers = ["jekyll", { name = "text", width = 72 }]
writer = { name = "llm", model = "small" }
names = { zh = "风筝", en = "Kites" }
source_names = { zh = "微博", en = "Weibo" }
query = { zh = "风筝", en = "kite OR kites" }
finance.query = "shares"
aliases = { "Lumenfold" = ["流明折叠"] }
stop_words.zh = ["转发"]
[[sources]]
name = "mbox"
path = "news.mbox"
[[watch]]
symbol = "KITE"
kind = "coin"
names.en = "Kite"
context = ["token"]
[section]
heading = { zh = "风筝业", en = "The kite trade" }
[[section.themes]]
id = "wind"
names = { zh = "风", en = "Wind" }
query = "wind OR 风"
""",
        file="kites.toml",
        id="other",
    )
    assert topic.display_name == "X Kites"
    assert topic.primary == "zh"
    assert topic.cutoff == time(15, 30)
    assert topic.query == "(风筝) OR (kite OR kites)"
    assert topic.sources[0].options == {"path": "news.mbox"}
    assert topic.publishers[1].options == {"width": 72}
    assert (topic.writer.name, topic.writer.options) == ("llm", {"model": "small"})
    assert topic.watch[0].names == {"en": "Kite"}
    assert topic.section.themes[0].names["zh"] == "风"
    assert topic.heading("en") == "The kite trade"
    assert topic.aliases == {"Lumenfold": ("流明折叠",)}


def test_all_faults_are_told_at_once_with_line_and_key():
    assert faults(
        """label = "Twitter AI"
tz = "Mars/Phobos"
qery = "x"
cutoff = 15
languages = ["zh", "fr"]
names = { zh = "" }
watch = [
  { symbol = "NVDA" },  # fine
  { symbol = "BTC", kind = "token", alias = [] },
]

[[section.themes]]
id = "a"
names = { zh = "甲" }
[[section.themes]]
id = "b"
names = { zh = "乙" }
query = '''
wind OR
(rain'''
[[sources]]
path = "x"
"""
    ) == [
        "kites.toml:1: label: 'Twitter AI' is not allowed; use 1 to 60 of a-z, 0-9, _ and -, beginning with "
        "a letter or digit",
        "kites.toml:2: tz: 'Mars/Phobos' is no time zone; use an IANA name such as \"Asia/Shanghai\"",
        "kites.toml:3: qery: unknown key; did you mean query?",
        'kites.toml:4: cutoff: 15 is no time of day; write it as "15:30"',
        "kites.toml:5: languages[2]: input should be 'zh' or 'en', not 'fr'; see docs/topics.md",
        "kites.toml:6: names.zh: is empty; write a text or leave the key out",
        "kites.toml:9: watch[2].alias: unknown key; did you mean aliases?",
        "kites.toml:9: watch[2].kind: input should be 'stock' or 'coin', not 'token'; see docs/topics.md",
        "kites.toml:12: section.themes[1].query: is missing; add query = …",
        'kites.toml:18: section.themes[2].query: line 2, column 6: expected ")", found the end',
        "kites.toml:21: sources[1].name: is missing; add name = …",
    ]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("tz = ", "kites.toml:1: not valid TOML at the end: Invalid value; mend it there"),
        ('a = 1\nb = "x', "kites.toml:2: not valid TOML at the end: "),
        (
            "a = 1\na = 2\n",
            "kites.toml:2: not valid TOML at column 6: Cannot overwrite a value; mend it there",
        ),
    ],
)
def test_what_is_no_toml_is_told_by_line(text, line):
    (told,) = faults(text)
    assert told.startswith(line)


@pytest.mark.parametrize(
    ("extra", "line"),
    [
        ('languages = ["zh", "en", "zh"]', "languages: is empty or names one twice"),
        ('languages = ["en", "zh"]\n[source_names]\nen = "X"', 'source_names: has no "zh"'),
        ('[[watch]]\nsymbol = "A"\n[[watch]]\nsymbol = "A"', "watch[2]: 'A' stands there 2 times; keep one"),
        ('[finance]\nquery = "kite AND"', "finance.query: column 9: expected a term"),
        ('[finance]\nqueri = "x"', "finance.queri: unknown key; did you mean query?"),
        ('[stop_words]\nfr = ["le"]', "stop_words.fr: input should be 'zh' or 'en'"),
        ('keep_languages = ["english"]', "keep_languages[1]: 'english' is no language"),
        ('writer = "a\\u0000b"', "writer.name: holds a line break or control character"),
        ("sources = 5", "sources: input should be a valid tuple"),
        ('label = "con"', "label: 'con' is a reserved name"),
    ],
)
def test_a_wrong_value_is_told_by_its_key(extra, line):
    assert any(f" {line}" in told for told in faults(f"{SMALL}{extra}")), faults(f"{SMALL}{extra}")


def test_a_fault_in_one_language_of_a_query_names_the_language():
    (told,) = faults('names.en = "K"\n[query]\nen = "kite"\nzh = "风筝 AND"')
    assert told.startswith("kites.toml:2: query: zh: column 7: expected a term")


@pytest.mark.parametrize("label", ["twitter_ai", "a", "0-9", "x" * 60])
def test_labels_that_are_fit_for_file_names(label):
    assert check_label(label) == label


@pytest.mark.parametrize(
    "label",
    ["", "-a", "_posts", ".", "..", "../../_config", "a/b", "A", "é", "a b", "a\0", "nul", "com1", "x" * 61],
)
def test_labels_that_are_not(label):
    with pytest.raises(ValueError, match=r"not allowed|reserved"):
        check_label(label)


def test_a_topic_that_is_not_there_is_told_with_those_that_are(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(
        SettingsError, match=r"no topic named 'kites'; built in: ai, .*semiconductors; or give"
    ):
        load_topic("kites")
    Path("kites.toml").write_text(SMALL)
    with pytest.raises(SettingsError, match=r"write \./kites\.toml"):
        load_topic("kites")
    assert load_topic("./kites.toml").id == "kites"
    with pytest.raises(SettingsError, match=r"nope\.toml: No such file"):
        load_topic("nope.toml")
    Path("gbk.toml").write_bytes("# 风筝".encode("gbk"))
    with pytest.raises(SettingsError, match=r"gbk\.toml: not UTF-8 at byte 2"):
        load_topic("gbk.toml")


@pytest.mark.parametrize("name", list_topics())
def test_a_built_in_topic_can_be_copied_and_read_by_path(name, tmp_path):
    copy = tmp_path / f"{name}.toml"
    copy.write_text(topic_text(name), encoding="utf-8")
    builtin = load_topic(name)
    assert load_topic(str(copy)) == replace(builtin, out=tmp_path / builtin.out)
    assert set(load_topic(name).languages) == {"zh", "en"}


def matches(name: str, text: str) -> bool:
    frame = conform(
        pl.DataFrame(
            {
                "id": ["1"],
                "clean_text": [text],
                "urls": [[]],
                "hashtags": [[]],
                "mentions": [[]],
                "cashtags": [[]],
            }
        ),
        KEPT,
    )
    return bool(parse_query(load_topic(name).query).matches(frame)[0])


@pytest.mark.parametrize(
    "text",
    [
        "AI is here",
        "用AI写代码",
        "Claude Code is down",
        "大模型价格战",
        "Ran Qwen3-Next on my Mac",
        "#AI",
        "GPT-5.1 beats it",
    ],
)
def test_the_ai_topic_keeps(text):
    assert matches("ai", text)


@pytest.mark.parametrize(
    "text",
    [
        "Ruby on Rails 8",
        "It is said to rain",
        "Claude Monet's garden",
        "蓝猫淘气三千问",
        "Tesla recalls cars",
        "今天下雨了",
    ],
)
def test_the_ai_topic_leaves_out(text):
    assert not matches("ai", text)


@pytest.mark.parametrize(
    ("text", "kept"), [("DRAM prices double", True), ("中芯国际扩产", True), ("potato chips", False)]
)
def test_the_semiconductor_topic(text, kept):
    assert matches("semiconductors", text) is kept


@pytest.mark.parametrize(
    ("label", "zh", "en"),
    [
        ("ai", "社交网络", "social networks"),
        ("twitter_ai", "Twitter", "Twitter"),
        ("x-ai", "X", "X"),
        ("weibo_ai", "微博", "Weibo"),
        ("hackernews_ai", "Hacker News", "Hacker News"),
        ("ai_twitter", "社交网络", "social networks"),
        ("twitterish_ai", "社交网络", "social networks"),
    ],
)
def test_a_label_that_begins_with_a_network_names_it_in_the_title(label, zh, en):
    topic = load_topic("ai")
    assert (topic.source_name("zh", label=label), topic.source_name("en", label=label)) == (zh, en)


def test_the_topics_own_name_of_its_sources_goes_before_its_own_label():
    own = 'label = "mastodon_kites"\nnames = { en = "Kites" }\n'
    assert parse_topic(own, file="k.toml", id="k").source_name("en", label="mastodon_kites") == "Mastodon"
    named = parse_topic(own + 'source_names = { en = "the Fediverse" }', file="k.toml", id="k")
    assert named.source_name("en", label="mastodon_kites") == "the Fediverse"
    assert named.source_name("en", label="reddit_kites") == "Reddit"


@pytest.mark.parametrize("name", list_topics())
def test_the_sources_of_a_built_in_topic_take_their_options_and_need_no_key(name):
    topic = load_topic(name)
    assert topic.sources
    for use in topic.sources:
        source = load_plugin("sources", use.name, options=use.options)
        with make_visit(
            start=datetime(2026, 3, 9, tzinfo=UTC), end=datetime(2026, 3, 10, tzinfo=UTC)
        ) as visit:
            estimate = source.estimate(visit)
        assert estimate.requests
        assert estimate.usd == 0


@pytest.mark.parametrize(
    "line",
    [
        'key_env = "{key}"',
        'key_env = ["{key}"]',
        'key_env = "{upper}"',
        'key = "{key}"',
        'key_file = ["{key}"]',
        'base_url = {{ a = "{key}" }}',
        'form = "{key}"',
        'extra = "{key}"',
        'run_usd = "{key}"',
    ],
)
def test_a_key_that_strayed_into_a_topic_is_not_told(line):
    key = "sk-proj-" + "a1B2" * 10
    text = SMALL + '[llm]\nmodel = "m"\n' + line.format(key=key, upper=key.upper().replace("-", "_"))

    [fault] = faults(text)

    assert fault.startswith("kites.toml:6: llm.")
    assert "a1b2a1b2" not in fault.lower()
    assert not line.startswith('key_env = "') or "write the name, not the key" in fault


def test_a_number_that_is_wrong_for_a_model_is_told():
    [fault] = faults(SMALL + '[llm]\nmodel = "m"\nconcurrency = 99')

    assert "not 99" in fault
