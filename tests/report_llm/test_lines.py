"""From an answer to sentences: invented numbers and posts of other stories count for nothing."""

from __future__ import annotations

from dawnchorus.report.desk import Desk
from dawnchorus.report.llm import briefs
from dawnchorus.report.llm.answers import StoryAnswer
from dawnchorus.report.llm.lines import Line, examine, story_lines
from tests.report_llm.conftest import ScriptedModel, line, story, told

POSTS = [
    {"text": "Velmora raises $40M for its second tidal plant in Lankport", "author": "velmora"},
    {"text": "Quorra Labs recalls 500 valves of its pumps after a leak", "author": "quorra"},
]


def lines_of(brief, *stories):
    briefing = brief(POSTS, [story("p0"), story("p1")], None)
    pack = briefs.packed(briefs.story_briefs(Desk(briefing), briefing.stories))[0]
    answer = StoryAnswer.model_validate({"stories": list(stories)})
    return story_lines(answer, pack, briefs.numbered(pack))


def test_sentences_keep_their_part_and_posts(brief):
    found = lines_of(
        brief,
        told(1, line("T", 1), [line("F", 1, about="money")], [line("O", 1)]),
        told(2, line("U", 2)),
    )

    assert [(one.part, one.story, one.posts, one.about) for one in found] == [
        ("title", "s-p0", ("p0",), "event"),
        ("fact", "s-p0", ("p0",), "money"),
        ("opinion", "s-p0", ("p0",), "event"),
        ("title", "s-p1", ("p1",), "event"),
    ]


def test_invented_numbers_are_left_out(brief):
    facts = [line("A", 9), line("B", 0), line("C"), line("D", -1), line("E", 1, 9), line("F", 1)]

    assert [one.text for one in lines_of(brief, told(1, line("T", 3), facts))] == ["F"]


def test_a_post_of_another_story_is_left_out(brief):
    assert lines_of(brief, told(1, line("T", 2), [line("F", 1, 2)])) == []


def test_a_story_that_was_not_given_and_one_told_twice_are_left_out(brief):
    found = lines_of(
        brief, told(3, line("X", 1)), told(0, line("Y", 1)), told(1, line("T", 1)), told(1, line("Z", 1))
    )

    assert [one.text for one in found] == ["T"]


def test_more_facts_and_opinions_than_asked_are_left_out(brief):
    facts, opinions = [line(f"F{n}", 1) for n in range(9)], [line(f"O{n}", 1) for n in range(9)]

    found = lines_of(brief, told(1, line("T", 1), facts, opinions))

    assert [one.text for one in found] == ["T", "F0", "F1", "F2", "F3", "F4", "O0", "O1", "O2"]


def examined(brief, text, *posts, part="fact"):
    one = Line(part=part, story="s-p0", text=text, posts=posts)
    examine(one, brief(POSTS, [story("p0"), story("p1")], ScriptedModel()))
    return one


def test_a_sentence_that_its_post_bears_out_passes(brief):
    found = examined(brief, "Velmora raises $40M for its second tidal plant in Lankport", "p0")

    assert found.passed
    assert found.text.endswith("Lankport.")
    assert not found.faults


def test_a_wrong_number_is_named(brief):
    found = examined(brief, "Velmora raises $90M for its second tidal plant in Lankport.", "p0")

    assert not found.passed
    assert not found.escalated
    assert any("90" in fault for fault in found.faults)


def test_a_sentence_of_wrong_form_is_not_checked(brief):
    found = examined(brief, "We saw Velmora raise $40M.", "p0")

    assert found.sentence is None
    assert not found.passed
    assert found.faults


def test_five_posts_are_too_many(brief):
    one = Line(part="fact", story="s-p0", text="Velmora raises $40M.", posts=("p0",) * 5)
    examine(one, brief(POSTS, [story("p0")], ScriptedModel()))

    assert one.sentence is None
    assert "one to 4" in one.faults[0]
