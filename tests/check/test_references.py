"""Citations of reports by others: the many ways to write a link to a post."""

import pytest

from dawnchorus.report.check.addresses import address, addresses_of
from dawnchorus.report.check.markdown import check_markdown

SAME = {
    "x": [
        "https://x.com/lena/status/100", "https://twitter.com/lena/status/100?s=20&t=abc", "http://m.x.com/i/status/100",
        "https://mobile.twitter.com/lena/statuses/100/", "https://x.com/lena/status/100/photo/1",
        "https://vxtwitter.com/lena/status/100", "https://xcancel.com/lena/status/100#m",
    ],
    "bluesky": [
        "https://bsky.app/profile/kai.example/post/3m5xyz", "https://bsky.app/profile/did:plc:abc/post/3m5xyz?ref_src=embed",
        "at://did:plc:abc/app.bsky.feed.post/3m5xyz",
    ],
    "mastodon": [
        "https://social.example/@kai/115500000000", "https://social.example/users/kai/statuses/115500000000",
        "https://social.example/web/@kai/115500000000", "https://social.example/web/statuses/115500000000",
    ],
    "hackernews": ["https://news.ycombinator.com/item?id=45", "http://news.ycombinator.com/item?id=45&utm_source=x"],
    "reddit": [
        "https://www.reddit.com/r/LocalLLaMA/comments/1p2abc/some_title/", "https://old.reddit.com/r/localllama/comments/1P2ABC",
        "https://redd.it/1p2abc", "https://m.reddit.com/comments/1p2abc/?share_id=z",
    ],
    "page": ["https://www.example.com/a/?utm_source=x&id=1", "http://example.com/a?id=1#part"],
}  # fmt: skip


@pytest.mark.parametrize("links", SAME.values(), ids=SAME)
def test_links_that_show_one_post_have_one_key(links):
    assert len({address(link) for link in links}) == 1
    assert "" not in map(address, links)


def test_posts_of_each_network_and_a_comment_and_its_post_stay_apart():
    keys = [address(links[0]) for links in SAME.values()]
    keys.append(address("https://www.reddit.com/r/localllama/comments/1p2abc/some_title/k9z/"))
    keys.append(address("https://other.example/@kai/115500000000"))
    keys.append(address("https://x.com/lena"))
    assert len(set(keys)) == len(keys)


@pytest.mark.parametrize("link", ["", "#2", "not a link", "http://[::1", "//", "https:///a", "\x00"])
def test_what_is_no_link_has_no_key(link):
    assert address(link) == ""


@pytest.mark.parametrize(
    ("post", "link"),
    [
        ("x:100", "https://twitter.com/i/web/status/100"),
        ("hackernews:45", "https://news.ycombinator.com/item?id=45"),
        ("reddit:t3_1p2abc", "https://redd.it/1p2abc"),
    ],
)
def test_a_post_without_an_address_is_found_by_its_id(post, link):
    assert address(link) in addresses_of(post, None)


