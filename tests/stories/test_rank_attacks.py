"""What noise and money buy: none of it comes before stories that a few people tell in their own words."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from dawnchorus.posts.duplicates import find_duplicates
from dawnchorus.stories.build import build_stories
from dawnchorus.tables import THREADS, empty

Rows = list[dict[str, Any]]

HONEST = (
    ("Dockers strike in Lankport over pensions, cranes idle since dawn",
     "My uncle joined the Lankport dockers on strike; their pensions were cut twice",
     "Lankport dockers strike about pensions, ferries to the islands are cancelled"),
    ("Orrin Labs releases Heron 2, weights are open",
     "Heron 2 by Orrin Labs runs on my old laptop, surprisingly quick",
     "Tried Heron 2 tonight: Orrin Labs really fixed tables"),
    ("Court blocks the Meridale and Suncastle merger",
     "So the Meridale merger with Suncastle is dead, judges said no",
     "Meridale shares slide after judges stop the Suncastle deal"),
    ("Quake of magnitude 6.1 near Tarvoe, tunnels closed",
     "We felt the Tarvoe quake up here, lamps swinging for a minute",
     "Tunnels under Tarvoe stay closed until engineers have looked at the quake damage"),
    ("Bexley Opera loses its roof in the storm",
     "Storm took the roof off Bexley Opera, the season moves to a tent",
     "Bexley Opera will play in a tent because the storm broke its roof"),
    ("Nordfell parliament votes to ban deep sea mining",
     "Deep sea mining banned in Nordfell by three votes",
     "Three votes: that is how close the Nordfell mining ban was"),
    ("Pilots of Skerry Air refuse night flights",
     "Night flights of Skerry Air are off, pilots say rosters are unsafe",
     "Stuck at the gate because Skerry Air pilots won't fly at night"),
    ("卡洛维发布新一代固态电池，续航一千公里",
     "试驾了装卡洛维固态电池的车，冬天续航没怎么掉",
     "卡洛维的固态电池明年才量产，价格还没有公布"),
    ("Vaccine against dune fever works in nine of ten, Ostrava trial finds",
     "Nobody in my ward got dune fever after the Ostrava shots",
     "My clinic took part in the Ostrava dune fever trial, glad it worked"),
    ("Glasswing telescope sees its first comet",
     "Two tails! The comet picture of Glasswing is worth all those years",
     "Slept three hours, but Glasswing caught the comet on its first night"),
)  # fmt: skip

SPAM = "Velmora coin launches on the Kestrel exchange today with record demand, early holders gain 300%"


def edited(count: int, changes: int) -> list[str]:
    draw = random.Random(7)
    texts = []
    for _ in range(count):
        words = SPAM.split()
        for at in draw.sample(range(len(words)), changes):
            words[at] = draw.choice(
                ("huge", "mega", "superb", "fast", "wow", "moon", "rich", "gold", "alpha")
            )
        texts.append(" ".join(words))
    return texts


def one_author_200_times() -> Rows:
    return [{"author": "loud", "text": f"{SPAM} no {i} {'really ' * (i % 3)}"} for i in range(200)]


def one_author_200_announcements() -> Rows:
    firms = ("Acme", "Borel", "Cygnus", "Dorado", "Elmont", "Fennec", "Gantry", "Hollis")
    return [
        {
            "author": "loud",
            "text": f"{firms[i % 8]} announces ${i}M round for its plant {i // 8} in Sector {i}",
        }
        for i in range(200)
    ]


def fresh_accounts_one_text() -> Rows:
    return [{"author": f"fresh{i}", "text": SPAM} for i in range(500)]


def fresh_accounts_recognised_copies() -> Rows:
    rows: Rows = [{"id": "bad0", "author": "fresh0", "text": SPAM}]
    return rows + [
        {"author": f"fresh{i}", "text": SPAM, "duplicate_of": "bad0", "duplicate_kind": "exact"}
        for i in range(1, 500)
    ]


def fresh_accounts_one_word_edited() -> Rows:
    return [{"author": f"fresh{i}", "text": text} for i, text in enumerate(edited(500, 1))]


def fresh_accounts_three_words_edited() -> Rows:
    return [{"author": f"fresh{i}", "text": text} for i, text in enumerate(edited(500, 3))]


def fresh_accounts_other_links() -> Rows:
    return [{"author": f"fresh{i}", "text": f"{SPAM} https://velmora{i}.example/{i}"} for i in range(500)]


def fresh_accounts_mention_their_coin() -> Rows:
    rows = [{"author": f"fresh{i}", "text": f"{text} @velmora"} for i, text in enumerate(edited(500, 2))]
    return [*rows, {"author": "velmora", "text": SPAM}]


def celebrity_off_topic() -> Rows:
    fans = [
        {"author": f"fan{i}", "text": f"@star {'so ' * (i % 9)}cute", "reply_to": "bad0"} for i in range(60)
    ]
    star = {
        "id": "bad0", "author": "star", "text": "Breakfast with my new puppy Waffles, pancakes for all",
        "like_count": 900_000, "repost_count": 80_000,
    }  # fmt: skip
    return [star, *fans]


def bots_on_one_domain() -> Rows:
    openings = ("Read this", "Finally the truth", "Cannot believe it", "Everybody must see", "They hide this",
                "Huge if true", "Big story", "So it begins", "Watch closely", "Silence about it")  # fmt: skip
    what = ("about the Velmora coin", "Velmora coin and the banks", "on Velmora coin insiders")
    return [
        {"author": f"bot{i}", "text": f"{openings[i % 10]}: {what[i % 3]} https://truth.example/velmora"}
        for i in range(30)
    ]


def one_author_on_four_networks() -> Rows:
    where = (
        ("x", "Loud", "en"), ("bluesky", "loud.bsky.social", "de"), ("mastodon", "loud@social.example", "fr"),
        ("reddit:coins", "loud", "es"),
    )  # fmt: skip
    return [
        {
            "author": author, "source": source, "text": f"{SPAM} {'again ' * i}", "language": language,
            "urls": [f"https://{source[:3]}.example/coin"],
        }
        for i, (source, author, language) in enumerate(where)
    ]  # fmt: skip


ATTACKS: tuple[Callable[[], Rows], ...] = (
    one_author_200_times, one_author_200_announcements, fresh_accounts_one_text,
    fresh_accounts_recognised_copies, fresh_accounts_one_word_edited, fresh_accounts_three_words_edited,
    fresh_accounts_other_links, fresh_accounts_mention_their_coin, celebrity_off_topic, bots_on_one_domain,
    one_author_on_four_networks,
)  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_attack_stays_behind_ten_honest_stories(kept, day, attack):
    honest = [
        {"id": f"good{i}.{j}", "author": f"person{i}.{j}", "text": text, "like_count": 3 + j}
        for i, texts in enumerate(HONEST)
        for j, text in enumerate(texts)
    ]
    bad = [{"id": f"bad{i}", "like_count": 3 + i % 5, **row} for i, row in enumerate(attack())]

    stories = build_stories(find_duplicates(kept([*bad, *honest])), earlier=empty(THREADS), day=day).stories
    first = stories.head(10).select(
        bad=pl.col("posts").list.eval(pl.element().str.starts_with("bad")).list.any()
    )

    assert not first["bad"].any(), stories.head(10).select("head", "score", "reasons").to_dicts()[0]
