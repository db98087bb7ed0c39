"""What posts leave open, plan, deny or only claim, and sentences that tell it otherwise."""

from datetime import UTC, date, datetime

import pytest

from dawnchorus.model import Sentence, Window
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import Context, find_faults

DAY = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="UTC")


def signals(rule, claim, *texts):
    """Level and signal of each finding of ``rule``."""
    posts = {
        str(n): Evidence(
            id=str(n), text=text, author=f"lo{n}", created_at=datetime(2026, 3, 10, 2, tzinfo=UTC)
        )
        for n, text in enumerate(texts)
    }
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    found = find_faults(sentence, Context(evidence=posts, window=DAY)).by_rule.get(rule, [])
    return {(one.level, one.signal) for one in found}


MERGER = "Tarbet Ferries is in talks to take over the Orvik line. The fleet has nine ships."
LICENCE = (
    "Lumo applied for a water licence in Ghent. If granted, we plan to sell pumps in nine towns from June."
)
BRIDGE = "The council may rebuild the Salen bridge, the mayor told us. Traffic fell by 9 percent last year."
PUMP = "仁林公司拟在六月推出新款水泵，目前还在小范围测试。厂里有九百名员工。"
RAISE = "听说银桥在谈新一轮融资，估值约40亿元，还没签。"
GUIDE = "Sales were 212 million crowns in 2025. Guidance for 2026: 230 million crowns."


@pytest.mark.parametrize(
    ("claim", "post", "signal"),
    [
        ("Tarbet Ferries has taken over the Orvik line.", MERGER, "modality.governed"),
        ("Tarbet Ferries will take over the Orvik line.", MERGER, "modality.sure"),
        ("塔贝特轮渡已收购 Orvik 航线。", MERGER, "modality.governed"),
        ("Lumo 已获准从六月起在九个城镇出售水泵。", LICENCE, "modality.governed"),
        ("The council will rebuild the Salen bridge.", BRIDGE, "modality.sure"),
        ("市议会将重建 Salen 大桥。", BRIDGE, "modality.sure"),
        ("仁林公司已经推出新款水泵。", PUMP, "modality.governed"),
        ("The Renlin company has launched its new pump.", PUMP, "modality.governed"),
        ("银桥完成新一轮融资，估值达到40亿元。", RAISE, "modality.governed"),
        (
            "仁林公司已向海丰交付首批水泵。",
            "First deliveries to Haifeng in 2028, says Renlin.",
            "modality.governed",
        ),
        ("Renlin has bought the Orvik depot.", "仁林考虑收购 Orvik 仓库。", "modality.governed"),
        ("仁林还将推出小号水泵。", "Renlin may also release a small pump.", "modality.sure"),
        ("Sales will reach 230 million crowns.", GUIDE, "modality.aimed"),
        ("水泵销量将达到900台。", "Guidance for pump sales: 900 pumps.", "modality.aimed"),
        (
            "Nils Aro confirmed that the pump leaks.",
            "Nils Aro: my guess is the pump leaks.",
            "modality.vouched",
        ),
        ("尼尔斯查明，水泵漏水。", "水泵可能漏水，还没拆开看。", "modality.vouched"),
        (
            "The harbour is extending its ferry pass.",
            "The harbour may extend its ferry pass.",
            "modality.sure",
        ),
        ("The hall was reopened on 4 May 2026.", "The hall reopens 4 May 2026.", "modality.late"),
        ("大厅已于2026年5月4日重新开放。", "大厅5月4日重新开放。", "modality.late"),
    ],
)
def test_what_is_open_or_planned_is_not_told_as_done_or_sure(claim, post, signal):
    assert ("rejected", signal) in signals("modality", claim, post)


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("Aro gave no sales figure.", "On the chatter about sales: no figures from us. Aro."),
        ("Aro 已有三家客户进入后期商谈。", "Three customers are in late-stage talks. Aro."),
        ("The first pumps will not come before June.", "水泵售价没公布，业务说最快六月到货。"),
        ("Aro 表示不会因此关厂。", "No plant of Aro will close over this. We might slow it."),
        ("Renlin 2028年开始交付水泵。", "First pump deliveries in 2028, says Renlin."),
        ("Sales are expected to reach 230 million crowns.", GUIDE),
        ("The Aro pump was launched.", "The Aro pump is out. We hope to launch a second one."),
    ],
)
def test_what_is_plain_beside_a_hedge_is_not_rejected(claim, post):
    assert "rejected" not in {level for level, _ in signals("modality", claim, post)}


