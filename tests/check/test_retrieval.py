"""The posts that a sentence without citations may stand on: found, then judged."""

import polars as pl
import pytest

from dawnchorus.model import Reason, Verdict
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.markdown import check_markdown
from dawnchorus.report.check.postings import index_texts
from dawnchorus.report.check.proposals import propose
from dawnchorus.report.check.retrieval import PostIndex

POSTS = {
    "money": "Helioform closed a $1.6B Series D today. Brightwater led.",
    "doubt": "Helioform 融资16亿美元，我不信这个估值。",
    "hiring": "Plans to hire 2,000 people in Tucson next spring",
    "search": "Google cuts prices of its search API by half",
    "robots": "这家工厂用机器人给电池焊接极耳，良率提高到97%",
    "chips": "英伟達宣佈新一代晶片下月出貨",
    "model": "GPT-5.1 is out and it still can't count letters",
    "cyclist": "陈以安指出，滨河还没有公布试行的评估指标",
    "other": "My cat sleeps on the keyboard again",
}


@pytest.fixture(scope="module")
def index():
    rows = {"id": list(POSTS), "text": list(POSTS.values()), "author": ["lena_okafor", *[None] * 8]}
    return PostIndex(pl.DataFrame(rows), standard_aliases())


@pytest.mark.parametrize(
    ("sentence", "post"),
    [
        ("Brightwater led the round of Helioform.", "money"),
        ("Brightwater 领投了这一轮。", "money"),
        ("Lena Okafor told of a Series D.", "money"),
        ("谷歌把搜索接口的价格降低了一半。", "search"),
        ("A factory lets robots weld its batteries.", "robots"),
        ("Nvidia announced that new chips ship next month.", "chips"),
        ("英伟达宣布新一代芯片下月出货。", "chips"),
        ("Chen Yi-an is still waiting for the criteria.", "cyclist"),
        ("Not a word from Binhe so far.", "cyclist"),
        ("人们说 GPT 5.1 连字母都数不清。", "model"),
        ("两千人将在明年春天受雇，计划招聘 2000 人。", "hiring"),
    ],
)
def test_the_post_is_found_whatever_its_language_and_spelling(index, sentence, post):
    assert index.search(sentence, most=3)[0].post == post


def test_a_number_leads_to_posts_in_any_notation(index):
    assert {hit.post for hit in index.search("16 亿", most=3)} >= {"money", "doubt"}


def test_a_share_is_of_the_whole_sentence(index):
    whole = index.search("Brightwater led the Series D", most=1)[0].share
    half = index.search("Brightwater led the Series D, and Quillfeather sued Marrowgate in Oslo", most=1)[
        0
    ].share
    assert 0 < half < whole <= 1


@pytest.mark.parametrize("sentence", ["", "，。", "the and of", "Zzyzx qqqq", "\x00\ud800", "9" * 400])
def test_a_sentence_that_shares_nothing_finds_nothing(index, sentence):
    assert index.search(sentence, most=3) == []


def test_ties_are_in_the_order_of_the_posts():
    rows = pl.DataFrame({"id": ["b", "a", "c"], "text": ["Helioform is here"] * 3})
    hits = PostIndex(rows, standard_aliases()).search("Helioform", most=2)
    assert [hit.post for hit in hits] == ["b", "a"]


def test_copies_of_a_post_take_no_place():
    rows = pl.DataFrame(
        {"id": ["a", "b"], "text": ["Helioform is here", "RT Helioform is here"], "duplicate_of": [None, "a"]}
    )
    assert [hit.post for hit in PostIndex(rows, standard_aliases()).search("Helioform", most=3)] == ["a"]


@pytest.mark.parametrize("texts", [[], [None], [""], ["谷\n歌"], ["\n"], ["https://a.example/谷歌"]])
def test_empty_posts_and_line_ends_make_no_terms_of_two_lines(texts):
    assert "谷歌" not in index_texts(pl.Series(texts, dtype=pl.String)).terms


def test_a_line_end_in_a_post_does_not_move_the_posts_behind_it():
    postings = index_texts(pl.Series(["一\n二\n三", "谷歌"]))
    assert (postings["谷歌"].tolist(), postings["一二"].tolist()) == ([1], [])


