"""A grave act that no cited post tells of is a doubt in any language; told in other words it is none."""

import tomllib
from importlib.resources import files

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import Context, find_faults

TRAM = "The Orlo tram stops for repairs until 9 May. Three buses an hour replace it, the operator said."
TRAM_ZH = "奥尔洛有轨电车停运检修至5月9日。运营方称每小时有三班巴士代替。"
TRAM_JA = "オルロの路面電車は5月9日まで修理のため運休します。"


def doubts(claim, *texts):
    posts = {str(n): Evidence(id=str(n), text=text, author=f"lo{n}") for n, text in enumerate(texts)}
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    return find_faults(sentence, Context(evidence=posts))


def words(claim, *texts):
    return [one.words for one in doubts(claim, *texts).by_rule["grave"]]


@pytest.mark.parametrize(
    ("claim", "act"),
    [
        ("奥尔洛有轨电车被劫持。", "劫持"),
        ("奧爾洛電車遭襲擊。", "襲擊"),
        ("奥尔洛电车运营方破产。", "破产"),
        ("奥尔洛电车起火。", "起火"),
        ("奥尔洛电车运营方解雇 300 人。", "解雇"),
        ("The Orlo tram was hijacked.", "hijacked"),
        ("The operator of the Orlo tram went bankrupt.", "bankrupt"),
        ("Three buses collided in Orlo.", "collided"),
        ("The Orlo operator laid off its drivers.", "laid off"),
        ("A recall of Orlo trams begins.", "A recall"),
        ("Sue Berg, who runs the Orlo tram, was arrested.", "arrested"),
    ],
)
@pytest.mark.parametrize("post", [TRAM, TRAM_ZH, TRAM_JA])
def test_a_grave_act_that_no_post_tells_is_a_doubt_that_escalates(claim, act, post):
    assert words(claim, post) == [act]
    assert doubts(claim, post).verdict().verdict != "supported"


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        (
            "洛林银行四万名客户资料外泄。",
            "Lorrin Bank: records of 40,000 customers were copied by an intruder.",
        ),
        ("洛林银行裁员三百人。", "Lorrin Bank lets 300 of its people go, axing whole teams."),
        ("A cook died in the Tessin fire.", "提契诺大火，一名厨师遇难。"),
        ("Two people were killed in Tessin.", "提契诺两人没了，全镇默哀，愿逝者安息。"),
        ("维尔公司被起诉。", "Vell Corp. taken to court by its dealers."),
        ("Vell is buying Harrow; the acquisition closes in May.", "维尔买下了哈罗，五月交割。"),
        ("维尔收购哈罗。", "Harrow is being sold to Vell."),
        ("哈罗的桥遭黑客攻击。", "Harrow bridge exploited, 900 ETH drained."),
        ("Harrow was robbed of 900 ETH.", "哈罗被盗900枚以太币。"),
        ("哈罗桥被盗。", "ハローが不正アクセスで流出。"),
        ("维尔召回4万只阀门。", "ヴェルが弁4万個をリコール。"),
        ("Vell's chief resigned.", "维尔首席执行官卸任。"),
        ("The model has a recall of 0.9.", "模型召回率达到0.9。"),
    ],
)
def test_what_posts_tell_in_other_words_is_none(claim, post):
    assert words(claim, post) == []


@pytest.mark.parametrize(
    "claim",
    [
        "Sue Berg and Rob Anders run the Orlo tram.",  # names
        "Ulla Berg recalls that the Orlo tram ran on time in 2019.",  # remembers
        "奥尔洛农户的牛奶收购价不变。",  # a price
        "Lo wins by 40 points, a group of death for others.",
        "奥尔洛电车5月9日前停运。",
        "The Orlo tram is out of service until 9 May.",
    ],
)
def test_what_only_looks_like_an_act_is_none(claim):
    assert words(claim, TRAM, TRAM_ZH) == []


def test_one_of_several_posts_is_enough():
    assert words("奥尔洛电车司机受伤。", TRAM, "A driver of the Orlo tram was taken to hospital.") == []


def test_a_word_of_two_acts_is_borne_out_as_either():
    assert words("敌军入侵奥尔洛。", "Troops crossed into Orlo.") == []
    assert words("黑客入侵奥尔洛的服务器。", "Attackers broke into the Orlo servers.") == []


def test_an_act_inside_a_verified_quotation_is_the_posts_own():
    post = "Ulla says: “the tram was hijacked”, and I do not believe it."

    assert words("Lo0 writes that “the tram was hijacked”.", post) == []


def test_the_file_is_simplified_and_every_act_is_whole():
    text = (files("dawnchorus.report.check") / "data" / "grave.toml").read_text("utf-8")

    assert dictionary().simplified(text) == text
    for act, lines in tomllib.loads(text).items():
        assert set(lines) <= {"said", "borne", "inside", "idle"}, act
        assert "|" in lines["said"], act
        assert "|" in lines["borne"], act
        assert not any(char.isascii() for char in lines["inside"]), act
