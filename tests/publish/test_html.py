import re
from dataclasses import replace

import pytest
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from dawnchorus.publish.escape import plain
from dawnchorus.publish.html import render_page
from dawnchorus.publish.markdown import render
from tests.publish.hostile import MARKER, PAYLOADS, skeleton, targets, words

SLUG = "hostile_20251121_20251121"


def test_the_page_asks_for_nothing_and_runs_nothing(zh_report, assets):
    page = LexborHTMLParser(render_page(zh_report, assets(zh_report)))
    assert not page.css("script, link, iframe, object, embed, base, form")
    pictures = [node.attributes["src"] for node in page.css("[src]")]
    assert len(pictures) == 3
    assert all(re.match(r"data:image/(jpeg|svg\+xml);base64,", src) for src in pictures)
    assert "url(" not in page.css_first("style").text()
    assert "@import" not in page.css_first("style").text()


@pytest.mark.parametrize("edition", ["zh_report", "en_report"])
def test_page_and_post_hold_the_same_words(edition, request, assets):
    report = request.getfixturevalue(edition)
    post = render(report, assets=assets(report)).split("---\n", 2)[2]
    post_html = MarkdownIt().enable("table").render(post)
    page = LexborHTMLParser(render_page(report, assets(report)))
    for extra in page.css("nav, style, title"):
        extra.decompose()
    # The files beside the post are not beside a page that was sent by mail.
    lines = [line for line in post_html.splitlines() if "evidence.jsonl" not in line]
    assert words(page.html) == words("\n".join(lines))


def test_page_and_post_lead_to_the_same_posts(zh_report):
    post = MarkdownIt().render(render(zh_report).split("---\n", 2)[2])
    own = {"report.html", "report.json", "evidence.jsonl", "dropped.jsonl"}
    in_post = [href for href in targets(post) if href not in own and not href.startswith("../threads/")]
    page = LexborHTMLParser(render_page(zh_report, {}))
    for nav in page.css("nav"):
        nav.decompose()
    assert targets(page.html) == in_post


def test_every_inner_link_has_its_place(zh_report):
    page = LexborHTMLParser(render_page(zh_report, {}))
    ids = {node.attributes["id"] for node in page.css("[id]")}
    inner = {href[1:] for href in targets(page.html) if href.startswith("#")}
    assert {"brief", "post-9"} <= inner <= ids


def test_language_and_labels_follow_the_report(zh_report, en_report):
    assert '<html lang="zh-Hans">' in render_page(zh_report, {})
    assert '<html lang="en">' in render_page(en_report, {})


def test_the_page_says_who_wrote_it(zh_report, en_report):
    assert "未使用语言模型" in words(render_page(zh_report, {}))
    page = render_page(en_report, {})
    assert "AI-generated in part: sentences by the language model example-small" in words(page)
    assert '<meta name="ai-generated" content="example-small">' in page
    assert 'name="ai-generated"' not in render_page(zh_report, {})


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_hostile_text_is_only_text(payload, hostile_report, assets):
    harmless = hostile_report(MARKER, slug=SLUG)
    page = render_page(hostile_report(payload, slug=SLUG), assets(harmless))
    model = render_page(harmless, assets(harmless))
    assert skeleton(page) == skeleton(model)
    assert words(page) == " ".join(words(model).replace(MARKER, plain(payload)).split())
    assert all(re.match(r"https://example\.org/|#|data:image/", href) for href in targets(page))


def test_a_report_without_headline_terms_or_pictures_is_whole(zh_report):
    bare = replace(zh_report, headline=None, terms=(), hourly=(), cited=(), stories=())
    assert "<table>" in render_page(bare, {})
