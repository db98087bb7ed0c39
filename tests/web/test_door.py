from __future__ import annotations

import gzip
import logging
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from dawnchorus.errors import AccessDenied, NotFound, RateLimited, SourceError
from dawnchorus.net.guard import hosts_in
from dawnchorus.net.waits import asked_wait
from dawnchorus.sources.web.answers import read_json
from dawnchorus.sources.web.door import HOST_REQUESTS, user_agent
from tests.networks.server import Reply, json_reply

URL = "http://public.example/list"
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
CANARY = "c4nary-k3y/with+signs=="


def limits(*headers: dict[str, str], status: int = 429):
    """Answers ``status`` with each of ``headers`` in turn, then well."""
    left = list(headers)
    return lambda asked: Reply(status=status, headers=left.pop(0)) if left else json_reply({"ok": True})


def test_says_who_asks(internet):
    internet.site.pages["/list"] = json_reply({})
    internet.door(user_agent=user_agent("0.2.0", "https://example.org/me\n(x)")).get(URL)
    assert internet.site.asked[0].headers["user-agent"] == "dawnchorus/0.2.0 (+https://example.org/mex)"
    assert user_agent("0.2.0") == "dawnchorus/0.2.0"


def test_parameters_join_those_of_the_address(internet):
    internet.site.pages["/list"] = json_reply({})
    internet.door().get(URL + "?page=2", params={"q": "风筝 & kites"})
    assert internet.site.asked[0].query == {"page": "2", "q": "风筝 & kites"}


def test_repeated_parameters_are_all_sent(internet):
    internet.site.pages["/list"] = json_reply({})
    answer = internet.door().get(URL, params=[("tag", "a"), ("tag", "b")])
    assert answer.url == URL + "?tag=a&tag=b"


def test_form_and_json_are_sent(internet):
    internet.site.pages["/list"] = lambda asked: Reply(body=asked.body)
    door = internet.door()
    assert door.post(URL, form={"name": "阿达"}).body == b"name=%E9%98%BF%E8%BE%BE"
    assert read_json(door.post(URL, json={"name": "阿达"}), what="x") == {"name": "阿达"}


def test_what_has_not_changed_is_an_answer(internet):
    internet.site.pages["/list"] = Reply(status=304, headers={"ETag": '"v1"'})
    answer = internet.door().get(URL, headers={"If-None-Match": '"v1"'})
    assert (answer.status, answer.body, answer.headers["etag"]) == (304, b"", '"v1"')
    assert internet.site.asked[0].headers["if-none-match"] == '"v1"'


def test_validators_follow_a_redirect_to_another_host(internet):
    internet.site.pages = {
        "/list": Reply(status=301, headers={"Location": "http://www.public.example/feed"}),
        "/feed": Reply(status=304),
    }
    assert internet.door().get(URL, headers={"If-None-Match": '"v1"'}).status == 304
    assert internet.site.asked[1].headers["if-none-match"] == '"v1"'


@pytest.mark.parametrize(
    ("fault", "kind", "words", "asked"),
    [
        ("401", AccessDenied, 'access denied (401): {"error": "told to fail with 401"}; check the key', 1),
        ("403", AccessDenied, "access denied (403)", 1),
        ("404", NotFound, "not there (404)", 1),
        ("429", RateLimited, "asks to be left alone until 2026-03-10 12:00:01 UTC", 3),
        ("429-long", RateLimited, "asks to be left alone until 2026-03-10 13:00:00 UTC", 1),
        ("500", SourceError, "answered 500", 3),
        ("503", SourceError, "answered 503", 3),
        ("truncated", SourceError, "the connection broke off", 3),
        ("reset", SourceError, "the connection broke off", 3),
        ("hang", SourceError, "no whole answer in time", 3),
        ("drip", SourceError, "no whole answer in time", 3),
        ("bomb", SourceError, "compressed beyond reason", 1),
    ],
)
def test_fault_is_one_line_that_names_host_and_path(internet, fault, kind, words, asked):
    internet.site.faults = [fault] * 3
    internet.site.hang_seconds = 0.5
    internet.site.pages["/list"] = json_reply(["x" * 100])
    seconds = 0.2 if fault in ("hang", "drip") else 60
    door = internet.door(deadline_seconds=seconds, clock=lambda: NOW)
    with pytest.raises(SourceError) as caught:
        door.get(URL + "?q=private", most_bytes=10**9)
    assert type(caught.value) is kind
    assert str(caught.value).startswith("public.example/list: ")
    assert words in str(caught.value)
    assert "private" not in str(caught.value)
    assert len(internet.site.asked) == asked
    assert len(internet.slept) == asked - 1


