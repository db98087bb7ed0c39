"""Reports in Markdown, written by us or by others."""

from collections import Counter

import pytest

from dawnchorus.report.check.addresses import address
from dawnchorus.report.check.markdown import check_markdown

OURS = """---
title: "a title is no claim"
---

X Ai report (2025-11-21 to 2025-11-21)

# Report

## In brief

1. *new* **@lena: “Helioform closed a $1.6B Series D today. Brightwater led.”** [&#91;1&#93;](https://x.com/lena/status/100 "t") 4 posts, 3 authors. [&#91;2&#93;](#post-2)

- @wu 写道：“Helioform 融资16亿美元，我不信这个估值。”[&#91;2&#93;](#post-2)

| Term | Posts |
|---|---:|
| Helioform | 3 |

## Cited posts

1. <span id="post-1"></span>**@lena** · X · [x.com](https://x.com/lena/status/100)

   > Helioform closed a $1.6B Series D today.

2. <span id="post-2"></span>**@wu** · X · [x.com](https://x.com/wu/status/200)

   > Helioform
"""  # noqa: E501


def rows(text, posts, window):
    return [
        (row["verdict"], row["citations"], row["text"]) for row in check_markdown(text, posts, window=window)
    ]


def test_our_own_report_passes_but_for_counts_which_need_the_data(posts, window):
    found = rows(OURS, posts, window)
    assert [(verdict, cited) for verdict, cited, _ in found] == [
        ("supported", ["x:1"]), ("escalated", ["x:2"]), ("supported", ["x:2"]),
    ]  # fmt: skip


def test_what_stands_under_an_entry_is_no_entry(posts, window):
    text = (
        "# R\n\n@lena says Helioform raised $1.6 billion in a Series D. [2](#post-2)\n\n## Cited posts\n\n"
        '1. <span id="post-1"></span>**@a**\n\n   > see https://x.com/wu/status/200\n\n'
        '2. <span id="post-2"></span>**@lena** [x.com](https://x.com/lena/status/100)\n'
    )
    assert rows(text, posts, window)[0][1] == ["x:1"]


@pytest.mark.parametrize(
    "link",
    ["https://twitter.com/lena/status/100", "https://x.com/lena/status/100?s=20", "http://www.x.com/i/web/status/100",
     "https://mobile.twitter.com/lena/status/100/"],
)  # fmt: skip
def test_links_to_one_post_are_one(link, posts, window):
    text = f"# R\n\n@lena says Helioform raised [$1.6 billion]({link}) in a Series D.\n"
    assert rows(text, posts, window)[0][1] == ["x:1"]


def test_a_claim_without_a_link_to_a_known_post_is_rejected(posts, window):
    text = "# R\n\nHelioform raised $1.6B in a new round. It was [big news](https://elsewhere.example/1) for everyone.\n"  # noqa: E501
    assert [row[0] for row in rows(text, posts, window)] == ["rejected", "rejected"]


def test_a_wrong_number_under_the_right_link_is_rejected(posts, window):
    text = "# R\n\n- Helioform 完成19亿美元的融资。[1](https://x.com/lena/status/100)\n"
    (row,) = check_markdown(text, posts, window=window)
    assert (row["verdict"], row["reasons"][0]["rule"]) == ("rejected", "number")


def test_numbered_references_lead_to_posts(posts, window):
    text = "# R\n\n@lena 称 Helioform 完成16亿美元的融资 [1]。\n\n## References\n\n1. https://x.com/lena/status/100\n2. <https://x.com/wu/status/200>\n"  # noqa: E501
    assert rows(text, posts, window)[0][1] == ["x:1"]


def test_pictures_code_tables_and_headings_are_no_sentences(posts, window):
    text = "# Helioform raised $99B\n\n![Helioform raised $99B](a.jpg)\n\n```\nHelioform raised $99B.\n```\n\n| Helioform raised $99B. |\n|---|\n"  # noqa: E501
    assert rows(text, posts, window) == []


@pytest.mark.parametrize(
    "text", ["", "---\n", "[" * 3000, "“" * 3000, "# \n\n[a](b\n", "<div>" * 100, "\x00 a.", "- " * 500]
)
def test_broken_markdown_is_read_without_error(text, posts, window):
    assert isinstance(check_markdown(text, posts, window=window), list)


@pytest.mark.parametrize(
    "piece", ["[1]", "https://x.com/a ", ". ", ".  ", "[1, ", "<a href=x>", "<sup>1", "[^a]"]
)
def test_much_of_one_thing_is_read_in_passing(piece, posts, window):
    assert isinstance(check_markdown(f"# R\n\n{piece * 30_000}", posts, window=window), list)


def test_an_address_drops_what_does_not_change_its_target():
    assert address("https://www.example.com/a/?utm_source=x") == address("http://example.com/a")
    assert address("https://example.com/a?id=1") != address("https://example.com/a?id=2")


def test_what_was_not_looked_at_is_counted(posts, window):
    text = (
        "# Title\n\n<div>Nvidia is bankrupt.</div>\n\n| a |\n|---|\n| Nvidia is bankrupt |\n\n"
        "```\ncode\n```\n\n## Sources\n\nNvidia is bankrupt, they say.\n\n![x](y.jpg)\n"
    )
    unread = Counter()
    assert check_markdown(text, posts, window=window, unread=unread) == []
    assert {kind: count for kind, count in unread.items() if count} == {
        "heading": 2, "HTML block": 1, "table head": 1, "table cell": 1, "code block": 1, "picture": 1,
        "source-list paragraph": 1,
    }  # fmt: skip


def test_a_text_without_headings_or_links_is_not_passed_over_in_silence(posts, window):
    (row,) = check_markdown("Nvidia is bankrupt.", posts, window=window)
    assert (row["verdict"], row["uncited"], row["found"]) == ("rejected", True, "nothing")


def test_a_line_above_the_headings_is_a_title(posts, window):
    unread = Counter()
    assert check_markdown("X Ai report (2025-11-21)\n\n# R\n", posts, window=window, unread=unread) == []
    assert unread["title line"] == 1


@pytest.mark.parametrize("piece", ['"a ', "“a ", "a 9,999 "])
def test_a_sentence_without_end_is_too_long_to_check(posts, window, piece):
    (row,) = check_markdown(f"# T\n\n{piece * 5000} [x](https://x.com/lena/status/100)", posts, window=window)
    assert (row["verdict"], row["reasons"][0]["detail"][:17]) == ("escalated", "too long to check")


def test_figures_without_words_are_counted_as_labels(posts, window):
    unread = Counter()
    assert (
        check_markdown("# T\n\n$5B (+20%)\n\n" + "9,999 " * 20_000, posts, window=window, unread=unread) == []
    )
    assert unread["label"] == 2


@pytest.mark.parametrize(
    "text",
    ["Nvidia Films (NVDA)", "卷云航运 (CIRRL)", "New in this thread: 61,000.", "本话题新出现：61,000。"],
)
def test_labels_and_words_of_the_report_itself_are_left_to_the_data(posts, window, text):
    (row,) = check_markdown(f"# T\n\n{text} [1](https://x.com/lena/status/100)", posts, window=window)
    assert row["verdict"] == "escalated"
