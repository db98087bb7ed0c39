from __future__ import annotations

import pytest

from dawnchorus.stories.marks import names, written_numbers


@pytest.mark.parametrize("text", ["16亿", "1.6B", "$1.6 billion", "1,600 million", "1,600,000,000", "16億"])
def test_a_number_is_the_same_in_every_notation(text):
    assert [number for number, _ in written_numbers(f"raised {text} today")] == ["1600000000"]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("down 3.50% on Monday", ["3.5%"]),
        ("3万 users", ["30000"]),
        ("300亿美元", ["30000000000"]),
        ("12 people, 3 dogs", []),
        ("no number", []),
        ("4300吨燃油", ["4300"]),
        ("约30k美元", ["30000"]),
        ("2億3500万ドルを調達", ["235000000"]),
        ("half in 1:02:47!", ["1:02:47"]),
        ("model 4300x", []),
    ],
)
def test_numbers_keep_their_scale_and_small_counts_are_left_out(text, want):
    assert [number for number, _ in written_numbers(text)] == want


def test_number_is_shown_as_written():
    assert written_numbers("估值 16亿 元") == [("1600000000", "16亿")]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("Yesterday the team at Velmora showed Kestrel Mark 3 to investors", {"Velmora", "Kestrel Mark 3"}),
        ("Great news from oradyne", set()),
        ("Velmora Shows Its New Turbine At Halden Expo As OpenGrid Watches", {"OpenGrid"}),
        ("市长陈启明昨日抵达上海，参观《织风》展", {"织风"}),
    ],
)
def test_names_are_capital_runs_but_not_in_headlines(text, want):
    found = set(names(text))

    assert want <= found
    assert not {"Great", "Yesterday", "Shows"} & found


def test_a_sentence_end_is_no_part_of_a_name():
    found = names("yesterday evening we met some people of Velmora. Oradyne called us about that later")

    assert found == ["Velmora"]


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("The valve leaked. So I LOOKED AT the seals of Velmora", ["Velmora"]),
        ("TL;DR none of them beats the Kestrel of Oradyne", ["Kestrel", "Oradyne"]),
        ("Both Velmora and Oradyne will sell it in spring without further tests", ["Velmora", "Oradyne"]),
        (
            "Introducing KestrelCoder, which writes plans for valves, made by Velmora",
            ["KestrelCoder", "Velmora"],
        ),
        ("We saw it with Oradyne's Heron-3 today", ["Oradyne", "Heron-3"]),
        ("It helps to ✅ Reformulate the query ✅ Critique the answer", []),
        ("In the app of Velmora (Restart app if it hangs)", ["Velmora"]),
        ("They thank the team of Oradyne. Quoti...", ["Oradyne"]),
        ("we all wait for the Kest…", []),
        ("NATO met EU ministers in the HQ of the IMO", ["NATO", "EU", "HQ", "IMO"]),
    ],
)
def test_neither_shouting_nor_words_that_open_a_sentence_nor_halves_are_names(text, want):
    assert names(text) == want


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("昂德尔氦气否认被收购", "昂德尔"),
        ("欧布雷尔召回阀门", "欧布雷尔"),
        ("伊尔卡·托瓦内今天辞职", "伊尔卡·托瓦内"),
        ("他昨天在上海陈家住下", "上海"),
    ],
)
def test_chinese_names_are_whole(text, want):
    found = names(text)

    assert want in found
    assert not any(name != want and name in want for name in found)