@pytest.mark.parametrize(
    ("fault", "why"), [("html", "a page for people"), ("empty", "an empty answer"), ("cut", "cut off")]
)
def test_fault_in_an_answer_is_told_when_it_is_read_as_json(internet, fault, why):
    internet.site.faults = [fault]
    internet.site.pages["/list"] = json_reply({"posts": [1, 2, 3]})
    with pytest.raises(SourceError, match=f"^kites: .*{why}"):
        read_json(internet.door().get(URL), what="kites")


@pytest.mark.parametrize("fault", ["429", "500", "503", "reset", "truncated"])
def test_what_may_work_the_second_time_is_tried_again(internet, fault):
    internet.site.faults = [fault, fault, None]
    internet.site.pages["/list"] = json_reply({"ok": True})
    assert internet.door().post(URL, json={}).body == b'{"ok": true}'


def test_another_attempt_begins_with_what_the_first_had(internet):
    internet.site.pages = {
        "/list": Reply(status=302, headers={"Location": "http://other.example/2"}),
        "/2": limits({}, status=500),
    }
    internet.door().get(URL, headers={"Authorization": "Bearer key"})
    assert [("authorization" in asked.headers) for asked in internet.site.asked] == [True, False] * 2


def test_waits_grow_and_are_not_the_same_for_all(internet):
    internet.site.faults = ["500"] * 30
    for _ in range(10):
        with pytest.raises(SourceError):
            internet.door().get(URL)
    first, second = internet.slept[::2], internet.slept[1::2]
    assert max(first) <= 1.5
    assert min(second) >= 2
    assert len(set(first)) > 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=7), usegmt=True)}, 7),
        ({"x-rate-limit-reset": str(int(NOW.timestamp()) + 7)}, 7),  # X
        ({"X-RateLimit-Reset": "2026-03-10T12:00:07.000Z"}, 7),  # Mastodon
        ({"x-ratelimit-reset": "7.0"}, 7),  # Reddit
        ({"ratelimit-reset": str(int(NOW.timestamp()) + 7)}, 7),  # Bluesky
        ({"x-ratelimit-reset": str(int(NOW.timestamp()) - 7)}, 0),
        ({"Retry-After": "-3"}, 0),
    ],
)
def test_waits_as_long_as_the_server_asks(internet, headers, seconds):
    internet.site.pages["/list"] = limits(headers)
    assert internet.door(clock=lambda: NOW).get(URL).status == 200
    assert seconds <= internet.slept[0] - 0.5 <= seconds + 1


@pytest.mark.parametrize("text", ["", "soon", "nan", "inf", "1e999", "-1e999", "9" * 400, "2026-99-99", "\0"])
def test_a_wait_that_is_no_wait_is_nothing_or_a_year(text):
    wait = asked_wait({"Retry-After": text}, now=NOW, resets=True)
    assert wait is None or timedelta() <= wait <= timedelta(days=366)


def test_the_clock_of_the_server_counts_for_its_own_moments(internet):
    internet.site.pages["/list"] = limits(
        {"Retry-After": format_datetime(internet.site.now + timedelta(seconds=5))}
    )
    internet.door(clock=lambda: NOW - timedelta(days=3)).get(URL)
    assert 5 <= internet.slept[0] <= 6.5


def test_when_a_limit_began_is_not_asked_of_an_error(internet):
    internet.site.pages["/list"] = limits({"X-RateLimit-Reset": "2026-03-10T12:05:00Z"}, status=500)
    internet.door(clock=lambda: NOW).get(URL)
    assert internet.slept[0] < 2


