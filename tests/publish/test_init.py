"""``dawnchorus init``: the site it lays out, and addresses it refuses."""

import pytest
import yaml
from click.testing import CliRunner

from dawnchorus.cli.init import command
from dawnchorus.errors import UsageError


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


def test_a_gitignore_that_is_there_is_left_alone_and_named(tmp_path):
    (tmp_path / ".gitignore").write_text("mine\n")
    got = init(tmp_path)
    assert got.exit_code == 0, got.output
    assert (tmp_path / ".gitignore").read_text() == "mine\n"
    assert ".gitignore is there already and was left alone" in got.stderr
