import re
import subprocess
import sys

import pytest
from defusedxml import ElementTree

from dawnchorus.publish.charts import MAX_STORIES, WIDTH, posts_per_hour, stories_over_time

SVG = "{http://www.w3.org/2000/svg}"
DAY = [(f"2025-11-21T{hour:02}:00+08:00", 10 + 7 * hour % 40) for hour in range(24)]
TIMES = [hour for hour, _ in DAY]


def hours(count, posts=3):
    return [(f"2025-11-{1 + i // 24:02}T{i % 24:02}:00+08:00", posts + i % 5) for i in range(count)]


def hourly(series=DAY, *, lang="en", title="Posts per hour", description="Zone: Asia/Shanghai"):
    return posts_per_hour(series, lang=lang, title=title, description=description)


def stories(rows, *, times=TIMES, lang="en"):
    return stories_over_time(rows, times=times, lang=lang, title="Stories", description="By size")


def texts(svg):
    return [node.text for node in ElementTree.fromstring(svg.decode()).iter(f"{SVG}text")]


def bars(svg):
    return [
        node.get("d").count("M")
        for node in ElementTree.fromstring(svg.decode()).iter(f"{SVG}path")
        if node.get("class") in ("bar", "peak")
    ]


@pytest.mark.parametrize("svg", [hourly(), stories([("Kestrel", [1] * 24), ("红隼", [2] * 24)])])
def test_a_chart_names_itself_for_those_who_cannot_see_it(svg):
    root = ElementTree.fromstring(svg.decode())

    assert root.get("role") == "img"
    assert root[0].tag == f"{SVG}title"
    assert root.get("aria-label") == root[0].text
    assert root[1].tag == f"{SVG}desc"
    assert root[1].text


@pytest.mark.parametrize("svg", [hourly(), stories([("Kestrel", [1] * 24)])])
def test_a_chart_follows_light_and_dark_and_asks_nothing_of_its_page(svg):
    text = svg.decode()

    assert "@media(prefers-color-scheme:dark)" in text
    assert not re.search(r"\bid=|<script|href|url\(|@import|@font-face", text)
    drawn = text.split("</style>")[1]
    assert not re.search(r"#[0-9a-f]{3}|fill=|stroke=|style=", drawn)


def test_every_rule_of_the_style_stays_within_the_chart():
    style = re.search(r"<style>(.*)</style>", hourly().decode()).group(1)
    selectors = re.findall(r"([^{}]+)\{", style.replace("@media(prefers-color-scheme:dark){", ""))

    assert len(selectors) > 5
    assert all(selector.startswith(".dc-chart") for selector in selectors)


def contrast(first, second):
    def luminance(colour):
        colour = colour if len(colour) == 7 else "#" + "".join(c * 2 for c in colour[1:])
        channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(first), luminance(second)))
    return (high + 0.05) / (low + 0.05)


def test_letters_and_bars_stand_out_in_light_and_in_dark():
    schemes = re.findall(r"\.dc-chart\{(--paper[^}]*)", hourly().decode())
    assert len(schemes) == 2
    for scheme in schemes:
        colours = dict(re.findall(r"--(\w+):(#\w+)", scheme))
        assert contrast(colours["paper"], colours["ink"]) >= 7
        assert contrast(colours["paper"], colours["soft"]) >= 4.5
        assert contrast(colours["paper"], colours["bar"]) >= 3
        assert contrast(colours["paper"], colours["peak"]) >= 3


def test_one_bar_an_hour_and_the_highest_carries_its_number():
    svg = hourly([*DAY[:7], (DAY[7][0], 1234), *DAY[8:]])

    assert sorted(bars(svg)) == [1, 23]
    assert "1,234" in texts(svg)


def test_missing_hours_are_gaps_and_order_does_not_matter():
    gap = [*DAY[:4], *DAY[9:]]

    assert sum(bars(hourly(gap))) == len(gap)
    assert hourly(gap) == hourly(gap[::-1]) == hourly([*gap, (DAY[5][0], 0)])


def test_from_ten_days_on_bars_are_days():
    assert sum(bars(hourly(hours(24 * 9)))) == 24 * 9
    assert sum(bars(hourly(hours(24 * 12)))) == 12


def test_a_day_is_labelled_in_hours_and_a_week_in_dates_of_the_language():
    assert {"00:00", "06:00", "12:00", "18:00"} <= set(texts(hourly()))
    assert {"Nov 1", "Nov 5"} <= set(texts(hourly(hours(24 * 5))))
    assert {"11月1日", "11月5日"} <= set(texts(hourly(hours(24 * 5), lang="zh")))