CLAIM = "Helioform raised $1.6 billion in a Series D"
LENA, WU = "https://x.com/lena/status/100", "https://mobile.twitter.com/wu/status/200?s=20"
LIST = f"1. {LENA}\n2. <{WU}>\n"
WAYS = {
    "number": (f"{CLAIM} [1].", f"\n## References\n\n{LIST}", ["x:1"]),
    "numbers together": (f"{CLAIM} [1, 2].", f"\n## Sources\n\n{LIST}", ["x:1", "x:2"]),
    "side by side": (f"{CLAIM}.[2][1]", f"\n## 参考\n\n{LIST}", ["x:2", "x:1"]),
    "a range": (f"{CLAIM} [1–2].", f"\n## 来源\n\n{LIST}", ["x:1", "x:2"]),
    "wide brackets": (f"{CLAIM}【2】。", f"\n## 引用帖文\n\n{LIST}", ["x:2"]),
    "raised by HTML": (f"{CLAIM}.<sup>2</sup>", f"\n## References\n\n{LIST}", ["x:2"]),
    "raised link": (
        f'{CLAIM}.<sup><a href="#ref2">2</a></sup>',
        f'\n## References\n\n1. <a id="ref2"></a>{WU}\n', ["x:2"],
    ),
    "raised by characters": (f"{CLAIM}.²", f"\n## References\n\n{LIST}", ["x:2"]),
    "note": (f"{CLAIM}.[^a]", f"\n[^a]: @wu, on X, {WU}\n", ["x:2"]),
    "numbered note": (f"{CLAIM}[^1].", f"\n[^1]: {LENA}\n", ["x:1"]),
    "definition": (f"{CLAIM} [1].", f"\n[1]: {LENA}\n[2]: {WU}\n", ["x:1"]),
    "definitions side by side": (f"{CLAIM} [1][2].", f"\n[1]: {LENA}\n[2]: {WU}\n", ["x:1", "x:2"]),
    "named definition": (f"{CLAIM}, [as she says][lena].", f"\n[lena]: {LENA}\n", ["x:1"]),
    "list without a heading": (f"{CLAIM} [2].", f"\n---\n\n{LIST}", ["x:2"]),
    "plain lines": (f"{CLAIM} [2].", f"\n[1] {LENA}\n[2] {WU}\n", ["x:2"]),
    "inline HTML": (f'{CLAIM} (<a class="q" href="{LENA}">post</a>).', "", ["x:1"]),
    "bare link": (f"{CLAIM} ({LENA}).", "", ["x:1"]),
    "HTML list": (
        f"{CLAIM} [1](#r1).", f'\n<ol>\n<li id="r1"><a href="{LENA}">Lena</a></li>\n</ol>\n', ["x:1"],
    ),
    "id of a post": (f"{CLAIM} [1](#x:2).", "", ["x:2"]),
}  # fmt: skip


@pytest.mark.parametrize(("sentence", "end", "cited"), WAYS.values(), ids=WAYS)
def test_a_citation_leads_to_its_post(sentence, end, cited, posts, window):
    found = check_markdown(f"# R\n\n{sentence}\n{end}", posts, window=window)

    assert found[0]["citations"] == cited
    assert found[0]["text"].startswith(CLAIM)
    assert not any(mark in found[0]["text"] for mark in "[]^²")
    assert len(found) == 1


def test_a_raised_digit_that_is_no_entry_is_a_unit(posts, window):
    (row,) = check_markdown("# R\n\nThe plant covers 40 km² near Tucson.\n", posts, window=window)
    assert row["text"] == "The plant covers 40 km² near Tucson."


def test_a_list_of_statements_at_the_end_is_no_list_of_sources(posts, window):
    text = f"# R\n\n1. {CLAIM}, says [Lena]({LENA}) today.\n2. Wu does not believe in that valuation, [he says]({WU}).\n"  # noqa: E501
    assert [row["citations"] for row in check_markdown(text, posts, window=window)] == [["x:1"], ["x:2"]]


def test_a_title_that_speaks_of_sources_makes_no_list_of_the_report(posts, window):
    (row,) = check_markdown(f"# Today from our sources\n\n## News\n\n{CLAIM}.\n", posts, window=window)
    assert row["section"] == "News"


def test_a_cell_has_the_citations_of_its_row(posts, window):
    row = f"| Helioform | Helioform raised $1.9 billion. | [1]({LENA}) |"
    text = f"# R\n\n| Who | What | Link |\n|---|---|---|\n{row}\n"
    (row,) = check_markdown(text, posts, window=window)
    assert (row["text"], row["citations"], row["verdict"]) == (
        "Helioform raised $1.9 billion.", ["x:1"], "rejected",
    )  # fmt: skip


def test_reasons_tell_which_cited_post_by_the_number_of_the_report(posts, window):
    text = f"# R\n\nHelioform raised $1.9 billion [7].\n\n## References\n\n7. {LENA}\n"
    (row,) = check_markdown(text, posts, window=window)
    assert row["numbers"] == [7]
    assert row["reasons"][0]["detail"].endswith("the cited posts say $1.6B [7]")


def test_line_and_section_say_where_a_sentence_stands(posts, window):
    text = "---\ntitle: x\n---\n\n# R\n\n## In brief\n\nHelioform is bankrupt.\n"
    (row,) = check_markdown(text, posts, window=window)
    assert (row["line"], row["section"]) == (9, "In brief")
