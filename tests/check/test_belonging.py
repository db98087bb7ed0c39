"""Whose a number is: where the posts tell it of somebody else."""

import pytest

from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.belonging import check_belonging
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.fold import fold
from dawnchorus.report.check.ground import Ground, claim_of

POSTS = (
    ("orla_b", "Orla Brandvik", "Our Bergen bakery sold 4,100 buns Saturday. It may shut 2 of its 9 shops."),
    ("tomas_k", "Tomas Kvist", "Bergen again? The Odense bakery sold 7,300 buns and nobody writes about it."),
)  # fmt: skip


def found(text):
    ground = Ground(
        tuple(
            Evidence(id=author, author=author, author_name=name, text=words) for author, name, words in POSTS
        )
    )
    return [one.words for one in check_belonging(claim_of(fold(text), ground), ground, standard_aliases())]


@pytest.mark.parametrize(
    "text",
    [
        "Orla Brandvik sold 4,100 buns on Saturday.",
        "Orla Brandvik 周六卖出4100个面包。",
        "Odense sold 7,300 buns, says Tomas Kvist.",
        "Bergen may shut 2 of its 9 shops.",  # the sentence before names it
        "Orla Brandvik and Tomas Kvist report 4,100 and 7,300 buns respectively.",
    ],
)
def test_numbers_told_of_their_own_pass(text):
    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("Tomas Kvist sold 4,100 buns on Saturday.", "4,100"),
        ("Tomas Kvist 周六卖出4100个面包。", "4100"),
        ("In Odense the bakery sold 4,100 buns.", "4,100"),
    ],
)
def test_numbers_of_another_are_doubted(text, number):
    assert [one[: len(number)] for one in found(text)] == [number]
