from __future__ import annotations

import pytest

from dawnchorus.segment import sentences, words


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Revenue was $57.0B. That is up 62%!", ["Revenue was $57.0B.", "That is up 62%!"]),
        ("谁能想到？真的。", ["谁能想到？", "真的。"]),
        ("See e.g. this one. Next", ["See e.g. this one.", "Next"]),
        ("Version 2.0 is out", ["Version 2.0 is out"]),
        ("It was “sold.” (4 posts) More. Yes.", ["It was “sold.” (4 posts) More.", "Yes."]),
        ("一句“到此。”（4 条）再一句。", ["一句“到此。”（4 条）再一句。"]),
        ("one\ntwo", ["one", "two"]),
        ("  ", []),
    ],
)
def test_sentences_end_where_a_reader_ends_them(text, parts):
    assert sentences(text) == parts


def test_words_keep_names_whole_in_any_script():
    assert words("OpenAI发布GPT-5.1-Codex-Max，性能提升") == [
        "OpenAI",
        "发布",
        "GPT-5.1-Codex-Max",
        "性能",
        "提升",
    ]
    assert words("ホームランを打った C++ don't 🔥") == ["ホームランを", "打", "った", "C++", "don't"]
