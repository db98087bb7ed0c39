"""What posts tell of some must not be told of all, of a whole land or of what is usual."""

import pytest

from dawnchorus.model import Sentence
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import Context, find_faults

BAKERS = "Half of the bakers in our little street in Tessin raised prices this spring."
CLINIC = "镇上的诊所说，上周来打针的人里有三成迟到。"


def objections(claim, *texts):
    posts = {str(n): Evidence(id=str(n), text=text, author=f"lo{n}") for n, text in enumerate(texts)}
    sentence = Sentence(text=claim, kind="written", citations=tuple(posts))
    return [one.words for one in find_faults(sentence, Context(evidence=posts)).by_rule["scope"]]


@pytest.mark.parametrize(
    ("claim", "post", "words"),
    [
        ("All bakers in Tessin raised prices this spring.", BAKERS, "All"),
        ("Bakers nationwide raised prices this spring.", BAKERS, "nationwide"),
        ("Bakers typically raise prices in spring.", BAKERS, "typically"),
        ("提契诺的所有面包店今春都涨价了。", BAKERS, "所有"),
        ("全国有三成的人打针迟到。", CLINIC, "全国"),
        ("打針的人通常遲到。", CLINIC, "通常"),
    ],
)
def test_a_population_that_has_grown_is_an_objection(claim, post, words):
    assert objections(claim, post) == [words]


@pytest.mark.parametrize(
    ("claim", "post"),
    [
        ("Half of the bakers of a street in Tessin raised prices.", BAKERS),
        ("镇上的诊所上周有三成的人打针迟到。", CLINIC),
        ("All three bakers complained above all of flour.", "The three bakers complain of flour prices."),
        ("全部商户都涨价了。", "Every shop here has raised its prices."),
        ("Every shop has raised prices.", "这条街每家店都涨价了。"),
    ],
)
def test_what_the_posts_tell_of_as_many_is_none(claim, post):
    assert objections(claim, post) == []
