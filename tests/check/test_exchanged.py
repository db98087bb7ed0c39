"""A thing put in the place of another of its kind is a doubt; other words for the same thing are none."""

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.exchanged import classes
from dawnchorus.report.check.sentence import Context, find_faults
from dawnchorus.report.check.wordings import read_wordings


def findings(claim, *texts):
    posts = {str(n): Evidence(id=str(n), text=text, author=f"lo{n}") for n, text in enumerate(texts)}
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    return find_faults(sentence, Context(evidence=posts)).by_rule["exchanged"]


def objections(claim, *texts):
    return [one.words for one in findings(claim, *texts)]


def counted(claim, *texts):
    return [one.words for one in findings(claim, *texts) if one.signal == "exchanged.counted"]


TOLL = "Mirelle's toll roads took in 80 million crowns of revenue in May, she told investors."
KILN = "窑厂今年的净利润是三千万元，厂长说明年会继续招聘工人。"


@pytest.mark.parametrize(
    ("claim", "post", "words"),
    [
        ("Mirelle's toll roads made a net profit of 80 million crowns in May.", TOLL, "net profit"),
        ("Mirelle 的收费公路五月净利润八千万克朗。", TOLL, "净利润"),
        ("窑厂今年的营收是三千万元。", KILN, "营收"),
        ("The kiln plans layoffs next year.", KILN, "layoffs"),
        ("窯廠明年要裁員。", KILN, "裁员"),
    ],
)
def test_another_member_of_the_class_is_an_objection(claim, post, words):
    assert objections(claim, post) == [words]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("Mirelle's toll roads had sales of 80 million crowns in May.", TOLL),
        ("Mirelle 的收费公路五月营收八千万克朗。", TOLL),
        ("The kiln earned net income of 30 million yuan and will be recruiting.", KILN),
        ("窑厂今年的利润是三千万元，明年还要招人。", KILN),
        ("Workers at the works were not named.", KILN),
    ],
)
def test_other_words_for_the_same_are_none(claim, post):
    assert objections(claim, post) == []


def test_of_wordings_that_overlap_the_longest_counts():
    found = classes().found("电动自行车比自行车多")
    assert found == {"vehicle.ebike": "电动自行车", "vehicle.bicycle": "自行车"}
    assert "vehicle.bicycle" not in classes().found("electric bicycles")


def test_a_character_is_a_word_only_where_it_stands_alone():
    wordings = read_wordings([("bridge", "桥 | bridge")])
    assert wordings.found("桥已停用") == {"bridge": "桥"}
    assert wordings.found("高桥市长到了") == {}
    assert wordings.found("两座跨海大橋") == {}


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("托伦解雇 900 人。", "Tollen trained it on 900 chips."),
        ("Tollen fired 900 people.", "托伦用了900块芯片。"),
        ("托伦裁掉900名员工。", "托伦用了900块芯片。"),
        ("托伦买了900块芯片。", "Tollen hired 900 engineers."),
        ("Tollen fired 900 people.", "Tollen has 900 H100 chips."),
    ],
)
def test_a_number_of_people_is_none_of_things(claim, post):
    assert counted(claim, post)


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("托伦解雇 900 人。", "Tollen cuts 900 jobs."),
        ("托伦解雇 900 人。", "Tollen fires 900."),
        ("托伦解雇 900 人。", "Tollen has 900 chips and 900 people fewer."),
        ("900名乘客滞留。", "900 passengers are stuck."),
        ("62人获得面试。", "面了62个，发了5个offer。"),
        ("4人弃权。", "31 for, 4 abstentions."),
        ("Tollen fired 900 people.", "托伦解雇 900 人。"),
    ],
)
def test_what_may_be_people_bears_a_number_of_people_out(claim, post):
    assert not counted(claim, post)
