"""A number of a sentence is borne out by a whole number of the posts, never by a piece of one."""

from __future__ import annotations

import pytest

from dawnchorus.report.check.claims import check_claim

AGO = "2026-03-12T06:00:00Z"


def reasons(claim, *texts, rules=("number", "structure", "date"), **post):
    """The verdict, and which of ``rules`` had a say in it."""
    posts = [
        {"id": f"x:{index}", "author": f"author{index}", "created_at": AGO, "text": text, **post}
        for index, text in enumerate(texts)
    ]
    verdict = check_claim(claim, posts)
    return verdict.verdict, {one.rule for one in verdict.reasons}.intersection(rules)


def pairs(text):
    return [tuple(line.split("|")) for line in text.strip().splitlines()]


PIECES = pairs("""
Obrel recalls 3 valves in Port Ansel.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalls 38 valves in Port Ansel.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalls 3.8 valves in Port Ansel.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalls 2 valves in Port Ansel.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalls 3 million valves in Port Ansel.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalled 61 valves.|Obrel recalled 61,000 valves.
Obrel recalled 61.|Obrel recalled 61,000 valves.
Obrel recalled 000 valves.|Obrel recalled 61,000 valves, no more.
Obrel recalled 000,16 valves.|Obrel recalled 61,000 valves, no more.
Obrel recalled 61,00 valves.|Obrel recalled 61,000 valves.
Midday: $CIRRL +9.|Midday: $CIRRL +9.4% on the rebuttal, $PELRN flat.
Cirrolane shares rose 9.|Cirrolane shares rose 9.4% at midday.
Cirrolane shares rose 4%.|Cirrolane shares rose 9.4% at midday.
Pellorin sold 2. It did so on Monday.|Pellorin sold 2.5 tonnes. It did so on Monday.
Lowen Post pays 2 for the balloon.|Lowen Post pays $2.4 million for the balloon.
天枢融资 1。|天枢融资1.2亿元。
天枢融资1元。|天枢融资1.2亿元。
天枢融资12亿元。|天枢融资1.2亿元。
召回了61只阀门。|欧布雷尔召回6.1万只阀门。
召回了6只阀门。|欧布雷尔召回6.1万只阀门。
召回了3万只阀门。|欧布雷尔召回3.8万只阀门。
召回了2只阀门。|欧布雷尔召回3.8万只V2阀门。
バルブ61個を回収する。|オブレルはバルブ6万1000個を回収する。
バルブ6個を回収する。|オブレルは6.1万個のバルブを回収する。
売上は1ドルだった。|売上は1.6億ドルだった。
""")


@pytest.mark.parametrize(("claim", "post"), PIECES)
def test_piece_of_a_number_is_rejected(claim, post):
    verdict, rules = reasons(claim, post)

    assert (verdict, "number" in rules) == ("rejected", True)


OF_SOMETHING_ELSE = pairs("""
Obrel recalled 12 valves.|Obrel recalled 61,000 valves on 12 March 2026.
Obrel recalled 12 valves.|Obrel recalled its valves on 12 March 2026.
Obrel recalled 2026 valves.|Obrel recalled 61,000 valves on 12 March 2026.
Obrel recalled 12 valves.|Obrel recalled its valves on the 12th.
Obrel recalled twelve valves.|Obrel recalled its valves on the 12th of March.
Obrel recalled 9 valves.|Obrel recalled its valves at 9 am.
Obrel recalled 15 valves.|Obrel recalled its valves at 15:30.
Obrel recalled 4 valves.|Obrel recalled its Kestrel-4 valves.
Obrel recalled 4 valves.|Obrel recalled its valves, says @valve4.
Obrel recalled 4 valves.|Obrel recalled its valves, see https://obrel.example/4/valves
Obrel recalled 12 valves.|Obrel recalled its valves, which cost $12 each.
Obrel recalled 12 valves.|Obrel recalled its valves, 12% of the trade.
Obrel recalled 12 valves.|Obrel recalled its valves, 12 kg each.
Cirrolane opened a depot with 300 balloons.|Cirrolane has a depot with 14 freight balloons and 300 parcels.
欧布雷尔召回12只阀门。|欧布雷尔3月12日召回阀门。
欧布雷尔召回12只阀门。|欧布雷尔召回一批12美元的阀门。
仓库有300只气球。|仓库有14只气球，中午前处理300件包裹。
バルブ12個を回収した。|オブレルは3月12日にバルブを回収した。
""")


@pytest.mark.parametrize(("claim", "post"), OF_SOMETHING_ELSE)
def test_number_of_a_date_price_or_other_thing_bears_out_no_count(claim, post):
    verdict, rules = reasons(claim, post)

    assert verdict in ("rejected", "escalated")
    assert rules


def test_likes_bear_out_likes_and_no_valves():
    post = "Obrel recalls its V2 valves."

    assert reasons("Obrel recalls 120 valves.", post, like_count=120)[0] == "rejected"
    assert reasons("Obrel recalls its V2 valves (120 likes).", post, like_count=120)[1] == set()


