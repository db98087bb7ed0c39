"""Names are counted under one spelling, whatever the script; what needs no help gets none."""

from __future__ import annotations

import polars as pl
import pytest

from dawnchorus.stories.spellings import in_one_spelling, known_names, spellings, standard_spellings


@pytest.mark.parametrize(
    ("aliases", "text", "want"),
    [
        ({}, "欧布雷尔召回阀门", "欧布雷尔召回阀门"),
        ({"B": "A"}, "b召回", "b召回"),
        ({"obrel": "Obrel Valves"}, "obrel 召回", "obrel 召回"),
        ({"欧布雷尔": "Obrel"}, "欧布雷尔召回阀门", "obrel 召回阀门"),
        ({"欧布": "Ob", "欧布雷尔": "Obrel"}, "欧布雷尔", "obrel"),
        ({"欧": "E"}, "欧布雷尔", "欧布雷尔"),
    ],
)
def test_the_longest_spelling_of_another_script_gives_way_to_the_name(kept, aliases, text, want):
    table = spellings(kept([{"text": text}]), aliases=aliases)

    assert in_one_spelling(pl.Series([text]), table)[0].strip() == want


@pytest.mark.parametrize(
    ("spelt", "name"),
    [
        ("英伟达", "nvidia"),
        ("エヌビディア", "nvidia"),
        ("马斯克", "musk"),
        ("日銀", "bank of japan"),
        ("フィリピン", "philippines"),
        ("菲律宾", "philippines"),
    ],
)
def test_standard_names_are_one_in_three_languages(spelt, name):
    assert standard_spellings()[spelt] == name


def test_names_of_a_topic_go_before_standard_ones(kept):
    posts = kept([{"text": "苹果丰收"}])

    assert spellings(posts, aliases={})["苹果"] == "apple"
    assert spellings(posts, aliases={"苹果": "Fruit"})["苹果"] == "fruit"


def test_known_names_are_those_of_both_tables():
    assert {"nvidia", "obrel"} <= known_names({"欧布雷尔": "Obrel"})
    assert "obrel" not in known_names({})


def test_a_name_that_only_katakana_has_is_heard(kept):
    posts = kept([{"text": "ベルモラ社が延期"}, {"text": "Delays at Velmora again"}])

    assert spellings(posts, aliases={})["ベルモラ"] == "velmora"
