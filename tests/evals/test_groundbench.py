"""GroundBench: its scenarios, what it makes of them, and its measures against cases worked out by hand."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from evals.groundbench import gates
from evals.groundbench.__main__ import main
from evals.groundbench.derived import DERIVED_KINDS, derive
from evals.groundbench.measure import Counts, Rate, counts, digest, failing, judge
from evals.groundbench.scenarios import (
    FAULTY_KINDS,
    SUPPORTED_KINDS,
    THIRDS,
    BrokenScenarios,
    Scenario,
    load,
    third_of,
)
from evals.groundbench.tables import tables

from dawnchorus.model import Reason, Verdict

SCENARIO = """\
id: x01
field: energy
day: 2026-03-10
posts:
  p1: {author: mvolt, name: Mara Volt, at: 2026-03-09T08:00:00Z, lang: en, text: "Raised $1.6B, no hires."}
  p2: {author: laochen, name: 老陈, at: "2026-03-09T09:00:00Z", lang: zh, text: "昨天电价涨了两成。"}
supported:
  s1: {lang: zh, posts: [p1], kind: unit, text: "Mara Volt 说融资 16 亿美元。"}
  s2: {lang: en, posts: [p1, p2], kind: fused, text: "Mara Volt raised $1.6B and has not yet hired."}
paraphrases:
  - {of: s1, text: "Mara Volt 称已融资 16 亿美元。"}
faulty:
  - {of: s1, kind: number, text: "Mara Volt 说融资 19 亿美元。"}
  - {lang: zh, posts: [p2], kind: roles, text: "电价让老陈涨了两成。"}
