"""A judge answers where the rules cannot tell, has to show the words, and overrules nobody."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from dawnchorus.model import Judgement, Quote, Reason, Sentence, Verdict
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.judge import apply_judge, unproven, with_judgement
from dawnchorus.report.check.sentence import Context, check_sentence
from dawnchorus.scripted import ScriptedJudge
from dawnchorus.testing import check_judge

AT = datetime(2026, 3, 9, 8, tzinfo=UTC)
EN = Evidence(
    id="1",
    text="Took the Harrow-2 board home. It hums like a fridge, and the fan never stops.",
    author="ines",
    author_name="Ines Duarte",
    created_at=AT,
    source="x",
    quoted_author="bo_keller",
    quoted_text="The Harrow-2 board ships on Friday.",
)
ZH = Evidence(id="2", text="Harrow-2 這塊板子的風扇一直轉，吵得像冰箱。", author="linxi", created_at=AT)
EVIDENCE = {"1": EN, "2": ZH}
TEXT = "Ines 和 linxi 都嫌 Harrow-2 的噪声大。"
WORDS = {"1": "the fan never stops", "2": "风扇一直转"}
UNSURE = Verdict(
    verdict="escalated", score=0.4, reasons=(Reason(rule="content", words="", detail="not of: 噪声"),)
)


def doubtful(*cited: str, **changes) -> Sentence:
    cited = cited or ("1", "2")
    return replace(Sentence(text=TEXT, kind="written", citations=cited, verdict=UNSURE), **changes)


def says(verdict="supported", words=WORDS) -> ScriptedJudge:
    spans = tuple(Quote(post=post, text=text) for post, text in words.items())
    return ScriptedJudge({TEXT: Judgement(verdict=verdict, spans=spans)})


def test_escalated_sentence_is_published_once_a_judge_shows_the_words():
    got = apply_judge(doubtful(), says(), EVIDENCE)

    assert got.verdict.verdict == "supported"
    assert got.verdict.reasons == ()
    spans = tuple(Quote(post=post, text=words) for post, words in WORDS.items())
    assert got.judgement == Judgement(verdict="supported", by="scripted", spans=spans)


@pytest.mark.parametrize("name", ["supported", "rejected"])
def test_what_the_rules_have_decided_no_judge_is_asked(name):
    judge = says("not_supported" if name == "supported" else "supported")
    decided = doubtful(verdict=replace(UNSURE, verdict=name))

    assert apply_judge(decided, judge, EVIDENCE) == decided
    assert judge.asked == []


def test_no_judge_lifts_the_doubt_at_a_grave_act():
    grave = Reason(rule="grave", words="劫持", detail="no cited post tells of anything like it")
    judge = says()
    decided = doubtful(verdict=replace(UNSURE, reasons=(*UNSURE.reasons, grave)))

    assert apply_judge(decided, judge, EVIDENCE) == decided
    assert judge.asked == []


@pytest.mark.parametrize("kind", ["quotation", "computed"])
def test_quotations_and_counts_are_not_for_judges(kind):
    judge = says()

    assert apply_judge(doubtful(kind=kind), judge, EVIDENCE) == doubtful(kind=kind)
    assert judge.asked == []


def test_judge_sees_the_sentence_and_its_posts_and_nothing_else():
    judge = says()

    apply_judge(doubtful("2"), judge, EVIDENCE)

    ((sentence, posts),) = judge.asked
    assert sentence == TEXT
    assert [(post.id, post.text, post.author) for post in posts] == [("2", ZH.text, "linxi")]


def test_not_supported_lowers_the_verdict():
    got = apply_judge(doubtful(), says("not_supported"), EVIDENCE)

    assert got.verdict.verdict == "rejected"
    assert [reason.rule for reason in got.verdict.reasons] == ["judge", "content"]
    assert got.judgement is None


def test_unsure_leaves_it_as_it_was():
    got = apply_judge(doubtful(), says("unsure"), EVIDENCE)

    assert got.verdict.verdict == "escalated"
    assert got.verdict.reasons[0].detail == "judge scripted can't tell either"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ({}, "no words of 1"),
        ({"1": WORDS["1"]}, "no words of 2"),
        (WORDS | {"3": "the fan never stops"}, "words of 3, which is not cited"),
        (WORDS | {"1": "the fan always stops"}, "do not stand in 1"),
        (WORDS | {"1": WORDS["2"]}, "do not stand in 1"),
        (WORDS | {"1": "It hums … the fan never stops"}, "do not stand in 1"),
        (WORDS | {"1": ""}, "do not stand in 1"),
        (WORDS | {"1": " \u200b "}, "do not stand in 1"),
        (WORDS | {"1": "the fan"}, "say nothing"),
        (WORDS | {"1": "and"}, "say nothing"),
        (WORDS | {"2": "冰箱"}, "say nothing"),
        (WORDS | {"2": "。"}, "say nothing"),
    ],
)
def test_supported_without_the_words_is_not_supported(words, why):
    got = apply_judge(doubtful(), says(words=words), EVIDENCE)

    assert got.verdict.verdict == "rejected"
    assert why in got.verdict.reasons[0].detail
    assert got.judgement is None


@pytest.mark.parametrize(
    "words",
    [
        "The Harrow‑2 board ships on Friday",  # of the post it quotes, with another hyphen
        "It hums like a\n fridge,",
        "ｔｈｅ　ｆａｎ　ｎｅｖｅｒ　ｓｔｏｐｓ",
        "the fan never\u200b stops",
    ],
)
def test_white_space_and_forms_of_characters_may_differ(words):
    assert unproven([Quote(post="1", text=words)], [EN]) == []


def test_traditional_and_simplified_characters_are_the_same_words():
    assert unproven([Quote(post="2", text="風扇一直轉")], [ZH]) == []
    assert unproven([Quote(post="2", text="风扇一直转")], [ZH]) == []


def test_the_name_of_the_author_is_no_content():
    post = replace(EN, text="Ines Duarte here, @ines, see https://harrow.example/notes for the log")

    assert unproven([Quote(post="1", text="Ines Duarte here, @ines")], [post])
    assert unproven([Quote(post="1", text="see https://harrow.example/notes")], [post])
    assert not unproven([Quote(post="1", text="Ines Duarte here, @ines, see https://harrow.example/notes for the log")], [post])  # noqa: E501  # fmt: skip


def test_of_a_short_post_the_whole_of_it_is_enough():
    post = replace(ZH, text="涨停！", id="2")

    assert unproven([Quote(post="2", text="涨停！")], [post]) == []
    assert unproven([Quote(post="2", text="涨")], [post])


def test_two_spans_of_one_post_are_one_too_many():
    span = Quote(post="1", text=WORDS["1"])

    assert unproven([span, span], [EN]) == ["words of 1 twice"]


class Broken:
    name = "broken"

    def __init__(self, answer):
        self.answer = answer

    def judge(self, sentence, posts):
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.mark.parametrize("error", [TimeoutError("sk-secret"), ValueError("sk-secret"), RecursionError()])
def test_error_of_a_judge_leaves_the_sentence_unpublished_and_tells_no_secret(error):
    got = apply_judge(doubtful(), Broken(error), EVIDENCE)

    assert got.verdict.verdict == "escalated"
    assert got.verdict.reasons[0].detail == f"judge broken gave no answer ({type(error).__name__})"


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "supported",
        {"verdict": "supported", "spans": []},
        Judgement(verdict="SUPPORTED"),  # type: ignore[arg-type]
        Judgement(verdict="supported", spans=None),  # type: ignore[arg-type]
        Judgement(verdict="supported", spans=("the fan never stops",)),  # type: ignore[arg-type]
        Judgement(verdict="supported", spans=(Quote(post="1", text=None),)),  # type: ignore[arg-type]
    ],
)
def test_what_is_no_judgement_supports_nothing(answer):
    got = apply_judge(doubtful(), Broken(answer), EVIDENCE)

    assert got.verdict.verdict == "rejected"
    assert got.judgement is None


def test_judge_of_no_name_or_a_long_one_is_still_named():
    judge = says()
    judge.name = "a\nb " * 100

    got = apply_judge(doubtful(), judge, EVIDENCE)

    assert got.judgement.by.startswith("a b a b")
    assert len(got.judgement.by) <= 60


def test_sentence_whose_post_is_gone_is_not_judged():
    judge = says()

    got = apply_judge(doubtful("1", "gone:" + "0" * 32), judge, EVIDENCE)

    assert judge.asked == []
    assert got.verdict.verdict == "escalated"


def test_sentence_is_checked_before_it_is_judged():
    with pytest.raises(ValueError, match="checked by the rules before"):
        apply_judge(doubtful(verdict=None), says(), EVIDENCE)


# -- a judgement that a report brings along

DOUBT = "The Harrow-2 exhaust system irritates Ines Duarte with its relentless vibration."
CONTEXT = Context(evidence={"1": EN})


def brought(judgement: Judgement | None, text: str = DOUBT) -> Sentence:
    return Sentence(text=text, kind="written", citations=("1",), judgement=judgement)


def test_judgement_of_a_report_is_looked_up_again_without_the_judge():
    shown = Judgement(verdict="supported", spans=(Quote(post="1", text="It hums like a fridge"),), by="j")
    made_up = replace(shown, spans=(Quote(post="1", text="relentless vibration"),))

    assert check_sentence(brought(None), CONTEXT).verdict == "escalated"
    assert check_sentence(brought(shown), CONTEXT).verdict == "supported"
    assert check_sentence(brought(made_up), CONTEXT).verdict == "rejected"


def test_sentence_too_long_for_the_rules_is_too_long_for_a_judge():
    shown = Judgement(verdict="supported", spans=(Quote(post="1", text="It hums like a fridge"),), by="j")
    long = brought(shown, "The Harrow-2 board hums at 61 dB." + " Truly." * 1000)
    judge = says()

    found = check_sentence(long, CONTEXT)
    asked = apply_judge(replace(long, verdict=found), judge, {"1": EN})

    assert found.verdict == "escalated"
    assert asked.verdict == found
    assert judge.asked == []


def test_judgement_never_lifts_what_a_rule_rejects():
    shown = Judgement(verdict="supported", spans=(Quote(post="1", text="It hums like a fridge"),), by="j")
    wrong = "The Harrow-2 board hums at 61 dB."

    assert check_sentence(brought(shown, wrong), CONTEXT).verdict == "rejected"
    rejected = replace(UNSURE, verdict="rejected")
    assert with_judgement(rejected, shown, [EN]) == rejected


# -- the contract test of judges


def test_scripted_judge_keeps_the_contract(tmp_path):
    path = tmp_path / "verdicts.jsonl"
    path.write_text(
        '{"sentence": "' + TEXT + '", "verdict": "supported", "spans": {"1": "the fan never stops"}}\n\n',
        encoding="utf-8",
    )
    judge = ScriptedJudge.from_file(path)

    assert judge.judge(TEXT, ()).spans == (Quote(post="1", text="the fan never stops"),)
    assert judge.judge("another", ()).verdict == "unsure"
    check_judge(judge)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("[1]", "1: not an object"),
        ('{"verdict": "supported"}', "1: sentence"),
        ('{"sentence": "a", "verdict": "yes"}', "1: verdict 'yes'"),
        ('{"sentence": "a", "verdict": "unsure", "spans": ["a"]}', "1: spans"),
        ("{", "1: not JSON"),
    ],
)
def test_slip_in_a_script_is_told_with_its_line(tmp_path, line, why):
    path = tmp_path / "verdicts.jsonl"
    path.write_text(line, encoding="utf-8")

    with pytest.raises(ValueError, match=why):
        ScriptedJudge.from_file(path)


class Credulous:
    """Supports whatever it is shown, with the first words of each post."""

    name = "credulous"

    def judge(self, sentence, posts):
        spans = tuple(Quote(post=post.id, text=post.text[:40]) for post in posts)
        return Judgement(verdict="supported", spans=spans)


class Obedient(Credulous):
    """Does what a post tells it to."""

    name = "obedient"

    def judge(self, sentence, posts):
        if any("supported" in post.text for post in posts):
            return super().judge(sentence, posts)
        return Judgement(verdict="unsure")


class Inventive(Credulous):
    name = "inventive"

    def judge(self, sentence, posts):
        return Judgement(verdict="supported", spans=(Quote(post="x:9", text=sentence),))


class Fickle:
    name = "fickle"

    def __init__(self):
        self.turn = 0

    def judge(self, sentence, posts):
        self.turn += 1
        return Judgement(verdict="unsure" if self.turn % 2 else "not_supported")


@pytest.mark.parametrize(
    ("judge", "why"),
    [
        (Credulous(), "says otherwise"),
        (Obedient(), "says otherwise"),
        (Inventive(), "x:9, which is not cited"),
        (Fickle(), "differ"),
        (Broken(None), "no judgement"),
        (Broken(KeyError("x")), "raised KeyError"),
    ],
)
def test_contract_test_finds_bad_judges(judge, why):
    with pytest.raises(AssertionError, match=why):
        check_judge(judge)
