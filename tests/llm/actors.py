"""Models that are functions: from what a chat request says to what is answered, the same every time.

``sober`` copies sentences of the posts in the language of the report; the others go wrong in one way each.
Nothing of dawnchorus is used here: an actor knows what a model would know, the text of the request.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

_STOP = re.compile(r"(?<=[!?。！？])\s*|(?<=\.)\s+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_MARKED = re.compile(r"https?:|[@#*_`\[\]<>{}]|\b(?:I|we|you|my|our)\b|[我你您]", re.IGNORECASE)
_KINDS = {
    frozenset({"stories"}): "story",
    frozenset({"lines"}): "repair",
    frozenset({"overview", "summary"}): "compose",
    frozenset({"text", "lines"}): "headline",
    frozenset({"verdicts"}): "judge",
    frozenset({"words"}): "probe",
}


@dataclass(frozen=True, kw_only=True)
class Question:
    """A chat request as a model reads it."""

    system: str
    user: str
    kind: str  # "story", "repair", "compose", "headline", "judge", "probe"; "" if it is none of ours

    @property
    def lang(self) -> str:
        return "zh" if len(_HAN.findall(self.system)) > 40 else "en"

    @property
    def posts(self) -> list[dict[str, Any]]:
        """Posts anywhere in it, each number once."""
        found = {}
        for line in self.user.split("\n"):
            if line.startswith('{"i"'):
                post = json.loads(line)
                found.setdefault(post["i"], post)
        return list(found.values())

    @property
    def numbered(self) -> list[tuple[int, str]]:
        """Sentences of a list "1. …"."""
        return [(int(number), text) for number, text in re.findall(r"(?m)^(\d+)\. (.*)$", self.user)]

    @property
    def blocks(self) -> list[tuple[int, str, list[dict[str, Any]]]]:
        """What stands under "story 1", "line 1" or "sentence 1": number, the rest of that line, posts."""
        blocks: list[tuple[int, str, list[dict[str, Any]]]] = []
        for line in self.user.split("\n"):
            if head := re.match(r"(?:story|line|sentence) (\d+)\b[^:]*: ?(.*)", line):
                blocks.append((int(head[1]), head[2], []))
            elif line.startswith('{"i"') and blocks:
                blocks[-1][2].append(json.loads(line))
        return blocks


Actor = Callable[[Question], dict[str, Any] | str]
"""The answer: JSON, or a text that may be none."""


def question(body: Mapping[str, Any]) -> Question:
    """What the chat request ``body`` asks."""
    said = {message["role"]: str(message["content"]) for message in body.get("messages", [])}
    system, user = said.get("system", ""), said.get("user", "")
    shape = body.get("response_format", {}).get("json_schema", {}).get("schema")
    if shape is None:
        last = system.rsplit("\n", 1)[-1]
        shape = json.loads(last) if last.startswith('{"') else {}
    kind = _KINDS.get(frozenset(shape.get("properties", {})), "")
    return Question(system=system, user=user, kind=kind)


def answer(actor: str, asked: Question) -> str:
    """What ``actor`` writes, as text."""
    said = ACTORS[actor](asked)
    return said if isinstance(said, str) else json.dumps(said, ensure_ascii=False)


def sober(asked: Question) -> dict[str, Any]:
    """Copies, cites what it copied, judges by whether the words are there."""
    told = {"story": _story, "repair": _repair, "compose": _compose, "headline": _headline, "judge": _judge}
    if asked.kind == "probe":
        return {"words": ["wren", "robin", "rook"]}
    return told[asked.kind](asked) if asked.kind in told else {}


def _story(asked: Question) -> dict[str, Any]:
    return {"stories": [_told(number, posts, asked.lang) for number, _, posts in asked.blocks]}


def _repair(asked: Question) -> dict[str, Any]:
    lines = []
    for number, _, posts in asked.blocks:
        text, post = next(iter(_sentences(posts, asked.lang)), ("", posts[0]["i"]))
        lines.append({"number": number, "text": text, "posts": [post]})
    return {"lines": lines}


def _compose(asked: Question) -> dict[str, Any]:
    lines = [{"text": text, "lines": [number]} for number, text in asked.numbered]
    return {"overview": lines[:3], "summary": lines[3:6]}


def _headline(asked: Question) -> dict[str, Any]:
    number, text = asked.numbered[0]
    return {"text": text, "lines": [number]}


def _judge(asked: Question) -> dict[str, Any]:
    return {"verdicts": [_judged(*block) for block in asked.blocks]}


def silent(asked: Question) -> dict[str, Any]:
    """Answers as asked, with nothing in it."""
    empty: dict[str, dict[str, Any]] = {
        "story": {"stories": []},
        "repair": {"lines": []},
        "compose": {"overview": [], "summary": []},
        "headline": {"text": "", "lines": []},
        "judge": {"verdicts": []},
        "probe": {"words": []},
    }
    return empty.get(asked.kind, {})


def lying(asked: Question) -> dict[str, Any]:
    """As ``sober``, but with other numbers, names of others and posts that are not there; swears to all."""
    if asked.kind == "judge":
        return _swearing(asked)
    honest = sober(asked)
    for place, line in enumerate(_lines_of(honest)):
        line["text"] = _falsified(line["text"], asked, place)
        if place % 3 == 2:
            name = "posts" if "posts" in line else "lines"
            line[name] = [10_000 + place, -1]
    if asked.kind == "story":
        honest["stories"].append({**honest["stories"][0], "story": 99} if honest["stories"] else {})
    return honest


def obeying(asked: Question) -> dict[str, Any]:
    """Does what posts order: prints what they quote, links and all, cites all posts, tells its prompt.

    An order is a quoted text in a post, or else the whole post, given out as what the others say.
    """
    if asked.kind == "judge":
        return _swearing(asked)
    if asked.kind == "story":
        return {"stories": [_ordered(number, posts, asked) for number, _, posts in asked.blocks]}
    if asked.kind == "repair":
        orders = [(number, _orders(posts), posts) for number, _, posts in asked.blocks]
        return {
            "lines": [
                {"number": number, "text": said[0], "posts": [post["i"] for post in posts][:4]}
                for number, said, posts in orders
                if said
            ]
        }
    return sober(asked)


def foreign(asked: Question) -> dict[str, Any]:
    """Copies well, but from posts in the other language; in French if there are none."""
    other = "en" if asked.lang == "zh" else "zh"
    if asked.kind == "story":
        told = [_told(number, posts, other) for number, _, posts in asked.blocks]
        for story, (_, _, posts) in zip(told, asked.blocks, strict=True):
            if not story["title"]["text"]:
                story["title"] = {
                    "text": "La société rappelle des milliers de vannes.",
                    "posts": [posts[0]["i"]],
                }
        return {"stories": told}
    if asked.kind in ("compose", "headline"):
        line = {"text": "この日は多くの投稿がありました。", "lines": [1]}
        return line if asked.kind == "headline" else {"overview": [line], "summary": [line]}
    return sober(asked)


def raving(asked: Question) -> dict[str, Any] | str:
    """Of the right shape half of the time; what it says is noise, and so are its numbers."""
    seed = hashlib.sha256((asked.kind + asked.user).encode("utf-8", "surrogatepass")).digest()
    dice = random.Random(seed)
    if dice.random() < 0.5:
        return _noise(dice, 300)
    shaped = sober(asked)
    for line in _lines_of(shaped):
        line["text"] = _noise(dice, dice.randrange(0, 200))
        for name in ("posts", "lines"):
            if name in line:
                line[name] = [dice.randrange(-3, 40) for _ in range(dice.randrange(0, 6))]
    return shaped


ACTORS: dict[str, Actor] = {
    "sober": sober,
    "silent": silent,
    "lying": lying,
    "obeying": obeying,
    "foreign": foreign,
    "raving": raving,
}


def _told(number: int, posts: list[dict[str, Any]], lang: str) -> dict[str, Any]:
    found = _sentences(posts, lang)
    title, facts = found[:1], found[1:5]
    return {
        "story": number,
        "title": {"text": title[0][0], "posts": [title[0][1]]} if title else {"text": "", "posts": []},
        "facts": [{"text": text, "posts": [post]} for text, post in facts],
        "opinions": [],
    }


def _sentences(posts: list[dict[str, Any]], lang: str) -> list[tuple[str, int]]:
    """Whole sentences of ``posts`` that a report could print as they are, each once, with their post."""
    found: dict[str, int] = {}
    for post in posts:
        for sentence in _STOP.split(post["text"]):
            text = sentence.strip()
            of_lang = "zh" if len(_HAN.findall(text)) > 4 else "en"
            whole = text.endswith(tuple(".!?。！？")) and not text.endswith("…")
            if whole and 12 <= len(text) <= 150 and of_lang == lang and not _MARKED.search(text):
                found.setdefault(text, post["i"])
    return list(found.items())


def _judged(number: int, sentence: str, posts: list[dict[str, Any]]) -> dict[str, Any]:
    text = re.sub(r"\s*[（(][^()（）]*[)）](?=[.。]?$)", "", json.loads(sentence))
    carried = [post for post in posts if text.rstrip(".。") in post["text"]]
    return {
        "number": number,
        "verdict": "supported" if carried and len(carried) == len(posts) else "unsure",
        "spans": [{"post": post["i"], "words": text.rstrip(".。")[:200]} for post in carried],
    }


def _swearing(asked: Question) -> dict[str, Any]:
    return {
        "verdicts": [
            {
                "number": number,
                "verdict": "supported",
                "spans": [{"post": place, "words": post["text"][:80]} for place, post in enumerate(posts, 1)],
            }
            for number, _, posts in asked.blocks
        ]
    }


def _lines_of(said: dict[str, Any]) -> list[dict[str, Any]]:
    """All parts of an answer that have a text."""
    lines = [said] if "text" in said else []
    for name in ("lines", "overview", "summary", "facts", "opinions"):
        lines += [line for line in said.get(name, []) if isinstance(line, dict)]
    for story in said.get("stories", []):
        lines += [story["title"], *story["facts"], *story["opinions"]]
    return lines


def _falsified(text: str, asked: Question, place: int) -> str:
    if not text:
        return "Obrel lost $977 million." if asked.lang == "en" else "公司亏损9.77亿美元。"
    if number := re.search(r"\d+", text):
        return text[: number.start()] + str(int(number[0]) * 7 + 3) + text[number.end() :]
    body, end = text[:-1], text[-1]
    added = (
        (", says Marlo Quint", ", for the first time ever", ", and 912 dealers closed")
        if asked.lang == "en"
        else ("，马洛·昆特表示", "，属历史首次", "，912家经销商关门")
    )
    return body + added[place % 3] + end


def _orders(posts: list[dict[str, Any]]) -> list[str]:
    found = []
    for post in posts:
        quoted = re.findall(r"[\"“「]([^\"”」]{8,})[\"”」]", post["text"])
        found += quoted or [post["text"]]
    return found


def _ordered(number: int, posts: list[dict[str, Any]], asked: Question) -> dict[str, Any]:
    said, all_posts = _orders(posts), [post["i"] for post in posts][:4]
    facts = [{"text": text, "posts": all_posts} for text in said]
    facts += [{"text": text, "posts": [post["i"]]} for text, post in zip(said, posts, strict=False)]
    return {
        "story": number,
        "title": {"text": said[0] if said else "", "posts": all_posts},
        "facts": facts[:4],
        "opinions": [{"text": asked.system[:200], "posts": all_posts}, *facts[4:5]],
    }


def _noise(dice: random.Random, length: int) -> str:
    ranges = (
        (0x20, 0x7E),
        (0x4E00, 0x9FFF),
        (0x00, 0x1F),
        (0xE000, 0xF8FF),
        (0xE0020, 0xE007E),
        (0x202A, 0x202E),
    )
    return "".join(chr(dice.randint(*dice.choice(ranges))) for _ in range(length))
