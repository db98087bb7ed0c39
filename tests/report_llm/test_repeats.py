"""The same thing said twice is known for it, other things are not."""

from __future__ import annotations

import pytest

from dawnchorus.report.llm.repeats import content, repeats


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "鹞羽宣布 C 轮融资 2.4 亿美元，估值 16 亿美元。",
            "鹞羽完成 2.4 亿美元 C 轮融资，投后估值 16 亿美元",
        ),
        ("纬织称织风 11:20 恢复，共 4 小时 49 分。", "纬织科技称，织风 11:20 起恢复，不可用 4 小时 49 分。"),
        (
            "Yaoyu raised $240M at a valuation of $1.6B.",
            "Yaoyu raised $240M in a Series C at a valuation of $1.6B",
        ),
        ("Obrel is recalling valves (@obrel).", "Obrel is recalling 38,000 V2 vent valves"),
    ],
)
def test_the_same_in_other_words_repeats(one, other):
    assert repeats(content(one), content(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("鹞羽完成 2.4 亿美元 C 轮融资。", "鹞羽完成 1.1 亿美元 B 轮融资。"),
        ("Obrel recalls 38,000 valves.", "Obrel says replacements for the valves ship from 23 March."),
        ("卷云称 214 只中 183 只已落地。", "卷云称 31 只失联，预计天黑前找到。"),
        ("", "Obrel recalls 38,000 valves."),
    ],
)
def test_another_thing_does_not_repeat(one, other):
    assert not repeats(content(one), content(other))
