"""SIGTERM and Ctrl-C: soon over, nothing lost, and the same command goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from tests.kills.edition import Place
from tests.kills.lives import Lives
from tests.kills.promises import check

_TOLD = "Interrupted; run the same command again to go on."


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 1)])
def test_a_run_that_waits_for_a_model_is_soon_over_and_goes_on(number, code, lives: Lives, place: Place):
    hang = {"fault": "hang", "stage": "compose", "seconds": 60}
    lives.server.script(*lives.rules[:1], hang, ledger=place.data / "ledger.sqlite")
    process = subprocess.Popen(
        [sys.executable, "-m", "dawnchorus", *place.arguments("--quiet")],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    _until(lambda: any(one.stage == "compose" for one in lives.server.seen), process)
    begun = time.monotonic()
    process.send_signal(number)
    _, said = process.communicate(timeout=30)

    assert time.monotonic() - begun < 20  # 5, on a machine that does nothing else; the model hangs for 60
    assert process.returncode == code
    assert said.split("\n") == ["", _TOLD, ""]  # what a terminal shows of Ctrl-C has a line of its own
    assert place.files() == {}
    before = len(lives.server.seen)

    lives.server.script(*lives.rules, ledger=place.data / "ledger.sqlite")
    assert lives.mother.start(place.command()).wait() == 0
    assert lives.server.seen[0].stage == "compose"  # what was answered is not asked again
    found = check(place, lives.expected["fresh"], lives.server, kills=1 + before)
    assert [line for line in found if "requests" not in line] == []


def test_a_process_that_cannot_unwind_is_ended_all_the_same():
    process = _program("""
    threading.Thread(target=time.sleep, args=(60,)).start()
    print(flush=True)
    time.sleep(60)
""")
    assert process.stdout
    process.stdout.readline()
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)

    assert process.returncode == 143
    assert said.splitlines()[-1] == _TOLD


def test_the_second_signal_ends_at_once():
    process = _program("""
    try:
        print(flush=True)
        time.sleep(60)
    finally:
        print(flush=True)
        time.sleep(60)
""")
    assert process.stdout
    for _ in range(2):
        process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)

    assert process.returncode == -signal.SIGTERM


def _program(body: str) -> subprocess.Popen[str]:
    begin = "import threading, time\nfrom dawnchorus.cli import stopping\nstopping.GRACE_SECONDS = 2\n"
    code = f"{begin}with stopping.heeding_signals():{body}"
    return subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _until(holds: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not holds():
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)
