"""What the commands say and do with a language model: tried, forecast, recorded, played back, bridged."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dawnchorus.cli import main
from tests.llm import actors
from tests.llm.server import ScriptedServer
from tests.pipeline.conftest import posts_of

SLUG = "valves_20260310_20260310"
DAY = ("--from", "2026-03-10")
TOPIC = """
label = "valves"
tz = "Asia/Shanghai"
writer = "llm"
{more}
[names]
en = "Valves"
[llm]
{llm}
"""


def run(*arguments: str | Path) -> int:
    with pytest.raises(SystemExit) as ended:
        main([str(argument) for argument in arguments])
    return int(ended.value.code or 0)


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[ScriptedServer]:
    with ScriptedServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running):
    running.script()
    return running


@pytest.fixture
def topic(tmp_path, server):
    """A topic whose model is the scripted server, unless it is told otherwise."""

    def make(llm: str = "", *, more: str = "", name: str = "valves.toml") -> Path:
        path = tmp_path / name
        told = llm or f'model = "scripted-1"\nbase_url = "{server.base_url}"\nprice_in = 1.0\nprice_out = 2.0'
        path.write_text(TOPIC.format(llm=told, more=more))
        return path

    return make


@pytest.fixture
def posts(tmp_path):
    path = tmp_path / "posts.jsonl"
    path.write_text("".join(json.dumps(one) + "\n" for one in posts_of()))
    return path


def test_a_model_that_works_is_told_in_one_line(topic, server, capsys):
    assert run("models", topic()) == 0

    told = capsys.readouterr()
    assert told.err == ""
    assert told.out.startswith(
        "scripted-1: works; answers keep to a JSON Schema; $1 in, $2 out a million tokens; "
    )
    assert told.out.endswith(" tokens a second\n")
    assert len(server.seen) == 1


def test_the_judge_is_tried_as_well(topic, server, capsys):
    llm = f'model = "one"\njudge = "two"\nbase_url = "{server.base_url}"'

    assert run("models", topic(llm)) == 0

    assert [line.split(";")[0] for line in capsys.readouterr().out.splitlines()] == [
        "one: works",
        "two: works",
    ]
    assert [one.body["model"] for one in server.seen] == ["one", "two"]


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("400-schema", "works; answers are JSON, the schema goes into the prompt"),
        ("401", "does not work: "),
        ("404", "The model does not exist"),
        ("null-content", 'write form = "prompt"'),
        ("length-empty", "thinking_tokens = 4000"),
        ("refusal", "refused to answer"),
    ],
)
def test_what_a_model_cannot_do_is_told_with_what_helps(topic, server, capsys, fault, said):
    server.script({"fault": fault})

    code = run("models", topic())

    (line,) = capsys.readouterr().out.splitlines()
    assert said in line
    assert code == int("works;" not in line)


def test_a_topic_without_a_model_has_nothing_to_try(tmp_path, capsys):
    path = tmp_path / "plain.toml"
    path.write_text('[names]\nen = "Plain"\n')

    assert run("models", path) == 2

    assert "names no model; add [llm] with model = " in capsys.readouterr().err


@pytest.mark.parametrize("command", ["report", "write"])
def test_the_writer_llm_without_a_model_is_wrong_use(posts, tmp_path, capsys, command):
    out = ["--out", tmp_path / "site"] if command == "report" else []

    assert run(command, posts, "--topic", "ai", *DAY, "--writer", "llm", "-q", *out) == 2

    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith('Error: the writer "llm" asks a model, and topic ai names none: add [llm] with')
    assert not (tmp_path / "site").exists()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--replay", "a", "--bridge", "b"), "--replay and --bridge both answer"),
        (("--from-ledger", "--bridge", "b"), "--bridge and --from-ledger both answer"),
        (("--from-ledger", "--record", "a"), "nothing to record"),
        (("--replay", "a", "--record", "a"), "are one file"),
        (("--replay", "missing.jsonl"), "give a file that --record wrote"),
    ],
)
def test_ways_that_contradict_each_other_are_wrong_use(topic, posts, capsys, options, said):
    code = run("report", posts, "--topic", topic(), *DAY, "--out", posts.with_name("site"), "-q", *options)

    (line,) = capsys.readouterr().err.splitlines()
    assert (code, said in line) == (2, True)


def test_a_dry_run_says_calls_tokens_and_cost_and_sends_nothing(topic, posts, tmp_path, server, capsys):
    out = tmp_path / "site"
    assert run("report", posts, "--topic", topic(), *DAY, "--out", out, "--dry-run", "-q") == 0

    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith(f"{SLUG}: ")
    assert lines[0].endswith("by scripted-1")
    assert lines[1].startswith("  story    1 call, about ")
    assert " tokens in and " in lines[1]
    assert "$0.00" in lines[1]
    assert lines[-1] == "never more than $0.25, 200,000 tokens and 200 calls a run, and $1 a day (UTC)"
    assert server.seen == []
    assert not out.exists()


def test_a_dry_run_of_a_model_of_unknown_price_says_what_to_write(topic, posts, tmp_path, capsys):
    llm = 'model = "unheard-of"\nbase_url = "https://models.example/v1"'

    code = run("report", posts, "--topic", topic(llm), *DAY, "--out", tmp_path / "site", "--dry-run", "-q")

    assert code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "'unheard-of' cost?" in line
    assert "price_in = …, price_out = …" in line


def test_a_dry_run_of_a_run_tells_of_posts_that_are_there_and_not(topic, posts, tmp_path, server, capsys):
    more = f'sources = [{{name = "files", paths = ["{posts}"]}}]'
    out, options = tmp_path / "site", (*DAY, "--now", "2026-03-20T00:00:00Z", "-q")
    assert run("run", topic(more=more), "--out", out, "--dry-run", *options) == 0
    told = capsys.readouterr().out
    assert "the posts are not read yet; at most 24 stories are written" in told
    assert "never more than $0.25" in told

    assert run("fetch", topic(more=more), "--data", out / ".dawnchorus", *DAY, "-q") == 0
    capsys.readouterr()
    assert run("run", topic(more=more), "--out", out, "--dry-run", *options) == 0

    told = capsys.readouterr().out
    assert "  story    1 call, about " in told
    assert server.seen == []


def test_a_run_keeps_its_health_and_sources_tell_of_the_month(topic, posts, tmp_path, server, capsys):
    server.script({"fault": "401", "stage": "headline"})
    more = f'sources = [{{name = "files", paths = ["{posts}"]}}]'
    out, health = tmp_path / "site", tmp_path / "health.json"
    path = topic(more=more)

    assert (
        run("run", path, "--out", out, *DAY, "--now", "2026-03-20T00:00:00Z", "--health", health, "-q") == 0
    )

    model = json.loads(health.read_text())["model"]
    assert model["name"] == "scripted-1"
    assert model["unanswered"] == 1
    assert 0 < model["usd"] <= model["month_usd"]
    [why] = model["why"]
    assert "answered 401" in why
    assert why in capsys.readouterr().err  # with -q, too
    assert run("health", health) == 1
    assert why in capsys.readouterr().out
    run("health", health, "--markdown")
    assert "Language model scripted-1: $0.0" in capsys.readouterr().out

    data = ("--data", out / ".dawnchorus")
    assert run("sources", "--topic", path, *data, "--json", "--now", datetime.now(UTC).isoformat()) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (row,) = [row for row in rows if row["kind"] == "model"]
    assert (row["name"], row["state"]) == ("scripted-1", "configured")
    assert row["month_usd"] > 0
    assert row["last_run"]["failed"] == 1
    run("sources", "--topic", path, *data, "--now", datetime.now(UTC).isoformat())
    assert "spent or set aside: $0.0" in capsys.readouterr().out


def test_a_service_refuses_a_model_that_cannot_be_asked(topic, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    path = topic('model = "deepseek-v4-flash"\nprovider = "deepseek"', more='sources = ["hackernews"]')

    assert run("run", path, "--every", "day@15:30", "--once", "--out", tmp_path / "site") == 2

    assert "no key for the model: set DEEPSEEK_API_KEY" in capsys.readouterr().err
    assert not (tmp_path / "site").exists()


def test_a_missing_key_is_trouble_of_sources(topic, capsys, monkeypatch, tmp_path):
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)
    llm = 'model = "deepseek-v4-flash"\nprovider = "deepseek"'

    assert run("sources", "--topic", topic(llm), "--data", tmp_path, "--json") == 1

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (row,) = [row for row in rows if row["kind"] == "model"]
    assert row["state"] == "no key"
    assert "set DEEPSEEK_API_KEY" in row["detail"]
    llm = 'model = "unheard-of"\nbase_url = "https://models.example/v1"'
    assert run("sources", "--topic", topic(llm), "--data", tmp_path, "--json") == 1
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    (row,) = [row for row in rows if row["kind"] == "model"]
    assert (row["state"], "price_in = …" in row["detail"]) == ("broken", True)


def test_what_was_recorded_can_be_played_back(topic, posts, tmp_path, server):
    record = tmp_path / "traffic.jsonl"
    command = ("report", posts, "--topic", topic(), *DAY, "-q")
    assert run(*command, "--out", tmp_path / "one", "--record", record) == 0
    asked = len(server.seen)
    assert len(record.read_text().splitlines()) == asked > 0

    assert run(*command, "--out", tmp_path / "two", "--replay", record) == 0

    assert len(server.seen) == asked
    one, two = (tmp_path / name / SLUG / "report.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_an_edition_is_made_from_the_ledger_alone(topic, posts, tmp_path, server):
    command = ("report", posts, "--topic", topic(), *DAY, "-q", "--data", tmp_path / "data")
    assert run(*command, "--out", tmp_path / "one") == 0
    server.script({"fault": "500"})

    assert run(*command, "--out", tmp_path / "two", "--from-ledger") == 0

    assert server.seen == []
    one, two = (tmp_path / name / SLUG / "report.json" for name in ("one", "two"))
    assert one.read_bytes() == two.read_bytes()


def test_any_program_can_play_the_model(topic, posts, tmp_path, server):
    folder, done = tmp_path / "bridge", threading.Event()

    def play() -> None:
        while not done.wait(0.02):
            for asked in folder.glob("*.request.json"):
                answer = asked.with_name(asked.name.replace("request", "answer"))
                if answer.exists():
                    continue
                given = json.loads(asked.read_text())
                names = frozenset(given["schema"]["properties"])
                said = actors.sober(
                    actors.Question(system=given["system"], user=given["user"], kind=actors._KINDS[names])
                )
                answer.with_suffix(".part").write_text(json.dumps({"answer": said}))
                os.replace(answer.with_suffix(".part"), answer)

    player = threading.Thread(target=play)
    player.start()
    try:
        code = run(
            "report", posts, "--topic", topic(), *DAY, "-q", "--out", tmp_path / "site", "--bridge", folder
        )
    finally:
        done.set()
        player.join()

    assert code == 0
    assert server.seen == []
    report = json.loads((tmp_path / "site" / SLUG / "report.json").read_text())
    assert report["ai_generated"] is True
    assert report["cost"]["unanswered"] == 0


def test_a_draft_is_written_and_passes_the_check(topic, posts, tmp_path, capsys):
    assert run("write", posts, "--topic", topic(), *DAY, "-q", "--data", tmp_path / "data") == 0
    draft = tmp_path / "draft.json"
    draft.write_text(capsys.readouterr().out)
    assert json.loads(draft.read_text())["ai_generated"] is True

    assert run("check", draft, "--posts", posts) == 0


def test_the_published_post_passes_the_check_of_markdown(topic, posts, tmp_path, capsys):
    assert run("report", posts, "--topic", topic(), *DAY, "-q", "--out", tmp_path / "site") == 0
    capsys.readouterr()
    (post,) = (tmp_path / "site" / "_posts").glob("*.md")

    run("check", post, "--posts", posts, "--json")

    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert not [row["text"] for row in rows if "not written by the model" in row["text"]]
    assert "rejected" not in {row["verdict"] for row in rows}
