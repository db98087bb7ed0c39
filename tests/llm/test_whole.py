"""Each fault over a whole tiny report: published, published degraded, or refused in one line."""

from __future__ import annotations

import pytest

from dawnchorus.model import Lang
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.publish.report_json import load
from tests.llm import whole
from tests.llm.conftest import KEY
from tests.llm.whole import SMALL, TEXTS, check, run

TINY = (TEXTS[0],)

# Faults on every request: whether the model's own sentences are printed all the same.
ALWAYS = {
    "400": False,
    "400-schema": True,
    "400-object": True,
    "400-max-tokens": True,
    "400-context": False,
    "401": False,
    "402": False,
    "403": False,
    "404": False,
    "408": False,
    "413": False,
    "429": False,
    "429-after": False,
    "429-absurd": False,
    "500": False,
    "503": False,
    "529": False,
    "redirect": False,
    "hang": False,
    "drip": False,
    "reset-mid": False,
    "truncated": False,
    "html": False,
    "no-choices": False,
    "length": False,
    "refusal": False,
    "content-filter": False,
    "prose": True,
    "fence": True,
    "comma": True,
    "no-usage": True,
    "absurd-usage": True,
    "duplicate-keys": True,
    "extra-keys": True,
    "bomb": False,
    "stream": False,
    "surrogates": True,
    "lost-characters": False,
    "other-model": True,
    "big-usage": True,
    "parts": True,
    "function-call": True,
    "think-block": True,
    "think-open": False,
    "thought-only": False,
    "braces": True,
    "string-numbers": True,
    "null-lists": True,
    "odd-finish": True,
}


@pytest.mark.parametrize("fault", ALWAYS)
def test_a_server_that_always_fails_this_way(fault, server, tmp_path):
    outcome = run(server, tmp_path, {"fault": fault, "seconds": 0.5}, texts=TINY, llm={"call_seconds": 0.3})

    check(outcome)
    assert not outcome.error
    assert bool(outcome.written) is ALWAYS[fault]
    assert outcome.degraded is not ALWAYS[fault]
    assert outcome.seen


@pytest.mark.parametrize("actor", ["lying", "foreign", "raving", "silent"])
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_model_that_says_the_wrong_things(actor, lang: Lang, server, tmp_path):
    outcome = run(server, tmp_path, texts=SMALL, languages=(lang,), actor=actor)

    check(outcome)
    assert not outcome.error
    assert outcome.degraded


def test_a_sound_model_writes_what_it_copied(server, tmp_path):
    outcome = run(server, tmp_path, texts=SMALL, languages=("en", "zh"), pictures=True)

    check(outcome)
    english, chinese = outcome.reports
    assert english.ai_generated
    assert any("Obrel recalls 38,000 V2 vent valves" in text for text in outcome.written)
    assert any("3.8 万只" in text for text in outcome.written)
    assert english.cost.calls + chinese.cost.calls == len(outcome.seen)
    assert english.cost.unanswered == chinese.cost.unanswered == 0


def test_counts_that_cannot_be_are_told_once_and_pass_no_cap(server, tmp_path):
    outcome = run(server, tmp_path, {"fault": "big-usage"}, texts=SMALL, llm={"run_usd": 0.05})

    check(outcome, caps={"run_usd": 0.05})
    assert (
        len([line for line in outcome.told if "states 900,000 tokens of a call that can have" in line]) == 1
    )


@pytest.mark.parametrize("fault", ["echo", "echo-escaped", "echo-name"])
@pytest.mark.parametrize("every", [1, 2])
def test_a_key_that_the_server_tells_again_gets_into_no_file(fault, every, server, tmp_path, monkeypatch):
    monkeypatch.setenv("TOWN_KEY", KEY)
    record = tmp_path / "recording.jsonl"

    outcome = run(
        server,
        tmp_path,
        {"fault": fault, "every": every},
        texts=SMALL,
        llm={"key_env": "TOWN_KEY"},
        traffic=Traffic(record=record),
    )

    check(outcome)
    assert not outcome.error
    assert outcome.seen[0].headers["authorization"] == f"Bearer {KEY}"
    escaped = KEY.encode("unicode-escape"), "".join(f"\\u{ord(one):04x}" for one in KEY).encode()
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert record in files
    for path in files:
        held = path.read_bytes().replace(b"\\\\", b"\\")
        assert not any(form in held for form in escaped), path
    assert KEY not in " ".join(outcome.told)


