import re
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import pairwise

import pytest
import yaml
from markdown_it import MarkdownIt

from dawnchorus.model import Fact, Sentence
from dawnchorus.publish.escape import plain
from dawnchorus.publish.markdown import render
from dawnchorus.publish.view import view_of
from tests.publish.hostile import PAYLOADS


def parts(text):
    _, front, body = text.split("---\n", 2)
    return yaml.safe_load(front), body


def headings(body):
    tokens = MarkdownIt().parse(body)
    return [
        (int(token.tag[1]), "".join(t.content for t in tokens[at + 1].children))
        for at, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def links(body):
    return [
        (t.attrs["href"], t.attrs.get("title"))
        for block in MarkdownIt().parse(body)
        for t in block.children or []
        if t.type == "link_open"
    ]


def test_front_matter_keeps_the_format_of_the_house(zh_report):
    text = render(zh_report)
    assert text.startswith('---\nlayout: "post"\ntitle: "twitter_ai_20251121_20251121"\n')
    front, _ = parts(text)
    assert front["date"] == front["posttime"] == "2025-11-21 23:59:59 +0800"
    assert front["permalink"] == "/twitter_ai_20251121_20251121/"
    assert front["lang"] == "zh"
    assert front["topic"] == "ai"
    assert front["window"]["from"] == front["window"]["to"] == "2025-11-21"
    assert front["coverage"]["read"] == 12034
    assert front["writer"] == "extractive"
    assert front["ai_generated"] is False
    assert front["cost"] == {"calls": 0, "tokens_in": 0, "tokens_out": 0, "money_usd": 0.0}


def test_the_date_is_the_cutoff_on_the_windows_last_day(zh_report):
    until = datetime(2025, 11, 21, 7, 31, 46, tzinfo=UTC)
    cut = replace(zh_report, window=replace(zh_report.window, until=until))
    front, _ = parts(render(cut))
    assert front["date"] == "2025-11-21 15:31:46 +0800"


def test_headings_are_those_of_the_report_in_its_order(zh_report):
    _, body = parts(render(zh_report))
    found = [(level, text) for level, text in headings(body) if level < 4]
    assert found[0] == (1, zh_report.title)
    assert found[1:] == [(section.level, section.heading) for section in zh_report.sections]


def test_subheadings_go_one_level_down_and_never_skip_one(zh_report):
    levels = [level for level, _ in headings(parts(render(zh_report))[1])]
    assert all(after - before <= 1 for before, after in pairwise(levels))
    assert 4 in levels


def test_first_comes_the_line_of_topic_and_window_then_title_headline_and_what_was_read(en_report):
    blocks = parts(render(en_report))[1].strip().split("\n\n")
    assert blocks[0].startswith("X Ai report &#40;2025&#45;11&#45;21")
    assert blocks[1].startswith("# Artificial intelligence")
    assert blocks[2].startswith("Kestrel 3 takes 24 &#37;")
    assert blocks[3].startswith("<small>")
    assert "12&#44;034 posts read" in blocks[3]
    assert "language model" in blocks[3]


def test_a_citation_links_to_the_post_and_says_who_and_when(zh_report):
    assert ("https://x.com/mira_lin/status/1", "@mira_lin · 2025-11-21 01:25") in links(render(zh_report))


def test_a_post_without_address_is_cited_within_the_page(zh_report):
    body = parts(render(zh_report))[1]
    assert ("#post-9", "@priya_compiles · 2025-11-21 09:20") in links(body)
    assert '<span id="post-9"></span>' in body


def test_every_cited_post_is_listed_under_its_number(zh_report):
    body = parts(render(zh_report))[1]
    listed = re.findall(r'^(\d+)\. <span id="post-(\d+)">', body, flags=re.MULTILINE)
    assert listed == [(str(n), str(n)) for n in range(1, 19)]


def test_times_are_those_of_the_windows_zone(zh_report):
    elsewhere = replace(zh_report, window=replace(zh_report.window, tz="America/New_York"))
    assert "@mira_lin · 2025-11-20 12:25" in {title for _, title in links(render(elsewhere))}


def test_a_post_with_only_a_day_shows_the_day(zh_report):
    first = replace(zh_report.cited[0], created_at=None, day=date(2025, 11, 21))
    undated = replace(zh_report.cited[1], created_at=None)
    text = render(replace(zh_report, cited=(first, undated, *zh_report.cited[2:])))
    titles = {title for _, title in links(text)}
    assert {"@mira_lin · 2025-11-21", "@tangwei_dev · 时间不详"} <= titles


def test_sentences_are_parted_as_the_language_does(zh_report, en_report):
    assert "&#37;。篇幅最大" in render(zh_report)
    assert "the day before&#46; Kestrel 3 took" in render(en_report)


def test_a_section_without_evidence_says_so(zh_report, en_report):
    assert "本期没有可写入本节的帖文。" in render(zh_report)
    assert "No post in this window belongs in this section&#46;" in render(en_report)


def test_an_update_leads_to_the_page_of_its_thread(zh_report):
    body = parts(render(zh_report))[1]
    assert "1. [*进展*](../threads/kestrel-3-20251119/) **Kestrel 3 的" in body
    assert "2. *新* **Harbor Labs" in body


def test_several_voices_of_one_item_stand_one_a_line(zh_report):
    body = parts(render(zh_report))[1]
    assert "** &#64;jun" not in body
    assert re.search(r"\*\*Kestrel 3 的[^\n]*\*\*\n   - &#64;jun 写道[^\n]*\n   - &#64;ottoline", body)


def test_counts_stand_on_a_line_of_their_own_in_small_print(zh_report):
    body = parts(render(zh_report))[1]
    assert re.search(
        r"\*\*Harbor Labs [^\n]*\*\*\n   - &#64;harborlabs[^\n]*\n   - <small>3 位作者[^\n]*</small>\u202f\[",
        body,
    )


def test_every_item_has_one_sentence_on_its_first_line(zh_report, en_report):
    for report in (zh_report, en_report):
        for section in view_of(report).parts:
            for group in section.groups:
                for item in group.items if group.kind in {"ordered", "bullets"} else ():
                    assert len(item.lines) + bool(item.lead) == 1


def test_what_is_new_in_an_update_is_not_in_small_print(zh_report):
    new = Sentence(
        text="前几期没有的：83.6。",
        kind="computed",
        facts=(Fact(measure="containing", of="story:kestrel-3", value=3, words=("83.6",)),),
    )
    block = zh_report.sections[2].blocks[0]
    section = replace(zh_report.sections[2], blocks=(replace(block, sentences=(*block.sentences, new)),))
    assert "\n   - 前几期没有的：83&#46;6。\n" in render(replace(zh_report, sections=(section,)))


def test_pictures_stand_only_where_they_lie_beside_the_post(zh_report, assets):
    name = "wordcloud_twitter_ai_20251121_20251121.jpg"
    assert "![" not in render(zh_report)
    body = render(zh_report, assets=assets(zh_report))
    assert re.search(rf"!\[词云：Kestrel、[^\]]*\]\({name}\)", body)
    assert "(posts_per_hour.svg)" in body


def test_terms_are_a_table_with_counts(zh_report):
    body = parts(render(zh_report))[1]
    assert "| 词 | 帖文 | 例 |\n| --- | ---: | --- |\n| Kestrel | 309 | [&#91;1&#93;](https://x.com" in body


def test_reasons_are_in_the_language_of_the_report_and_unknown_ones_as_they_stand(zh_report):
    dropped = (("off topic", 3920), ("struck by lightning", 1))
    body = render(replace(zh_report, coverage=replace(zh_report.coverage, dropped=dropped)))
    assert "| 未采用：与主题无关 | 3&#44;920 |" in body
    assert "| 未采用：struck by lightning | 1 |" in body


def test_a_source_that_failed_is_named(zh_report):
    text = render(zh_report)
    assert "| Reddit | 失败 | 0 | 未能读取。原文：rate limited until 23&#58;00 UTC |" in text
    assert "<small>未能完整读取：Reddit（失败）。" in text.partition("## 简要部分")[0]


def test_a_long_post_is_shown_by_the_words_quoted_from_it(zh_report):
    long = replace(
        zh_report.cited[3], text="filler words " * 80 + "We reran LongRead with the released prompt: 83.6."
    )
    body = render(replace(zh_report, cited=(*zh_report.cited[:3], long, *zh_report.cited[4:])))
    assert "> We reran LongRead with the released prompt&#58; 83&#46;6&#46; …\n" in body
    assert "filler" not in body


def test_a_long_post_without_quotation_is_cut_between_words(zh_report):
    long = replace(zh_report.cited[17], text="filler words " * 80)
    body = render(replace(zh_report, cited=(*zh_report.cited[:17], long)))
    assert re.search(r"> (filler words )+(filler )?…\n", body)


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_front_matter_gives_every_text_back_and_no_new_key(payload, zh_report, hostile_report):
    front, _ = parts(render(hostile_report(payload, slug="hostile_20251121_20251121")))
    usual, _ = parts(render(zh_report))
    assert list(front) == list(usual)
    assert front["layout"] == "post"
    assert front["heading"] == front["headline"] == front["description"] == front["writer"] == plain(payload)
    assert front["stories"][0]["lead"] == plain(payload)


def test_the_same_report_gives_the_same_text(zh_report, assets):
    assert render(zh_report, assets=assets(zh_report)) == render(zh_report, assets=assets(zh_report))
