"""Posts of other languages are joined by names and numbers; those of one language need more."""

from __future__ import annotations

import pytest

from dawnchorus.stories.cluster import group_posts
from dawnchorus.stories.communities import Joining

FILLER = [
    {"text": f"{word} {other} {word[::-1]} something else entirely {number}"}
    for number, (word, other) in enumerate(
        (a + b, b + a)
        for a in ("plum", "gorse", "tarn", "heath")
        for b in ("lid", "mew", "pox", "sty", "rue")
    )
]


# What two posts of one language need is another matter.
STRICT = Joining(chance=1.0)


def stories(kept, rows) -> dict[str, str]:
    found = group_posts(kept(rows), aliases={}, how=STRICT).posts
    return dict(found.select("clean_text", "story").iter_rows())


def together(kept, *texts: str) -> bool:
    story = stories(kept, [{"text": text} for text in texts] + FILLER)
    return len({story[text] for text in texts}) == 1


@pytest.mark.parametrize(
    "texts",
    [
        ("Quorvane moved its lab to the coast", "听说 Quorvane 搬家了，海边真好"),
        ("ベルモラの延期はつらい", "six months late again, Velmora"),
        ("@kestrelbyte is giving the keynote tonight", "今晚去听 @kestrelbyte 的主题演讲"),
        ("$ORDQ halted", "$ORDQ 停牌了，等消息"),
        ("the outage in Merrow hit 387,000 people #merrow", "#merrow 停电影响38.7万人"),
        ("Nvidia and Toyota plan trucks", "エヌビディアとトヨタがトラック"),
    ],
)
def test_one_rare_name_or_two_weaker_marks_join_two_languages(kept, texts):
    assert together(kept, *texts)


@pytest.mark.parametrize(
    "texts",
    [
        ("Nvidia opens a cafeteria", "英伟达显卡又缺货了"),  # everybody speaks of it
        ("we sold 40% of the seats", "昨晚跌了40%"),  # any two things may have the same share
        ("387,000 cards were issued", "停电影响38.7万人"),
        ("back to 2019 in one song", "2019年的夏天真长"),
    ],
)
def test_what_is_said_of_many_things_does_not_join_alone(kept, texts):
    assert not together(kept, *texts)


def test_a_name_does_not_join_posts_half_a_day_apart(kept):
    texts = ("Quorvane moved its lab to the coast", "听说 Quorvane 搬家了，海边真好")
    rows = [{"text": texts[0]}, *FILLER, *[{"text": f"nothing {n}"} for n in range(700)], {"text": texts[1]}]
    story = stories(kept, rows)

    assert story[texts[0]] != story[texts[1]]
