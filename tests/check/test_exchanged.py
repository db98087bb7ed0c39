"""A thing put in the place of another of its kind is a doubt; other words for the same thing are none."""

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.exchanged import classes
from dawnchorus.report.check.sentence import Context, find_faults
from dawnchorus.report.check.wordings import read_wordings


def objections(claim, *texts):
    posts = {str(n): Evidence(id=str(n), text=text, author=f"lo{n}") for n, text in enumerate(texts)}
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    return [one.words for one in find_faults(sentence, Context(evidence=posts)).by_rule["exchanged"]]


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