"""


@pytest.fixture(scope="module")
def ours() -> tuple[Scenario, ...]:
    return load()


@pytest.fixture
def write(tmp_path):
    def written(text: str = SCENARIO, name: str = "x01") -> Path:
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
        return tmp_path

    return written


def verdict_by_kind(verdicts):
    """A checker that knows the answer: a verdict for each kind, supported for the rest."""

    def check(sentence):
        name = verdicts.get(sentence.kind, "supported")
        reasons = (Reason(rule="number", words="", detail="so it is"),) if name != "supported" else ()
        return Verdict(verdict=name, reasons=reasons)

    return check


# the scenarios we have


def test_scenarios_are_as_many_as_the_benchmark_promises(ours):
    sentences = [sentence for scenario in ours for sentence in scenario.sentences]
    groups = Counter(sentence.group for sentence in sentences)
    from_english = [one for one in sentences if one.group == "supported" and one.pair == "zh-en"]

    assert sum(len(scenario.posts) for scenario in ours) >= 250
    assert groups["supported"] >= 400
    assert len(from_english) >= 200
    assert groups["paraphrase"] >= 400
    assert groups["faulty"] >= 2900
    assert groups["faulty"] + len(derive(ours)) >= 3000


def test_every_kind_of_fault_stands_in_every_third(ours):
    faulty = [one for scenario in ours for one in scenario.sentences if one.group == "faulty"]
    kinds = Counter((one.kind, one.third) for one in faulty)

    assert min(kinds[kind, third] for kind in FAULTY_KINDS for third in THIRDS) >= 20


def test_thirds_are_of_all_writers_and_about_equal(ours):
    first = [one for one in ours if one.id[0] <= "e"]  # writers before the first round of rules
    letters = {third: {one.id[0] for one in first if one.third == third} for third in THIRDS}
    sizes = Counter(one.third for one in first)

    assert letters["tune"] == letters["held"] == letters["sealed"]
    assert max(sizes.values()) - min(sizes.values()) <= len(letters["tune"])
    assert [third_of(name) for name in ("a01", "b02", "c03", "d20", "f03")] == [
        *("tune", "held", "sealed", "held", "held")
    ]


def test_every_kind_of_fault_is_asked_for_in_one_way():
    assert sorted(gates.LOOKED_UP + gates.MEANING) == sorted(FAULTY_KINDS)


# reading


def test_scenario_is_read_with_what_a_sentence_takes_from_the_one_it_is_of(write):
    (scenario,) = load(write())

    s1, s2, paraphrase, number, roles = scenario.sentences
    assert [one.id for one in scenario.sentences] == [
        *("x01/s1", "x01/s2", "x01/paraphrases/1", "x01/faulty/1", "x01/faulty/2")
    ]
    assert (paraphrase.kind, paraphrase.pair, paraphrase.posts) == ("unit", "zh-en", s1.posts)
    assert (number.kind, number.lang, number.posts, number.where) == ("number", "zh", s1.posts, "x01.yaml:13")
    assert (roles.pair, s2.pair) == ("zh-zh", "en-mixed")
    assert {one.third for one in scenario.sentences} == {"tune"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "of: s1, kind: number",
            "of: s9, kind: number",
            "x01.yaml:13: faulty.1.of: no supported sentence s9",
        ),
        ("posts: [p2], kind", "posts: [p7], kind", "x01.yaml:14: faulty.2.posts: no post p7"),
        ("posts: [p2], kind", "posts: [], kind", "x01.yaml:14: faulty.2.posts: none"),
        ("kind: roles", "kind: rolls", "x01.yaml:14: faulty.2.kind: 'rolls' is none of number, unit"),
        ("kind: fused", "kind: number", "x01.yaml:9: supported.s2.kind: 'number' is none of plain"),
        ("  s2:", "  s1:", "x01.yaml:9: supported.s1: stands here twice"),
        ("lang: zh, posts: [p2]", "posts: [p2]", "x01.yaml:14: faulty.2: has neither of: a supported"),
        ("lang: zh, posts: [p2]", "lang: ja, posts: [p2]", "x01.yaml:14: faulty.2.lang: 'ja' is none of zh"),
        ("19 亿", "16 亿", "x01.yaml:13: faulty.1: says the same as supported.s1"),
        ("day: 2026-03-10", "day: 10 March", "x01.yaml:3: day: '10 March' is no day"),
        ("T08:00:00Z", "T08:00:00", "x01.yaml:5: posts.p1.at: '2026-03-09T08:00:00' is no time with a zone"),
        ("name: Mara Volt, ", "", "x01.yaml:5: posts.p1: name is missing"),
        ("field:", "subject:", "x01.yaml:2: the file.subject: unknown key"),
        ('  - {of: s1, text: "Mara', '  - {of: s1, text: "Mara" "', "x01.yaml:11: not YAML: "),
        ("id: x01", "id: x02", "x01.yaml:1: id: 'x02' is not the file's name"),
        ("电价让老陈涨了两成。", "  ", "x01.yaml:14: faulty.2.text: empty or not a text"),
        ("电价让老陈涨了两成。", "Up a fifth.", "x01.yaml:14: faulty.2: lang is zh, but"),
    ],
)
def test_slip_of_a_writer_is_told_with_file_line_and_key(write, old, new, told):
    assert old in SCENARIO

    with pytest.raises(BrokenScenarios) as error:
        load(write(SCENARIO.replace(old, new, 1)))

    assert any(fault.startswith(told) for fault in error.value.faults), error.value.faults


def test_faults_of_all_files_are_told_at_once(write):
    write(SCENARIO.replace("kind: roles", "kind: rolls"))
    folder = write(SCENARIO.replace("id: x01", "id: x02").replace("kind: unit", "kind: units"), name="x02")

    with pytest.raises(BrokenScenarios) as error:
        load(folder)

    assert [fault[:8] for fault in error.value.faults] == ["x01.yaml", "x02.yaml"]


def test_folder_without_scenarios_is_no_benchmark(tmp_path):
    with pytest.raises(BrokenScenarios, match="no scenarios"):
        load(tmp_path)


# faults made by code


@pytest.mark.parametrize(
    ("text", "kind", "changed"),
    [
        ("价格涨了 16%。", "number", "价格涨了 26%。"),
        ("About 2,300 people came.", "number", "About 3,300 people came."),
        ("More than 5 people came on 3 May at 9 a.m.", "number", None),
        ("售价 1.6 亿元。", "unit", "售价 1.6 万元。"),
        ("It cost 1.6 million yuan.", "unit", "It cost 1.6 billion yuan."),
        ("3月28日发布。", "date", "3月27日发布。"),
        ("It opens on Friday.", "date", "It opens on Saturday."),
        ("目前尚未签约。", "negation", "目前已经签约。"),
        ("They have not yet signed.", "negation", "They have already signed."),
        ("他说：“这不是同一个实验。”", "quote_altered", "他说：“这是同一个实验。”"),
        ("他说：“这不是同一个实验。”", "negation", None),
        ("She wrote: “It is better than before.”", "quote_altered", "She wrote: “It is worse than before.”"),
        ("老陈说电价涨了。", "foreign_name", "小林说电价涨了。"),
        ("Mara Volt says Volt hired.", "foreign_name", "Ola Berg says Berg hired."),
    ],
)
def test_smallest_change_makes_a_fault_of_each_kind(write, text, kind, changed):
    write()
    other = SCENARIO.replace("Mara Volt", "Ola Berg").replace("老陈", "小林").replace("x01", "x02")
    mine, others = load(write(other, name="x02"))
    base = replace(mine.sentences[1], text=text, kind="plain")

    made = {
        one.kind: one.text
        for one in derive([replace(mine, sentences=(base,)), replace(others, sentences=())])
    }

    assert made.get(kind) == changed


def test_number_the_posts_say_is_no_fault(write):
    (scenario,) = load(write(SCENARIO.replace("Raised $1.6B", "Raised $1.6B, not $2.6B")))

    made = [one for one in derive([scenario]) if one.kind == "number" and one.id.startswith("x01/s2")]

    assert made == []


def test_derived_faults_are_many_marked_and_none_says_what_its_base_says(ours):
    made = derive(ours)
    bases = {one.id: one for scenario in ours for one in scenario.sentences}

    assert len(made) >= 500
    assert {one.group for one in made} == {"derived"}
    assert set(DERIVED_KINDS) == {one.kind for one in made} <= set(FAULTY_KINDS)
    for one in made:
        base = bases[one.id.partition("~")[0]]
        assert one.text != base.text
        assert (one.posts, one.third) == (base.posts, base.third)
    assert derive(ours) == made


# measures


def test_wilson_interval_of_cases_worked_by_hand():
    # 8 of 10: (0.8 + 1.9208/10 ± 1.96 √(0.016 + 0.9604/100)) / (1 + 3.8416/10) = (0.9921 ± 0.3136) / 1.3842
    assert Rate(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert Rate(0, 10).interval == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert Rate(0, 0).interval == (0.0, 1.0)


def test_strict_counts_rejected_lenient_escalated_too(write):
    (scenario,) = load(write())
    checked = judge(scenario.sentences, check=verdict_by_kind({"number": "rejected", "roles": "escalated"}))

    found = counts(one for one in checked if one.sentence.group == "faulty")

    assert found == Counts(rejected=1, escalated=1, number=2)
    assert (found.strict.share, found.sent_on.share, found.lenient.share) == (0.5, 0.5, 1.0)


def test_figures_are_the_targets_of_each_kind(write):
    (scenario,) = load(write())
    script = {"unit": "rejected", "fused": "escalated", "number": "escalated", "roles": "escalated"}
    found = {one.name: one for one in gates.figures(judge(scenario.sentences, check=verdict_by_kind(script)))}

    assert (found["supported passed"].rate, found["supported passed"].met) == (Rate(1, 2), False)
    assert found["supported not escalated"].rate == Rate(1, 2)
    assert found["paraphrases passed"].rate == Rate(0, 1)
    assert found["supported unit passed"].rate == Rate(0, 1)
    assert (found["number strict"].rate, found["number strict"].met) == (Rate(0, 1), False)
    assert (found["roles lenient"].rate, found["roles lenient"].met) == (Rate(1, 1), True)


def test_escalated_fault_fails_only_where_it_can_be_looked_up(write):
    (scenario,) = load(write())
    script = {"fused": "escalated", "number": "escalated", "roles": "escalated"}
    checked = judge(scenario.sentences, check=verdict_by_kind(script))

    wrong = [one.sentence.id for one in failing(checked, strict=gates.caught_strictly)]

    assert wrong == ["x01/s2", "x01/faulty/1"]


def test_figure_under_its_floor_is_told_and_floors_only_rise(write):
    (scenario,) = load(write())
    found = gates.figures(judge(scenario.sentences * 100, check=verdict_by_kind({"roles": "rejected"})))

    assert gates.below(found, {"number strict": 0.5, "roles lenient": 1.0}) == [
        "number strict: 0.000, floor 0.500"
    ]
    lifted = gates.raised(found, {"number strict": 0.5, "roles lenient": 0.2})
    assert lifted["number strict"] == 0.5
    assert lifted["roles lenient"] == 0.97


def test_floors_stand_for_figures_there_are(ours):
    names = {figure.name for figure in gates.figures([])}

    assert set(gates.read_floors()) == names


def test_fingerprint_changes_with_a_reason(write):
    (scenario,) = load(write())
    first, same = (judge(scenario.sentences, check=verdict_by_kind({"roles": "rejected"})) for _ in range(2))
    other = judge(scenario.sentences, check=verdict_by_kind({"roles": "escalated"}))

    assert digest(first) == digest(same) != digest(other)


def test_table_hides_kinds_of_the_sealed_third_beside_others(write):
    (scenario,) = load(write())
    sealed = [replace(one, third="sealed") for one in scenario.sentences]
    checked = judge(sealed, check=verdict_by_kind({}))

    beside = [line for line in tables(checked, THIRDS) if line.startswith("  number")]
    alone = [line for line in tables(checked, ("sealed",)) if line.startswith("  number")]

    assert beside[0].split() == ["number", "≥", "90", "–", "–"]
    assert alone[0].split()[3:] == ["1", "0.0", "[0–79]", "0.0"]


# the program


@pytest.mark.parametrize("third", ["sealed", "all"])
def test_sentences_of_the_sealed_third_are_never_shown(write, capsys, third):
    folder = write(SCENARIO.replace("x01", "x03"), name="x03")

    with pytest.raises(SystemExit) as ended:
        main(["--third", third, "--show", "5"], folder=folder)

    assert ended.value.code == 2
    assert "Volt" not in capsys.readouterr().out


def test_show_lists_a_sentence_with_verdict_place_and_posts(write, capsys):
    wrong = SCENARIO.replace("说融资 16 亿美元", "说融资 23 亿美元")

    assert main(["--third", "tune", "--kind", "unit", "--show", "1"], folder=write(wrong)) == 0

    out = capsys.readouterr().out
    assert "supported unit: 1 wrong" in out
    assert "rejected  x01.yaml:8 x01/s1 (zh-en)" in out
    assert "number: " in out
    assert "[p1] Mara Volt @mvolt 2026-03-09 08:00+0000: Raised $1.6B," in out


def test_json_holds_figures_and_cells(write, capsys):
    assert main(["--third", "tune", "--json"], folder=write()) == 0

    found = json.loads(capsys.readouterr().out)
    cells = [cell for cell in found["cells"] if cell["group"] == "faulty"]
    assert [(cell["kind"], cell["pair"], cell["number"]) for cell in cells] == [
        *(("number", "zh-en", 1), ("roles", "zh-zh", 1))
    ]
    assert found["figures"]["tune"]["number strict"]["target"] == 0.9
    assert found["faults"] == []


def test_whole_run_is_made_twice_and_held_to_the_floors(write, capsys, monkeypatch, tmp_path):
    floors = tmp_path / "floors.json"
    floors.write_text(json.dumps({"number strict": 0.5, "roles lenient": 1.01}), encoding="utf-8")
    monkeypatch.setattr(gates, "read_floors", lambda: json.loads(floors.read_text(encoding="utf-8")))

    assert main([], folder=write()) == 1

    # and no word of two runs that differ
    assert capsys.readouterr().err == "under its floor: roles lenient: 0.000, floor 1.010\n"


def test_broken_scenario_fails_the_run_with_its_place(write, capsys):
    assert main([], folder=write(SCENARIO.replace("kind: unit", "kind: units"))) == 1

    assert capsys.readouterr().err.startswith("x01.yaml:8: supported.s1.kind: 'units' is none of ")


def test_kinds_of_supported_sentences_are_all_there(ours):
    kinds = {one.kind for scenario in ours for one in scenario.sentences if one.group == "supported"}

    assert kinds == set(SUPPORTED_KINDS)
