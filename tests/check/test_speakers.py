"""Who is let speak, and whose words they are."""

import pytest

from dawnchorus.report.check.claims import check_claim

MAO = {
    "source": "x",
    "author": "maolu",
    "author_name": "猫路日记",
    "text": "夜班公交少了三班，末班提前到十点，等车的人排到街角。",
}
BEA = {
    "source": "x", "author": "bea_t", "author_name": "Bea Tormund",
    "text": "The ferry to Skarholm is booked out until May. My bicycle had to stay on the pier.",
}  # fmt: skip
CITY = {
    "source": "x", "author": "skarholm_city", "author_name": "Skarholm City",
    "text": "Harbour fees rise by 9% in April. The council voted 7 to 4. Fishermen are exempt.",
}  # fmt: skip


def reasons(claim, *posts):
    return {(reason.rule, reason.words) for reason in check_claim(claim, posts).reasons}


@pytest.mark.parametrize(
    "claim",
    [
        "猫路日记说，夜班公交少了三班。",
        "一位网友说，夜班公交少了三班。",
        "夜班公交少了三班，据猫路日记，末班提前到十点。",
    ],
)
def test_speakers_of_the_posts_and_roles_may_speak(claim):
    assert not any(rule == "name" for rule, _ in reasons(claim, MAO))


@pytest.mark.parametrize("claim", ["石桥观察说，夜班公交少了三班。", "据石桥观察，末班提前到十点。"])
def test_a_speaker_of_no_cited_post_is_rejected(claim):
    assert ("name", "石桥观察") in reasons(claim, MAO)
    assert check_claim(claim, [MAO]).verdict == "rejected"


def test_a_chinese_name_in_an_english_sentence_must_stand_in_the_posts():
    assert ("name", "石桥观察") in reasons("石桥观察 says three night buses were cut.", MAO)
    assert not any(rule == "name" for rule, _ in reasons("猫路日记 says three night buses were cut.", MAO))


@pytest.mark.parametrize(
    ("claim", "who"),
    [
        (
            "Skarholm City says its bicycle had to stay on the pier, and the ferry is booked out.",
            "Skarholm City",
        ),
        ("Bea Tormund 表示，港口费四月起上涨9%，渔民豁免。", "Bea Tormund"),
        (
            "Bea Tormund finds that fishermen are exempt from harbour fees; Skarholm City voted 7 to 4.",
            "Bea Tormund",
        ),
    ],
)
def test_what_another_author_wrote_escalates(claim, who):
    assert ("binding", who) in reasons(claim, BEA, CITY)


@pytest.mark.parametrize(
    "claim",
    [
        "Bea Tormund says the ferry is booked out until May, while Skarholm City lets fees rise by 9%.",
        "Skarholm City 宣布港口费上涨9%，Bea Tormund 则说渡轮订满到五月。",
    ],
)
def test_each_author_with_their_own_words_raises_no_objection(claim):
    assert not any(rule == "binding" for rule, _ in reasons(claim, BEA, CITY))


@pytest.mark.parametrize(
    "claim",
    [
        "踏雪没有否认，称漏写说明是自己的疏忽。",  # neither "称漏写" nor the 说 of 说明
        "投下反对票的林知远说，主要顾虑是用水。",
        "听说价格不低，双方并未披露。",
    ],
)
def test_words_before_a_verb_of_speech_are_not_always_a_name(claim):
    found = check_claim(
        claim,
        [
            {
                "source": "x",
                "author": "a",
                "text": "林知远：我投了反对票，怕缺水。踏雪的视频没写清楚，价格听说不低。",
            }
        ],
    )
    assert not any(reason.rule == "name" for reason in found.reasons)
