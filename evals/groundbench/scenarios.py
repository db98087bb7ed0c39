"""Scenarios read from their YAML files; whatever is wrong is told with file, line and key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Literal, get_args

import yaml

Third = Literal["tune", "held", "sealed"]
Group = Literal["supported", "paraphrase", "faulty", "derived"]
THIRDS: tuple[Third, ...] = get_args(Third)

SUPPORTED_KINDS = (
    *("plain", "paraphrase", "fused", "unit", "rounding", "words", "relative_date", "alias"),
    *("translated_quote", "verbatim_quote", "hedge", "voices", "negation", "comparison"),
)
FAULTY_KINDS = (
    *("number", "unit", "date", "foreign_name", "quote_fabricated", "quote_altered", "wrong_post"),
    *("superlative", "sources", "one_as_many", "hint_as_fact", "advice", "trend"),
    *("negation", "roles", "attribution", "comparison", "misplaced_name", "category", "cause", "population"),
    *("embellishment", "merged", "not_cited", "future_as_past", "claim_as_proven", "old_as_new"),
)
LANGUAGES = ("zh", "en")

HERE = Path(__file__).parent / "scenarios"


class BrokenScenarios(ValueError):
    """Scenarios that do not keep to their form; one line a fault."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """An invented post."""

    key: str  # "p1"
    author: str  # handle
    name: str
    at: datetime  # aware
    lang: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a report with the posts it cites, and whether they bear it out."""

    id: str  # "a03/s1", "a03/paraphrases/2", "a03/faulty/17", "a03/s1~number" of a derived one
    where: str  # "a03.yaml:27"
    group: Group
    kind: str
    lang: str
    text: str
    posts: tuple[Post, ...]
    day: date  # of the edition, Asia/Shanghai
    third: Third

    @property
    def pair(self) -> str:
        """Language of the sentence and of its posts: "zh-en", "zh-mixed"."""
        langs = {post.lang for post in self.posts}
        return f"{self.lang}-{langs.pop() if len(langs) == 1 else 'mixed'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Posts of one event and sentences written on them."""

    id: str
    field: str
    day: date
    third: Third
    posts: Mapping[str, Post]
    sentences: tuple[Sentence, ...]  # in the order of the file


def third_of(scenario: str) -> Third:
    """The part a scenario belongs to: its number modulo 3, so that each writer is in all of them.

    Those of the writers f and later came after the first round of rules and were opened one by one.
    """
    later: dict[str, Third] = dict.fromkeys("fghijk", "held")
    return later.get(scenario[0]) or ("sealed", "tune", "held")[int(scenario[1:]) % 3]


def load(folder: Path = HERE) -> tuple[Scenario, ...]:
    """All scenarios of ``folder`` by name.

    Raises:
        BrokenScenarios: Some do not keep to their form; every fault of every file is told.
    """
    faults: list[str] = []
    found = [_Reader(path, faults).scenario() for path in sorted(folder.glob("*.yaml"))]
    if not found:
        faults.append(f"{folder}: no scenarios (*.yaml)")
    if faults:
        raise BrokenScenarios(faults)
    return tuple(scenario for scenario in found if scenario is not None)


_KEYS = ("id", "field", "day", "posts", "supported", "paraphrases", "faulty")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_Fields = dict[str, yaml.Node]


