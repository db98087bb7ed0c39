"""A source of dawnchorus: each message of an mbox file is a post."""

import mailbox
from datetime import UTC
from email import policy
from email.parser import BytesParser
from email.utils import parseaddr
from pathlib import Path

from dawnchorus.errors import SourceError
from dawnchorus.model import Post


class Mbox:
    name = "mbox"

    def __init__(self, *, path):
        self.path = Path(path)

    def fetch(self, window):
        if not self.path.is_file():
            raise SourceError(f"mbox: no file {self.path}; set path under [[sources]]")
        for item in mailbox.mbox(self.path, factory=BytesParser(policy=policy.default).parse):
            sent, body = item["Date"].datetime.astimezone(UTC), item.get_body(("plain",))
            if body is None or not window.start <= sent < window.end:
                continue
            name, address = parseaddr(str(item["From"]))
            text = f"{item['Subject']}\n\n{body.get_content().strip()}"
            yield Post(
                id=f"mbox:{item['Message-ID'].strip('<>')}",
                source="mbox",
                text=text,
                author=address,
                author_name=name or None,
                created_at=sent,
            )
