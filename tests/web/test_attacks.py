"""Attacks on whoever opens links out of strangers' posts."""

from __future__ import annotations

import gzip
import socket
import time
import zipfile
import zlib

import httpx2
import pytest
import zstandard

from dawnchorus.errors import DawnchorusError, SourceError
from dawnchorus.net import guard
from dawnchorus.sources.files import read_posts
from dawnchorus.sources.web.door import REDIRECTS, Door, _Ask
from tests.networks.server import Reply, json_reply

PRIVATE = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "100.127.255.254", "192.0.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "239.1.1.1",
    "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1", "fc00::1", "fd12:3456::1", "fe80::1",
    "fe80::1%eth0", "fec0::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "2002:7f00:1::", "2002:c0a8:101::1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2001:0:7f00:1::", "2001:db8::1",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_no_private_address_is_public(address):
    assert not guard.is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "2606:4700::1111", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"],
)
def test_addresses_of_the_internet_are_public(address):
    assert guard.is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_attack_52_name_of_a_private_address_is_refused_before_connecting(internet, address):
    internet.names["rebound.example"] = [address]
    with pytest.raises(SourceError, match="private address"):
        internet.door().get("http://rebound.example/")
    assert internet.connected == []
    assert internet.slept == []  # and not tried again


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::1]", "0.0.0.0", "2130706433", "017700000001", "0177.0.0.1", "0x7f000001", "0x7f.1",
     "127.1", "[::ffff:127.0.0.1]", "169.254.169.254", "localhost", "127.0.0.1."],
)  # fmt: skip
def test_attack_52_no_way_to_write_loopback_reaches_it(internet, host):
    with pytest.raises(SourceError):
        internet.door(resolve=guard.look_up).get(f"http://{host}/")
    assert internet.connected == []


def test_attack_52_one_private_address_among_public_ones_is_enough(internet):
    internet.names["mixed.example"] = ["93.184.215.14", "10.0.0.1"]
    with pytest.raises(SourceError, match="private address"):
        internet.door().get("http://mixed.example/")
    assert internet.connected == []


def test_attack_53_redirect_to_a_private_address_is_refused_at_every_hop(internet):
    internet.site.pages = {
        "/1": Reply(status=302, headers={"Location": "http://other.example/2"}),
        "/2": Reply(status=301, headers={"Location": "http://169.254.169.254/latest/meta-data"}),
    }
    with pytest.raises(SourceError, match=r"169\.254\.169\.254: not asked: a private address"):
        internet.door().get("http://public.example/1")
    assert [asked.path for asked in internet.site.asked] == ["/1", "/2"]


def test_attack_53_a_trusted_host_cannot_redirect_to_another_private_one(internet):
    internet.site.pages["/1"] = Reply(status=302, headers={"Location": "http://10.0.0.7/admin"})
    internet.names["social.lan"] = ["10.0.0.5"]
    with pytest.raises(SourceError, match="private address"):
        internet.door(trusted_hosts={"social.lan:80"}).get("http://social.lan/1")
    assert internet.connected == [("10.0.0.5", 80)]


def test_attack_53_a_trusted_host_cannot_redirect_to_another_of_its_ports(internet):
    internet.site.pages["/1"] = Reply(status=302, headers={"Location": "http://social.lan:6379/"})
    internet.names["social.lan"] = ["10.0.0.5"]
    with pytest.raises(SourceError, match="port 6379"):
        internet.door(trusted_hosts={"social.lan:80"}).get("http://social.lan/1")


def test_attack_54_the_connection_goes_to_the_address_that_was_checked(internet):
    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    looked_up = []

    def resolve(host: str, port: int) -> list[str]:
        looked_up.append(host)
        return next(answers)

    internet.site.pages["/"] = lambda asked: Reply(body=asked.headers["host"].encode())
    door = internet.door(resolve=resolve)

    assert door.get("http://rebinding.example/").body == b"rebinding.example"  # the name stays in Host
    assert internet.connected == [("93.184.215.14", 80)]
    assert looked_up == ["rebinding.example"]
    # Its next connection is looked up and checked anew.
    with pytest.raises(SourceError, match="private address"):
        door.get("http://rebinding.example:8080/")
    assert internet.connected == [("93.184.215.14", 80)]