CUT = pairs("""
Obrel tells customers to read more at puffz.|Obrel tells customers to read more at puffz.example today.
Obrel asks riggers to write to @obrel.|Obrel asks riggers to write to @obrel_valves today.
The index of the strait closed at 410.|The index of the strait closed at 410.62 today.
The balloons are steered by Kestrel-4.|The balloons are steered by Kestrel-4.5 now.
欧布雷尔请客户查看 puffz。|欧布雷尔请客户查看 puffz.example 的说明。
""")


@pytest.mark.parametrize(("claim", "post"), CUT)
def test_sentence_that_stops_within_a_word_of_the_post_is_no_sentence(claim, post):
    verdict, rules = reasons(claim, post)

    assert verdict in ("rejected", "escalated")
    assert "structure" in rules


def test_quotation_that_stops_within_a_number_is_no_quotation():
    post = "Midday: $CIRRL +9.4% on the rebuttal, $PELRN flat."

    assert "structure" in reasons('author0 writes: "Midday: $CIRRL +9."', post)[1]
    assert reasons('author0 writes: "Midday: $CIRRL +9.4% on the rebuttal"', post)[1] == set()


SAME = pairs("""
Obrel recalls 3.8m V2 valves.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalls 3,800,000 valves.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalls about 4 million valves.|Obrel recalls 3.8 million V2 valves in Port Ansel.
Obrel recalled 61k valves.|Obrel recalled 61,000 valves.
Obrel recalled 61 thousand valves.|Obrel recalled 61,000 valves.
Obrel recalled over 60,000 valves.|Obrel recalled 61,000 valves.
Cirrolane shares rose 9%.|Cirrolane shares rose 9.4% at midday.
Cirrolane shares rose 9.4%.|Cirrolane shares rose 9.4% at midday.
Three of the valves leaked.|Of the 12 valves we tried, 3 leaked.
Obrel says 3 of the 12 valves leaked.|Obrel: of 12 valves, 3 leaked.
Obrel made 60,000 valves and recalled 61 valves.|60,000 valves made, 61 recalled, says Obrel.
Two thirds of the valves leaked.|8 of the 12 valves leaked.
The helium price doubled.|Helium went from $205 to $410.
Obrel will open the depot on the 12th.|Obrel opens the depot on 12 March.
Obrel recalled its valves in 2026.|Obrel recalled 61,000 valves on 12 March 2026.
Cirrolane cut its 2026 forecasts.|Cirrolane cuts its forecasts for 2026 again.
The depot opens at 9.|The depot opens at 9 am.
Kestrel 4 steers the balloons.|#Kestrel4 steers our balloons.
Kestrel 4 steers the balloons.|Our balloons are steered by kestrel-4.
Cirrolane raised 300 million of bonds.|Cirrolane raised $300M of bonds.
It was the fourth recall; Obrel has had four recalls.|Obrel's 4th recall in a row.
Obrel refunded 0 valves.|Obrel refunded no valves.
The index closed at 410.6.|The index closed at 410.6 today.
More is told at puffz.example.|More is told at puffz.example today.
欧布雷尔召回6.1万只阀门。|Obrel recalled 61,000 valves.
欧布雷尔召回61000只阀门。|欧布雷尔召回6.1万只阀门。
欧布雷尔召回约6万只阀门。|Obrel recalled 61,000 valves.
欧布雷尔召回380万只阀门。|Obrel recalls 3.8 million V2 valves.
三分之二的阀门漏气。|8 of the 12 valves leaked.
其中三只阀门漏气。|12 valves tried, 3 of them leaked.
仓库12日开张。|The depot opens on 12 March.
氦价翻了一番。|Helium went from $205 to $410.
千寻3明天发布。|Qianxun3 ships tomorrow.
批量32、上下文64K时更慢。|At batch 32 and 64K context it is slower.
天枢融资1.2亿元。|Tianshu raised 120 million yuan.
股价涨了9%。|Shares rose 9.4% at midday.
バルブ6万1000個を回収する。|Obrel recalls 61,000 valves.
オブレルは380万個のバルブを回収する。|Obrel recalls 3.8 million V2 valves.
株価は9%上がった。|Shares rose 9.4% at midday.
バルブの3分の2が漏れた。|8 of the 12 valves leaked.
""")


@pytest.mark.parametrize(("claim", "post"), SAME)
def test_same_number_in_other_words_passes(claim, post):
    assert reasons(claim, post)[1] == set()


@pytest.mark.parametrize(
    "claim", ["Two people say the valves leak.", "Both say that valves leak.", "两位用户说阀门漏气。"]
)
def test_people_that_a_reader_can_count_pass(claim):
    assert reasons(claim, "My valve leaks, one of 61,000.", "Mine leaks too.")[1] == set()


def test_author_whose_site_bears_the_name_may_be_quoted():
    claim = 'countsbaskets wrote: "Not 28%, not 3.1% either."'
    post = "Not 28%, not 3.1% either. The file is at countsbaskets.example."

    assert reasons(claim, post, author="countsbaskets")[1] == set()
