"""Versions of an edited post: the newest one that is there stands."""

import json

import polars as pl

from dawnchorus.posts.edits import newest_versions
from dawnchorus.tables import POSTS, conform


def version(id, *history, author="ines"):
    extra = (
        json.dumps({"media": [], "edit_history": list(history)}, separators=(",", ":")) if history else None
    )
    return {"id": id, "text": f"words of {id}", "author": author, "extra": extra}


def judged(*rows):
    stand, dropped = newest_versions(conform(pl.DataFrame(rows), POSTS))
    assert set(dropped["reason"]) <= {"superseded by an edit"}
    return stand["id"].to_list(), dict(dropped.select("id", "detail").iter_rows())


def test_the_newest_version_that_was_read_stands_in_any_order():
    first, second = version("x:1"), version("x:2", "x:1", "x:2")
    third = version("x:3", "x:1", "x:2", "x:3")
    assert judged(first, second, third, version("x:9")) == (["x:3", "x:9"], {"x:1": "x:3", "x:2": "x:3"})
    assert judged(third, second, first) == (["x:3"], {"x:1": "x:3", "x:2": "x:3"})


def test_a_version_that_was_not_read_supersedes_nothing():
    told = version("x:1", "x:1", "x:2")  # a lookup tells the first version of its successor
    assert judged(told) == (["x:1"], {})
    assert judged(version("x:2", "x:1", "x:2")) == (["x:2"], {})


def test_nobody_supersedes_a_post_of_others():
    assert judged(version("x:1", author="tomas"), version("x:2", "x:1", "x:2")) == (["x:1", "x:2"], {})


def test_fields_of_that_name_that_are_something_else_are_left_alone():
    odd = [
        {"id": f"a:{n}", "text": "t", "extra": text}
        for n, text in enumerate(
            ('{"edit_history":5}', '{"edit_history":["a:0",null]}', '["edit_history"]', '{"edit_history"')
        )
    ]
    assert judged(*odd) == (["a:0", "a:1", "a:2", "a:3"], {})
