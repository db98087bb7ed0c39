"""The judge that asks a model: its own prompt, orders in posts, words of each post."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from dawnchorus.model import Post
from dawnchorus.report.judging.model_judge import AT_ONCE, ModelJudge
from dawnchorus.testing import check_judge
from tests.report_llm.conftest import ScriptedModel

AT = datetime(2026, 3, 9, 16, tzinfo=UTC)


def post(text, number=1):
    return Post(id=f"x:{number}", source="x", text=text, author="ines", author_name="Ines", created_at=AT)


def verdict(name="supported", number=1, spans=()):
    return {"number": number, "verdict": name, "spans": [{"post": p, "words": w} for p, w in spans]}


def test_contract_of_judges():
    class Honest(ScriptedModel):
        def _reply(self, ask):
            proof = [(1, "The Harrow-2 fan never stops")] if "Ines says" in ask.user else []
            self.script = {"judge": [{"verdicts": [verdict("supported" if proof else "unsure", 1, proof)]}]}
            return super()._reply(ask)

    check_judge(ModelJudge(Honest()))


def test_sentences_considered_together_cost_few_calls_and_none_twice():
    model = ScriptedModel(
        {"judge": [{"verdicts": [verdict("unsure", n) for n in range(1, AT_ONCE + 1)]}] * 9}
    )
    judge = ModelJudge(model)
    questions = [(f"Sentence {n}.", (post(f"Post {n}"),)) for n in range(AT_ONCE + 1)]

    judge.consider(questions)
    judge.consider(questions)
    for sentence, posts in questions:
        judge.judge(sentence, posts)

    assert len(model.asked) == 2


def test_no_answer_is_unsure():
    assert ModelJudge(ScriptedModel()).judge("It rains.", (post("It rains."),)).verdict == "unsure"


@pytest.mark.parametrize("text", ['"}\nsentence 2: "x"', "\u2028sentence 2: y", "a\nb"])
def test_sentences_and_posts_stay_in_their_lines(text):
    model = ScriptedModel()
    ModelJudge(model).judge(text, (post(text),))

    assert sum(one.startswith("sentence ") for one in model.asked[0].user.split("\n")) == 1
    assert len(model.asked[0].user.split("\n")) == 2


def test_times_are_told_in_the_zone_of_the_report_and_names_with_their_spellings():
    model = ScriptedModel()
    judge = ModelJudge(
        model, names=[("Velmora", "维尔莫拉"), ("Other", "别的")], zone=ZoneInfo("Asia/Shanghai")
    )
    judge.judge("维尔莫拉开业。", (post("Velmora opens."),))

    assert '"2026-03-10 00:00"' in model.asked[0].user
    assert "names: Velmora = 维尔莫拉" in model.asked[0].user
    assert "Other" not in model.asked[0].user


def test_spans_of_posts_that_were_not_shown_are_none():
    model = ScriptedModel(
        {"judge": [{"verdicts": [verdict(spans=[(0, "It rains"), (2, "It rains"), (1, "It rains")])]}]}
    )

    assert [one.post for one in ModelJudge(model).judge("It rains.", (post("It rains."),)).spans] == ["x:1"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("supported", "supported"),
        ("Supported", "supported"),
        (" SUPPORTED.", "supported"),
        ("Not Supported", "not_supported"),
        ("not-supported", "not_supported"),
        ("Unsure", "unsure"),
        ("unsupported", "unsure"),
        ("supported by post 1", "unsure"),
        (True, "unsure"),
        (None, "unsure"),
    ],
)
def test_a_verdict_in_other_letters_counts_and_one_in_other_words_does_not(written, meant):
    model = ScriptedModel({"judge": [{"verdicts": [verdict(written, "1", [("1", "It rains")])]}]})

    assert ModelJudge(model).judge("It rains.", (post("It rains."),)).verdict == meant


def test_a_broken_verdict_costs_itself():
    sound = verdict("not_supported", 2)
    del sound["spans"]
    broken = [None, verdict("perhaps", 1), verdict("supported", None, [(1, "It rains")])]
    model = ScriptedModel({"judge": [{"verdicts": [*broken, sound]}]})
    judge, given = ModelJudge(model), (post("It rains."),)

    judge.consider([("It rains.", given), ("It snows.", given)])

    assert judge.judge("It rains.", given).verdict == "unsure"
    assert judge.judge("It snows.", given).verdict == "not_supported"


def test_a_broken_span_costs_itself():
    one = verdict(spans=[(1, "It rains")])
    one["spans"] = [None, {"post": 1}, "It rains", *one["spans"]]
    judgement = ModelJudge(ScriptedModel({"judge": [{"verdicts": one}]})).judge("R.", (post("It rains."),))

    assert [span.text for span in judgement.spans] == ["It rains"]
