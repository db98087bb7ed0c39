"""Reasons of sources for readers of Chinese; what the door and our readers of answers say is known."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from importlib.resources import files

import pytest

from dawnchorus.errors import SourceError
from dawnchorus.model import SourceHealth
from dawnchorus.publish import faults
from dawnchorus.publish.faults import kinds_of, reason_in
from dawnchorus.publish.markdown import render
from dawnchorus.publish.view import view_of
from dawnchorus.sources.web.answers import read_json
from dawnchorus.sources.web.door import Door
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.spending import Spending
from dawnchorus.visits import Answer
from tests.networks.server import FakeServer, Reply

NOW = datetime(2026, 3, 10, tzinfo=UTC)


def said(ask, *arguments, **options):
    with pytest.raises(SourceError) as caught:
        ask(*arguments, **options)
    return str(caught.value)


class Refusing(FakeServer):
    def answer(self, asked, fault):
        return Reply(status=int(asked.path[1:]), body=b"no", type="text/plain")


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (401, "refused"),
        (403, "refused"),
        (404, "not-found"),
        (410, "not-found"),
        (429, "rate-limited"),
        (503, "no-answer"),
    ],
)
def test_what_the_door_says_is_of_a_kind(status, kind):
    with (
        Refusing(now=NOW) as server,
        Door(
            user_agent="test",
            trusted_hosts=[server.url.removeprefix("http://")],
            attempts=1,
            sleep=lambda _: None,
        ) as door,
    ):
        assert kinds_of(said(door.get, f"{server.url}/{status}")) == (kind,)


def test_no_server_is_no_answer():
    with Door(user_agent="test", trusted_hosts=["127.0.0.1:9"], attempts=1) as door:
        assert kinds_of(said(door.get, "http://127.0.0.1:9/")) == ("no-answer",)


def test_a_refused_connection_is_no_missing_right():
    reason = "127.0.0.1:9: no connection ([Errno 111] Connection refused); tried 8 times"
    assert kinds_of(reason) == ("no-answer",)


@pytest.mark.parametrize("body", [b"", b"<html>", b'{"a": '])
def test_what_cannot_be_read_is_a_bad_answer(body):
    answer = Answer(status=200, url="http://a.example/", headers={}, body=body)
    assert kinds_of(said(read_json, answer, what="a.example")) == ("bad-answer",)


def test_a_spent_budget_is_a_budget(tmp_path):
    with Ledger(tmp_path / "ledger.sqlite") as ledger:
        budget = Spending(ledger, fetch=1, clock=lambda: NOW)
        reason = said(budget.reserve, kind="x:post", count=10, price_usd=1.0, run_usd=1.0, month_usd=9.0)
    assert kinds_of(reason) == ("budget",)


def test_every_kind_has_its_words():
    text = files("dawnchorus.publish").joinpath("faults.zh.ftl").read_text("utf-8")
    assert set(re.findall(r"^fault-([a-z-]+) =", text, re.MULTILINE)) == {*faults._KINDS, "other"}


def test_a_reader_of_chinese_is_told_in_chinese_with_the_words_as_given_behind():
    reason = (
        "a.example/x: not there (404); check the address; b.example: no connection; the next run tries again"
    )
    told = reason_in("zh", reason)
    assert told == f"地址不存在，请检查设置；服务器没有给出完整应答，下次运行会重试。原文：{reason}"
    assert reason_in("en", reason) == reason
    assert reason_in("zh", "broke") == "未能读取。原文：broke"
    assert reason_in("zh", "") == ""


def test_the_table_of_sources_says_so(zh_report, en_report):
    source = SourceHealth(name="x", status="failed", posts=0, reason="X_BEARER_TOKEN is not set; make an app")
    shown = {}
    for report in (zh_report, en_report):
        coverage = replace(report.coverage, sources=(source,))
        shown[report.lang] = render(replace(report, coverage=coverage))
    assert "未设置密钥，设置后即可读取。原文：X&#95;BEARER&#95;TOKEN" in shown["zh"]
    assert "| X&#95;BEARER&#95;TOKEN is not set" in shown["en"]


def test_the_front_has_a_line_for_each_day_on_which_sources_began_to_fail(zh_report, en_report):
    def failing(name, day):
        since = datetime(2025, 11, day, 4, tzinfo=UTC) if day else None
        runs = 3 if day else 0
        return SourceHealth(
            name=name, status="failed", posts=0, reason="off", failed_runs=runs, failing_since=since
        )

    sources = (
        failing("github", 14),
        failing("jetstream", 12),
        failing("x", 14),
        SourceHealth(name="feeds", status="partial", posts=2, reason="off"),
        failing("mine", 0),
    )
    said = {}
    for report in (zh_report, en_report):
        said[report.lang] = view_of(replace(report, coverage=replace(report.coverage, sources=sources)))
    assert list(said["zh"].missing) == [
        "未能完整读取：订阅源（不完整）、mine（失败）。",
        "自 2025-11-12 起连续读取失败、帖文缺失：Bluesky Jetstream。",
        "自 2025-11-14 起连续读取失败、帖文缺失：GitHub、X。原因与后续见“数据与方法”。",
    ]
    assert list(said["en"].missing) == [
        "Not read in full: Feeds (incomplete), mine (failed).",
        "Failing run after run since 2025-11-12, posts missing: Bluesky Jetstream.",
        "Failing run after run since 2025-11-14, posts missing: GitHub, X."
        " Reasons and next steps: “Data and method”.",
    ]
