"""What was forgotten, taken out of what is kept beside the archive: memory of editions, and the ledger."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import polars as pl

from dawnchorus.errors import DawnchorusError
from dawnchorus.model import Post
from dawnchorus.store.atomic import whole_file
from dawnchorus.store.forgotten import Forgotten
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.pages import read_pages, remove_pages
from dawnchorus.tables import THREADS, posts_frame


def purge_editions(data: Path, forgotten: Forgotten, *, names: frozenset[str]) -> dict[Path, int]:
    """Give forgotten posts their alias in what editions left; a thread of nothing else is dropped.

    Args:
        data: Folder of the archive.
        forgotten: What is to be gone.
        names: Names of forgotten authors, case-folded: no name of a thread may be one.

    Returns:
        How many rows changed, by file.
    """
    changed = {}
    for path in sorted((data / "editions").rglob("*.parquet")):
        try:
            rows = pl.read_parquet(path)
            about = {"dawnchorus": pl.read_parquet_metadata(path)["dawnchorus"]}
        except (OSError, KeyError, pl.exceptions.PolarsError):
            # Nobody can read it, so nothing of it would be used; but what it holds must not stay.
            path.unlink()
            changed[path] = 0
            continue
        after = _threads(rows, forgotten, names) if "post_ids" in rows.columns else _taken(rows, forgotten)
        if not after.equals(rows):
            with whole_file(path) as temporary:
                after.write_parquet(temporary, compression="zstd", metadata=about)
            changed[path] = rows.height - rows.join(after, on=rows.columns[0], how="semi").height or 1
    return changed


def _threads(rows: pl.DataFrame, forgotten: Forgotten, names: frozenset[str]) -> pl.DataFrame:
    found = []
    for row in rows.iter_rows(named=True):
        posts = [forgotten.alias(post) if forgotten.post(post) else post for post in row["post_ids"] or []]
        if posts and all(post.startswith("gone:") for post in posts):
            continue
        lists = {
            column: [word for word in words if not _named(word, names) and not forgotten.post(word)]
            for column in ("names", "urls", "spoken_of")
            # Editions of before have no column of who is spoken of.
            if (words := row.get(column)) is not None
        }
        # Terms stay beside their weights: a name that is forgotten loses its letters.
        terms = ["…" if _named(term, names) else term for term in row["terms"] or []]
        found.append({**row, **lists, "terms": terms, "post_ids": posts})
    return pl.DataFrame(found, schema=THREADS)


def _named(word: str, names: frozenset[str]) -> bool:
    # Who is spoken of is known by the part before a server's name.
    plain = word.casefold().lstrip("@")
    return plain in names or any(name.split("@")[0].removesuffix(".bsky.social") == plain for name in names)


def _taken(rows: pl.DataFrame, forgotten: Forgotten) -> pl.DataFrame:
    held = {post: forgotten.alias(post) for post in rows["id"].drop_nulls() if forgotten.post(post)}
    return rows.with_columns(pl.col("id").replace(held)).sort("id") if held else rows


def purge_pages(data: Path, forgotten: Forgotten) -> int:
    """Take pages that are forgotten posts out of the list of pages that were linked to; how many."""
    pages = read_pages(data)
    own = [url for url, address in pages.select("url", "address").iter_rows() if forgotten.post(url, address)]
    if own:
        remove_pages(data, own)
    return len(own)


def purge_ledger(ledger: Ledger, path: Path, forgotten: Forgotten, *, pack: bool = True) -> int:
    """Take forgotten posts out of the quarantine and all lists of ids; the inbox is the caller's to empty.

    What language models answered goes as well, with ``pack``: all of it, for nobody can tell from which posts
    words of theirs are. What the calls cost stays.

    What is deleted is written over, the file is packed and its log cut, so that the bytes are gone; without
    ``pack`` only if something was.

    Returns:
        Rows deleted or changed.

    Raises:
        DawnchorusError: Another process holds the file for too long.
    """
    changed = 0
    with ledger.transaction() as db:
        changed += _purge_posts(db, "quarantine", forgotten)
        changed += _purge_posts(db, "inbox", forgotten)
        for table in ("gone", "skipped", "paid", "homes"):
            ids = [id for (id,) in db.execute(f"SELECT DISTINCT id FROM {table}") if forgotten.post(id)]
            for id in ids:
                changed += db.execute(f"DELETE FROM {table} WHERE id = ?", (id,)).rowcount
        if pack:
            changed += _purge_answers(db)
    if not (changed or pack):
        return 0
    try:
        with closing(sqlite3.connect(path, timeout=30, isolation_level=None)) as db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("VACUUM")
            busy, _, _ = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    except sqlite3.Error as error:
        raise DawnchorusError(f"{path}: cannot be packed: {error}; run forget again") from error
    if busy:
        raise DawnchorusError(f"{path}: another program reads it; end it and run forget again")
    return changed


def _purge_answers(db: sqlite3.Connection) -> int:
    """Leave of each call what it took: its answer, its story's name and a server's words may be of a post."""
    return db.execute(
        "UPDATE calls SET completion = '', why = '', about = '',"
        " state = CASE state WHEN 'done' THEN 'forgotten' ELSE state END"
        " WHERE (completion, why, about) <> ('', '', '')"
    ).rowcount


def _purge_posts(db: sqlite3.Connection, table: str, forgotten: Forgotten) -> int:
    changed = 0
    for row, packed in db.execute(f"SELECT rowid, post FROM {table}").fetchall():
        try:
            post = msgspec.json.decode(packed, type=Post)
        except msgspec.DecodeError:
            continue
        kept, _ = forgotten.without(posts_frame([post]))
        if kept.is_empty():
            changed += db.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,)).rowcount
        elif not kept.equals(posts_frame([post])):
            values = {name: value for name, value in kept.row(0, named=True).items() if value is not None}
            again = msgspec.json.encode(values).decode()
            changed += db.execute(f"UPDATE {table} SET post = ? WHERE rowid = ?", (again, row)).rowcount
    return changed
