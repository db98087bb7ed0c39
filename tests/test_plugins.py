"""Plug-ins: found, made, refused with a clear line; the examples keep the contract they show."""

from __future__ import annotations

import importlib
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from dawnchorus import plugins
from dawnchorus.errors import SourceError, UsageError
from dawnchorus.model import Post, Window
from dawnchorus.plugins import installed, load_plugin
from dawnchorus.publish.jekyll import JekyllPublisher
from dawnchorus.report.briefing import Block, Draft, Sentence
from dawnchorus.report.extractive import ExtractiveWriter
from dawnchorus.testing import check_publisher, check_source, check_writer

EXAMPLES = Path(__file__).parent.parent / "examples"
WINDOW = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Shanghai")


class ListSource:
    name = "list"

    def __init__(self, *, posts: list[Post] | None = None) -> None:
        self.posts = posts or []

    def fetch(self, window: Window) -> list[Post]:
        return self.posts


def a_post(**changes: object) -> Post:
    post = Post(id="t:1", source="t", text="风筝", created_at=datetime(2026, 3, 10, 5, tzinfo=UTC))
    return replace(post, **changes)


@pytest.fixture
def points(monkeypatch):
    """Put entry points in place of the installed ones."""

    def put(*pairs: tuple[str, str]) -> None:
        found = [EntryPoint(name, value, "dawnchorus.sources") for name, value in pairs]
        monkeypatch.setattr(plugins, "entry_points", lambda group: found)

    return put


def test_our_writer_and_publisher_are_found_as_anyones_would_be():
    assert load_plugin("writers", "extractive").name == "extractive"
    assert load_plugin("publishers", "jekyll").name == "jekyll"
    assert "extractive" in {one.name for one in installed("writers")}


def test_a_name_that_is_not_installed_is_told_with_those_that_are(points):
    points(("rss", "a:B"), ("mbox", "c:D"))
    with pytest.raises(UsageError, match=r"no source named 'x'; installed: mbox, rss; install"):
        load_plugin("sources", "x")


def test_two_packages_with_one_name_are_refused(points):
    points(("mbox", "a:B"), ("mbox", "c:D"))
    with pytest.raises(UsageError, match=r"'mbox': offered by .* and .*; uninstall one"):
        load_plugin("sources", "mbox")


def test_a_plugin_that_cannot_be_imported_is_a_failed_source_and_shown_as_broken(points):
    points(("broken", "no_such_module_of_ours:Thing"), ("good", f"{__name__}:ListSource"))
    with pytest.raises(SourceError, match=r"'broken' of .* cannot be imported: ModuleNotFoundError"):
        load_plugin("sources", "broken")
    errors = {one.name: one.error for one in installed("sources", check="all")}
    assert errors["good"] == ""
    assert errors["broken"].startswith("cannot be imported: ModuleNotFoundError: No module named")
    assert {one.error for one in installed("sources")} == {""}


def test_options_reach_the_plugin_and_wrong_ones_are_named(points):
    points(("list", f"{__name__}:ListSource"))
    assert load_plugin("sources", "list", options={"posts": [a_post()]}).posts == [a_post()]
    with pytest.raises(UsageError, match=r"'list': its options are wrong: .*'limit'"):
        load_plugin("sources", "list", options={"limit": 3})


def test_ours_keep_the_contract(tmp_path):
    check_writer(ExtractiveWriter())
    check_publisher(JekyllPublisher(), folder=tmp_path)


@pytest.mark.parametrize(
    ("posts", "rule"),
    [
        ([], "at least 1 were expected"),
        ([a_post(), a_post()], "ids must be distinct"),
        ([a_post(id="")], "empty id"),
        ([a_post(text=" ")], "text is empty"),
        ([a_post(text="cut \ud83d")], "lone surrogate"),
        ([a_post(created_at=datetime(2026, 3, 10, 5))], "must be in UTC"),
        ([a_post(created_at=WINDOW.start)], "must be in UTC"),
        ([a_post(day=date(2026, 3, 10))], "day is only for"),
        ([a_post(url="javascript:1")], "no web link"),
        ([a_post(author="@ada")], "without the '@'"),
        ([a_post(like_count=-1)], "like_count is -1"),
        ([a_post(links=["https://example.org"])], "must be a tuple"),
        ([a_post(created_at=datetime(2025, 1, 1, tzinfo=UTC))], "near the window"),
        ([{"id": "t:1"}], "not dict"),
    ],
)
def test_a_source_that_breaks_a_rule_is_told_which(posts, rule):
    with pytest.raises(AssertionError, match=rule):
        check_source(ListSource(posts=posts), window=WINDOW)


def test_a_source_that_gives_other_posts_the_second_time_fails():
    class Fickle(ListSource):
        def fetch(self, window: Window) -> list[Post]:
            self.posts = [a_post(id=f"t:{len(self.posts) + 1}")] * 1 + self.posts
            return self.posts[:1]

    with pytest.raises(AssertionError, match="other ids the second time"):
        check_source(Fickle(), window=WINDOW)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        (Sentence(text="Experts agree.", kind="written"), "neither posts nor facts"),
        (Sentence(text="So it is.", kind="written", citations=("sample:99",)), "not in the briefing"),
    ],
)
def test_a_writer_that_cites_nothing_or_what_is_not_there_fails(sentence, rule):
    class Careless:
        name = "careless"
        ai_generated = True

        def write(self, briefing):
            return Draft(
                headline=None, sections={"summary": (Block(kind="paragraph", sentences=(sentence,)),)}
            )

    with pytest.raises(AssertionError, match=rule):
        check_writer(Careless())


def test_a_publisher_that_leaves_something_behind_fails(tmp_path):
    class Messy:
        name = "messy"

        def publish(self, report, *, out, assets, evidence, dropped):
            out.mkdir(exist_ok=True)
            (out / "a.txt").write_text("a")
            (out / ".a.tmp").write_text("a")
            return [out / "a.txt"]

    with pytest.raises(AssertionError, match=r"did not return: \['\.a\.tmp'\]"):
        check_publisher(Messy(), folder=tmp_path)


@pytest.mark.parametrize("example", ["source-mbox", "publisher-text"])
def test_examples_pass_their_own_tests(example, tmp_path):
    folder = EXAMPLES / example
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "--basetemp",
            tmp_path / "t",
            folder,
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env={"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("example", ["source-mbox", "publisher-text"])
def test_examples_declare_what_they_hold(example, monkeypatch):
    project = tomllib.loads((EXAMPLES / example / "pyproject.toml").read_text())["project"]
    monkeypatch.syspath_prepend(str(EXAMPLES / example))
    ((name, target),) = next(iter(project["entry-points"].values())).items()
    module, _, attribute = target.partition(":")
    assert getattr(importlib.import_module(module), attribute).name == name
