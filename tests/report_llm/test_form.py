"""The form of a sentence: faults that need no evidence to be seen."""

from __future__ import annotations

import pytest

from dawnchorus.report.llm.form import LONGEST, fault_of, is_salad, tidy

HANDLES = ("velmora", "ada.example.social")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "empty"),
        ("a" * (LONGEST + 1), "longer than"),
        ("See https://velmora.example/x for more.", "link"),
        ("See www.velmora.example for more.", "link"),
        ("Read velmora.com/plant now.", "link"),
        ("Velmora **raised** $40M.", "markup"),
        ("# Velmora raised $40M.", "markup"),
        ("- Velmora raised $40M.", "markup"),
        ("[Velmora](x) raised $40M.", "markup"),
        ("Velmora <b>raised</b> $40M.", "markup"),
        ("Velmora raised {{ site.time }}.", "markup"),
        ("Velmora raised {% include x %}.", "markup"),
        ("Velmora raised `$40M`.", "markup"),
        ("Velmora raised $40M [12].", "citation mark"),
        ("Velmora raised $40M [^3].", "citation mark"),
        ("We think that Velmora raised $40M.", "person"),
        ("I'm told Velmora raised $40M.", "person"),
        ("Your plant is in Lankport.", "person"),
        ("Velmora raised $40M, says @nobody.", "@nobody"),
        ("Velmora raised \u200b$40M.", "cannot be seen"),
        ("Velmora raised \U000e0041$40M.", "cannot be seen"),
        ("Velmora raised \u202e$40M.", "cannot be seen"),
        ("维尔莫拉融资四千万美元。", "not in English"),
        ("潮汐発電所はランクポートにあります。", "not in English"),
    ],
)
def test_fault_of_an_english_sentence_is_named(text, said):
    assert said in fault_of(text, lang="en", handles=HANDLES)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Velmora raised forty million dollars.", "not in Chinese"),
        ("ベルモラは四千万ドルを調達しました。", "not in Chinese"),
        ("벨모라는 자금을 조달했다.", "not in Chinese"),
        ("我们认为维尔莫拉会成功。", "person"),
        ("您可以买入维尔莫拉。", "person"),
        ("维尔莫拉融资，见 https://velmora.example。", "link"),
        ("**维尔莫拉**融资。", "markup"),
        ("维尔莫拉融资[1]。", "citation mark"),
    ],
)
def test_fault_of_a_chinese_sentence_is_named(text, said):
    assert said in fault_of(text, lang="zh", handles=HANDLES)


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("Velmora raised $40M for its second tidal plant (@velmora).", "en"),
        ("Ada Lin said the US plant is open.", "en"),
        ('Ada Lin wrote "we are done" on Monday.', "en"),
        ("Node.js 22 and C++ run on it, says @ada.example.social.", "en"),
        ("维尔莫拉 Velmora 融资 4000 万美元，用于 Lankport 的第二座潮汐电站。", "zh"),
        ("林艾达称“我们做完了”。", "zh"),
        ("俄国和我国的电站。", "zh"),
    ],
)
def test_a_plain_sentence_has_no_fault(text, lang):
    assert fault_of(text, lang=lang, handles=HANDLES) == ""


@pytest.mark.parametrize(
    ("given", "made"),
    [
        ("  Velmora\n raised\t$40M ", "Velmora raised $40M."),
        ("Velmora raised $40M.", "Velmora raised $40M."),
        ('Ada wrote "done."', 'Ada wrote "done."'),
        ("Cafe\u0301 opened", "Café opened."),
        ("", ""),
    ],
)
def test_a_sentence_is_made_one_line_with_a_stop(given, made):
    assert tidy(given, lang="en") == made


def test_a_title_has_no_stop():
    assert tidy("Velmora raised $40M.", lang="en", title=True) == "Velmora raised $40M"
    assert tidy("维尔莫拉融资。", lang="zh", title=True) == "维尔莫拉融资"


def test_han_and_latin_are_parted_but_in_quotations():
    assert tidy("Velmora融资4000万美元，占26%股份", lang="zh") == "Velmora 融资 4000 万美元，占 26% 股份。"
    assert tidy("林艾达称“用V2阀3个”，共9个", lang="zh") == "林艾达称“用V2阀3个”，共 9 个。"


# Noise of a model of random weights (tests/noise): each had passed, made of words that its post has.
@pytest.mark.parametrize(
    "text",
    [
        "Partners.",
        "2 The.",
        "V raised",
        "20 Two from one (@author2)",
        "Round stops seal from",
        "Under instead. replace letter (@author2).",
        "Valves. March. was in",
        "The valve seat seat leaks",
        "It,, raised a recalls closed parameters.",
    ],
)
def test_scraps_are_no_sentences(text):
    assert fault_of(text, lang="en", handles=("author2",)) == "it is no whole sentence"


def test_short_sentences_are_sentences():
    assert fault_of("Obrel recalls valves", lang="en", handles=()) == ""
    assert fault_of("AMD is up on IBM", lang="en", handles=()) == ""
    assert fault_of("xAI and Obrel Corp. share a plant of approx. nine acres.", lang="en", handles=()) == ""
    assert fault_of("欧布雷尔召回阀门", lang="zh", handles=()) == ""


def test_a_low_first_letter_is_told():
    assert (
        fault_of("valves are recalled by Obrel", lang="en", handles=())
        == "it begins without a capital letter"
    )
    assert fault_of("xAI recalls all its valves", lang="en", handles=()) == ""


def test_words_of_posts_in_any_order_are_salad():
    post = "Obrel recalls 38,000 V2 vent valves after a seal let go at altitude. 欧布雷尔"

    assert is_salad("Seal Obrel after valves altitude", post)
    assert not is_salad("Obrel recalled its valves", post)
    assert not is_salad("A seal let go, so Obrel recalls valves", post)
    assert not is_salad("Obrel recalls vent valves", "欧布雷尔召回三万八千只泄压阀，此前一处密封在高空松脱")
