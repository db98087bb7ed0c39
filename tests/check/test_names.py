"""Names in the language of the posts and in another: aliases, sounds, meanings, gazetteer."""

import pytest

from dawnchorus.report.check.claims import check_claim


def post(text, *, author="kestrel_ada", name="Ada Kestrel"):
    return {"source": "x", "author": author, "author_name": name, "text": text}


def objections(claim, *posts):
    verdict = check_claim(claim, posts)
    return {
        (reason.rule, reason.words) for reason in verdict.reasons if reason.rule in ("name", "attribution")
    }


TEXT_ZH = "云溪大学昨天说，布鲁塞尔的实验室明年搬去毕尔巴鄂，林知远教授留任。沪铜今天涨了。"
TEXT_EN = "Yunxi University moves its Brussels lab to Bilbao next year, Riksbank grant included. Paid in NOK."


@pytest.mark.parametrize(
    "claim",
    [
        "Yunxi University will move its lab from Brussels to Bilbao.",
        "Professor Lin Zhiyuan stays.",
        "Zhiyuan Lin stays, he is a professor.",  # the family name last
        "Copper rose in Shanghai.",
        "Residents were not asked.",  # a capital that only opens a sentence
    ],
)
def test_english_names_of_chinese_posts_are_found(claim):
    assert objections(claim, post(TEXT_ZH)) == set()


@pytest.mark.parametrize("name", ["Grenoble", "Marwitz", "Lin Haoran", "Tonga"])
def test_english_names_that_chinese_posts_lack_are_not(name):
    found = objections(f"The lab moves to {name} next year.", post(TEXT_ZH))
    assert any(rule == "name" for rule, _ in found)


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("实验室将迁往毕尔巴鄂。", True),
        ("资金来自瑞典央行，以挪威克朗支付。", True),
        ("实验室将迁往高雄。", False),
        ("大英博物馆参与其中。", False),
    ],
)
def test_chinese_names_are_looked_up_in_english_posts(claim, known):
    assert (objections(claim, post(TEXT_EN)) == set()) is known


def test_traditional_and_simplified_names_are_one():
    assert objections("高雄今年新增三座充电站。", post("高雄今年新增三座充電站，臺南還沒有。")) == set()
    assert objections("台南今年新增三座充电站。", post("高雄今年新增三座充電站。")) == {("name", "台南")}


def test_units_and_currency_marks_are_no_names():
    assert objections("电芯能量密度为 280 Wh/kg。", post("电芯做到了280Wh/kg")) == set()
    assert objections("It raised HK$860 million.", post("集资8.6亿港元")) == set()


def test_a_handle_with_an_underscore_is_a_name():
    assert objections("wire_hound 称电池已量产。", post("The battery is in series now.")) == {
        ("name", "wire_hound")
    }


@pytest.mark.parametrize(
    ("claim", "known"),
    [
        ("エヌビディアがスウェーデンに工場を建てる。", True),
        ("インテルがスウェーデンに工場を建てる。", False),
        ("エヌビディアがノルウェーに工場を建てる。", False),
    ],
)
def test_a_third_language_needs_only_data(claim, known):
    assert (objections(claim, post("Nvidia builds a plant in Sweden.")) == set()) is known
