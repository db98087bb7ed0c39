"""Keys go where they belong, whatever a topic file says, and are written down nowhere."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dawnchorus.errors import AccessDenied
from dawnchorus.model import Post
from dawnchorus.pipeline.fetch import fetch_sources
from dawnchorus.pipeline.key_leaks import without_keys
from dawnchorus.settings import PluginUse, parse_topic
from dawnchorus.sources.networks import mastodon, reddit
from dawnchorus.sources.networks.keys import key_for
from dawnchorus.sources.networks.mastodon import Mastodon
from dawnchorus.store.ledger import Ledger
from dawnchorus.testing import make_visit
from dawnchorus.visits import Page, Skipped
from tests.networks.server import Asked, FakeServer, Fault, Reply, at, json_reply

NOW = at("2026-03-10 12:00")
KEY = "a-key-of-the-canary"


def asked(server: str, **more: str) -> str | None:
    secrets = {"SOME_KEY": KEY, **more}
    with make_visit(start=NOW - timedelta(days=1), end=NOW, now=NOW, secrets=secrets) as visit:
        return key_for(visit, "SOME_KEY", server=server, own={"api.kites.example"})


@pytest.mark.parametrize("server", ["https://api.kites.example", "http://127.0.0.1:8080", "http://[::1]:9"])
def test_a_key_goes_home_and_to_this_machine(server: str) -> None:
    assert asked(server) == KEY


@pytest.mark.parametrize(
    "server",
    [
        "https://evil.example",
        "https://api.kites.example.evil.example",
        "https://api.kites.example@evil.example",
        "https://evil.example/api.kites.example",
        "http://127.0.0.1.evil.example",
        "http://[",
    ],
)
def test_a_topic_file_leads_no_key_to_a_stranger(server: str) -> None:
    with pytest.raises(AccessDenied, match="SOME_KEY_HOST=") as told:
        asked(server)
    assert KEY not in str(told.value)


def test_the_environment_may_name_another_host_for_a_key() -> None:
    assert asked("https://proxy.example/x", SOME_KEY_HOST="proxy.example") == KEY
    with pytest.raises(AccessDenied):
        asked("https://other.example", SOME_KEY_HOST="proxy.example")


@pytest.mark.parametrize("variable", ["PATH", "X_BEARER_TOKEN", "MASTODON", "MASTODON_\nX", 7, ""])
def test_a_token_variable_is_one_of_mastodons(variable: Any) -> None:
    with pytest.raises(ValueError, match="token_env"):
        Mastodon(servers=["evil.example"], tags=["a"], token_env={"evil.example": variable})


CANARIES = {
    "X_BEARER_TOKEN": "canary-of-x/AAA+bb",
    "TWITTERAPI_IO_KEY": "canary-of-twitterapi",
    "BLUESKY_HANDLE": "ada.example",
    "BLUESKY_APP_PASSWORD": "canary-of-bluesky",
    "MASTODON_ACCESS_TOKEN": "canary-of-mastodon",
    "REDDIT_CLIENT_ID": "client-of-reddit",
    "REDDIT_CLIENT_SECRET": "canary-of-reddit",
}
TOPIC = parse_topic('names = {en = "Kites"}\n[fetch]\npatience_seconds = 0', file="kites.toml", id="kites")


class Echo(FakeServer):
    """Says back what it was sent as key, wherever a network has room for words."""

    status = 200

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        headers = asked.headers
        key = headers.get("authorization", headers.get("x-api-key", "")).rpartition(" ")[2]
        sent = json.loads(asked.body).get("password", "") if asked.path.endswith("createSession") else ""
        if key and asked.path.endswith("access_token"):
            sent = base64.b64decode(key).decode()
        said = f"kite {key} {sent}"
        if "searchPosts" in asked.path and not key:
            return json_reply({"error": "AuthMissing"}, status=403)
        if sent and self.status == 200:  # a login
            return json_reply({"accessJwt": "canary-of-a-session", "access_token": "canary-of-a-session"})
        if self.status != 200:
            return json_reply({"error": said, "detail": said}, status=self.status)
        if asked.path.startswith("/api/v1/timelines"):
            return json_reply([self._toot(said, key), self._toot("a kite", "7", created_at=said)])
        return json_reply(self._all(said, key or "7"))

    def _toot(self, said: str, key: str, **more: str) -> dict[str, Any]:
        account = {"acct": "ada", "url": "https://kites.example/@ada"}
        return {
            "id": "116203225088000000",
            "uri": f"https://kites.example/users/ada/statuses/{key}",
            "created_at": "2026-03-10T08:00:00Z",
            "content": said,
            "spoiler_text": "",
            "account": account,
        } | more

    def _all(self, said: str, key: str) -> dict[str, Any]:
        tweet = {"id": "7", "text": said, "created_at": "2026-03-10T08:00:00Z", "author_id": "1"}
        child = {"name": "t3_a", "id": "a", "title": said, "created_utc": 1773129600, "subreddit": "kites"}
        record = {"text": said, "createdAt": "2026-03-10T08:00:00Z"}
        return {
            "data": [tweet, tweet | {"id": "8", "text": "kite", "created_at": said}],
            "errors": [{"detail": said, "title": said, "resource_type": "user", "value": "ada"}],
            "meta": {"next_token": key},
            "posts": [
                {"uri": "at://a/app.bsky.feed.post/b", "record": record, "author": {"handle": "a.example"}}
            ],
            "tweets": [tweet | {"createdAt": said}],
            "next_cursor": key,
            "has_next_page": True,
            "message": said,
        } | ({"data": {"children": [{"kind": "t3", "data": child}], "after": key}} if self.reddit else {})

    reddit = False


@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 429, 500])
def test_keys_that_servers_say_back_are_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(mastodon, "GAP_SECONDS", 0.0)
    monkeypatch.setattr(reddit, "_API_GAP_SECONDS", 0.0)
    told: list[str] = []

    class Told:
        def step(self, line: str) -> None:
            told.append(line)

        note = step

    with Echo(now=NOW) as server, Echo(now=NOW) as listings:
        listings.reddit = True
        server.status = listings.status = status
        url, far = server.url, listings.url
        uses = [
            PluginUse(name=name, options=options)
            for name, options in (
                ("x", {"queries": ["kites"], "users": ["ada"], "base_url": url}),
                ("twitterapi", {"queries": ["kites"], "gap_seconds": 0, "base_url": url}),
                ("mastodon", {"servers": [url], "tags": ["kites"], "queries": ["kites"]}),
                ("bluesky", {"queries": ["kites"], "host": url, "pds": url}),
                ("reddit", {"subreddits": ["kites"], "server": far, "api": far}),
            )
        ]
        with Ledger(tmp_path / "ledger.sqlite") as ledger:
            health = fetch_sources(
                uses,
                topic=TOPIC,
                label="kites",
                span=(NOW - timedelta(days=1), NOW),
                now=NOW,
                data=tmp_path,
                ledger=ledger,
                tell=Told(),
                secret=CANARIES.get,
            )
        sent = {one.headers.get("authorization") for one in server.asked + listings.asked}
    assert f"Bearer {CANARIES['X_BEARER_TOKEN']}" in sent
    files = b"".join(path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    written = files.decode("latin-1") + repr(health) + "".join(told)
    assert "canary" not in written


def test_only_what_holds_a_key_is_left_out() -> None:
    post = Post(id="x:1", source="x", text="a kite", created_at=NOW)
    leak = replace(post, id="x:2", links=(f"https://a.example/?k={KEY}",))
    page = Page(
        posts=(post, leak),
        skipped=(Skipped(reason="bad time", why=f"not a time: {KEY}", id="x:3"),),
        gone=("x:4", f"x:{KEY}"),
        stream="a",
        cursor=f"after {KEY}",
    )

    clean = without_keys(page, {KEY})

    assert clean.posts == (post,)
    assert clean.skipped[0].why == "not a time: [key]"
    assert (len(clean.skipped), clean.gone, clean.cursor) == (2, ("x:4",), None)
    assert without_keys(page, set()) is page
