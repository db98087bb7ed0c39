import pytest
import yaml

from dawnchorus.errors import PublishError
from dawnchorus.publish.site import create_site, gitignore


def test_a_site_has_theme_pages_and_feeds(tmp_path):
    made = {p.relative_to(tmp_path).as_posix() for p in create_site(tmp_path, title="晨声", lang="zh")}
    assert {"_config.yml", "index.html", "archive/index.html", "threads/index.html", "feed.xml", "feed.json",
            "404.html", "_layouts/post.html", "assets/dawnchorus.css"} <= made  # fmt: skip
    assert not any(path.startswith((".github", "workflows")) for path in made)


def test_settings_are_written_as_data(tmp_path):
    create_site(tmp_path, title='x"\nlayout: evil', lang="en", tz="Asia/Shanghai", baseurl="/reports")
    settings = yaml.safe_load((tmp_path / "_config.yml").read_text("utf-8"))
    assert settings["title"] == 'x" layout: evil'
    assert settings["lang"] == "en"
    assert settings["timezone"] == "Asia/Shanghai"
    assert settings["baseurl"] == "/reports"
    assert settings["future"] is True


def test_files_besides_are_treated_as_those_of_the_site(tmp_path):
    extra = {"deploy/crontab": b"mine"}
    assert tmp_path / "deploy/crontab" in create_site(tmp_path, title="x", lang="en", extra=extra)
    assert (tmp_path / "deploy/crontab").read_bytes() == b"mine"
    with pytest.raises(PublishError, match="crontab already there"):
        create_site(tmp_path, title="x", lang="en", extra={"deploy/crontab": b"other"})


def test_what_holds_posts_is_left_out_of_git():
    ignored = [line for line in gitignore().decode().splitlines() if line and not line.startswith("#")]
    assert ignored[:4] == ["_site/", ".jekyll-cache/", "posts/", ".dawnchorus/"]
    assert ignored[4:6] == ["*.key", ".env"]
    assert all(line.startswith("deploy/") for line in ignored[6:]), "paths of this machine"


def test_making_it_again_changes_nothing(tmp_path):
    first = create_site(tmp_path, title="x", lang="en")
    before = {path: path.stat().st_mtime_ns for path in first}
    assert create_site(tmp_path, title="x", lang="en") == first
    assert {path: path.stat().st_mtime_ns for path in first} == before


def test_a_file_of_the_user_is_never_written_over(tmp_path):
    (tmp_path / "index.html").write_text("mine")
    with pytest.raises(
        PublishError, match=r"index\.html already there with other content; nothing was written"
    ):
        create_site(tmp_path, title="x", lang="en")
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
    assert (tmp_path / "index.html").read_text() == "mine"


def test_the_theme_asks_for_nothing_from_elsewhere(tmp_path):
    create_site(tmp_path, title="x", lang="en")
    theme = [path for folder in ("_layouts", "assets") for path in (tmp_path / folder).iterdir()]
    theme += [tmp_path / "index.html", tmp_path / "archive/index.html", tmp_path / "threads/index.html"]
    for path in theme:
        text = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path
        assert "<script" not in text, path
        assert "url(" not in text, path
