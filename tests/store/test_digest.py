from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest

from dawnchorus.store.digest import code_version, digest, library_versions


@dataclass(frozen=True)
class Options:
    threshold: float = 0.5
    words: tuple[str, ...] = ("a",)


def test_equal_values_have_equal_digests_however_they_are_held():
    frame = pl.DataFrame({"a": [1, 2, 3], "t": ["x", "风筝", None], "l": [["a"], [], None]})
    parts = pl.concat([frame[:1], frame[1:]])
    assert digest(frame, {"b": 1, "a": 2}) == digest(parts, {"a": 2, "b": 1})
    assert digest({"x", "y"}) == digest({"y", "x"})
    assert digest(Options()) == digest(Options())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (pl.DataFrame({"a": [1]}), pl.DataFrame({"a": [1.0]})),
        (pl.DataFrame({"a": ["1"]}), pl.DataFrame({"b": ["1"]})),
        (Options(), Options(threshold=0.6)),
        (("a", "b"), ("ab",)),
        (date(2026, 3, 10), date(2026, 3, 11)),
        (None, ""),
    ],
)
def test_other_values_have_others(one, other):
    assert digest(one) != digest(other)


def test_where_one_part_ends_matters():
    assert digest("ab", "c") != digest("a", "bc")


def test_a_path_counts_by_its_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"same")
    (tmp_path / "b").write_bytes(b"same")
    (tmp_path / "c").write_bytes(b"other")
    assert digest(tmp_path / "a") == digest(tmp_path / "b") != digest(tmp_path / "c")


def test_what_has_no_digest_is_refused():
    with pytest.raises(TypeError, match="no digest for a object"):
        digest(object())


def test_the_code_has_a_version_that_holds():
    assert code_version() == code_version()
    assert {"dawnchorus", "polars"} <= set(library_versions())