def test_attack_54_tls_is_asked_for_by_name_at_the_checked_address(raw_server, monkeypatch):
    hello = []
    with raw_server(lambda connection: hello.append(connection.recv(4096))) as url:
        port = int(url.rpartition(":")[2])
        with (
            Door(
                user_agent="t", resolve=lambda *_: ["127.0.0.1"], trusted_hosts={"pinned.example"}, attempts=1
            ) as door,
            pytest.raises(SourceError),
        ):
            door.get(f"https://pinned.example:{port}/")
    assert b"pinned.example" in hello[0]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("file:///etc/passwd", "only http and https"),
        ("gopher://public.example/", "only http and https"),
        ("ftp://public.example/", "only http and https"),
        ("data:text/html,x", "only http and https"),
        ("http://", "only http and https"),
        ("//public.example/", "only http and https"),
        ("http://me:secretpassword@public.example/", "a name or password"),
        ("http://public.example:22/", "port 22"),
        ("http://public.example:6379/", "port 6379"),
        ("http://public.example:99999/", "not an address"),
        ("http://exa mple/", "not an address"),
        ("http://[::1", "not an address"),
    ],
)
def test_attack_55_other_schemes_user_info_and_ports_are_refused(internet, url, why):
    with pytest.raises(SourceError, match=why) as caught:
        internet.door().get(url)
    assert "secretpassword" not in str(caught.value)
    assert internet.connected == []


@pytest.mark.parametrize(
    "location",
    ["file:///etc/passwd", "ftp://x.example/", "http://a:b@x.example/", "http://[", "javascript:1"],
)
def test_attack_55_holds_for_redirects(internet, location):
    internet.site.pages["/"] = Reply(status=302, headers={"Location": location})
    with pytest.raises(SourceError):
        internet.door().get("http://public.example/")
    assert len(internet.site.asked) == 1


def test_attack_56_a_loop_of_redirects_ends_after_five(internet):
    internet.site.pages["/"] = Reply(status=302, headers={"Location": "/"})
    with pytest.raises(SourceError, match="more than 5 redirects"):
        internet.door().get("http://public.example/")
    assert len(internet.site.asked) == REDIRECTS + 1


def test_attack_57_gzip_bomb_is_refused_before_it_grows(internet):
    bomb = gzip.compress(b"\0" * 50_000_000)
    internet.site.pages["/"] = Reply(body=bomb, headers={"Content-Encoding": "gzip"})
    with pytest.raises(SourceError, match="compressed beyond reason"):
        internet.door().get("http://public.example/", most_bytes=10**9)
    with pytest.raises(SourceError, match="more than 500,000 bytes"):
        internet.door().get("http://public.example/", most_bytes=500_000)


def test_attack_58_a_body_without_end_is_capped(raw_server):
    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"1000\r\n" + b"x" * 0x1000 + b"\r\n")

    with (
        raw_server(talk) as url,
        Door(user_agent="t", trusted_hosts={"127.0.0.1"}) as door,
        pytest.raises(SourceError, match="more than 100,000 bytes"),
    ):
        door.get(url, most_bytes=100_000)


