"""``dawnchorus init``: the site it lays out, and addresses it refuses."""

import shlex
import sys
from dataclasses import replace

import pytest
import yaml
from click.testing import CliRunner

from dawnchorus.cli.init import command
from dawnchorus.errors import DawnchorusError, UsageError
from dawnchorus.settings import PluginUse, load_topic


def init(*arguments):
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.mark.parametrize(
    "url",
    [
        "example.org", "ftp://example.org", "javascript:alert(1)", "https://", "https://example.org/reports",
        "https://example.org/?x", "https://me:secret@example.org", "https://exa mple.org", "http://x\n: y",
    ],
)  # fmt: skip
def test_an_address_that_is_no_origin_is_refused_in_one_line(tmp_path, url):
    got = init(tmp_path / "new", "--url", url)
    assert isinstance(got.exception, UsageError)
    assert str(got.exception).startswith("--url: ")
    assert "\n" not in str(got.exception)
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize(
    "path", ["reports", "/", "/reports/", "//host", "/a b", "/../x", "/{{x}}", "/é", "/x\n"]
)
def test_a_path_of_other_than_plain_characters_is_refused_in_one_line(tmp_path, path):
    got = init(tmp_path / "new", "--baseurl", path)
    assert isinstance(got.exception, UsageError)
    assert str(got.exception).startswith("--baseurl: ")
    assert "\n" not in str(got.exception)
    assert not (tmp_path / "new").exists()


def test_the_address_of_the_site_stands_in_its_settings(tmp_path):
    got = init(tmp_path, "--url", "https://Example.org/", "--baseurl", "/reports/v1.0")
    assert got.exit_code == 0, got.output
    settings = yaml.safe_load((tmp_path / "_config.yml").read_text("utf-8"))
    assert (settings["url"], settings["baseurl"]) == ("https://example.org", "/reports/v1.0")


def test_what_git_leaves_out_comes_with_the_site_and_says_what_the_memory_is(tmp_path):
    got = init(tmp_path)
    assert str(tmp_path / ".gitignore") in got.stdout.splitlines()
    text = (tmp_path / ".gitignore").read_text("utf-8")
    assert {"_site/", ".jekyll-cache/", "posts/", ".dawnchorus/"} <= set(text.splitlines())
    assert "yesterday's news" in text


def test_the_site_is_the_folder_of_the_topic_file(tmp_path):
    assert init(tmp_path / "new").exit_code == 0
    assert load_topic(str(tmp_path / "new" / "ai.toml")).out == tmp_path / "new"


def test_a_gitignore_that_is_there_is_left_alone_and_named(tmp_path):
    (tmp_path / ".gitignore").write_text("mine\n")
    got = init(tmp_path)
    assert got.exit_code == 0, got.output
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert ".gitignore is there already and was left alone" in got.stderr


def test_what_is_to_be_done_next_can_be_done(tmp_path, monkeypatch):
    plain = load_topic("semiconductors")
    for sources, expected in (
        ((), "dawnchorus report "),
        ((PluginUse(name="hackernews"),), "dawnchorus run "),
    ):
        topic = replace(plain, sources=sources)
        monkeypatch.setattr("dawnchorus.settings.load_topic", lambda name, topic=topic: topic)
        folder = tmp_path / f"my {len(sources)}"
        got = init(folder, "--topic", "semiconductors")
        assert got.exit_code == 0, got.output
        lines = got.stderr.splitlines()
        command = shlex.split(lines[lines.index("Next:") + 1], comments=True)
        assert " ".join(command).startswith(expected)
        assert str(folder / "semiconductors.toml") in command
    assert "names no sources yet" not in got.stderr


@pytest.mark.parametrize("at", ["8:00", "15h30", "25:00", "24:30", "00:00", "15:30\n", "day", "15:30,16:30"])
def test_a_time_that_is_none_is_refused_in_one_line(tmp_path, at):
    got = init(tmp_path / "new", f"--at={at}")
    assert isinstance(got.exception, UsageError)
    assert str(got.exception).startswith("--at: ")
    assert "\n" not in str(got.exception)
    assert not (tmp_path / "new").exists()


def test_the_time_stands_in_all_that_runs_it(tmp_path):
    assert init(tmp_path, "--at", "08:15").exit_code == 0
    assert "day@08:15" in (tmp_path / "deploy/crontab").read_text("utf-8")
    assert "day@08:15" in (tmp_path / "deploy/dawnchorus.service").read_text("utf-8")
    assert "08:15:00 Asia/Shanghai" in (tmp_path / "deploy/dawnchorus.timer").read_text("utf-8")
    workflow = (tmp_path / ".github/workflows/daily.yml").read_text("utf-8")
    assert "day@08:15" in workflow
    assert 'cron: "22 0 * * *"' in workflow


def test_what_runs_on_this_machine_names_it_and_stays_out_of_git(tmp_path):
    init(tmp_path)
    assert str(tmp_path) in (tmp_path / "deploy/dawnchorus.service").read_text("utf-8")
    assert sys.executable in (tmp_path / "deploy/crontab").read_text("utf-8")
    for path in (".github/workflows/daily.yml", "deploy/requirements.txt"):
        assert str(tmp_path) not in (tmp_path / path).read_text("utf-8")
    ignored = (tmp_path / ".gitignore").read_text("utf-8").splitlines()
    assert {"deploy/dawnchorus.service", "deploy/dawnchorus.timer", "deploy/crontab"} <= set(ignored)


def test_what_runs_it_is_no_page_of_the_site(tmp_path):
    init(tmp_path)
    assert "deploy/" in yaml.safe_load((tmp_path / "_config.yml").read_text("utf-8"))["exclude"]


