"""``dawnchorus check`` on reports by others: what it prints, and how it ends."""

import json
import os
import subprocess
import sys

import click
import pytest

from dawnchorus.cli.verdicts import paint, summary, told

POSTS = [
    {
        "id": "x:100", "source": "x", "author": "lena", "created_at": "2026-03-10T08:00:00Z", "lang": "en",
        "url": "https://x.com/lena/status/100", "text": "Helioform closed a $1.6B Series D today.",
    },
    {
        "id": "x:200", "source": "x", "author": "wu", "created_at": "2026-03-10T09:00:00Z", "lang": "zh",
        "url": "https://x.com/wu/status/200", "text": "宁德的新工厂把钠电池的产能翻了一倍。\u001b[31m",
    },
]  # fmt: skip
REPORT = """# R

@lena says that Helioform closed a Series D [1].

@lena says that Helioform closed a $1.9B Series D.[1]

@lena 称 Helioform 完成16亿美元的融资。Quillfeather sued Marrowgate in Oslo over a patent.

[1]: https://twitter.com/lena/status/100?s=20
"""


@pytest.fixture
def files(tmp_path):
    (tmp_path / "posts.jsonl").write_text(
        "".join(json.dumps(post) + "\n" for post in POSTS), encoding="utf-8"
    )
    (tmp_path / "report.md").write_text(REPORT, encoding="utf-8")
    return ["check", str(tmp_path / "report.md"), "--posts", str(tmp_path / "posts.jsonl")]


def run(arguments, **environment):
    code = "import sys; from dawnchorus.cli import main; main(sys.argv[1:])"
    return subprocess.run(
        [sys.executable, "-c", code, *arguments],
        capture_output=True, check=False, text=True, encoding="utf-8", env={**os.environ, **environment},
    )  # fmt: skip


def test_each_sentence_has_its_state_reason_and_proposal(files):
    done = run(files)

    rejected, proposed, nothing = done.stdout.strip().split("\n\n")
    assert rejected.splitlines() == [
        "rejected   5: @lena says that Helioform closed a $1.9B Series D.",
        "           number $1.9B not found: the cited posts say $1.6B [1]",
        "           [1] https://x.com/lena/status/100",
    ]
    assert "would be supported by\n             https://x.com/lena/status/100" in proposed
    assert nothing.endswith("no post speaks of it")
    assert done.stderr.splitlines()[-3:] == [
        "4 sentences: 1 supported, 0 escalated, 1 rejected, 2 uncited",
        "by rule: number 1",
        "uncited: 1 with a post that would support it, 1 that no post speaks of",
    ]
    assert done.returncode == 1


def test_json_holds_a_line_a_sentence_with_candidates_of_the_uncited(files):
    rows = [json.loads(line) for line in run([*files, "--json"]).stdout.splitlines()]

    assert [row["verdict"] for row in rows] == ["supported", "rejected", "rejected", "rejected"]
    assert [row["uncited"] for row in rows] == [False, False, True, True]
    assert list(rows[2]["candidates"][0]) == ["id", "url", "author", "text", "verdict", "reasons", "score"]
    assert rows[3]["candidates"] == []
    assert {"text", "citations", "verdict", "reasons"} <= rows[0].keys()


def test_a_report_that_stands_ends_with_0_and_shows_its_sentences_when_asked(files, tmp_path):
    (tmp_path / "report.md").write_text(
        REPORT.partition("@lena says that Helioform closed a $1.9B")[0]
        + "[1]: https://x.com/lena/status/100\n"
    )

    assert run(files).stdout == ""
    shown = run([*files, "--all"])
    assert shown.stdout.startswith("supported  3: @lena says")
    assert shown.returncode == 0


def test_a_reader_that_goes_away_leaves_no_traceback(files, tmp_path):
    (tmp_path / "report.md").write_text(REPORT * 40, encoding="utf-8")
    code = "import sys; from dawnchorus.cli import main; main(sys.argv[1:])"
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "-c", code, *files], stdout=writing, stderr=subprocess.PIPE, check=False, text=True
    )
    os.close(writing)
    assert "Traceback" not in done.stderr
    assert "Exception" not in done.stderr


ROW = {
    "text": "Helioform 完成 19 亿美元的融资\u001b[2J。", "verdict": "rejected", "citations": [],
    "reasons": [{"rule": "number", "words": "19亿美元", "detail": "number 19亿美元 not found"}],
}  # fmt: skip


def test_words_stand_out_where_they_stand_however_they_are_spaced():
    shown = told(ROW, paint=click.style)
    assert click.style("19 亿美元", fg="red", bold=True, underline=True) in shown
    assert click.style("rejected  ", fg="red", bold=True) in shown


def test_nothing_of_a_report_or_post_reaches_the_terminal_as_a_command(files):
    assert "\u001b" not in told(ROW, paint=lambda text, **_: text)
    assert "\u001b" not in run(files).stdout


@pytest.mark.parametrize(
    ("tty", "environment", "coloured"),
    [(True, {}, True), (False, {}, False), (True, {"NO_COLOR": "1"}, False), (True, {"TERM": "dumb"}, False)],
)
def test_colours_are_for_terminals_that_take_them(monkeypatch, tty, environment, coloured):
    for name in ("NO_COLOR", "TERM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "stdout", type("Out", (), {"isatty": lambda self: tty})())
    assert ("\u001b" in paint()("a", fg="red")) is coloured


def test_a_summary_of_claims_names_no_uncited_ones():
    rows = [{"id": 1, "verdict": "supported", "reasons": []}]
    assert list(summary(rows, "claim")) == ["1 claim: 1 supported, 0 escalated, 0 rejected"]
