"""Posts a second that the Jetstream source reads, filters and converts: a replay by a real websocket.

    python bench/jetstream.py [EVENTS]

The server runs in another process and sends frames made before; the CPU seconds are this process's alone,
with all its threads. Reported by the share of posts that fit the topic's query.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection

import orjson
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from dawnchorus.query import Query
from dawnchorus.settings import load_topic
from dawnchorus.sources.networks.jetstream import Jetstream
from dawnchorus.visits import Visit

NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
WORDS = {
    "en": "the a of and to my cat day lunch train rain music game just love really when people time work",
    "ja": "今日 は とても 楽しい 猫 が 好き 電車 雨 音楽 ゲーム 昼ごはん ありがとう 明日 も 仕事",
    "zh": "今天 天气 很 好 猫 喜欢 音乐 火车 下雨 游戏 午饭 谢谢 明天 工作 我们 时候",
}
ON_TOPIC = ("ChatGPT", "人工智能", "OpenAI", "LLMs", "大模型", "Claude Code", "#AI")


def frames(count: int, share: float, seed: int) -> list[bytes]:
    """Events of posts in the last day, as many of them on topic as ``share`` says; and a few of others."""
    chance = random.Random(seed)
    start = int((NOW - timedelta(days=1)).timestamp() * 1e6)
    step = 86_400_000_000 // count
    found = []
    for number in range(count):
        time_us, did = start + number * step, f"did:plc:{chance.getrandbits(110):024x}"[:32]
        lang = chance.choices(("en", "ja", "zh"), (65, 25, 10))[0]
        words = chance.choices(WORDS[lang].split(), k=chance.randint(3, 40))
        if chance.random() < share:
            words.insert(chance.randrange(len(words)), chance.choice(ON_TOPIC))
        text = (" " if lang == "en" else "").join(words)
        at = datetime.fromtimestamp(time_us / 1e6, UTC).isoformat(timespec="milliseconds")
        record = {"$type": "app.bsky.feed.post", "createdAt": at, "langs": [lang], "text": text}
        if number % 4 == 0:
            root = {"cid": "bafyrei" + "a" * 52, "uri": f"at://{did}/app.bsky.feed.post/3m{number:011}"}
            record["reply"] = {"parent": root, "root": root}
        commit = {
            "rev": f"3m{time_us:016}",
            "operation": "delete" if number % 20 == 19 else "create",
            "collection": "app.bsky.feed.post",
            "rkey": f"3l{number:011}",
            "record": record,
            "cid": "bafyrei" + "b" * 52,
        }
        if commit["operation"] == "delete":
            del commit["record"], commit["cid"]
        found.append(orjson.dumps({"did": did, "time_us": time_us, "kind": "commit", "commit": commit}))
    last = int(NOW.timestamp() * 1e6)
    pulse = {"did": "did:plc:x", "kind": "identity", "identity": {"did": "did:plc:x", "seq": 1}}
    return found + [orjson.dumps({**pulse, "time_us": last + number}) for number in range(20)]


def run_server(pipe: Connection, count: int, share: float) -> None:
    """Send everything to who connects."""
    events = frames(count, share, seed=7)

    def handle(connection: ServerConnection) -> None:
        try:
            for event in events:
                connection.send(event, text=True)
            connection.recv()
        except ConnectionClosed:
            pass

    with serve(handle, "127.0.0.1", 0, compression=None) as server:
        pipe.send(server.socket.getsockname()[1])
        server.serve_forever()


def measure(count: int, share: float, query: Query | None) -> None:
    here, there = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=run_server, args=(there, count, share), daemon=True
    )
    process.start()
    source = Jetstream(endpoints=[f"ws://127.0.0.1:{here.recv()}"], resolve_handles=False, quiet_minutes=60)
    visit = Visit(
        start=NOW - timedelta(days=1),
        end=NOW,
        now=NOW,
        http=None,  # type: ignore[arg-type]  # no names are asked for
        budget=None,  # type: ignore[arg-type]
        cursors={},
        query=query,
        secret=lambda _: None,
    )
    wall, cpu = time.perf_counter(), time.process_time()
    pages = list(source.pages(visit))
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    process.terminate()
    process.join()
    kept = sum(len(page.posts) for page in pages)
    if faults := [page.fault for page in pages if page.fault]:
        raise SystemExit(f"faults: {faults}")
    print(
        f"{share:4.0%} on topic: kept {kept:,} of {count:,} events;"
        f" {count / cpu:,.0f} a CPU-second, {count / wall:,.0f} a second of wall ({wall:.1f} s)"
    )


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("events", nargs="?", type=int, default=20_000)
    options = parser.parse_args(arguments)
    query = load_topic("ai").parsed_query
    for share in (0.01, 0.1, 0.5):
        measure(options.events, share, query)


if __name__ == "__main__":
    main()