@pytest.mark.parametrize("most", [1, 2, 3, 4, 5, 6, 9, 10, 19, 20, 49, 99, 100, 12_345])
def test_lines_behind_the_bars_are_few_and_round(most):
    svg = hourly([(DAY[0][0], most), (DAY[1][0], 1)])
    root = ElementTree.fromstring(svg.decode())
    marks = [
        int(node.text.replace(",", "")) for node in root.iter(f"{SVG}text") if node.get("class") == "soft end"
    ]

    assert 1 <= len(marks) <= 5
    assert max(marks) <= most
    assert str(marks[0]).rstrip("0") in {"1", "2", "5"}
    assert marks == [marks[0] * (i + 1) for i in range(len(marks))]


def test_all_is_drawn_within_the_frame():
    for svg in (
        hourly(),
        hourly(hours(200)),
        hourly([(DAY[0][0], 1)]),
        stories([("Kestrel", [9, *[1] * 23])]),
    ):
        root = ElementTree.fromstring(svg.decode())
        height = int(root.get("height"))
        places = [(float(node.get("x")), float(node.get("y"))) for node in root.iter(f"{SVG}text")]
        starts = [
            float(x) for node in root.iter(f"{SVG}path") for x in re.findall(r"M([\d.]+) ", node.get("d"))
        ]
        assert all(0 <= x <= WIDTH and 10 <= y <= height - 4 for x, y in places)
        assert all(0 <= x <= WIDTH for x in starts)


def test_a_row_a_story_with_its_sum_up_to_eight():
    svg = stories([(f"story {i}", [i, i + 1, *[0] * 22]) for i in range(12)])
    shown = texts(svg)

    assert [text for text in shown if text.startswith("story")] == [f"story {i}" for i in range(MAX_STORIES)]
    assert {"1", "3", "5", "15"} <= set(shown)


def test_stories_can_be_drawn_by_days():
    svg = stories([("红隼 3", [1, 5, 2])], times=["2025-11-19", "2025-11-20", "2025-11-21"], lang="zh")

    assert texts(svg) == ["红隼 3", "8", "11月19日", "11月20日", "11月21日"]


def test_long_names_are_cut_with_an_ellipsis_and_wide_letters_count_twice():
    latin, chinese = texts(stories([("a" * 200, [1] * 24), ("红" * 200, [1] * 24)]))[:3:2]

    assert latin == "a" * 55 + "…"
    assert chinese == "红" * 27 + "…"


@pytest.mark.parametrize(
    "bad", ["<script>alert(1)</script>", "\"onload='x'", "]]>&amp;", "a\x00\x1b\x0b\ud800b", "</svg>"]
)
def test_hostile_words_stay_words(bad):
    for svg in (hourly(title=bad, description=bad), stories([(bad, [1] * 24)])):
        root = ElementTree.fromstring(svg.decode())
        tags = {node.tag.removeprefix(SVG) for node in root.iter()}
        assert tags == {"svg", "title", "desc", "style", "rect", "path", "text"}
    shown = texts(stories([(bad, [1] * 24)]))[0]
    assert shown.replace(" ", "") == "".join(char for char in bad if char.isprintable()).replace(" ", "")


@pytest.mark.parametrize("series", [[], [(DAY[0][0], 0)]])
def test_no_posts_are_an_error_that_says_so(series):
    with pytest.raises(ValueError, match="at least one post"):
        hourly(series)


def test_rows_of_another_length_are_an_error():
    with pytest.raises(ValueError, match="24 numbers"):
        stories([("Kestrel", [1, 2])])
    with pytest.raises(ValueError, match="at least one post"):
        stories([("Kestrel", [0] * 24)])


def test_small_files_the_same_each_time_and_under_another_hash_seed():
    rows = [("红隼 " * 20, [i % 9 for i in range(200)])] * 8
    times = [hour for hour, _ in hours(200)]
    assert len(stories(rows, times=times)) < 60_000
    assert len(hourly(hours(239))) < 60_000
    script = (
        "import sys; sys.path.insert(0, 'tests/publish'); from test_charts import *; "
        "sys.stdout.buffer.write(hourly() + stories([('Kestrel', [1] * 24)]))"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }
    assert runs == {hourly() + stories([("Kestrel", [1] * 24)])}
