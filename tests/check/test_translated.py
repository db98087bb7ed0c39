"""Quotations in another language than the post."""

import pytest

from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.ground import Ground
from dawnchorus.report.check.translated import check_translated

POST = {
    "source": "x", "author": "orla_b", "author_name": "Orla Brandvik",
    "text": "I lost the key to the archive. We close the museum on Friday, there is no money for heating.",
}  # fmt: skip


def quote_findings(claim, post=POST):
    verdict = check_claim(claim, [post])
    return verdict.verdict, [reason.detail for reason in verdict.reasons if reason.rule == "quote"]


def test_a_full_translation_passes():
    assert quote_findings("Orla Brandvik 写道：“我丢了档案馆的钥匙。”")[1] == []


def test_an_invented_quotation_is_rejected():
    verdict, found = quote_findings("Orla Brandvik 写道：“邻居们的歌声让我整夜睡不着。”")
    assert verdict == "rejected"
    assert found


@pytest.mark.parametrize(
    "words",
    [
        "这支球队永远不会输给任何对手。",  # 输: lost
        "我没有丢档案馆的钥匙。",
        "我们周五一定关闭博物馆。",
    ],
)
def test_a_quotation_turned_round_is_rejected(words):
    verdict, found = quote_findings(f"Orla Brandvik 写道：“{words}”")
    assert verdict == "rejected"
    assert found


def test_another_person_needs_a_judge():
    ground = Ground((Evidence(id="1", text=POST["text"]),))
    (found,) = check_translated("你丢了档案馆的钥匙。", ground, standard_aliases())
    assert (found.level, found.signal) == ("escalated", "quote.translated")
    assert check_translated("我丢了档案馆的钥匙。", ground, standard_aliases()) == []


def test_a_denial_before_the_quotation_counts():
    post = {**POST, "text": "We never claimed the whale sings opera."}
    assert quote_findings("Orla Brandvik 强调，团队并无“鲸鱼唱歌剧”一类的主张。", post)[0] != "rejected"


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("The roof leaks badly every single winter", "rejected"),
        ("We close the museum on Friday, there is money for heating.", "rejected"),
        ("We close the museum on Friday, there is no money for heating.", "supported"),
    ],
)
def test_an_english_quotation_of_a_chinese_post_is_compared_too(words, level):
    chinese = {
        "source": "x",
        "author": "ahao",
        "author_name": "Ahao",
        "text": "我丢了钥匙。博物馆周五关闭，没有钱供暖。",
    }
    verdict, _ = quote_findings(f"Ahao wrote: “{words}”", chinese)
    assert (verdict == "rejected") is (level == "rejected")


def test_one_word_in_quotation_marks_is_a_weak_sign():
    assert quote_findings("Orla Brandvik 说，博物馆周五关闭，供暖的钱“没有”。")[1] == []


def test_capitals_and_traditional_characters_do_not_matter_inside_a_quotation():
    assert quote_findings("Orla Brandvik writes that “we close the museum on Friday”.")[1] == []
    chinese = {
        "source": "x",
        "author": "ahao",
        "author_name": "阿豪",
        "text": "博物館週五關門，沒錢開暖氣了。",
    }
    assert quote_findings("阿豪写道：“博物馆周五关门，没钱开暖气了。”", chinese)[1] == []


def test_a_short_quotation_with_one_word_changed_is_rejected():
    assert quote_findings("Orla Brandvik speaks of “no museum-pass money”.")[0] != "supported"


def test_a_title_is_no_quotation():
    post = {"author": "ida", "text": "Our choir sings the Ballad of that Mill down by the Sea on Sunday."}
    assert check_claim('The choir sings "Ballad of the Mill by the Sea".', [post]).verdict != "rejected"
    spoken = 'The choir: "we sing the ballad by the sea of the mill".'
    assert check_claim(spoken, [post]).verdict == "rejected"


@pytest.mark.parametrize(
    ("said", "told"), [("别急着骂", "大家別急著罵，下個月會有。"), ("周末在台北见", "週末在臺北見！")]
)
def test_variants_of_characters_are_verbatim(said, told):
    found = check_claim(f"他劝大家“{said}”。", [{"source": "x", "author": "a", "text": told}])
    assert not any(reason.rule == "quote" for reason in found.reasons)
