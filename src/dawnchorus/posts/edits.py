"""Posts that were edited: where a network gives each version an id of its own, the newest one stands."""

from __future__ import annotations

import msgspec
import polars as pl

from dawnchorus.tables import DROPPED, conform


class _Versions(msgspec.Struct):
    edit_history: list[str] = []


def newest_versions(posts: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split POSTS into those that stand, and DROPPED with the reason "superseded by an edit".

    ``extra`` of a version names the ids of all versions, oldest first, as ``edit_history``. Of those that are
    among ``posts`` and by one author the newest stands. Elsewhere an edit keeps the id of its post.
    """
    histories = posts.filter(pl.col("extra").str.contains('"edit_history"', literal=True))
    who = dict(posts.join(_named(histories), on="id", how="semi").select("id", "author").iter_rows())
    read = [
        [one for one in _versions(extra) if one in who and who[one] == who[id]]
        for id, extra in histories.select("id", "extra").iter_rows()
    ]
    newer: dict[str, str] = {}
    for versions in sorted(read, key=lambda versions: (len(versions), versions)):
        newer.update((one, versions[-1]) for one in versions[:-1])  # the longest history knows the last
    old = pl.DataFrame(list(newer.items()), schema={"id": pl.String, "detail": pl.String}, orient="row")
    dropped = posts.select("id").join(old, on="id", maintain_order="left")
    dropped = dropped.with_columns(stage=pl.lit("edits"), reason=pl.lit("superseded by an edit"))
    return posts.join(old, on="id", how="anti", maintain_order="left"), conform(dropped, DROPPED)


def _named(histories: pl.DataFrame) -> pl.DataFrame:
    ids = {one for extra in histories["extra"] for one in _versions(extra)} | set(histories["id"])
    return pl.DataFrame({"id": sorted(ids)}, schema={"id": pl.String})


def _versions(extra: str) -> list[str]:
    try:
        return msgspec.json.decode(extra, type=_Versions).edit_history
    except msgspec.DecodeError:  # ValidationError is one: another's field of this name
        return []
