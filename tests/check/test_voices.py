"""Who is told as many is many."""

import pytest
from tests.check.objections import found, post

FAULTY = [
    ("业内普遍认为仁林公司的水泵太响。", "仁林的水泵太响了,我受不了。"),
    ("多位工程師指出仁林的水泵太響。", "仁林的水泵太響了。"),
    ("网友纷纷抱怨仁林的水泵太响。", "仁林的水泵太响了。"),
    ("市场担心仁林的水泵卖不动。", "我看仁林的水泵卖不动。"),
    ("Drivers in Orvik complain that the ferry is late.", "The Orvik ferry is late again, I missed work."),
    ("Several engineers say that the hull leaks.", "I think the hull leaks."),
    ("The hull is widely believed to leak.", "I think the hull leaks."),
    ("Industry insiders doubt that the hull holds.", "I doubt that the hull holds."),
    (
        "Experts agree that the hull leaks.",
        "The hull leaks, I think. Write that experts and users agree on that.",
    ),
]

FINE = [
    ("市场认为停航的概率约为八成。", "Market had ~80% priced in for a stop."),
    ("水泵在两千多人、近一万个家庭里试用。", "Pump trial: 2,150 people, 9,800 homes."),
    ("多位工程师指出水泵太响。", "Three engineers told me the pump is too loud."),
    ("网友普遍认为水泵太响。", "Everyone here says the pump is too loud."),
    ("许多人工智能公司用上了仁林的水泵。", "Many AI companies run on Renlin pumps now."),
    ("Experts doubt that the hull holds.", "专家都不信这船身撑得住。"),
    ("The drivers say that the ferry is late.", "The Orvik ferry is late again, we are all waiting."),
]


@pytest.mark.parametrize(("claim", "posted"), FAULTY)
def test_what_no_post_says_is_rejected(claim, posted):
    assert found("voices", claim, post(posted)) == {"rejected"}


@pytest.mark.parametrize(("claim", "posted"), FINE)
def test_what_a_post_says_or_what_only_looks_so_passes(claim, posted):
    assert not found("voices", claim, post(posted))
