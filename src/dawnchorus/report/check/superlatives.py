"""Rule: what is called the first, the most, the only one or a record is called so in the cited posts.

Catches superlatives by kind (first, only, record, most, turning point), Chinese 最 and English -est of any
word, and those that reach further than the posts do: "the lowest ever" of "the lowest since May". What is
the highest of the figures that the posts list (extremes.py) needs no such word there. Can't tell whether
the posts say it of the same thing, nor a rank in free words ("eats its rivals for breakfast").
"""

from __future__ import annotations

import re

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.extremes import is_extreme, tells_figures
from dawnchorus.report.check.finding import Finding
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.lexicon import counterparts, entry

_CLAUSE_END = re.compile(r"[,，.。;；:：!?！？](?!\d)")
_NUMBER = re.compile(r"\d|[一二两三四五六七八九十百千万亿]{2}")


def check_superlatives(claim: Claim, ground: Ground) -> list[Finding]:
    """A superlative needs one in the posts, of the same kind and reaching as far."""
    text, posts = _open(_plain(claim.open_text), "no_superlative"), _plain(ground.text)
    for kind, words in counterparts("superlatives", "superlative").items():
        match = words.said.match(text)
        if match is None:
            continue
        word = claim.open_text[match.start() : match.end()].strip()
        clause = _clause(text, match.start(), match.end())
        if not words.known.first(posts):
            # "The best score was 51%" may be the highest of the figures that the posts give.
            own = kind == "most" and not _reaches(clause)
            if own and is_extreme(word, match.start(), claim, ground):
                continue
            weak = own and (_NUMBER.search(clause) or tells_figures(word, match.start(), claim, ground))
            return [_finding(word, "the cited posts hold no such claim", weak=bool(weak))]
        wider = _wider(clause, posts) if kind == "most" else None
        if wider:
            return [_finding(word, f'no cited post says it of that many ("{wider}")', weak=False)]
    return []


def _finding(word: str, detail: str, *, weak: bool) -> Finding:
    return Finding(
        rule="superlative",
        words=word,
        detail=f"{word}: {detail}",
        level="escalated" if weak else "rejected",
        signal="superlative.of_figures" if weak else "superlative",
    )


def _scope(clause: str) -> dict[str, str]:
    """How far the superlative of a clause is said to reach: words by kind of scope."""
    scopes = counterparts("superlatives", "scope")
    return {kind: word for kind, words in scopes.items() if (word := words.said.first(clause))}


def _reaches(clause: str) -> bool:
    return bool(_scope(clause)) or entry("superlatives", "span").first(clause) is not None


def _wider(clause: str, posts: str) -> str | None:
    """The words by which the clause reaches further than the posts."""
    scopes = counterparts("superlatives", "scope")
    return next(
        (word for kind, word in _scope(clause).items() if not scopes[kind].known.first(posts)),
        None,
    )


def _clause(text: str, start: int, end: int) -> str:
    before = [match.end() for match in _CLAUSE_END.finditer(text, 0, start)]
    after = _CLAUSE_END.search(text, end)
    return text[before[-1] if before else 0 : after.start() if after else len(text)]


def _plain(text: str) -> str:
    """``text`` in Simplified characters, without words that hold no superlative: 首席, "latest"."""
    return _open(dictionary().simplified(text), "no_word")


def _open(text: str, form: str) -> str:
    """``text`` with the words of an entry made unreadable; positions stay."""
    return entry("superlatives", form).pattern.sub(lambda match: "\0" * len(match.group()), text)
