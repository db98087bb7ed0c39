"""Ways from a file of posts to the story of each: ours, and what people use instead.

A way is a function of the path of a file in our form and of a seed. It gives the name of a result and the
label of each line, in order, -1 or null for a post on its own; a way that can go on from its result gives
another after it, whose cost holds the first's. Where linear algebra is a library's it has one thread: a
second waits busily and would count.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from threadpoolctl import threadpool_limits

Labels = pl.Series
SINGLE, ALIKE = 0.25, 0.4
"""Cosines from which these join, the best of .2 to .8 on Tweet89 and a made-up day: kind to them."""
Results = Iterator[tuple[str, Labels]]
Way = Callable[[Path, int], Results]


class Nobody:
    """Nobody watches."""

    def step(self, name: str) -> None: ...

    def note(self, line: str) -> None: ...

    def doing(self, line: str) -> None: ...


def dawnchorus(path: Path, _: int) -> Results:
    from dawnchorus.pipeline.assign import assign_posts  # noqa: PLC0415
    from dawnchorus.pipeline.group import Asked  # noqa: PLC0415

    yield "dawnchorus", assign_posts(Asked(inputs=[str(path)]), tell=Nobody())["story"]


@dataclass(frozen=True)
class Prepared:
    """Posts of a file without copies, earliest first, and their terms, as the stages have them."""

    read: pl.DataFrame
    kept: pl.DataFrame  # with ``root``, the post it copies or itself
    posts: pl.DataFrame
    seconds: np.ndarray[Any, Any]
    terms: Any


def prepared(path: Path) -> Prepared:
    from dawnchorus.pipeline.prepare import read_files  # noqa: PLC0415
    from dawnchorus.posts.clean import clean  # noqa: PLC0415
    from dawnchorus.posts.duplicates import find_duplicates  # noqa: PLC0415
    from dawnchorus.stories.cluster import roots, said  # noqa: PLC0415
    from dawnchorus.stories.features import features  # noqa: PLC0415
    from dawnchorus.stories.terms import text_terms  # noqa: PLC0415

    read = read_files([str(path)]).posts
    kept = find_duplicates(clean(read.sort("created_at", "id"))[0].with_columns(language=pl.col("lang")))
    kept = kept.with_columns(root=roots(kept))
    posts = kept.filter(pl.col("id") == pl.col("root"))
    seconds = (posts["created_at"].dt.epoch("ms") / 1000).fill_null(0.0).to_numpy(writable=True)
    return Prepared(read, kept, posts, seconds, text_terms(said(posts, {}), features(posts)))


def nearest(ready: Prepared, *, count: int) -> tuple[Any, Any]:
    """The nearest earlier posts of a day, over our index."""
    from dawnchorus.stories.neighbours import Spans, nearest_earlier  # noqa: PLC0415

    matrix = ready.terms.matrix
    return nearest_earlier(
        matrix, Spans(ready.seconds, ready.seconds.copy()), count=count, window_seconds=86_400.0,
        postings=400, reads=1000, evidence=np.ones(matrix.shape[1], np.float32), needed=0.0,
    )  # fmt: skip


def all_nearest(rows: Any, *, count: int, least: float) -> Any:
    """The nearest of all pairs of rows; neither a window nor a cap."""
    from sparse_dot_topn import sp_matmul_topn  # noqa: PLC0415

    return sp_matmul_topn(rows, rows.T.tocsr(), top_n=count + 1, threshold=least, n_threads=1)


def single_pass(path: Path, _: int) -> Results:
    """First-story detection: each post joins the story of its nearest earlier post, or begins one.

    On our terms and copies and over our index: what it saves is all that comes after the neighbours.
    """
    ready = prepared(path)
    near, cosine = nearest(ready, count=1)
    row = np.nonzero((near[:, 0] >= 0) & (cosine[:, 0] >= SINGLE))[0]
    pairs = coo_matrix((np.ones(len(row)), (row, near[row, 0])), shape=(len(near),) * 2)
    labels = pl.Series(connected_components(pairs, directed=False)[1])
    story = ready.posts.select(root="id", story=labels)
    found = ready.kept.join(story, on="root", how="left").select("id", "story")
    yield "single pass", ready.read.join(found, on="id", how="left", maintain_order="left")["story"]


def all_pairs(path: Path, _: int) -> Results:
    """The nearest of all pairs by runs of three characters, joined where alike, as string_grouper has it."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415

    rows = TfidfVectorizer(analyzer="char", ngram_range=(3, 3), dtype=np.float32).fit_transform(texts(path))
    pairs = all_nearest(rows, count=8, least=ALIKE)
    yield "sparse_dot_topn, joined", pl.Series(connected_components(pairs, directed=False)[1])


def bertopic(path: Path, seed: int) -> Results:
    import topics  # noqa: PLC0415 - torch: seconds to import

    said = texts(path)
    with threadpool_limits(1):
        vectors = topics.embed(said)
        model, found = topics.default(said, vectors, seed=seed)
    yield "BERTopic", pl.Series(found)
    if -1 in found and max(found) >= 0:
        found = model.reduce_outliers(said, found)
    yield "  and reduce_outliers", pl.Series(found)


def bertopic_light(path: Path, seed: int) -> Results:
    import topics  # noqa: PLC0415

    with threadpool_limits(1):
        yield "BERTopic, SVD, HDBSCAN", pl.Series(topics.small_vectors(texts(path), seed=seed))


def bertopic_k_means(path: Path, seed: int) -> Results:
    import topics  # noqa: PLC0415

    with threadpool_limits(1):
        yield "BERTopic, SVD, k-means", pl.Series(topics.small_vectors_k_means(texts(path), seed=seed))


def texts(path: Path) -> list[str]:
    return pl.read_ndjson(path, schema={"text": pl.String})["text"].to_list()


OTHERS: dict[str, Way] = {
    "single pass": single_pass,
    "sparse_dot_topn": all_pairs,
    "bertopic": bertopic,
    "bertopic-svd-hdbscan": bertopic_light,
    "bertopic-svd-kmeans": bertopic_k_means,
}