def test_how_to_name_a_model_stands_in_the_topic_file_and_is_right(tmp_path):
    assert init(tmp_path).exit_code == 0
    file = tmp_path / "ai.toml"
    text = file.read_text("utf-8")
    assert load_topic(str(file)).llm is None
    start = text.index("# [llm]")
    said = "\n".join(line.removeprefix("# ") for line in text[start:].splitlines())
    file.write_text(f'writer = "llm"\n{text[:start]}\n{said}\n', "utf-8")
    settings = load_topic(str(file))
    assert settings.writer.name == "llm"
    assert settings.llm is not None
    assert (settings.llm.provider, settings.llm.run_usd, settings.llm.day_usd) == ("openai", 0.25, 1.0)


def test_the_key_of_the_model_comes_from_a_secret(tmp_path):
    assert init(tmp_path / "plain").exit_code == 0
    text = (tmp_path / "plain/.github/workflows/daily.yml").read_text("utf-8")
    assert "OPENAI_API_KEY: ${{ secrets.OPENAI_API_KEY }}" in text

    topic = tmp_path / "deep.toml"
    topic.write_text(
        'writer = "llm"\nlanguages = ["en"]\nnames = { en = "Deep" }\n'
        '[llm]\nprovider = "deepseek"\nmodel = "m"\n',
        "utf-8",
    )
    got = init(tmp_path / "deep", "--topic", topic)
    assert got.exit_code == 0, got.output
    text = (tmp_path / "deep/.github/workflows/daily.yml").read_text("utf-8")
    assert "DEEPSEEK_API_KEY: ${{ secrets.DEEPSEEK_API_KEY }}" in text
    assert "OPENAI_API_KEY" not in text
    assert "dawnchorus[llm]==" in (tmp_path / "deep/deploy/requirements.txt").read_text("utf-8")
    assert "# [llm]" not in (tmp_path / "deep/deep.toml").read_text("utf-8")


def test_a_file_with_a_key_is_neither_published_nor_kept_in_git(tmp_path):
    init(tmp_path)
    assert "*.key" in (tmp_path / ".gitignore").read_text("utf-8").splitlines()
    assert "*.key" in yaml.safe_load((tmp_path / "_config.yml").read_text("utf-8"))["exclude"]


OWN = """# 我的风筝
label = "kites"
tz = "Europe/Paris"
{out}
[names]
zh = "风筝"
en = "Kites"

[[sources]]
name = "files"
options.paths = ["exports/", "/srv/more.jsonl"]
"""


@pytest.mark.parametrize("out", ["", 'out = "elsewhere"  # for now'])
def test_a_topic_file_of_ones_own_is_copied_with_its_site_around_it(tmp_path, out):
    own = tmp_path / "kites-eu.toml"
    own.write_text(OWN.format(out=out), "utf-8")
    got = init(tmp_path / "new", "--topic", own, "--lang", "zh")
    assert got.exit_code == 0, got.output
    made = load_topic(str(tmp_path / "new" / own.name))
    assert made == replace(load_topic(str(own)), out=tmp_path / "new")
    assert "# 我的风筝" in (tmp_path / "new" / own.name).read_text("utf-8")
    assert yaml.safe_load((tmp_path / "new/_config.yml").read_text("utf-8"))["title"] == "风筝"
    assert f"run {own.name} --every" in (tmp_path / "new/deploy/crontab").read_text("utf-8")
    assert "Europe/Paris" in (tmp_path / "new/deploy/dawnchorus.timer").read_text("utf-8")
    assert "'exports/' is looked for in the folder that dawnchorus runs in" in got.stderr
    assert own.read_text("utf-8") == OWN.format(out=out)


def test_a_topic_file_that_lies_there_already_is_used_as_it_is(tmp_path):
    own = tmp_path / "kites.toml"
    own.write_text(OWN.format(out='out = "."'), "utf-8")
    got = init(tmp_path, "--topic", own)
    assert got.exit_code == 0, got.output
    assert own.read_text("utf-8") == OWN.format(out='out = "."')
    assert (tmp_path / "deploy/crontab").exists()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("kites.toml", OWN.format(out=""), 'write out = "." in it'),
        ("my kites.toml", OWN.format(out='out = "."'), "'my kites' is not allowed"),
        ("kites.toml", "label = 3", "kites.toml:1: label"),
        (None, "", "No such file"),
    ],
)
def test_a_topic_file_that_cannot_be_used_is_refused_in_one_line(tmp_path, name, text, told):
    own = tmp_path / (name or "none.toml")
    if name:
        own.write_text(text, "utf-8")
    got = init(tmp_path, "--topic", own)
    assert isinstance(got.exception, DawnchorusError)
    assert told in str(got.exception)
    assert not (tmp_path / "deploy").exists()


def test_a_word_that_is_no_topic_is_refused_with_what_can_be_written(tmp_path):
    got = init(tmp_path / "new", "--topic", "kites")
    assert "'kites' is not built in" in str(got.exception)
    assert ".toml file" in str(got.exception)


def test_a_file_whose_name_no_crontab_could_hold_is_copied_under_its_id(tmp_path):
    own = tmp_path / "my $(kites).toml"
    own.write_text('id = "kites"\n' + OWN.format(out=""), "utf-8")
    assert init(tmp_path / "new", "--topic", own).exit_code == 0
    assert load_topic(str(tmp_path / "new/kites.toml")).id == "kites"
    assert "run kites.toml" in (tmp_path / "new/deploy/crontab").read_text("utf-8")
