"""Quotations in another language than the post."""

import pytest

from dawnchorus.report.check.claims import check_claim

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


def test_an_invented_quotation_with_words_of_the_post_needs_a_judge():
    verdict, found = quote_findings("Orla Brandvik 写道：“这支球队永远不会输给任何对手。”")  # 输: lost
    assert verdict == "escalated"
    assert found


@pytest.mark.parametrize("words", ["我没有丢档案馆的钥匙。", "你丢了档案馆的钥匙。"])
def test_a_negation_or_another_person_needs_a_judge(words):
    verdict, found = quote_findings(f"Orla Brandvik 写道：“{words}”")
    assert verdict == "escalated"
    assert found


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
