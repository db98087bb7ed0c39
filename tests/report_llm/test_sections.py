"""Where what a model told is printed: markets and money in their sections, small news under its theme."""

from __future__ import annotations

from dataclasses import replace

from dawnchorus.model import Sentence
from dawnchorus.report.desk import Desk
from dawnchorus.report.sections.events import events
from dawnchorus.report.sections.themes import topic_section
from dawnchorus.report.told import Told, ToldFact, ToldStory
from tests.report_llm.conftest import line, story, told
from tests.report_llm.test_writer import (
    FIRST,
    POSTS,
    RAISE,
    SECOND,
    STORIES,
    quoted,
    script,
    sentences,
    write,
    written,
)

MORE = [
    {"text": "Tidal plant of Bo in Ash pond makes 3 kW since 9 March", "author": "bo", "author_name": "Bo"},
    {
        "text": "The council of Osk pays for a new tidal valve",
        "author": "osk_news",
        "author_name": "Osk News",
    },
]


def test_a_fact_on_money_stands_in_finance_and_nowhere_else(brief):
    facts = [*FIRST["facts"], line("Velmora raises $40M from two funds, Ada Linden wrote.", 3, about="money")]
    posts = [*POSTS[:2], {**POSTS[2], "text": "Velmora raises $40M from two funds"}, *POSTS[3:]]
    draft = write(brief, script({**FIRST, "facts": facts, "opinions": []}, SECOND, compose=[]), posts=posts)

    assert [text for text in written(draft, "finance") if "two funds" in text]
    assert not [text for text in written(draft, "events", "key_points", "topic") if "two funds" in text]


def desk_with(brief, stories, told_stories):
    desk = Desk(brief([*POSTS, *MORE], stories, None))
    desk.told = Told(told_stories)
    return desk


def said(text, *posts):
    return Sentence(text=text, kind="written", citations=posts)


def texts(blocks):
    return [one.text for block in blocks for one in block.sentences if one.kind == "written"]


def test_news_of_one_post_stands_under_its_theme_once(brief):
    small = ToldStory(title=said("Bo's plant makes 3 kW", "p5"))
    desk = desk_with(brief, [*STORIES, story("p5")], {"s-p5": small})

    assert texts(topic_section(desk)) == ["Bo's plant makes 3 kW"]
    assert texts(events(desk)) == []


def test_news_of_one_post_outside_of_all_themes_is_an_event(brief):
    small = ToldStory(title=said("Quorra recalls valves", "p3"))
    desk = desk_with(brief, [story("p3")], {"s-p3": small})
    desk.briefing = replace(desk.briefing, themes=())

    assert texts(topic_section(desk)) == []
    assert texts(events(desk)) == ["Quorra recalls valves"]


def test_a_story_keeps_two_facts_for_its_block_and_the_theme_takes_the_next(brief):
    facts = [ToldFact(said(name, "p0")) for name in "ABCD"]
    desk = desk_with(brief, STORIES, {"s-p0": ToldStory(title=said("T", "p0"), facts=facts)})

    assert texts(topic_section(desk)) == ["C"]
    (block, *_) = events(desk)
    assert block.lead.text == "T"
    assert [one.text for one in block.sentences if one.kind == "written"] == ["A", "B", "D"]


def test_a_theme_with_nothing_else_takes_the_second_fact(brief):
    facts = [ToldFact(said(name, "p0")) for name in "AB"]
    desk = desk_with(brief, STORIES, {"s-p0": ToldStory(title=said("T", "p0"), facts=facts)})

    assert texts(topic_section(desk)) == ["B"]


def test_a_theme_quotes_what_no_model_told(brief):
    draft = write(brief, script(FIRST, SECOND), posts=[*POSTS, MORE[1]])

    assert not quoted(draft) & {"p0", "p1", "p2", "p3", "p4"}


def test_other_voices_beside_a_model_are_in_the_language_of_the_report(brief):
    others = [
        {"text": "我认为维尔莫拉的潮汐电站太贵了，我不同意这个价格", "author": "li", "author_name": "李"},
        {
            "text": "I think the tidal plant of Velmora is too far from Osk to help anyone",
            "author": "cy",
            "author_name": "Cy",
        },
    ]
    draft = write(brief, script(FIRST, SECOND), posts=[*POSTS, *others])

    said = " ".join(one.text for one in sentences(draft, "opinions"))
    assert "too far from Osk" in said
    assert "太贵" not in said


def test_an_update_names_of_what_is_new_only_what_it_tells(brief):
    changed = story("p0", "p1", "p2", status="update", new_posts=("p1",), news=("9 MW", "Ledger", "grid"))
    draft = write(brief, script(FIRST, SECOND), stories=[changed, STORIES[1]])
    block = draft.sections["key_points"][0]

    new = [one.text for one in block.sentences if one.kind == "computed"][-1]
    assert block.lead.text == RAISE
    assert "grid" in new
    assert "Velmora" not in new


def test_the_figures_on_what_dominated_give_way_to_written_sentences(brief):
    with_model = [one.text for one in sentences(write(brief, script(FIRST, SECOND)), "overview")]
    without = [one.text for one in sentences(write(brief, script(FIRST, SECOND, compose=[])), "overview")]

    assert with_model[0] == "Velmora raises $40M for its second tidal plant."
    assert len([one for one in with_model if "“" in one]) < len([one for one in without if "“" in one])


def test_a_piece_of_a_chinese_word_is_not_called_new(brief):
    posts = [
        {
            "text": "维尔莫拉融资 4000 万美元，在兰港建第二座潮汐电站",
            "author": "velmora_cn",
            "author_name": "维尔莫拉",
        },
        {"text": "兰港的电站 5 月 12 日起并网", "author": "lankport", "author_name": "兰港晚报"},
    ]
    news = ("尔莫", "维尔莫拉", "4000 万", "电站")
    changed = story("p0", "p1", status="update", new_posts=("p0",), news=news)
    own = told(1, line("维尔莫拉融资 4000 万美元，在兰港建第二座潮汐电站", 1))
    draft = write(brief, script(own, compose=[]), posts=posts, stories=[changed], lang="zh")

    new = draft.sections["key_points"][0].sentences[-1].text
    assert "4000" in new
    assert "尔莫" not in new.replace("维尔莫拉", "")
    assert "电站" not in new