def test_a_day_is_not_ahead_of_an_unknown_one():
    claim = "The hall was reopened in November 2025."
    post = {"id": "1", "text": "The hall reopened in November 2025."}
    assert check_claim(claim, [post]).verdict == "supported"


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("Tarbet Ferries could take over the Orvik line.", MERGER),
        ("Tarbet Ferries is negotiating the takeover of the Orvik line.", MERGER),
        ("塔贝特轮渡正洽谈收购 Orvik 航线。", MERGER),
        ("塔贝特轮渡或将接手 Orvik 航线。", MERGER),
        ("The fleet of Tarbet Ferries has nine ships.", MERGER),
        ("Lumo 计划在获批后于六月起在九个城镇出售水泵。", LICENCE),
        ("Lumo has applied for a water licence in Ghent.", LICENCE),
        ("Traffic on the Salen bridge fell by 9 percent last year.", BRIDGE),
        ("有望重建的 Salen 大桥，去年车流减少了9%。", BRIDGE),
        ("仁林公司有意在六月推出新款水泵。", PUMP),
        ("仁林公司的厂里有九百名员工。", PUMP),
        ("据传银桥正在融资，估值约40亿元。", RAISE),
        ("Silver Bridge is reportedly raising money at about 4 billion yuan.", RAISE),
        ("Sales reached 212 million crowns in 2025.", GUIDE),
    ],
)
def test_a_hedge_kept_in_other_words_passes(claim, post):
    assert not signals("modality", claim, post)


KILN = "Kiln 4 at Moss did not crack. Nobody was hurt. We have not found the cause."
VOTE = "镇议会尚未批准水塔改造方案，预算为九百万元。"
FLAT = "The Moss kiln burns 40 tonnes of peat a day."


@pytest.mark.parametrize(
    ("claim", "post", "signal"),
    [
        ("Kiln 4 at Moss cracked.", KILN, "polarity.dropped"),
        ("莫斯4号窑出现裂缝。", KILN, "polarity.dropped"),
        ("镇议会批准了水塔改造方案。", VOTE, "polarity.dropped"),
        ("The town council approved the rebuilding of the water tower.", VOTE, "polarity.dropped"),
        ("The Moss kiln never burns 40 tonnes of peat a day.", FLAT, "polarity.added"),
    ],
)
def test_a_negation_dropped_or_added_escalates(claim, post, signal):
    assert signals("polarity", claim, post) == {("escalated", signal)}


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("Kiln 4 at Moss stayed free of cracks, none were found.", KILN),
        ("莫斯4号窑没有开裂。", KILN),
        ("The town council has yet to approve the water tower, so nothing is decided.", VOTE),
        ("水塔改造方案未获镇议会批准。", VOTE),
        ("The Moss kiln burns 40 tonnes of peat a day.", FLAT),
    ],
)
def test_a_negation_in_other_words_passes(claim, post):
    assert not signals("polarity", claim, post)


TOLL = "The toll on the Orvik strait rose to 90 crowns in March, the port said."
COURT = "法院周一驳回了渔民协会的上诉，涉及九艘渔船。"


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("The toll on the Orvik strait fell to 90 crowns in March.", TOLL),
        ("Orvik 海峡的通行费3月下降到90克朗。", TOLL),
        ("法院周一批准了渔民协会的上诉，涉及九艘渔船。", COURT),
    ],
)
def test_the_other_end_of_an_axis_escalates(claim, post):
    assert signals("opposites", claim, post) == {("escalated", "opposites")}


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("The toll on the Orvik strait went up to 90 crowns in March.", TOLL),
        ("Orvik 海峡的通行费3月上涨到90克朗。", TOLL),
        ("The toll on the Orvik strait did not fall in March, it rose to 90 crowns.", TOLL),
        ("法院周一拒绝了渔民协会的上诉。", COURT),
    ],
)
def test_the_same_end_passes(claim, post):
    assert not signals("opposites", claim, post)


HULL = "In our own tank the new hull of the Vesle needs 12 percent less fuel."


@pytest.mark.parametrize(
    ("claim", "post", "signal"),
    [
        ("The new hull of the Vesle needs 12 percent less fuel.", HULL, "proof.measured"),
        ("Vesle 的新船体可节省12%的燃料。", HULL, "proof.measured"),
        ("It is proven that the new hull of the Vesle saves fuel.", HULL, "proof.word"),
        ("事实证明，Vesle 的新船体更省燃料。", HULL, "proof.word"),
    ],
)
def test_a_claim_of_ones_own_needs_its_author(claim, post, signal):
    assert signals("proof", claim, post) == {("escalated", signal)}


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("The new hull of the Vesle needs 12 percent less fuel, the yard says.", HULL),
        ("船厂称，Vesle 的新船体可节省12%的燃料。", HULL),
        ("The toll on the Orvik strait rose to 90 crowns.", TOLL),
    ],
)
def test_a_claim_with_its_author_passes(claim, post):
    assert not signals("proof", claim, post)
