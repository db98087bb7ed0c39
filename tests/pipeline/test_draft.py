from __future__ import annotations

from datetime import date

from dawnchorus.model import Window
from dawnchorus.pipeline.draft import draft_report
from dawnchorus.pipeline.edition import make_edition

from .conftest import post, posts_of


def test_a_draft_is_the_report_of_the_same_job_on_a_later_day_too(job, told, write_posts):
    make_edition(job(write_posts(posts_of())), tell=told)
    day = date(2026, 3, 11)
    posts = [post(n, one["text"] + " More today: 61,000.", day=day) for n, one in enumerate(posts_of())]
    later = job(
        write_posts(posts, "next.jsonl"),
        window=Window(first=day, last=day, tz="Asia/Shanghai"),
        languages=("en",),
    )

    drafted = draft_report(later, data=later.data, tell=told)
    [made] = make_edition(later, tell=told)

    assert made.report is not None
    assert any(fact.measure == "before" for fact in _facts(drafted))
    assert drafted == made.report


def _facts(report):
    return [
        fact
        for section in report.sections
        for block in section.blocks
        for sentence in block.sentences
        for fact in sentence.facts
    ]
