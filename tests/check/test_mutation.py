"""Mutation of ourselves: a rule that is switched off is missed, so no rule is dead weight.

The sentences are those that evals/groundbench/ablation.json holds: of each rule a few, of the open thirds,
that hung on it when `python -m evals.groundbench.ablation --write` was run last.
"""

from __future__ import annotations

from functools import cache

import pytest
from evals.groundbench import ablation, forms
from evals.groundbench.measure import check
from evals.groundbench.scenarios import Sentence, load

from dawnchorus.report.check.sentence import ALL_RULES, Context, check_sentence

FIGURES = ablation.read_figures()


@cache
def written() -> dict[str, Sentence]:
    return {one.id: one for scenario in load() for one in scenario.sentences}


def verdict(name: str, *, off: frozenset[str]) -> str:
    if name.startswith(f"{ablation.FORMS}/"):
        _, rule, number = name.split("/")
        context = forms.context(off=off)
        return check_sentence(forms.FAULTY[rule][int(number)], context).verdict
    told, context = ablation.said_and_context(written()[name], off=off)
    return check_sentence(told, context).verdict


def caught(name: str, *, off: frozenset[str] = frozenset()) -> bool:
    kind = ablation.FORMS if name.startswith(f"{ablation.FORMS}/") else written()[name].kind
    return ablation.is_caught(verdict(name, off=off), kind)


def test_every_rule_has_its_kinds_of_fault_and_its_figures():
    assert set(ablation.KINDS) == set(ALL_RULES), "give the new rule kinds in evals/groundbench/ablation.py"
    assert set(FIGURES) == set(ALL_RULES), "run python -m evals.groundbench.ablation --write"


@pytest.mark.parametrize("rule", ALL_RULES)
def test_switching_a_rule_off_lowers_its_figure(rule):
    sample = FIGURES[rule]["sample"]
    lost = [name for name in sample if caught(name) and not caught(name, off=frozenset({rule}))]

    assert lost, f"none of {len(sample)} sentences hangs on {rule}: dead weight, or ablation.json is old"


def test_no_sentence_of_the_sealed_third_is_kept():
    names = {name for one in FIGURES.values() for name in one["sample"] if not name.startswith("form/")}

    assert {written()[name].third for name in names} <= {"tune", "held"}


def test_sentences_of_the_ablation_are_checked_as_the_benchmark_checks_them():
    for name in FIGURES["numbers"]["sample"][:3]:
        told, context = ablation.said_and_context(written()[name])

        assert check_sentence(told, context) == check(written()[name])


def test_sound_sentences_of_form_pass():
    context = forms.context()

    assert [check_sentence(one, context).reasons for one in forms.SOUND] == [()] * len(forms.SOUND)


def test_what_is_no_rule_cannot_be_left_out():
    with pytest.raises(ValueError, match="no rule is named 'nmubers'"):
        Context(evidence={}, off=frozenset({"nmubers"}))
