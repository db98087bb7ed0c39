"""Names in the language of the posts and in another: aliases, sounds, meanings, gazetteer."""

import pytest

from dawnchorus.report.check import finding
from dawnchorus.report.check.claims import check_claim

SIGNALS = [
    f"name.{kind}"
    for kind in ("sound", "place", "thing", "part", "short", "romanised", "translated", "plain_word")
]


def post(text, *, author="kestrel_ada", name="Ada Kestrel"):
    return {"source": "x", "author": author, "author_name": name, "text": text}


@pytest.fixture(autouse=True)
def points(monkeypatch):
    """The rule's own signals at a weight that does not change when points are fitted anew."""
    fixed = finding.points() | {"name.first_name": 0.5} | dict.fromkeys(SIGNALS, 1.0)
    monkeypatch.setattr(finding, "points", lambda: fixed)


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


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("北欧海运监管署 NMSA 拒绝置评。", "The Nordic Maritime Safety Agency declined to comment."),
        ("固件将通过 OTA 推送。", "The firmware comes over-the-air."),
        ("Orvik 股价下跌7%。", "$ORVK -7% after hours"),
        ("Harbour Lights Fund bought the ferry.", "HLF has bought the ferry."),
        ("长鑫存储扩产。", "长鑫又要扩产了"),
        ("Mongolian traders wait.", "蒙古的商人在等"),
        ("馬斯克說船會沉。", "Musk says the ferry will sink."),
        ("谷歌母公司营收增长。", "$GOOGL revenue up"),
        ("Fed officials met.", "联储官员开会了"),
    ],
)
def test_short_forms_and_other_scripts_are_the_same_name(claim, told):
    assert objections(claim, post(told)) == set()


@pytest.mark.parametrize(
    "claim", ["中国网民不满。", "县卫生部门说没有死亡病例。", "工程里约两成返修。", "第五台停机。"]
)
def test_parts_of_two_words_are_no_names(claim):
    assert objections(claim, post("Users in China complain; county health says nobody died.")) == set()


def test_a_first_name_that_the_posts_leave_out_is_a_weak_doubt():
    told = post("Kvist's ferry sank twice.")
    assert objections("The ferry of Tomas Kvist sank twice.", told) == set()
    other = post("Anna Kvist's ferry sank twice.")
    assert ("name", "Tomas") in objections("The ferry of Tomas Kvist sank twice.", other)


def test_a_transcribed_name_nobody_has_heard_of_is_doubted():
    told = post("The harbour master Lindqvist shut the quay.")
    assert objections("港务长林德奎斯特关闭了码头。", told) == set()
    assert ("name", "斯坦伯格") in objections("斯坦伯格关闭了码头。", told)


def level(claim, text, **who):
    return check_claim(claim, [post(text, **who)]).verdict


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("StarBridge hired forty people.", "星橋科技招了四十個人。"),  # translated part by part
        ("Pupils may use generative AI.", "學生可用生成AI。"),  # a thing, no name
        ("马尔凯蒂说模型开源了。", "Enzo Marchetti here: the model is open now."),
        ("恩沃苏特别强调，费用很低。", "Adaeze Nwosu: the cost is low, I must stress that."),
    ],
)
def test_other_forms_of_a_name_are_no_fault(claim, text):
    assert not any(rule == "name" for rule, _ in objections(claim, post(text)))


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("Hsiao Mei-ling said the price stays.", "蕭美玲昨天說價格不變。"),  # Wade-Giles and the like
        ("A colleague named Wang agrees.", "隔壁王老師同意。"),
        (
            "得州没有拉闸限电。",
            "The operator did not have to cut power.",
        ),  # where it is may go without saying
        ("这让他联想到去年。", "It reminds him of last year."),
        ("人工智能让工时变短。", "Working hours got shorter."),
    ],
)
def test_what_may_be_another_form_is_never_rejected(claim, text):
    assert level(claim, text) != "rejected"


@pytest.mark.parametrize(
    ("claim", "text"),
    [
        ("得州没有拉闸限电。", "No load shed in California."),  # a place instead of another
        ("Kestrel Grid hired forty people.", "我们招了四十个人。"),
        ("谷歌没有拉闸限电。", "The operator did not have to cut power."),
    ],
)
def test_a_name_instead_of_another_is_rejected(claim, text):
    assert level(claim, text) == "rejected"
