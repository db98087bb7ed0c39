"""A number of people is none of things, in whatever language: 900 人 does not stand on "900 chips"."""

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import Context, find_faults


def rejected(claim, *texts):
    posts = {str(n): Evidence(id=str(n), text=text, author=f"lo{n}") for n, text in enumerate(texts)}
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    found = find_faults(sentence, Context(evidence=posts)).by_rule["numbers"]
    return [one.words for one in found if one.level == "rejected"]


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
    assert rejected(claim, post) == ["900"]


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
    assert rejected(claim, post) == []
