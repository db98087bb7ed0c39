import pytest

from dawnchorus.sources.networks import github
from dawnchorus.sources.networks.github import GitHub
from dawnchorus.testing import check_source, make_visit
from tests.networks.fake_github import FakeGitHub
from tests.networks.server import at, offer
from tests.networks.visiting import Reader

NOW = at("2026-03-10 12:00")
START = at("2026-03-09 12:00")


@pytest.fixture
def server(monkeypatch):
    monkeypatch.setattr(github, "GAP_SECONDS", 0.0)
    with FakeGitHub(now=NOW) as running:
        yield running


def test_a_release_names_its_project(server):
    server.offers = [
        offer("v1.2", "2026-03-10 08:00", text="Fixes 风筝"),
        offer("b77", "2026-03-10 09:00", extra={"title": "Wind 2026"}),
    ]
    reader = Reader()
    reader.visit(GitHub(repos=["kites/Wind"], server=server.url), start=START, now=NOW)
    post = reader.posts["github:kites/wind:v1.2"]
    assert (post.text, post.author, post.lang) == ("Wind v1.2\n\nFixes 风筝", "ada", None)
    assert (post.source, post.url) == ("github:kites/wind", "https://github.com/kites/Wind/releases/tag/v1.2")
    assert reader.posts["github:kites/wind:b77"].text.startswith("Wind 2026\n")


def test_a_repository_that_is_not_there_leaves_the_others(server):
    server.offers = [offer("v1", "2026-03-10 08:00"), offer("v2", "2026-03-10 09:00", extra={"repo": "a/b"})]
    reader = Reader()
    source = GitHub(repos=["kites/None", "https://github.com/kites/Wind"], tags=["a/b"], server=server.url)
    reader.visit(source, start=START, now=NOW)
    assert reader.posts.keys() == {"github:kites/wind:v1", "github:a/b:v2"}
    assert [(page.stream, bool(page.fault)) for page in reader.pages] == [
        ("releases:kites/none", True),
        ("releases:kites/wind", False),
        ("tags:a/b", False),
    ]


@pytest.mark.parametrize("options", [{}, {"repos": "a/b"}, {"repos": ["Wind"]}, {"tags": ["a/b/c"]}])
def test_wrong_options_are_told_in_a_line(options):
    with pytest.raises(ValueError, match=r"repos|tags"):
        GitHub(**options)


def test_contract(server):
    server.offers = [offer("v1", "2026-03-10 08:00"), offer("v2", "2026-03-10 09:00", extra={"repo": "a/b"})]
    with make_visit(start=START, end=NOW, trusted_hosts=["127.0.0.1"]) as visit:
        check_source(GitHub(repos=["kites/Wind"], tags=["a/b"], server=server.url), visit=visit, least=2)
