"""The demo's posts: what a report can count on finding in them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime
from importlib import resources
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from dawnchorus.model import Window
from dawnchorus.settings import load_topic

Posts = list[dict[str, Any]]
Days = dict[date, Posts]

DAYS = (date(2026, 3, 10), date(2026, 3, 11), date(2026, 3, 12))
FOLDER = resources.files("dawnchorus.demo")
REPOSITORY = Path(__file__).parents[2]

# Names a reader could take for the real thing. Whole words, any case.
REAL = (
    "OpenAI|Anthropic|Google|Alphabet|DeepMind|Nvidia|Tesla|SpaceX|Musk|Zuckerberg|Altman|Bezos|Trump|Biden|"
    "Microsoft|Apple|Amazon|Facebook|Instagram|TikTok|ByteDance|Alibaba|Tencent|Baidu|Huawei|Xiaomi|JD|Meituan|"
    "SoftBank|Sequoia|BlackRock|Goldman|Nasdaq|NYSE|Boeing|Airbus|FedEx|UPS|DHL|Maersk|Zipline|Loon|Linde|"
    "Hindenburg|Muddy|Bitcoin|BTC|Ethereum|ETH|Dogecoin|Solana|Tether|Twitter|Reuters|Bloomberg|FAA|EASA"
)
REAL_CHINESE = (
    "谷歌|微软|苹果公司|亚马逊|特斯拉|英伟达|马斯克|阿里巴巴|腾讯|百度|华为|小米公司|字节跳动|京东|顺丰|美团|菜鸟|中通|"
    "圆通|红杉|软银|高盛|浑水|兴登堡|比特币|以太坊|路透|彭博|民航局|央视|新华社"
)


def read(day: date) -> Posts:
    rows = []
    for line in (FOLDER / f"posts-{day}.jsonl").read_text("utf-8").split("\n"):
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if "text" in row and "created_at" in row and row["id"] != "x:badzone1":
            rows.append(row)
    return rows


@pytest.fixture(scope="module")
def by_day() -> Days:
    return {day: read(day) for day in DAYS}


@pytest.fixture(scope="module")
def posts(by_day: Days) -> Posts:
    return [post for day in DAYS for post in by_day[day]]


def chinese(text: str) -> bool:
    """Han and no kana."""
    return re.search("[\u4e00-\u9fff]", text) is not None and re.search("[\u3040-\u30ff]", text) is None


def test_most_of_over_420_posts_are_written_one_by_one(posts: Posts) -> None:
    hand = [post for post in posts if post.get("hand")]

    assert 420 <= len(posts) <= 520
    assert len(hand) >= 240
    assert len({post["text"] for post in hand}) == len(hand)


def test_ids_and_permalinks_are_unique(posts: Posts) -> None:
    assert [i for i, count in Counter(post["id"] for post in posts).items() if count > 1] == []
    assert [u for u, count in Counter(post["url"] for post in posts).items() if count > 1] == []


def test_each_day_lies_in_its_window_and_in_order(by_day: Days) -> None:
    for day, rows in by_day.items():
        window = Window(first=day, last=day, tz="Asia/Shanghai")
        times = [
            datetime.fromisoformat(row["created_at"]).astimezone(UTC)
            for row in rows
            if len(row["created_at"]) > len("2026-03-10")
        ]
        assert times == sorted(times)
        assert window.start <= times[0]
        assert times[-1] < window.end
        assert {row["created_at"] for row in rows if len(row["created_at"]) == 10} <= {day.isoformat()}


def test_replies_quotes_and_reposts_point_to_earlier_posts_of_their_network(
    posts: Posts,
) -> None:
    known = {post["id"]: post for post in posts}
    seen = Counter[str]()
    for post in posts:
        for link in ("reply_to", "quote_of", "repost_of"):
            if link in post:
                other = known[post[link]]
                assert other["source"] == post["source"]
                assert other["created_at"] < post["created_at"]
                seen[link] += 1
        if "quote_of" in post:
            assert post["quoted_text"] == known[post["quote_of"]]["text"]
    assert min(seen[link] for link in ("reply_to", "quote_of", "repost_of")) >= 20


def test_counts_are_no_less_than_what_the_files_hold(posts: Posts) -> None:
    replies = Counter(post.get("reply_to") for post in posts)
    reposts = Counter(post.get("repost_of") for post in posts)

    for post in posts:
        if "reply_count" in post:
            assert post["reply_count"] >= replies[post["id"]]
        if "repost_count" in post:
            assert post["repost_count"] >= reposts[post["id"]]


def test_half_is_chinese_half_english_and_some_neither(posts: Posts) -> None:
    hand = [post for post in posts if post.get("hand")]
    in_chinese = sum(chinese(post["text"]) for post in hand) / len(hand)
    others = {post["lang"] for post in hand if post.get("lang") not in (None, "zh", "en")}

    assert 0.4 <= in_chinese <= 0.6
    assert {"ja", "es", "de", "fr", "ko"} <= others


def test_posts_come_from_several_networks_and_feeds_have_no_author(posts: Posts) -> None:
    networks = {post["source"].split(":")[0] for post in posts}

    assert networks == {"x", "weibo", "bluesky", "mastodon", "hackernews", "reddit", "rss"}
    for post in posts:
        assert ("author" in post) is not post["source"].startswith("rss:")


def test_every_link_leads_to_example_but_for_one_attack_on_loopback(posts: Posts) -> None:
    links = [link for post in posts for link in [post["url"], *post.get("links", [])]]
    written = [link for post in posts for link in re.findall(r"https?://[^\s\"）)<>]+", post["text"])]

    hosts = {urlsplit(link).hostname or link for link in links + written}
    assert {host for host in hosts if not host.endswith(".example")} == {"127.0.0.1"}


def test_nothing_bears_the_name_of_a_real_company_person_or_coin(posts: Posts) -> None:
    names = re.compile(rf"(?<![^\W_])(?:{REAL})(?![^\W_])", re.IGNORECASE)
    texts = [f"{post['text']} {post.get('author')} {post['author_name']}" for post in posts]
    texts.append((FOLDER / "topic.toml").read_text("utf-8"))

    assert [found for text in texts for found in names.findall(text)] == []
    assert [found for text in texts for found in re.findall(REAL_CHINESE, text)] == []


def test_cashtags_are_the_four_that_the_topic_watches(posts: Posts) -> None:
    tags = {tag for post in posts for tag in re.findall(r"\$([A-Z]{2,6})\b", post["text"])}

    assert tags == {watch.symbol for watch in load_topic(str(FOLDER / "topic.toml")).watch}
    assert any("$1.6K" in post["text"] for post in posts)


def test_at_least_twenty_posts_are_hostile_on_all_three_days(
    by_day: Days,
) -> None:
    counts = [sum(bool(row.get("hostile")) for row in rows) for rows in by_day.values()]

    assert sum(counts) >= 20
    assert min(counts) >= 5


def test_the_outage_goes_on_over_three_days_with_new_figures(by_day: Days) -> None:
    new = ("183 of 214", "9 still missing", "11 minutes")

    for day, figure in zip(DAYS, new, strict=True):
        hand = [row["text"] for row in by_day[day] if row.get("hand")]
        assert sum("Gustweave" in text or "织风" in text for text in hand) >= 8
        assert any(figure in text for text in hand)
    assert not any(new[2] in row["text"] for day in DAYS[:2] for row in by_day[day])


def test_the_funding_round_is_only_repeated_on_the_second_day(
    by_day: Days,
) -> None:
    link = "https://yaoyu.example/news/series-c"
    first, second = ([row for row in by_day[day] if link in row.get("links", [])] for day in DAYS[:2])

    def numbers(rows: Posts) -> set[str]:
        texts = (re.sub(r"https?://\S+", "", row["text"]) for row in rows)
        return {number for text in texts for number in re.findall(r"\d+(?:[.,]\d+)*", text)}

    assert len(second) >= 12
    # 240 and 1.600 are how Spanish writes the same two figures.
    assert numbers(second) - numbers(first) <= {"1.600"}


def test_the_recall_sleeps_on_the_second_day(by_day: Days) -> None:
    named = [
        sum("Obrel" in row["text"] or "欧布雷尔" in row["text"] for row in rows) for rows in by_day.values()
    ]

    assert named[0] >= 5
    assert named[1] == 0
    assert named[2] >= 5


def test_bad_rows_stand_in_the_third_file() -> None:
    lines = (FOLDER / f"posts-{DAYS[2]}.jsonl").read_text("utf-8").splitlines()
    cut = [line for line in lines if not line.endswith("}")]
    rows = [json.loads(line) for line in lines if line.endswith("}")]

    assert len(cut) == 1
    assert [row["id"] for row in rows if "text" not in row] == ["weibo:notext1"]
    assert [row["id"] for row in rows if "created_at" not in row] == ["x:notime1"]
    assert [row["id"] for row in rows if re.search(r"T[\d:]+$", row.get("created_at", ""))] == ["x:badzone1"]
    assert [row["source"] for row in rows if row.get("created_at") == "2026-03-12"] == ["rss:fukong.example"]


def test_the_files_are_what_the_generator_writes() -> None:
    built = subprocess.run(
        [sys.executable, REPOSITORY / "tools" / "build_demo.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (built.returncode, built.stderr) == (0, "")
