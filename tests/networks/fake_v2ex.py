"""V2EX's API v1: topics/hot.json (10), topics/latest.json (20) and topics/show.json of a node.

``extra`` of an offer: "node", "html", "replies", "deleted".
"""

from __future__ import annotations

from typing import Any

from tests.networks.server import Asked, FakeServer, Fault, Offer, Reply, json_reply


class FakeV2ex(FakeServer):
    def answer(self, asked: Asked, fault: Fault | None) -> Reply:
        newest = sorted(self.shown, key=lambda one: (one.created_at, one.native), reverse=True)
        if asked.path == "/api/topics/latest.json":
            found = newest[:20]
        elif asked.path == "/api/topics/hot.json":
            found = sorted(newest, key=lambda one: -one.extra.get("replies", 0))[:10]
        elif asked.path == "/api/topics/show.json" and "node_name" in asked.query:
            found = [one for one in newest if node(one) == asked.query["node_name"]][:20]
        else:
            return json_reply({"status": "error", "message": "Object Not Found"}, status=404)
        return json_reply(
            [self.topic(one) for one in found],
            **{"X-Rate-Limit-Limit": "120", "X-Rate-Limit-Remaining": "116"},
        )

    def topic(self, offer: Offer) -> dict[str, Any]:
        created = int(offer.created_at.timestamp())
        return {
            "node": {"id": 12, "name": node(offer), "title": "问与答", "url": f"https://www.v2ex.com/go/{node(offer)}"},
            "member": {"id": 1, "username": offer.author, "url": f"https://www.v2ex.com/u/{offer.author}"},
            "last_reply_by": "",
            "last_touched": created,
            "title": offer.text,
            "url": f"https://www.v2ex.com/t/{offer.native}",
            "created": created,
            "deleted": offer.extra.get("deleted", 0),
            "content": "",
            "content_rendered": offer.extra.get("html", ""),
            "last_modified": created,
            "replies": offer.extra.get("replies", 0),
            "id": int(offer.native),
        }  # fmt: skip


def node(offer: Offer) -> str:
    return offer.extra.get("node", "qna")
