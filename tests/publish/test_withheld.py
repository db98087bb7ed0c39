"""What "Data and method" tells of sentences that were withheld."""

import re
from dataclasses import replace
from importlib.resources import files

import pytest

from dawnchorus.model import Reason, Sentence, Verdict
from dawnchorus.publish.appendix import withheld_by_reason
from dawnchorus.publish.labels import labels
from dawnchorus.publish.markdown import render


def withheld(text, *rules):
    reasons = tuple(Reason(rule=rule, words="", detail="why") for rule in rules)
    verdict = Verdict(verdict="rejected", score=0.0, reasons=reasons)
    return Sentence(text=text, kind="written", citations=("x:1",), verdict=verdict)


@pytest.fixture
def with_withheld(zh_report):
    told = (withheld("a", "number", "name"), withheld("b", "number"), withheld("c", "name"), withheld("d"))
    return replace(zh_report, withheld=told, coverage=replace(zh_report.coverage, withheld=4))


@pytest.mark.parametrize(
    ("lang", "rows"),
    [
        ("zh", [("数字与所引帖文不符", 2), ("人名或名称未见于所引帖文", 1), ("其他原因", 1)]),
        ("en", [("a number that its posts do not hold", 2), ("a name that its posts do not hold", 1), ("other reasons", 1)]),  # noqa: E501
    ],
)  # fmt: skip
def test_each_sentence_counts_once_for_its_first_reason(with_withheld, lang, rows):
    found = withheld_by_reason(replace(with_withheld, lang=lang), labels(lang))

    assert sorted(found) == sorted(rows)
    assert found[0] == rows[0]
    assert sum(count for _, count in found) == with_withheld.coverage.withheld


def test_the_section_on_method_tells_the_reasons(with_withheld):
    page = render(with_withheld)
    assert re.search(r"略去原因：数字与所引帖文不符 *\| *2", page)


def test_every_rule_of_the_checker_has_a_name_in_both_languages():
    folder = files("dawnchorus.report").joinpath("check")
    sources = [file.read_text("utf-8") for file in folder.iterdir() if file.name.endswith(".py")]
    rules = {rule for source in sources for rule in re.findall(r'rule="([a-z_]+)"', source)} - {"uncited"}
    assert rules >= {"number", "date", "name", "quote"}
    for lang in ("zh", "en"):
        for rule in sorted(rules):
            assert labels(lang)(f"withheld-{rule}")
