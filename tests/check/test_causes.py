"""A cause is told as one in the posts."""

import pytest
from tests.check.objections import found, post

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import evidence_from
from dawnchorus.report.check.sentence import Context, find_faults

FAULTY = [
    ("由于零件短缺,仁林推迟发布。", "仁林推迟发布水泵。"),
    ("受台風影響,渡輪停航。", "渡輪今天停航。"),
    ("渡轮因罢工而停航。", "渡轮今天停航。"),
    ("The ferry stopped because of a strike.", "The ferry stopped at noon."),
    ("A strike led to the ferry stop.", "The ferry stopped at noon."),
    ("Driven by tourists, traffic on the ferry rose.", "Traffic on the ferry rose."),
]

FINE = [
    ("沒有人會因此失業,船長保證。", "Nobody will lose their job over this."),
    ("没有乘客受到影响。", "No passenger was affected."),
    ("首班火箭的助推器没有回收。", "No booster landing."),
    ("Meta不同意,但会予以配合。", "We disagree. We will cooperate."),
    ("由于罢工,渡轮停航。", "Ferry stopped, blame the strike."),
    ("因此渡轮停航。", "船上漏水,所以停航。"),
    ("基因结果周五公布。", "Gene results on Friday."),
    ("The fee is due to be paid in May.", "The fee is payable in May."),
    ("The ferry stopped because of a strike.", "罢工导致渡轮停航。"),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_escalated(claim, posted):
    assert found("cause", claim, post(posted)) == {"escalated"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("cause", claim, post(posted))


def signals(claim, text):
    evidence = {"1": evidence_from(post(text) | {"source": "x", "id": "1"})}
    sentence = Sentence(text=claim, kind="written", citations=("1",))
    return [one.weighs_as for one in find_faults(sentence, Context(evidence=evidence)).by_rule["cause"]]


def test_a_cause_that_stands_beside_its_effect_is_a_weaker_doubt():
    text = "The Orvik ferry is cancelled on Friday. The harbour crane is broken. Coffee is free."
    beside = "The Orvik ferry is cancelled on Friday, because the harbour crane is broken."
    assert signals(beside, text) == ["cause.beside"]
    assert signals("因为港口的起重机坏了,Orvik周五停航。", text) in (["cause.beside"], ["cause.told"])
    assert signals("The Orvik ferry is cancelled on Friday because of a strike.", text) == ["cause"]
