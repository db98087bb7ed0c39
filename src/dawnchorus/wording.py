"""Fluent templates of one language, and names of networks: what both reports and their pages word."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from fluent.runtime import FluentBundle, FluentResource

from dawnchorus.model import Lang

LOCALES: dict[Lang, str] = {"zh": "zh-Hans-CN", "en": "en-GB"}

Say = Callable[..., str]
"""``say(key, **values)``: the words of a template, numbers and plurals as CLDR has them."""

_NETWORKS = {
    "x": "X",
    "bluesky": "Bluesky",
    "mastodon": "Mastodon",
    "hackernews": "Hacker News",
    "reddit": "Reddit",
    "rss": "RSS",
    "weibo": "Weibo",
    "weibo-hot": "Weibo hot search",
    "v2ex": "V2EX",
    "arxiv": "arXiv",
    "github": "GitHub",
}
_LABELS = {"twitter": "Twitter", "hn": "Hacker News"}  # what people call networks in labels, besides
_LOCAL_NETWORKS: dict[Lang, dict[str, str]] = {"zh": {"weibo": "微博", "weibo-hot": "微博热搜"}, "en": {}}


@cache
def templates(package: str, name: str, lang: Lang) -> Say:
    """The templates of the file ``name`` in ``package``.

    An unknown key or a missing value is a ``KeyError``: no sentence is published with a hole in it.
    """
    # Isolation marks around values would stand in every comparison of what is printed.
    bundle = FluentBundle([LOCALES[lang]], use_isolating=False)
    bundle.add_resource(FluentResource(files(package).joinpath(name).read_text("utf-8")))

    def say(key: str, **values: object) -> str:
        message = bundle.get_message(key) if bundle.has_message(key) else None
        if message is None or message.value is None:
            raise KeyError(key)
        words, problems = bundle.format_pattern(message.value, values)
        if problems:
            raise KeyError(f"{key}: {problems[0]}")
        return str(words)

    return say


def label_network(label: str, lang: Lang) -> str | None:
    """Name of the network that a label begins with: Twitter of "twitter_ai"; None if it names none."""
    first = re.split("[_-]", label, maxsplit=1)[0]
    if first in _LABELS:
        return _LABELS[first]
    return network_name(first, lang) if first in _NETWORKS else None


def network_name(source: str, lang: Lang) -> str:
    """Name of the network or place of a post's source.

    "x" is X, "reddit:localllama" is Reddit r/localllama, "rss:example.com" is example.com.
    """
    network, _, place = source.partition(":")
    name = _LOCAL_NETWORKS[lang].get(network.lower()) or _NETWORKS.get(network.lower(), network)
    if not place:
        return name
    if network == "rss":
        return place
    return f"{name} r/{place}" if network == "reddit" else f"{name} ({place})"
