"""Contract tests that authors of plug-ins run; ours pass the same.

    def test_contract(tmp_path):
        check_source(Mbox(path=...), window=Window(...))

Plain asserts: what fails says which rule, and what was found.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

from dawnchorus.model import Post, Sentence, Window
from dawnchorus.plugins import Publisher, Source, Writer
from dawnchorus.report.briefing import Briefing, Draft
from dawnchorus.samples import sample_briefing, sample_report

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_COUNTS = ("like_count", "repost_count", "reply_count", "quote_count", "view_count")


def check_source(source: Source, *, window: Window, least: int = 1) -> None:
    """Assert that ``source`` gives usable posts for ``window``, at least ``least``, the same ones twice.

    Give it a recorded or local input: the test must not depend on the network.
    """
    _check_name(source.name)
    posts = list(source.fetch(window))
    assert len(posts) >= least, f"gave {len(posts)} posts for the window, at least {least} were expected"
    for post in posts:
        _check_post(post)
    ids = [post.id for post in posts]
    repeated = sorted({id for id in ids if ids.count(id) > 1})
    assert not repeated, f"ids must be distinct, these came twice: {repeated[:5]}"
    again = [post.id for post in source.fetch(window)]
    assert sorted(again) == sorted(ids), "the same window gave other ids the second time"
    span = (window.start - timedelta(days=1), window.end + timedelta(days=1))
    assert any(post.created_at is None or span[0] <= post.created_at < span[1] for post in posts), (
        "no post is near the window; does the source look at window.start and window.end?"
    )


def check_writer(writer: Writer, *, briefing: Briefing | None = None) -> None:
    """Assert that ``writer`` gives the same draft twice, and that its sentences name what they stand on.

    Without ``briefing`` a small invented one in Chinese and one in English are used. Whether a sentence is
    true to its posts is for the checker, which sees every one before it is printed.
    """
    _check_name(writer.name)
    assert isinstance(writer.ai_generated, bool), "ai_generated must be True or False"
    for given in [briefing] if briefing else [sample_briefing("zh"), sample_briefing("en")]:
        draft = writer.write(given)
        assert isinstance(draft, Draft), f"write() must give a Draft, not {type(draft).__name__}"
        assert draft.sections, "the draft has no section"
        assert writer.write(given) == draft, "the same briefing gave another draft the second time"
        for sentence in _sentences(draft):
            _check_sentence(sentence, given)


def check_publisher(publisher: Publisher, *, folder: Path) -> None:
    """Assert that ``publisher`` writes an invented report into ``folder``, twice the same, and cleanly."""
    _check_name(publisher.name)
    given = {"assets": {"wordcloud.jpg": b"\xff\xd8 no picture"}, "evidence": b"{}\n", "dropped": b""}
    report = sample_report()
    runs = []
    for name in ("one", "two", "two"):
        out = folder / name
        files = publisher.publish(report, out=out, **given)  # type: ignore[arg-type]
        assert files, "publish() must return the files it wrote"
        for file in files:
            assert file.is_file(), f"returned {file}, which is no file"
            assert file.resolve().is_relative_to(out.resolve()), f"wrote {file}, outside of {out}"
        written = sorted(path for path in out.rglob("*") if path.is_file())
        stray = sorted(str(path.relative_to(out)) for path in set(written) - set(files))
        assert not stray, f"left files it did not return: {stray[:5]}"
        runs.append({path.relative_to(out).as_posix(): path.read_bytes() for path in written})
    assert runs[0] == runs[1] == runs[2], "the same report gave other files or bytes the second time"


def _check_name(name: str) -> None:
    assert isinstance(name, str) and _NAME.fullmatch(name), f"name {name!r} must be of a-z, 0-9, _ and -"  # noqa: PT018


def _check_post(post: Post) -> None:
    assert isinstance(post, Post), f"fetch() must give dawnchorus.model.Post, not {type(post).__name__}"
    where = f"post {post.id!r}"
    assert post.id, "a post has an empty id"
    assert post.source, f"{where}: source is empty"
    assert post.text.strip(), f"{where}: text is empty"
    for field in ("id", "text", "author", "url"):
        text = getattr(post, field) or ""
        assert text.isascii() or not re.search("[\ud800-\udfff]", text), (
            f"{where}: {field} has a lone surrogate"
        )
    if post.created_at is not None:
        assert post.created_at.utcoffset() == timedelta(0), (
            f"{where}: created_at must be in UTC, with its zone"
        )
        assert post.day is None, f"{where}: day is only for posts of which no time is known"
    assert post.url is None or re.match(r"https?://", post.url), f"{where}: url {post.url!r} is no web link"
    assert not (post.author or "").startswith("@"), f"{where}: author goes without the '@'"
    assert isinstance(post.links, tuple), f"{where}: links must be a tuple"
    for field in _COUNTS:
        count = getattr(post, field)
        assert count is None or (isinstance(count, int) and count >= 0), (
            f"{where}: {field} is {count!r}; None is for 'not known'"
        )


def _sentences(draft: Draft) -> list[Sentence]:
    found = [draft.headline] if draft.headline else []
    for blocks in draft.sections.values():
        for block in blocks:
            found += [block.lead] if block.lead else []
            found += block.sentences
    return found


def _check_sentence(sentence: Sentence, briefing: Briefing) -> None:
    where = f"sentence {sentence.text[:60]!r}"
    assert sentence.text.strip(), "a sentence is empty"
    assert sentence.verdict is None, f"{where}: a writer does not mark its own work"
    assert sentence.citations or sentence.facts, f"{where}: names neither posts nor facts it stands on"
    for id in (*sentence.citations, *(quote.post for quote in sentence.quotes)):
        assert id in briefing.posts, f"{where}: cites {id!r}, which is not in the briefing"
    for quote in sentence.quotes:
        post = " ".join(str(briefing.posts[quote.post]["clean_text"]).split())
        for part in quote.text.split("…"):
            assert " ".join(part.split()) in post, f"{where}: quotes words that post {quote.post!r} has not"
    for fact in sentence.facts:
        assert fact.of in briefing.sets, f"{where}: counts over {fact.of!r}, no set of the briefing"