class _Reader:
    """One file; faults are noted and reading goes on, so that a writer sees all of them at once."""

    def __init__(self, path: Path, faults: list[str]) -> None:
        self.path = path
        self.faults = faults
        self.posts: dict[str, Post] = {}
        self.based: dict[str, Sentence] = {}  # supported sentences by key
        self.said: dict[tuple[str, frozenset[str]], str] = {}  # text and posts -> where

    def scenario(self) -> Scenario | None:
        """The file's scenario, None if it has a fault."""
        before = len(self.faults)
        root = self._root()
        if root is None:
            return None
        fields = self._fields(root, "the file", _KEYS)
        name = self._text(fields.get("id"), "id")
        if name and (name != self.path.stem or not re.fullmatch(r"[a-z]\d\d", name)):
            self._fault(fields["id"], "id", f"{name!r} is not the file's name, a letter and two digits")
        field, day = self._text(fields.get("field"), "field"), self._day(fields.get("day"))
        self.posts = dict(self._posts(fields.get("posts")))
        if len(self.faults) > before or day is None:
            return None  # the rest would be told over and over
        third = third_of(name)
        sentences = tuple(self._sentences(fields, name, day, third))
        if len(self.faults) > before:
            return None
        return Scenario(id=name, field=field, day=day, third=third, posts=self.posts, sentences=sentences)

    def _root(self) -> yaml.Node | None:
        try:
            # The C parser, where there is one, is ten times as fast.
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            root: yaml.Node | None = yaml.compose(self.path.read_text(encoding="utf-8"), Loader=loader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self.faults.append(f"{self.path.name}:{line}: not YAML: {error.problem}")
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            self.faults.append(f"{self.path.name}: not YAML in UTF-8: {error}")
        else:
            if root is None:
                self.faults.append(f"{self.path.name}: empty")
            return root
        return None

    def _posts(self, node: yaml.Node | None) -> Iterator[tuple[str, Post]]:
        for key, entry in self._fields(node, "posts").items():
            where = f"posts.{key}"
            if not re.fullmatch(r"p\d+", key):
                self._fault(entry, where, "a post is named p1, p2, …")
            fields = self._fields(entry, where, ("author", "name", "at", "lang", "text"))
            text = {name: self._text(value, f"{where}.{name}") for name, value in fields.items()}
            if not all(map(text.get, ("author", "name", "at", "lang", "text"))):
                continue
            self._one_of(fields["lang"], f"{where}.lang", LANGUAGES)
            try:
                at = datetime.fromisoformat(text["at"])
                if at.tzinfo is None:
                    raise ValueError("no zone")
            except ValueError:
                self._fault(fields["at"], f"{where}.at", f"{text['at']!r} is no time with a zone")
                continue
            author, name, lang = text["author"], text["name"], text["lang"]
            yield key, Post(key=key, author=author, name=name, at=at, lang=lang, text=text["text"])

    def _sentences(self, fields: _Fields, name: str, day: date, third: Third) -> Iterator[Sentence]:
        for group, where, entry, parts in self._entries(fields):
            base = self._base(parts.get("of"), where)
            if "of" in parts and base is None:
                continue
            if base is None and not {"lang", "posts"} <= set(parts):
                self._fault(
                    entry, where, "has neither of: a supported sentence, nor lang: and posts: of its own"
                )
                continue
            if group == "paraphrase" and base is not None:
                kind = base.kind
            else:
                known = FAULTY_KINDS if group == "faulty" else SUPPORTED_KINDS
                kind = self._one_of(parts.get("kind"), f"{where}.kind", known)
            lang = self._one_of(parts.get("lang"), f"{where}.lang", LANGUAGES)
            sentence = Sentence(
                id=f"{name}/{where.removeprefix('supported.').replace('.', '/')}",
                where=f"{self.path.name}:{entry.start_mark.line + 1}",
                group=group,
                kind=kind,
                lang=lang or (base.lang if base else ""),
                text=self._text(parts.get("text"), f"{where}.text"),
                posts=self._cited(parts["posts"], where) if "posts" in parts else base.posts if base else (),
                day=day,
                third=third,
            )
            self._look_over(sentence, entry, where)
            if group == "supported":
                self.based[where.removeprefix("supported.")] = sentence
            yield sentence

    def _entries(self, fields: _Fields) -> Iterator[tuple[Group, str, yaml.Node, _Fields]]:
        """Group, key, node and parts of each sentence, supported ones first."""
        for key, entry in self._fields(fields.get("supported"), "supported").items():
            where = f"supported.{key}"
            if not re.fullmatch(r"s\d+", key):
                self._fault(entry, where, "a supported sentence is named s1, s2, …")
            yield "supported", where, entry, self._fields(entry, where, ("lang", "posts", "kind", "text"))
        for number, entry in enumerate(self._items(fields.get("paraphrases"), "paraphrases"), start=1):
            where = f"paraphrases.{number}"
            yield "paraphrase", where, entry, self._fields(entry, where, ("of", "text"), ("lang",))
        for number, entry in enumerate(self._items(fields.get("faulty"), "faulty"), start=1):
            where = f"faulty.{number}"
            yield (
                "faulty",
                where,
                entry,
                self._fields(entry, where, ("kind", "text"), ("of", "lang", "posts")),
            )

    def _look_over(self, sentence: Sentence, entry: yaml.Node, where: str) -> None:
        """Slips of the pen: a wrong language, one sentence twice, a fault that is none."""
        if sentence.text and sentence.lang == "zh" and not _HAN.search(sentence.text):
            self._fault(entry, where, "lang is zh, but there is no Chinese character in it")
        same = sentence.text, frozenset(post.key for post in sentence.posts)
        if same in self.said:
            self._fault(entry, where, f"says the same as {self.said[same]}, of the same posts")
        self.said[same] = where

    def _base(self, node: yaml.Node | None, where: str) -> Sentence | None:
        if node is None:
            return None
        key = self._text(node, f"{where}.of")
        if key and key not in self.based:
            self._fault(node, f"{where}.of", f"no supported sentence {key}")
        return self.based.get(key)

    def _cited(self, node: yaml.Node, where: str) -> tuple[Post, ...]:
        keys = [self._text(item, f"{where}.posts") for item in self._items(node, f"{where}.posts")]
        for key in keys:
            if key and key not in self.posts:
                self._fault(node, f"{where}.posts", f"no post {key}")
        if not keys or len(set(keys)) < len(keys):
            self._fault(node, f"{where}.posts", "none" if not keys else "a post twice")
        return tuple(self.posts[key] for key in keys if key in self.posts)

    def _day(self, node: yaml.Node | None) -> date | None:
        text = self._text(node, "day")
        try:
            return date.fromisoformat(text)
        except ValueError:
            if node is not None and text:
                self._fault(node, "day", f"{text!r} is no day such as 2026-03-10")
            return None

    def _one_of(self, node: yaml.Node | None, where: str, known: tuple[str, ...]) -> str:
        text = self._text(node, where)
        if node is not None and text and text not in known:
            self._fault(node, where, f"{text!r} is none of {', '.join(known)}")
        return text

    def _fields(
        self,
        node: yaml.Node | None,
        where: str,
        needed: tuple[str, ...] = (),
        others: tuple[str, ...] = (),
    ) -> _Fields:
        """Keys and values of a mapping; with ``needed`` no keys but those and ``others`` may stand in it."""
        if not isinstance(node, yaml.MappingNode):
            if node is not None:  # else missing, told already
                self._fault(node, where, "not a mapping (key: value)")
            return {}
        found: _Fields = {}
        for key, value in node.value:
            name = str(key.value)
            if name in found:
                # YAML itself would let the second one replace the first in silence.
                self._fault(key, f"{where}.{name}", "stands here twice")
            if needed and name not in (*needed, *others):
                self._fault(key, f"{where}.{name}", "unknown key")
            found[name] = value
        for name in needed:
            if name not in found:
                self._fault(node, where, f"{name} is missing")
        return found

    def _items(self, node: yaml.Node | None, where: str) -> list[yaml.Node]:
        if not isinstance(node, yaml.SequenceNode):
            if node is not None:
                self._fault(node, where, "not a list")
            return []
        return list(node.value)

    def _text(self, node: yaml.Node | None, where: str) -> str:
        if node is None:
            return ""  # missing, told already
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            self._fault(node, where, "empty or not a text")
            return ""
        return str(node.value)

    def _fault(self, node: yaml.Node, where: str, what: str) -> None:
        self.faults.append(f"{self.path.name}:{node.start_mark.line + 1}: {where}: {what}")
