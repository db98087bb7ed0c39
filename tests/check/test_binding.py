"""What is told of one author stands in that author's posts; other stretches are told of somebody else."""

import pytest

from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.binding import check_binding
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.ground import Ground, claim_of

WARD = Evidence(
    id="1",
    author="lena_ward",
    author_name="Lena Ward",
    text="We piloted the agent on two wards. No contract.",
)
FIRM = Evidence(
    id="2",
    author="danielle_firm",
    author_name="Danielle Firm",
    text="The startup raised $64M and has 38 staff.",
)


def signals(text):
    ground = Ground((WARD, FIRM))
    return [one.weighs_as for one in check_binding(claim_of(text, ground), ground, standard_aliases())]


@pytest.mark.parametrize(
    "text",
    [
        "The startup raised $64M and has 38 staff; Lena Ward has no contract.",  # nobody is named yet
        "这家初创公司融资6400万美元，有38名员工，而 Lena Ward 没有签合同。",
        "Lena Ward piloted the agent on two wards, while the company raised $64M and has 38 staff.",
        "The startup has 38 staff, Danielle Firm says.",  # signed
    ],
)
def test_what_others_say_is_not_laid_to_an_author(text):
    assert signals(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Lena Ward says the startup raised $64M and has 38 staff.",
        "Lena Ward 说，这家初创公司融资6400万美元，有38名员工。",
        "The startup raised $64M and has 38 staff, says Lena Ward.",
    ],
)
def test_figures_of_another_author_are_doubted(text):
    assert signals(text) == ["binding.figure"]
