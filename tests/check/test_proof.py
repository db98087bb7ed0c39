"""A claim is no proof, and an author's own word is not everyone's."""

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import evidence_from
from dawnchorus.report.check.sentence import Context, find_faults


def signals(claim, text):
    row = {"id": "1", "source": "x", "author": "mika", "text": text, "created_at": "2026-03-10T02:00:00Z"}
    sentence = Sentence(text=claim, kind="written", citations=("1",))
    found = find_faults(sentence, Context(evidence={"1": evidence_from(row)}))
    return [one.weighs_as for one in found.by_rule["proof"]]


@pytest.mark.parametrize(
    ("claim", "posted"),
    [
        ("仁林的水泵已證實更安靜。", "仁林说水泵更安静。"),
        ("It is proven that the hull leaks.", "I think the hull leaks, but I can't prove it."),
    ],
)
def test_a_claim_is_no_proof(claim, posted):
    assert "proof.word" in signals(claim, posted)


@pytest.mark.parametrize(
    ("claim", "posted"),
    [
        ("另一半结果无从验证。", "The other half we can't check."),
        ("双重验证被绕过,船长说。", "I had 2FA, they proxied it."),
        ("The video shows a blue hull, says Mika.", "视频里船身是蓝的。"),
        ("The leak is not confirmed, Mika says.", "Nobody knows whether it leaks."),
    ],
)
def test_what_only_looks_like_a_proof_passes(claim, posted):
    assert "proof.word" not in signals(claim, posted)


def test_a_merit_of_ones_own_weighs_more_than_a_plain_fact():
    posted = (
        "Our Orvik pump is 30% faster than the old Orvik pump. We opened an Orvik shop in Turku on Friday."
    )
    assert signals("The Orvik pump is 30% faster than the old pump.", posted) == ["proof.measured"]
    assert signals("Orvik has opened a shop in Turku on Friday.", posted) == ["proof.own"]
