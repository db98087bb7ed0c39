"""Where links of posts lead and what is there, as far as an edition knows."""

from __future__ import annotations

import polars as pl

from dawnchorus.pipeline.job import Job
from dawnchorus.store.pages import PAGES, read_pages
from dawnchorus.tables import empty


def known_pages(job: Job) -> pl.DataFrame:
    """``url``, ``address``, ``title`` and ``site`` of pages that posts of the job's days and before link to.

    None if the topic does not want its links opened.
    """
    pages = read_pages(job.data, until=job.window.last) if job.topic.fetch.links else empty(PAGES)
    return pages.select("url", "address", "title", "site")