# What is proposed.


def judging(verdicts):
    """A judge that knows (text, posts) -> verdict; all else is rejected."""

    def judge(text, posts):
        found = verdicts.get((text, *posts), "rejected")
        reasons = () if found == "supported" else (Reason(rule="name", words="", detail="why"),)
        return Verdict(verdict=found, score=0.0, reasons=reasons)

    return judge


def test_a_post_that_supports_comes_first_even_if_another_is_nearer(index):
    text = "Helioform 融资16亿美元"
    proposal = propose(text, index, judging({(text, "money"): "supported"}))
    assert (proposal.found, proposal.candidates[0].post) == ("supported", "money")
    assert proposal.nearest.post == "doubt"


def test_the_nearest_post_tells_what_is_said_otherwise(index):
    proposal = propose("Helioform closed a $1.9B Series D today", index, judging({}))
    assert (proposal.found, proposal.nearest.post) == ("otherwise", "money")


def test_a_rule_that_cannot_tell_of_the_nearest_is_no_objection(index):
    text = "Helioform closed a Series D"
    assert propose(text, index, judging({(text, "money"): "escalated"})).found == "unsure"


def test_no_post_speaks_of_what_none_is_near_to(index):
    proposal = propose("Quillfeather sued Marrowgate in Oslo over a patent.", index, judging({}))
    assert (proposal.found, proposal.candidates) == ("nothing", ())


def test_posts_bear_a_sentence_out_together_only_clause_by_clause(index):
    first, second = "Brightwater led the Series D of Helioform", " Google cuts prices of its search API"
    text = f"{first},{second}"
    both = {(text, "money", "search"): "supported", (first, "money"): "supported"}

    whole = propose(text, index, judging({**both, (second, "search"): "supported"}))
    assert (whole.found, whole.together) == ("together", ("money", "search"))
    # Taken together the posts hold all its words, yet no post says the second clause.
    assert propose(text, index, judging(both)).found == "otherwise"


def uncited(text, posts, window):
    (row,) = check_markdown(f"# R\n\n{text}\n", posts, window=window)
    assert (row["verdict"], row["uncited"], row["citations"]) == ("rejected", True, [])
    return row


def test_an_uncited_sentence_says_which_post_would_support_it(posts, window):
    row = uncited("@lena 称 Helioform 完成16亿美元的融资。", posts, window)
    assert row["found"] == "supported"
    assert row["candidates"][0]["verdict"] == "supported"
    assert row["candidates"][0]["url"].startswith("https://x.com/")
    assert 0.3 <= row["candidates"][0]["score"] <= 1


def test_an_uncited_sentence_says_what_the_nearest_post_says_instead(posts, window):
    row = uncited("Helioform closed a $1.9B Series D today.", posts, window)
    assert row["found"] == "otherwise"
    assert row["candidates"][0]["reasons"][0]["detail"] == "number $1.9B not found: the cited posts say $1.6B"


def test_a_link_to_another_place_is_told_from_none(posts, window):
    row = uncited("Helioform closed a [$1.6B Series D](https://elsewhere.example/1) today.", posts, window)
    assert row["reasons"][0]["detail"] == "its links lead to none of the posts"


def test_what_posts_count_is_looked_up_and_what_the_report_counts_is_not(posts, window):
    counted, told = check_markdown(
        "# R\n\nThe edition holds 312 posts.\n\nHelioform closed a Series D in 14 languages.\n",
        posts,
        window=window,
    )
    assert (counted["verdict"], counted["uncited"]) == ("escalated", False)
    assert (told["verdict"], told["uncited"]) == ("rejected", True)


def test_a_true_sentence_under_a_wrong_link_is_told_the_right_one(posts, window):
    text = "# R\n\n@lena says that Helioform closed a $1.6B Series D. [1](https://x.com/lena/status/300)\n"
    (row,) = check_markdown(text, posts, window=window)
    assert (row["verdict"], row["citations"]) == ("rejected", ["x:3"])
    assert [one["id"] for one in row["instead"]] == ["x:1"]
