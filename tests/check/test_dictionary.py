from datetime import UTC, datetime

import pytest

from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.content import content_coverage, least_score
from dawnchorus.report.check.dictionary import (
    dictionary,
    pack_dictionary,
    read_dictionary,
    read_terms,
)
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Ground, claim_of
from dawnchorus.report.check.stems import stem

BRIDGE_EN = (
    "Our bridge was drained of 6,140 ETH through a signature bug. "
    "Withdrawals are paused, user deposits are safe."
)
BRIDGE_ZH = "我们的跨链桥因签名漏洞被盗6140枚ETH，提现已暂停，用户存款安全。"


def covered(sentence, *posts, author="harbour"):
    at = datetime(2026, 3, 9, tzinfo=UTC)
    items = [
        Evidence(id=f"x:{number}", text=text, author=author, created_at=at)
        for number, text in enumerate(posts)
    ]
    ground = Ground(tuple(items))
    return content_coverage(claim_of(fold(sentence), ground), ground, standard_aliases())


def stems_of(word):
    book = dictionary()
    names = {number: one for one, number in book.numbers.items()}
    return {tuple(names[number] for number in sense) for sense in book.senses(book.simplified(word))}


@pytest.mark.parametrize(
    "forms",
    [
        ("launch", "launches", "launched", "launching"),
        ("study", "studies", "studied"),
        ("decide", "decision"),
        ("sell", "sold", "sales"),
        ("grow", "grew", "growth"),
        ("plan", "planned", "planning"),
        ("company", "company's", "companies"),
    ],
)
def test_forms_of_a_word_have_one_stem(forms):
    assert len({stem(form) for form in forms}) == 1


def test_words_that_only_look_alike_have_two_stems():
    assert stem("price") != stem("prize")
    assert stem("sing") != stem("sin")
    assert stem("analysis") != stem("annual")


def test_dictionary_says_where_it_is_from_and_under_which_licence():
    about = dictionary().about
    assert "CC-CEDICT" in about
    assert "MDBG" in about
    assert "Attribution-ShareAlike 4.0" in about
    assert "2020-10-05" in about


def test_senses_are_apart_and_traditional_words_are_found():
    assert (stem("rocket"),) in stems_of("火箭")
    assert (stem("court"),) in stems_of("法院")
    assert stems_of("開發") == stems_of("开发")
    assert dictionary().simplified("臺灣開發者") == "台湾开发者"


def test_variants_have_the_senses_of_what_they_point_at():
    assert stems_of("递回") >= stems_of("递归")


def test_a_name_or_a_classifier_alone_is_no_sense():
    senses = stems_of("李")
    assert not any(stem("surname") in sense for sense in senses)


def test_terms_of_ours_stand_beside_the_dictionary():
    assert (stem("llm"),) in stems_of("大模型")
    assert (stem("launch"),) in stems_of("推出")


def test_terms_read_words_and_phrases():
    terms = read_terms("# ours\n上市 挂牌 | ipo, go public\n")
    senses = (("ipo",), (stem("go"), stem("public")))
    assert terms == {"上市": senses, "挂牌": senses}


def test_packing_and_reading_keep_everything():
    packed = pack_dictionary(
        about="# one\n# two",
        to_simplified={"開": "开"},
        sounds={"开": "kai"},
        senses={"开": [("open",), ("turn", "on")], "门": [("door",), ("open", "door")]},
    )
    book = read_dictionary(packed)
    by_number = {number: one for one, number in book.numbers.items()}
    read = {
        word: [tuple(by_number[one] for one in sense) for sense in book.senses(word)] for word in book.rows
    }
    assert read == {"开": [("open",), ("turn", "on")], "门": [("door",), ("open", "door")]}
    assert book.about == "# one\n# two"
    assert book.simplified("開門") == "开門"
    assert book.sounds == {"开": "kai"}
    assert packed == pack_dictionary(
        about="# one\n# two",
        to_simplified={"開": "开"},
        sounds={"开": "kai"},
        senses={"门": [("door",), ("open", "door")], "开": [("open",), ("turn", "on")]},
    )


def test_near_stems_share_a_word():
    book = dictionary()
    near = {
        name for name, number in book.numbers.items() if number in book.near(book.numbers[stem("launch")])
    }
    assert {stem("start"), stem("establish")} <= near
    assert stem("vegetable") not in near


@pytest.mark.parametrize("post", [BRIDGE_EN, BRIDGE_ZH])
@pytest.mark.parametrize(
    ("sentence", "invented"),
    [
        (
            "跨链桥因签名漏洞失窃 6,140 枚 ETH，用户存款安全，提现暂停。",
            "跨链桥失窃引发监管部门高度关注，恐慌情绪蔓延。",
        ),
        (
            "The bridge lost 6,140 ETH to a signature bug; user deposits are safe.",
            "Panicked traders flooded regulators while rivals celebrated quietly.",
        ),
    ],
)
def test_what_posts_say_scores_above_what_is_nowhere(post, sentence, invented):
    true, false = covered(sentence, post), covered(invented, post)
    assert true.score > false.score + 0.2
    assert len(true.uncovered) < len(false.uncovered)


def test_uncovered_words_come_rarest_first_and_once():
    found = covered("恐慌情绪蔓延，恐慌的用户纷纷离场", BRIDGE_EN)
    weights = {word.text: word.weight * (1 - word.cover) for word in found.words}
    assert list(found.uncovered) == sorted(found.uncovered, key=lambda word: (-weights[word], word))
    assert found.uncovered.count("恐慌") == 1
    assert "用户" not in found.uncovered


def test_names_numbers_dates_and_light_words_are_left_to_other_rules():
    found = covered("据英伟达 3月5日 表示，@harbour 称 6,140 枚", BRIDGE_EN)
    assert [word.text for word in found.words] in ([], ["枚"])
    assert covered("马斯克说", BRIDGE_EN).score == 1


def test_a_sentence_without_content_is_covered():
    assert covered("", BRIDGE_EN).score == 1
    assert covered("", BRIDGE_EN).uncovered == ()


def test_posts_without_text_cover_nothing():
    found = covered("跨链桥失窃", "")
    assert found.score < 0.5
    assert set(found.uncovered) >= {"失窃"}


def test_traditional_and_simplified_are_one():
    assert (
        covered("跨鏈橋因簽名漏洞失竊", BRIDGE_ZH).score == covered("跨链桥因签名漏洞失窃", BRIDGE_ZH).score
    )


@pytest.mark.parametrize(
    "hostile", ["\ud800漏洞\ud800", "桥" * 3000, "{% raw %} <b>漏洞</b>", "\u202e漏洞\0"]
)
def test_hostile_text_is_scored(hostile):
    assert 0 <= covered(hostile, BRIDGE_EN, hostile).score <= 1


def test_same_words_get_the_same_coverage():
    sentence = "跨链桥失窃引发监管部门高度关注，恐慌情绪蔓延。"
    assert covered(sentence, BRIDGE_EN) == covered(sentence, BRIDGE_EN)


def test_posts_in_another_language_are_asked_for_less():
    english, chinese = (Ground((Evidence(id="x:1", text=text),)) for text in (BRIDGE_EN, BRIDGE_ZH))
    both = Ground((*english.items, *chinese.items))
    claim = claim_of("跨链桥失窃", english)
    assert least_score(claim, english) < least_score(claim, chinese)
    assert least_score(claim, both) == least_score(claim, english)
    assert least_score(claim, Ground(())) == 0
