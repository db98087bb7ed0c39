"""Editions whose stories a model writes: told as they go, paid once, the same from the ledger."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from dawnchorus.errors import UsageError
from dawnchorus.pipeline.draft import draft_report
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.pipeline.forecast import forecast_lines, tokens_of
from dawnchorus.pipeline.run import run_topic
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Llm, PluginUse
from dawnchorus.store.ledger import Ledger
from tests.llm.server import ScriptedServer
from tests.pipeline.conftest import post

LLM = PluginUse(name="llm")
SLUG = "valves_20260310_20260310"


@pytest.fixture(scope="module")
def running(tmp_path_factory) -> Iterator[ScriptedServer]:
    with ScriptedServer(tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture
def server(running):
    running.script()
    return running


@pytest.fixture
def asking(job, server):
    """A job whose writer asks the scripted server."""

    def make(*, llm=None, **changes):
        one = job(writer=LLM, **({"languages": ("en",)} | changes))
        settings = {"model": "scripted-1", "base_url": server.base_url, "price_in": 1.0, "price_out": 2.0}
        return replace(one, topic=replace(one.topic, llm=Llm(**(settings | (llm or {})))))

    return make


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_what_the_model_wrote_is_printed_with_what_it_took(asking, told, server):
    [made] = make_edition(asking(), tell=told)

    report = made.report
    assert report
    assert report.ai_generated
    assert report.writer == "llm"
    assert report.cost.model == "scripted-1"
    assert report.cost.calls == len(server.seen) > 0
    assert sum(one.calls for one in report.cost.stages) == report.cost.calls
    assert report.cost.money_usd > 0
    assert 'model: "scripted-1"' in (asking().out / "_posts" / f"2026-03-10-{SLUG}.md").read_text()


def test_progress_is_told_with_the_running_cost(asking, told):
    make_edition(asking(), tell=told)

    assert told.progress[0].startswith("stories: ")
    assert " answered, $0.0" in told.progress[0]
    assert told.progress[0].endswith(" of $0.25")


def test_a_topic_without_a_model_is_refused_before_any_work(job, told, server):
    for begin in (
        lambda: make_edition(job(writer=LLM), tell=told),
        lambda: draft_report(job(writer=LLM), data=None, tell=told),
        lambda: list(forecast_lines(job(writer=LLM), data=None, tell=told)),
        lambda: run_topic(
            replace(job().topic, writer=LLM, sources=(PluginUse(name="files"),)),
            now=job().now,
            out=job().out,
            tell=told,
            http=object(),
        ),
    ):
        with pytest.raises(UsageError, match=r"names none: add \[llm\] with model = ") as error:
            begin()
        assert "\n" not in str(error.value)
        assert error.value.exit_code == 2
    assert told.steps == []
    assert not job().data.exists()


@pytest.mark.parametrize(
    ("llm", "said"),
    [
        ({"base_url": "https://models.example/v1", "price_in": None, "price_out": None}, "price_in = …"),
        ({"price_out": None}, "one price of two"),
        ({"base_url": None}, "names no endpoint"),
        ({"base_url": None, "provider": "nobody"}, "provider 'nobody': not known"),
        ({"base_url": None, "provider": "openai"}, "set OPENAI_API_KEY"),
        ({"base_url": "http://[::1"}, "base_url is no address"),
        ({"key_file": Path("missing.key")}, "missing.key: the key cannot be read"),
    ],
)
def test_settings_that_cannot_work_are_one_line_before_any_work(asking, told, llm, said, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UsageError) as error:
        make_edition(asking(llm=llm), tell=told)

    assert said in str(error.value)
    assert "\n" not in str(error.value)
    assert told.steps == []


def test_an_edition_is_the_same_from_its_ledger_and_nothing_is_asked(asking, told, server, tmp_path):
    make_edition(asking(languages=("zh", "en")), tell=told)
    asked = len(server.seen)
    first = files_of(asking().out)

    again = asking(languages=("zh", "en"), out=tmp_path / "again", traffic=Traffic(ledger_only=True))
    again = replace(again, topic=replace(again.topic, llm=replace(again.topic.llm, base_url=None)))
    make_edition(again, tell=told)

    assert len(server.seen) == asked
    assert files_of(tmp_path / "again") == first


def test_a_finished_call_is_not_paid_twice(asking, told, server, tmp_path):
    make_edition(asking(), tell=told)
    asked = len(server.seen)

    make_edition(asking(out=tmp_path / "other"), tell=told)

    assert len(server.seen) == asked


def test_a_whole_edition_is_left_and_a_degraded_one_is_made_again(asking, told, server):
    server.script({"fault": "401"})
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert made.report.cost.unanswered > 0
    assert made.report.fallback
    assert not made.report.ai_generated

    server.script()
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert made.report.ai_generated
    assert made.report.cost.unanswered == 0
    assert not made.report.fallback

    [made] = make_edition(asking(), tell=told)
    assert made.report is None


def test_only_what_was_not_answered_is_asked_again(asking, told, server):
    server.script({"fault": "401", "stage": "compose"})
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert made.report.cost.unanswered > 0

    server.script()
    make_edition(asking(), tell=told)

    assert "story" not in {one.stage for one in server.seen}


# A fault on every request: what the run says of it, whether to run it again is advised, what the report says.
TOLD = {
    "401": ("answered 401", "check the key in TOWN_KEY", False, "its service refused access"),
    "402": ("answered 402", "top up its account", False, "its service wants to be paid first"),
    "404": ("answered 404", "check model and base_url", False, "does not know the model or the address"),
    "503": ("answered 503", "run it again later", True, "overloaded or limited the calls"),
    "error-200": (
        "answered 200 with an error",
        "run it again later",
        True,
        "overloaded or limited the calls",
    ),
    "refusal": ("the model refused to answer", "another model may answer", False, "it refused to answer"),
    "html": ("no completion", "check base_url", True, "what came was no answer"),
}


@pytest.mark.parametrize("fault", TOLD)
def test_why_a_model_gave_nothing_is_told_once_with_what_to_do(fault, asking, told, server, monkeypatch):
    monkeypatch.setenv("TOWN_KEY", "sk-canary-0123456789")
    monkeypatch.setattr("dawnchorus.llm.rounds.time.sleep", lambda seconds: None)
    said, todo, again, reason = TOLD[fault]
    server.script({"fault": fault, "say": "Obrel is bankrupt"})

    [made] = make_edition(asking(llm={"key_env": "TOWN_KEY"}), tell=told)

    assert told.notes[-1:] == list(made.lost)
    [line] = made.lost
    assert line.startswith(f"{SLUG}: scripted-1: ")
    assert said in line
    assert todo in line
    assert ("run it again" in line) is again
    assert line.endswith("quoted instead")
    assert "sk-canary" not in line
    page = made.page.read_text()
    assert reason in page
    assert "No language model used" not in page
    assert "bankrupt" not in page
    assert " 0 of " in told.progress[-1]
    assert said in told.progress[-1]


def test_a_server_that_is_gone_is_told_of_and_not_to_be_asked_again(asking, told, monkeypatch):
    monkeypatch.setattr("dawnchorus.llm.rounds.time.sleep", lambda seconds: None)

    [made] = make_edition(asking(llm={"base_url": "http://127.0.0.1:9/v1"}), tell=told)

    [line] = made.lost
    assert "127.0.0.1:9: no connection" in line
    assert "see that its server runs" in line
    assert "run it again" not in line


@pytest.mark.parametrize(
    ("caps", "todo"), [({"run_usd": 0.0}, "run it again to"), ({"day_usd": 0.0}, "run it again tomorrow")]
)
def test_a_limit_that_was_reached_is_told_with_when_to_go_on(caps, todo, asking, told):
    [made] = make_edition(asking(llm=caps), tell=told)

    [line] = made.lost
    assert todo in line
    assert made.report
    assert made.report.cost.reasons == ("limit",)


def test_a_draft_tells_why_its_model_gave_nothing(asking, told, server):
    server.script({"fault": "401"})

    one = draft_report(asking(), data=None, tell=told)

    assert "answered 401" in told.notes[-1]
    assert one.cost.reasons == ("key",)


def test_how_many_stories_are_quoted_is_one_number(asking, told, server):
    server.script({"fault": "401"})

    [made] = make_edition(asking(), tell=told)

    assert made.report
    quoted = len(made.report.fallback)
    blocks = {block.story for section in made.report.sections for block in section.blocks}
    assert quoted
    assert set(made.report.fallback) <= blocks
    assert f"{quoted} stor" in made.lost[0]
    assert f"stories_quoted: {quoted}\n" in (asking().out / "_posts" / f"2026-03-10-{SLUG}.md").read_text()


@pytest.mark.parametrize("script", [{"fault": "content-filter"}, {"fault": "no-json"}, "raving"])
def test_answers_of_which_nothing_was_used_are_asked_for_again(script, asking, told, server):
    """A model that refuses, talks, or answers with what does not pass."""
    rules, actor = ([script], "sober") if isinstance(script, dict) else ([], script)
    server.script(*rules, actor=actor)
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert not made.report.ai_generated
    assert made.report.cost.calls > 0

    from_ledger = asking(out=asking().out.parent / "again", traffic=Traffic(ledger_only=True))
    make_edition(from_ledger, tell=told)
    assert files_of(from_ledger.out) == files_of(asking().out)

    server.script()
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert made.report.ai_generated
    assert made.report.cost.unusable == 0
    assert "story" in {one.stage for one in server.seen}

    [made] = make_edition(asking(), tell=told)
    assert made.report is None
    make_edition(replace(from_ledger, out=asking().out.parent / "third"), tell=told)
    assert files_of(asking().out.parent / "third") == files_of(asking().out)


def test_an_answer_that_was_used_is_not_paid_twice_though_another_was_of_no_use(asking, told, server):
    server.script({"fault": "refusal", "stage": "compose"})
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert made.report.ai_generated
    assert made.report.cost.unusable == 1

    server.script()
    assert make_edition(asking(), tell=told)[0].report is None  # what it has is good enough to stand
    [made] = make_edition(asking(out=asking().out.parent / "other"), tell=told)

    assert {one.stage for one in server.seen} <= {"compose", "headline", "judge", "repair"}
    assert "compose" in {one.stage for one in server.seen}


def test_what_is_not_asked_again_for_want_of_money_stays_as_it_was(asking, told, server):
    server.script({"fault": "refusal"})
    make_edition(asking(), tell=told)
    first = files_of(asking().out)

    make_edition(asking(llm={"run_usd": 0.0}), tell=told)

    assert files_of(asking().out) == first


def test_another_form_asks_anew(asking, told, server):
    make_edition(asking(), tell=told)
    asked = len(server.seen)

    [made] = make_edition(asking(llm={"form": "prompt"}), tell=told)

    assert made.report
    assert len(server.seen) > asked
    assert not any("response_format" in one.body for one in server.seen[asked:])


def test_a_folder_that_plays_the_model_is_free(asking, told, tmp_path):
    folder = tmp_path / "bridge"
    folder.mkdir()
    done = threading.Event()

    def play() -> None:
        while not done.wait(0.02):
            for path in folder.glob("*.request.json"):
                answer = path.with_name(path.name.replace("request", "answer"))
                if not answer.exists():
                    hidden = answer.with_name(f".{answer.name}")
                    hidden.write_text('{"text": "no answer"}')
                    hidden.replace(answer)

    player = threading.Thread(target=play)
    player.start()
    try:
        job = asking(llm={"run_usd": 0.0, "day_tokens": 0}, traffic=Traffic(bridge=folder))
        [made] = make_edition(job, tell=told)
    finally:
        done.set()
        player.join()

    assert made.report
    assert made.report.cost.calls > 0
    cost = made.report.cost
    assert (cost.tokens_in, cost.tokens_out, cost.money_usd) == (0, 0, 0.0)
    with Ledger(asking().data / "ledger.sqlite") as ledger:
        assert ledger.rows("SELECT SUM(tokens_in + tokens_out), SUM(nanos) FROM calls") == [(0, 0)]


def test_all_that_is_missing_is_told_at_once(asking, told, monkeypatch):
    monkeypatch.delenv("QWEN_KEY", raising=False)
    llm = {"base_url": None, "provider": "qwen", "price_in": None, "price_out": None}
    monkeypatch.delenv("DASHSCOPE_API_KEY", raising=False)

    with pytest.raises(UsageError) as error:
        make_edition(asking(llm=llm), tell=told)

    assert "set DASHSCOPE_API_KEY" in str(error.value)
    assert "price_in = …" in str(error.value)


def test_a_run_that_is_stopped_between_rounds_goes_on_with_its_budget(asking, told, server):
    class Stopping:
        step = note = told.step

        def doing(self, line: str) -> None:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make_edition(asking(), tell=Stopping())
    first = [one.digest for one in server.seen]
    with Ledger(asking().data / "ledger.sqlite") as ledger:
        assert [run.state for run in ledger.runs()] == ["interrupted"]
        assert ledger.rows("SELECT state FROM calls") == [("done",)] * len(first)

    make_edition(asking(llm={"run_calls": len(first)}), tell=told)

    assert [
        one.digest for one in server.seen
    ] == first  # all calls of the run were made before it was stopped
    [made] = make_edition(asking(), tell=told)
    assert made.report
    assert not set(first) & {one.digest for one in server.seen[len(first) :]}


@pytest.mark.parametrize(
    "llm",
    [
        {"run_usd": 0.5},
        {"run_seconds": 60.0},
        {"concurrency": 1},
        {"call_seconds": 5.0},
        {"price_in": 2.0},
    ],
)
def test_how_much_a_model_may_take_makes_no_other_edition(asking, told, llm):
    make_edition(asking(), tell=told)

    [made] = make_edition(asking(llm=llm), tell=told)

    assert made.report is None


@pytest.mark.parametrize(
    "llm",
    [{"model": "scripted-2"}, {"temperature": 0.5}, {"judge": "j"}, {"stories": 1}, {"form": "object"}],
)
def test_another_model_makes_another_edition(asking, told, llm):
    make_edition(asking(), tell=told)

    prices = {"judge_price_in": 1.0, "judge_price_out": 1.0}
    [made] = make_edition(asking(llm=llm | prices), tell=told)

    assert made.report is not None


def test_fields_of_the_topic_go_with_each_request_and_make_other_calls(asking, told, server):
    make_edition(asking(), tell=told)
    plain = server.seen
    assert not any("thinking" in one.body for one in plain)

    server.script()
    llm = {"extra": {"thinking": {"type": "disabled"}}, "thinking_tokens": 500}
    [made] = make_edition(asking(llm=llm), tell=told)

    assert made.report
    assert {str(one.body["thinking"]) for one in server.seen} == {"{'type': 'disabled'}"}
    assert server.seen[0].body["max_tokens"] == plain[0].body["max_tokens"] + 500


def test_a_model_in_the_topic_makes_no_other_edition_of_quotations(asking, job, told):
    make_edition(job(languages=("en",)), tell=told)

    [made] = make_edition(replace(asking(), writer=job().writer), tell=told)

    assert made.report is None


def test_a_run_that_is_out_of_money_is_published_with_quotations(asking, told, server):
    [made] = make_edition(asking(llm={"run_usd": 0.0}), tell=told)

    assert server.seen == []
    assert made.report
    assert made.report.fallback
    assert not made.report.ai_generated
    assert "degraded: the model left" in made.page.read_text()


def test_a_day_without_stories_asks_nothing_and_says_that_no_model_wrote_it(
    asking, told, server, write_posts
):
    path = write_posts([post(n, f"Ferry number {n} is late again") for n in range(5)], "off.jsonl")

    [made] = make_edition(asking(inputs=(str(path),)), tell=told)

    assert server.seen == []
    assert made.report
    assert not made.report.ai_generated
    assert "No language model wrote this" in made.page.read_text()


def test_a_draft_keeps_its_calls_where_it_is_told(asking, told, server):
    data = asking().data
    one = draft_report(asking(), data=data, tell=told)
    asked = len(server.seen)
    assert asked == one.cost.calls > 0

    again = draft_report(asking(), data=data, tell=told)

    assert len(server.seen) == asked
    assert again == one
    with Ledger(data / "ledger.sqlite") as ledger:
        assert {run.slug for run in ledger.runs()} == {f"draft of {SLUG}"}


def test_a_draft_without_a_folder_leaves_nothing(asking, told, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    before = set(tmp_path.rglob("*"))

    one = draft_report(asking(data=Path(".dawnchorus")), data=None, tell=told)

    assert one.cost.calls > 0
    assert set(tmp_path.rglob("*")) - before == {tmp_path / "posts.jsonl"}


def test_a_forecast_knows_the_calls_about_stories_and_sends_nothing(asking, told, server):
    lines = list(forecast_lines(asking(languages=("zh", "en")), data=None, tell=told))
    assert server.seen == []
    assert not asking().data.exists()

    make_edition(asking(languages=("zh",)), tell=told)
    asked = [one for one in server.seen if one.stage == "story"]
    assert f"story    {len(asked)} call" in lines[1]
    assert any(line.startswith("never more than $0.25, 200,000 tokens") for line in lines)
    assert [line for line in lines if line.startswith(SLUG)] == [
        line for line in lines if "by scripted-1" in line
    ]
    assert any(line.startswith(f"{SLUG}_en: ") for line in lines)


def test_a_forecast_leaves_out_what_is_paid(asking, told, server):
    make_edition(asking(), tell=told)
    spent = len(server.seen)

    lines = list(forecast_lines(asking(), data=asking().data, tell=told))

    assert any("in the ledger: not paid again" in line for line in lines)
    assert not any(line.strip().startswith("story") for line in lines)
    assert any(line.startswith("of today's $1, $0.") for line in lines)
    assert len(server.seen) == spent


def test_a_forecast_needs_a_price_and_tells_a_missing_key(asking, told, monkeypatch):
    far = {"base_url": "https://models.example/v1", "price_in": None, "price_out": None}
    with pytest.raises(UsageError, match="price_in = …"):
        list(forecast_lines(asking(llm=far), data=None, tell=told))

    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    lines = list(forecast_lines(asking(llm={"base_url": None, "provider": "openai"}), data=None, tell=told))

    assert lines[-1].startswith("as it stands it cannot be made: no key")


def test_tokens_are_reckoned_by_script():
    assert tokens_of("a" * 36) == 10
    assert tokens_of("阀门召回") == 4


def test_the_base_install_needs_no_client():
    code = (
        "import sys\n"
        "sys.modules['openai'] = sys.modules['genai_prices'] = None\n"
        "import dawnchorus.pipeline.edition, dawnchorus.pipeline.run, dawnchorus.pipeline.forecast\n"
        "import dawnchorus.cli.models, dawnchorus.pipeline.probe\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_without_the_client_one_line_says_what_to_install(asking, told, monkeypatch):
    monkeypatch.setitem(sys.modules, "openai", None)
    monkeypatch.delitem(sys.modules, "dawnchorus.llm.openai_wire", raising=False)

    with pytest.raises(UsageError, match=r'pip install "dawnchorus\[llm\]"'):
        make_edition(asking(), tell=told)
