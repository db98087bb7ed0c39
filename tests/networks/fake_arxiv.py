"""arXiv: the daily RSS of categories (rss.arxiv.org/rss/A+B) and the search API (export.arxiv.org/api/query).

As in info.arxiv.org/help/rss_specifications.html and help/api/user-manual.html. An offer is a paper; its
native is the number, ``created_at`` when it was submitted, ``offered_at`` when it was announced.
``extra``: "category", "kind" ("new", "cross", "replace").
"""

from __future__ import annotations

import re
from datetime import timedelta
from html import escape

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply


class FakeArxiv(FakeServer):
    busy = False  # the API then gives empty pages, as it does
    _page_before: Reply | None = None

    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        if asked.path.startswith("/rss/"):
            return self._rss(asked.path.removeprefix("/rss/").split("+"))
        if asked.path != "/api/query":
            return Reply(status=404, type="text/html")
        if fault == "loop" and self._page_before:
            return self._page_before
        found = self._found(asked.query["search_query"])
        first, size = int(asked.query["start"]), int(asked.query["max_results"])
        page = [] if self.busy else found[first : first + size]
        entries = "".join(_entry(one) for one in page)
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom">'
            "<id>http://arxiv.org/api/q</id><title>arXiv Query</title>"
            f"<opensearch:totalResults>{len(found)}</opensearch:totalResults>"
            f"<opensearch:startIndex>{first}</opensearch:startIndex>{entries}</feed>"
        )
        self._page_before = Reply(body=body.encode(), type="application/atom+xml; charset=UTF-8")
        return self._page_before

    def _found(self, query: str) -> list[Offer]:
        span = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", query)
        assert span, query
        category = re.search(r"cat:(\S+?)\)?(?: |$)", query)
        word = re.search(r'ti:"?([\w ]+)', query)
        found = [
            one
            for one in self.shown
            if span[1] <= f"{one.created_at:%Y%m%d%H%M}" <= span[2]
            and (category is None or one.extra.get("category", "cs.CL") == category[1])
            and (word is None or word[1].lower() in one.text.lower())
        ]
        return sorted(found, key=lambda one: (one.created_at, one.native), reverse=True)

    def _rss(self, categories: list[str]) -> Reply:
        # Made at midnight of the East coast; what was announced on the day before is no longer in it.
        day = (self.now - timedelta(hours=5)).replace(hour=5, minute=0)
        papers = [
            one
            for one in self.shown
            if one.extra.get("category", "cs.CL") in categories and one.offered_at >= day
        ]
        items = "".join(
            f"<item><title>{escape(one.text)}</title><link>https://arxiv.org/abs/{one.native}</link>"
            f"<description>arXiv:{one.native}v1 Announce Type: {one.extra.get('kind', 'new')} \n"
            f"Abstract: We fly\nkites.</description>"
            f'<guid isPermaLink="false">oai:arXiv.org:{one.native}v1</guid>'
            f"<category>{one.extra.get('category', 'cs.CL')}</category>"
            f"<pubDate>{day:%a, %d %b %Y} 00:00:00 -0500</pubDate>"
            f"<arxiv:announce_type>{one.extra.get('kind', 'new')}</arxiv:announce_type>"
            f"<dc:creator>{one.author}, Bo Li</dc:creator></item>"
            for one in sorted(papers, key=lambda one: one.native)
        )
        body = (
            "<?xml version='1.0' encoding='UTF-8'?><rss xmlns:arxiv=\"http://arxiv.org/schemas/atom\" "
            'xmlns:dc="http://purl.org/dc/elements/1.1/" version="2.0"><channel>'
            "<title>updates on arXiv.org</title>"
            "<link>http://rss.arxiv.org/rss/cs.CL</link><description>d</description><language>en-us</language>"
            f"{items}</channel></rss>"
        )
        return Reply(body=body.encode(), type="application/rss+xml")


def _entry(offer: Offer) -> str:
    stamp = f"{offer.created_at:%Y-%m-%dT%H:%M:%SZ}"
    category = offer.extra.get("category", "cs.CL")
    return (
        f"<entry><id>http://arxiv.org/abs/{offer.native}v2</id><updated>{stamp}</updated>"
        f"<published>{stamp}</published>"
        f"<title>{escape(offer.text)}</title><summary>  We fly\n kites.\n</summary>"
        f"<author><name>{offer.author}</name>"
        f"</author><author><name>Bo Li</name></author>"
        f'<link href="http://arxiv.org/abs/{offer.native}v2" '
        f'rel="alternate" type="text/html"/>'
        f'<arxiv:primary_category term="{category}"/><category term="{category}"/>'
        "</entry>"
    )
