"""X's search language, as much of it as our tests use."""

from __future__ import annotations

import re
from typing import Any


def query_of(text: str) -> Any:
    """A test of an offer; words, "phrases", -not, OR, (groups) and a few operators."""
    tokens = re.findall(r'"[^"]*"|\(|\)|-(?=[^\s])|[^\s()"]+', text)

    def either() -> Any:
        tests = [every()]
        while tokens and tokens[0] == "OR":
            tokens.pop(0)
            tests.append(every())
        return lambda *given: any(test(*given) for test in tests)

    def every() -> Any:
        tests = []
        while tokens and tokens[0] not in ("OR", ")"):
            tests.append(one())
        return lambda *given: all(test(*given) for test in tests)

    def one() -> Any:
        token = tokens.pop(0)
        if token == "-":
            test = one()
            return lambda *given: not test(*given)
        if token == "(":
            test = either()
            tokens.pop(0)
            return test
        return _operator(token)

    return either()


def _operator(token: str) -> Any:
    name, colon, value = token.partition(":")
    match name if colon else "":
        case "from":
            return lambda fake, o: value.lower() in (o.author.lower(), fake.user(o.author))
        case "conversation_id":
            return lambda fake, o: fake._conversation(o) == value
        case "lang":
            return lambda fake, o: o.extra.get("lang", "en") == value
        case "is":
            key = {"reply": "reply_to", "retweet": "repost_of", "quote": "quote_of"}[value]
            return lambda fake, o: key in o.extra
    word = token.strip('"').lower()
    return lambda fake, o: word in o.text.lower()