@pytest.mark.parametrize(
    "head", [b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_attack_59_body_and_headers_that_drip_end_at_the_deadline(raw_server, head):
    sent = []

    def talk(connection: socket.socket) -> None:
        connection.recv(4096)
        connection.sendall(head)
        for _ in range(200):
            connection.sendall(b"x")
            sent.append(1)
            time.sleep(0.02)

    with (
        raw_server(talk) as url,
        Door(user_agent="t", trusted_hosts={"127.0.0.1"}, deadline_seconds=0.2, attempts=1) as door,
        pytest.raises(SourceError, match="no whole answer in time"),
    ):
        door.get(url)
    assert 1 < len(sent) < 200


@pytest.mark.parametrize(
    ("coding", "body", "why"),
    [
        ("deflate", zlib.compress(b"\0" * 50_000_000), "compressed beyond reason"),
        ("zstd", zstandard.compress(b"\0" * 50_000_000), "nobody asked for"),
        ("br", b"\x0b\x02\x80", "nobody asked for"),
        # Without the time in it: each process that collects tests must give this one the same name.
        ("gzip, gzip", gzip.compress(gzip.compress(b"\0" * 1_000_000, mtime=0), mtime=0), "nobody asked for"),
        ("compress", b"\x1f\x9d", "nobody asked for"),
    ],
)
def test_attack_60_other_bombs_and_nested_encodings_are_refused(internet, coding, body, why):
    internet.site.pages["/"] = Reply(body=body, headers={"Content-Encoding": coding})
    with pytest.raises(SourceError, match=why):
        internet.door().get("http://public.example/", most_bytes=10**9)
    assert len(internet.site.asked) == 1


def test_attack_61_proxies_of_the_environment_are_not_used(internet, monkeypatch):
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "")
    internet.site.pages["/"] = json_reply({})
    internet.door().get("http://public.example/")
    assert internet.connected == [("93.184.215.14", 80)]


SECRETS = {
    "Authorization": "Bearer s3cret-a",
    "Cookie": "s=s3cret-b",
    "X-API-Key": "s3cret-c",
    "X-Own": "s3cret-d",
}


@pytest.mark.parametrize(
    "location", ["http://elsewhere.example/2", "http://public.example:8080/2", "http://sub.public.example/2"]
)
def test_attack_62_credentials_do_not_go_on_to_another_host(internet, location):
    internet.site.pages = {"/1": Reply(status=302, headers={"Location": location}), "/2": json_reply({})}
    internet.door().get("http://public.example/1", headers={**SECRETS, "Accept": "text/html"})
    first, second = internet.site.asked
    assert "s3cret-a" in str(first.headers)
    assert "s3cret" not in str(second.headers)
    assert second.headers["accept"] == "text/html"


def test_attack_62_a_way_back_does_not_bring_credentials_back(internet):
    internet.site.pages = {
        "/1": Reply(status=302, headers={"Location": "http://elsewhere.example/2"}),
        "/2": Reply(status=302, headers={"Location": "http://public.example/3"}),
        "/3": json_reply({}),
    }
    internet.door().get("http://public.example/1", headers=SECRETS)
    assert "s3cret" not in str([asked.headers for asked in internet.site.asked[1:]])


def test_attack_62_within_a_host_they_stay(internet):
    internet.site.pages = {"/1": Reply(status=302, headers={"Location": "/2"}), "/2": json_reply({})}
    internet.door().get("http://public.example/1", headers=SECRETS)
    assert internet.site.asked[1].headers["x-api-key"] == "s3cret-c"


@pytest.mark.parametrize(
    ("first", "then", "kept"),
    [
        ("https://public.example/1", "http://public.example/2", False),
        ("http://public.example/1", "https://public.example/2", True),
        ("http://public.example:8080/1", "https://public.example/2", False),
    ],
)
def test_attack_62_a_way_down_to_http_loses_credentials(internet, first, then, kept):
    door, ask = internet.door(), _Ask("GET", first, {}, headers=SECRETS, gap=0, most=1, carried=SECRETS)
    redirect = httpx2.Response(302, headers={"Location": then})
    request = door._next_request(door._first_request(ask), redirect, ask)
    assert ("x-api-key" in request.headers) is kept


def test_attack_62_what_is_sent_is_not_sent_elsewhere(internet):
    internet.site.pages["/1"] = Reply(status=307, headers={"Location": "http://elsewhere.example/2"})
    with pytest.raises(SourceError, match="sends elsewhere"):
        internet.door().post("http://public.example/1", form={"password": "s3cret"})
    assert len(internet.site.asked) == 1


def test_attack_60_a_zip_archive_is_not_unpacked(tmp_path):
    path = tmp_path / "archive.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("../../tweets.js", "window.YTD.tweets.part0 = []")
    with pytest.raises(DawnchorusError) as caught:
        list(read_posts([str(path)]))
    assert len(str(caught.value).splitlines()) == 1
    assert [file.name for file in tmp_path.rglob("*")] == ["archive.zip"]
