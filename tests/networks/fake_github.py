"""GitHub's releases.atom and tags.atom: ten entries, dated by "updated" alone.

An offer is a release; its native is the tag. ``extra``: "repo" ("kites/Wind" unless told), "title".
"""

from __future__ import annotations

from html import escape

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply


class FakeGitHub(FakeServer):
    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        owner, _, rest = asked.path.strip("/").partition("/")
        name, _, kind = rest.partition("/")
        repo = f"{owner}/{name}"
        known = {one.extra.get("repo", "kites/Wind") for one in self.offers}
        if repo not in known or kind not in ("releases.atom", "tags.atom"):
            return Reply(status=404, body=b"Not Found", type="text/plain")
        found = [one for one in self.shown if one.extra.get("repo", "kites/Wind") == repo]
        found.sort(key=lambda one: (one.created_at, one.native), reverse=True)
        body = (
            '<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom" '
            'xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">'
            f"<id>tag:github.com,2008:https://github.com/{repo}/releases</id>"
            f'<link type="text/html" rel="alternate" href="https://github.com/{repo}/releases"/>'
            f"<title>Release notes from {name}</title>"
            f"{''.join(_entry(one, repo) for one in found[:10])}</feed>"
        )
        return Reply(body=body.encode(), type="application/atom+xml; charset=utf-8")


def _entry(offer: Offer, repo: str) -> str:
    return (
        f"<entry><id>tag:github.com,2008:Repository/1/{offer.native}</id>"
        f"<updated>{offer.created_at:%Y-%m-%dT%H:%M:%SZ}</updated>"
        f'<link rel="alternate" type="text/html" '
        f'href="https://github.com/{repo}/releases/tag/{offer.native}"/>'
        f"<title>{escape(offer.extra.get('title', offer.native))}</title>"
        f'<content type="html">{escape(f"<p>{offer.text}</p>")}</content>'
        f"<author><name>{offer.author}</name></author></entry>"
    )
