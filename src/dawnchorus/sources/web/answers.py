"""What an answer holds, or in one line why it holds nothing of use."""

from __future__ import annotations

from typing import Any

from dawnchorus.errors import SourceError
from dawnchorus.sources.parse import loads
from dawnchorus.visits import Answer


def read_json(answer: Answer, *, what: str) -> Any:
    """The JSON value of ``answer``; ``what`` names it in messages: "mastodon.social, timeline of #ai".

    Raises:
        SourceError: It is empty, a page for people, or cut off.
    """
    body = answer.body.strip()
    if not body:
        raise SourceError(f"{what}: an empty answer instead of JSON; try again later")
    if body.startswith(b"<"):
        raise SourceError(
            f"{what}: a page for people instead of JSON (a login, a block?); open it in a browser"
        )
    try:
        return loads(body)
    except ValueError:
        raise SourceError(f"{what}: JSON that is cut off or damaged; the next run asks again") from None