def test_a_server_that_is_gone(server, tmp_path, unused_port):
    outcome = run(server, tmp_path, texts=TINY, llm={"base_url": f"http://127.0.0.1:{unused_port}/v1"})

    check(outcome)
    assert not outcome.error
    assert outcome.degraded
    assert outcome.written == set()
    assert all(row["nanos"] == 0 for row in outcome.calls)


@pytest.fixture
def unused_port():
    import socket  # noqa: PLC0415

    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"base_url": None},
        {"base_url": None, "provider": "nobody"},
        {"base_url": "http://models.example/v1"},
        {"base_url": "https://models.example/v1", "key_env": "OPENAI_API_KEY"},
        {"base_url": None, "provider": "deepseek"},  # its key is not set
        {"base_url": "https://models.example/v1", "price_in": None, "price_out": None},
        {"price_out": None},
    ],
)
def test_wrong_settings_are_refused_in_a_line_before_any_work(wrong, server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    monkeypatch.delenv("DEEPSEEK_API_KEY", raising=False)

    outcome = run(server, tmp_path, texts=TINY, llm=wrong)

    check(outcome)
    assert outcome.error
    assert KEY not in outcome.error
    assert outcome.told == []
    assert outcome.seen == []


def test_a_spent_budget_ends_in_a_degraded_report(server, tmp_path):
    outcome = run(server, tmp_path, texts=TINY, llm={"run_tokens": 100})

    check(outcome, caps={"run_tokens": 100})
    assert outcome.seen == []
    assert outcome.degraded


def test_a_degraded_edition_is_made_again_when_the_model_is_back(server, tmp_path):
    first = run(server, tmp_path, {"fault": "503"}, texts=TINY)
    again = run(server, tmp_path, texts=TINY)

    assert first.degraded
    assert not again.degraded
    assert again.written


def test_an_edition_is_made_again_from_its_ledger_without_a_request(server, tmp_path):
    first = run(server, tmp_path, {"fault": "429", "nth": [1]}, texts=SMALL)
    page = first.out / first.reports[0].slug / "report.json"
    before = page.read_bytes()
    page.unlink()
    (page.parent / "manifest.json").unlink()

    again = run(server, tmp_path, {"fault": "500"}, texts=SMALL, traffic=Traffic(ledger_only=True))

    assert again.seen == []
    assert page.read_bytes() == before


def test_a_recording_of_a_whole_run_gives_the_same_report_elsewhere(server, tmp_path, monkeypatch):
    monkeypatch.setenv("TOWN_KEY", KEY)
    cassette = tmp_path / "traffic.jsonl"
    llm = {"key_env": "TOWN_KEY"}
    mix = {"mix": [{"fault": "429"}, {"fault": "echo"}, {"fault": "400-schema"}], "share": 0.7}
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    recorded = run(server, tmp_path / "a", mix, llm=llm, traffic=Traffic(record=cassette))
    replayed = run(server, tmp_path / "b", {"fault": "500"}, llm=llm, traffic=Traffic(replay=cassette))

    assert recorded.seen
    assert replayed.seen == []
    pages = [one.out / one.reports[0].slug / "report.json" for one in (recorded, replayed)]
    assert replayed.reports[0].sections == recorded.reports[0].sections
    assert load(pages[0].read_bytes()).headline == load(pages[1].read_bytes()).headline
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or KEY.encode() not in path.read_bytes(), path


def test_no_fault_of_the_server_reaches_the_reader_as_a_sentence(server, tmp_path):
    outcome = run(server, tmp_path, {"fault": "401", "say": "Obrel is bankrupt"}, texts=TINY)

    assert "bankrupt" not in (outcome.out / outcome.reports[0].slug / "report.json").read_text()
    assert outcome.reports[0].window.first == whole.DAY
