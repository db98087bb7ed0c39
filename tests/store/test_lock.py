import signal
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from dawnchorus.errors import LockedError, PublishError
from dawnchorus.store.lock import hold_lock, lock_path

SINCE = datetime(2026, 3, 10, 8, tzinfo=UTC)
HOLD = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from dawnchorus.store.lock import hold_lock
with hold_lock(Path(sys.argv[1]), what="kites into site", since=datetime(2026, 3, 10, 7, tzinfo=UTC)):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other_run(tmp_path):
    """Another process that holds the lock until its standard input ends."""
    run = subprocess.Popen(
        [sys.executable, "-c", HOLD, lock_path(tmp_path, "kites")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert run.stdout.readline() == "held\n"
    yield run
    run.kill()
    run.communicate()


def test_a_second_run_is_told_who_holds_the_lock_since_when_and_what_to_do(tmp_path, other_run):
    with (
        pytest.raises(
            LockedError,
            match=rf"kites into site is being made by process {other_run.pid} on \S+"
            r" since 2026-03-10 07:00 UTC; wait for it, or end it",
        ),
        hold_lock(lock_path(tmp_path, "kites"), what="kites into site", since=SINCE),
    ):
        pass


def test_another_topic_is_free(tmp_path, other_run):
    with hold_lock(lock_path(tmp_path, "other"), what="other", since=SINCE):
        pass


def test_the_lock_is_free_after_the_run_ended(tmp_path, other_run):
    other_run.communicate()
    with hold_lock(lock_path(tmp_path, "kites"), what="kites", since=SINCE):
        pass


def test_the_lock_of_a_killed_run_is_taken_over(tmp_path, other_run):
    other_run.send_signal(signal.SIGKILL)
    other_run.wait()
    path = lock_path(tmp_path, "kites")
    assert path.read_text()  # what it wrote is still there
    with hold_lock(path, what="kites", since=SINCE):
        assert "2026-03-10T08:00" in path.read_text()
    assert path.read_text() == ""


def test_an_error_inside_frees_the_lock(tmp_path):
    path = lock_path(tmp_path, "kites")
    with pytest.raises(ZeroDivisionError), hold_lock(path, what="kites", since=SINCE):
        1 / 0  # noqa: B018
    with hold_lock(path, what="kites", since=SINCE):
        pass


def test_an_output_that_is_a_file_is_one_line(tmp_path):
    (tmp_path / "site").write_text("")
    with (
        pytest.raises(PublishError, match=r"cannot be made: .*; choose another output folder"),
        hold_lock(lock_path(tmp_path / "site", "kites"), what="kites", since=SINCE),
    ):
        pass
