from datetime import UTC, date, datetime

import polars as pl
import pytest

from dawnchorus.model import Window
from dawnchorus.posts.window import in_window
from dawnchorus.tables import POSTS, conform


def posts(*rows: dict[str, object]) -> pl.DataFrame:
    filled = [
        {"id": str(i), "text": "x", "created_at": None, "day": None, **row} for i, row in enumerate(rows)
    ]
    return conform(pl.DataFrame(filled, infer_schema_length=None), POSTS)


def at(text: str) -> dict[str, object]:
    return {"created_at": datetime.fromisoformat(text).astimezone(UTC)}


def day(text: str, tz: str = "Asia/Shanghai", until: datetime | None = None) -> Window:
    return Window(first=date.fromisoformat(text), last=date.fromisoformat(text), tz=tz, until=until)


def judged(frame: pl.DataFrame, window: Window, **options: object) -> dict[str, str]:
    kept, dropped = in_window(frame, window, **options)
    return dict.fromkeys(kept["id"], "kept") | dict(dropped.select("id", "reason").iter_rows())


def test_day_is_of_the_windows_zone():
    frame = posts(at("2025-11-20T16:00Z"), at("2025-11-20T15:59:59.999Z"), at("2025-11-21T16:00Z"))
    assert judged(frame, day("2025-11-21")) == {"0": "kept", "1": "outside window", "2": "outside window"}


@pytest.mark.parametrize(("when", "hours"), [("2025-03-09", 23), ("2025-11-02", 25)])
def test_days_on_which_clocks_change_have_their_own_length(when, hours):
    window = day(when, "America/New_York")
    times = pl.datetime_range(
        datetime(2025, 3, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC), interval="1h", eager=True
    )
    frame = posts(*({"created_at": time} for time in times if abs((time - window.start).days) < 3))
    assert len(in_window(frame, window)[0]) == hours


def test_post_known_by_day_alone_belongs_to_that_day():
    frame = posts({"day": date(2025, 11, 21)}, {"day": date(2025, 11, 20)})
    assert judged(frame, day("2025-11-21")) == {"0": "kept", "1": "outside window"}


def test_cut_off_leaves_later_posts_out():
    window = day("2025-11-21", until=datetime(2025, 11, 21, 7, 31, tzinfo=UTC))
    frame = posts(at("2025-11-21T07:30:59Z"), at("2025-11-21T07:31Z"), {"day": date(2025, 11, 21)})
    assert judged(frame, window) == {"0": "kept", "1": "outside window", "2": "kept"}


def test_undated_posts_are_left_out_unless_wanted():
    assert judged(posts({}), day("2025-11-21")) == {"0": "no time"}
    assert judged(posts({}), day("2025-11-21"), undated="include") == {"0": "kept"}


def test_post_from_the_future_is_not_believed():
    now = datetime(2025, 11, 21, 4, tzinfo=UTC)
    frame = posts(at("2025-11-21T04:00Z"), at("2025-11-21T04:01Z"), {"day": date(2025, 11, 22)})
    assert judged(frame, day("2025-11-21"), now=now) == {
        "0": "kept",
        "1": "dated in the future",
        "2": "dated in the future",
    }


def test_fullest_row_of_an_id_stays_whatever_the_order():
    full = {"id": "a", "text": "whole text", "like_count": 9, **at("2025-11-21T01:00Z")}
    frame = posts(
        {"id": "a", "text": "whole…", **at("2025-11-21T01:00Z")}, full, {"id": "a", "text": "whole text"}
    )
    for rows in (frame, frame.reverse()):
        kept, dropped = in_window(rows, day("2025-11-21"))
        assert kept["like_count"].to_list() == [9]
        assert dropped["reason"].to_list() == ["same id", "same id"]


def test_no_row_is_lost():
    frame = posts(at("2025-11-21T01:00Z"), {}, at("2024-01-01T00:00Z"), {"id": "0"})
    kept, dropped = in_window(frame, day("2025-11-21"))
    assert len(kept) + len(dropped) == len(frame)
    assert kept.schema == POSTS