def test_limit_told_as_forbidden_is_a_limit(internet):
    internet.site.pages["/list"] = limits(
        {"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW.timestamp()) + 3000)}, status=403
    )
    with pytest.raises(RateLimited) as caught:
        internet.door(clock=lambda: NOW).get(URL)
    assert caught.value.retry_at == NOW + timedelta(seconds=3000)


def test_patience_is_for_all_requests_to_a_host_together(internet):
    internet.site.pages["/list"] = limits({"Retry-After": "8"}, {"Retry-After": "8"})
    door = internet.door(patience_seconds=12, clock=lambda: NOW)
    with pytest.raises(RateLimited) as caught:
        door.get(URL)
    assert caught.value.retry_at == NOW + timedelta(seconds=8)
    assert len(internet.slept) == 1
    internet.site.pages["/list"] = limits({"Retry-After": "8"})
    assert door.get("http://other.example/list").status == 200


def test_a_door_that_is_open_for_weeks_has_its_patience_anew_every_hour(internet):
    now = [NOW]
    internet.site.pages["/list"] = limits(*[{"Retry-After": "8"}] * 5)
    door = internet.door(patience_seconds=12, clock=lambda: now[0])
    with pytest.raises(RateLimited):
        door.get(URL)
    now[0] += timedelta(minutes=59)
    with pytest.raises(RateLimited):
        door.get(URL)
    assert len(internet.slept) == 1
    now[0] += timedelta(minutes=1)
    with pytest.raises(RateLimited):
        door.get(URL)
    assert len(internet.slept) == 2
    now[0] += timedelta(days=30)
    assert door.get(URL).status == 200


def test_a_host_that_failed_is_asked_once_until_it_answers(internet):
    internet.site.faults = ["500"] * 4
    internet.site.pages["/list"] = json_reply({})
    door = internet.door()
    for asked in (3, 4):
        with pytest.raises(SourceError):
            door.get(URL)
        assert len(internet.site.asked) == asked
    door.get(URL)
    internet.site.faults = ["500"]
    door.get(URL)
    assert len(internet.site.asked) == 7


def test_requests_to_a_host_keep_their_distance(internet):
    internet.site.pages["/list"] = json_reply({})
    door = internet.door()
    for _ in range(3):
        door.get(URL, gap_seconds=10)
    door.get("http://other.example/list", gap_seconds=10)
    assert len(internet.slept) == 2
    assert all(9 < slept <= 10 for slept in internet.slept)


def test_few_requests_to_a_host_at_once(internet):
    at_work, most = set(), []
    lock = threading.Lock()

    def answer(asked):
        with lock:
            at_work.add(asked.query["n"])
            most.append(len(at_work))
        time.sleep(0.02)
        with lock:
            at_work.remove(asked.query["n"])
        return json_reply({})

    internet.site.pages["/list"] = answer
    door = internet.door()
    threads = [threading.Thread(target=door.get, args=(f"{URL}?n={n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(most) == 8
    assert max(most) == HOST_REQUESTS


@pytest.mark.parametrize("value", ["a\nb", "a\r\nX-Evil: 1", "键"])
def test_a_header_that_cannot_be_sent_is_told(internet, value):
    with pytest.raises(SourceError, match="header"):
        internet.door().get(URL, headers={"Authorization": value})
    assert internet.site.asked == []


def test_other_refusals_are_not_tried_again(internet):
    internet.site.pages["/list"] = json_reply({"error": "bad\x1b[31m query\n"}, status=400)
    with pytest.raises(SourceError, match=r"refused what was asked \(400\)") as caught:
        internet.door().get(URL)
    assert str(caught.value).isprintable()
    assert internet.slept == []


@pytest.mark.parametrize("status", [400, 401, 403, 404, 429, 500])
def test_keys_are_in_no_message_log_or_repr(internet, caplog, status):
    """The server sends back whatever it was told."""

    def echo(asked):
        told = {"got": [asked.headers, asked.query, asked.body.decode()], "key": CANARY}
        return json_reply(told, status=status)

    internet.site.pages["/list"] = echo
    caplog.set_level(logging.DEBUG)
    door = internet.door()
    for ask in (
        lambda: door.get(URL, headers={"Authorization": f"Bearer {CANARY}"}),
        lambda: door.get(URL, params={"api_key": CANARY}),
        lambda: door.get(f"{URL}?key={CANARY}"),
        lambda: door.post(URL, json={"password": [CANARY]}),
        lambda: door.post(URL, form={"password": CANARY}),
    ):
        with pytest.raises(SourceError) as caught:
            ask()
        assert "c4nary" not in f"{caught.value} {caught.value!r} {door!r} {vars(door)!r}"
        assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "c4nary" not in caplog.text


def test_small_answers_may_be_well_compressed(internet):
    body = b"[" + b" " * 500_000 + b"]"
    internet.site.pages["/list"] = Reply(body=gzip.compress(body), headers={"Content-Encoding": "gzip"})
    assert internet.door().get(URL).body == body


def test_damaged_compression_is_tried_again(internet):
    left = [Reply(body=b"no gzip", headers={"Content-Encoding": "gzip"})]
    internet.site.pages["/list"] = lambda asked: left.pop() if left else json_reply({})
    assert internet.door().get(URL).body == b"{}"


def test_hosts_that_the_user_named_may_be_private_on_any_port(internet):
    internet.names["social.lan"] = ["10.0.0.5"]
    internet.site.pages["/list"] = json_reply({})
    options = {
        "servers": ["http://social.lan:3000", "[::1]:9", "kites fly"],
        "deep": {"url": "https://a.example/b"},
    }
    trusted = hosts_in(options)
    assert trusted == {"social.lan:3000", "::1:9", "a.example:443"}
    assert internet.door(trusted_hosts=trusted).get("http://social.lan:3000/list").status == 200
    assert internet.connected == [("10.0.0.5", 3000)]


def test_a_name_that_does_not_exist_is_told_and_not_tried_again(internet):
    internet.names["gone.example"] = []
    with pytest.raises(SourceError, match="no such host"):
        internet.door().get("http://gone.example/")
    assert internet.slept == []
