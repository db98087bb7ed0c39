"""Sentences out of running text, each with its citations; quotations are not cut."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from dawnchorus.report.check.prose import ENDS, MARK, Part
from dawnchorus.segment import sentences as split_sentences

_GOES_ON = frozenset("(（,，、;；:：")  # behind a quotation, the sentence is not over
_NUMBERS = r"\^?\d{1,3}(?:\s*[,，、;；–-]\s*\^?\d{1,3})*"
_CITATION = re.compile(rf"\[({_NUMBERS})\](?!\()")
_NOTE = re.compile(r"\[\^([^\]\s]{1,40})\]")
_RAISED = re.compile(
    '(?:(?<=[^\\W\\d][^\\W\\d])|(?<=[.。!！?？,，”"」)）…]))([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3}(?:[⁻˒,，][⁰¹²³⁴⁵⁶⁷⁸⁹]{1,3})*)'
)
_PLAIN_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻˒", "0123456789-,")
_MARKS = re.compile("(?:\\s*\ue000\\d+\ue001)+")
_MARKS_BEHIND = re.compile(
    "([.。!！?？…][\"”」』’')）]*)((?:\\s*[\\[(（]?\\s*\ue000\\d+\ue001\\s*[,，、]?\\s*[\\])）]?)+)"
)
_NUMBERS_BEHIND = re.compile(rf"([.。!！?？…][\"”」』’')）]*)((?:\s*\[(?:{_NUMBERS}|\^[^\]\s]{{1,40}})\])+)")
# Only from the first of several spaces on: else each of a long run would be tried.
_EMPTY_BRACKETS = re.compile(r"(?<!\s)\s*[\[(（]\s*[,，、;；\s]*[\])）]")
_SPACE_BEFORE_STOP = re.compile(r"(?<!\s)\s+([.。!！?？,，])")
_SPACES = re.compile(r"[^\S\n]{2,}")
_STOPS = ".。!！?？…\n"
_HIDDEN = str.maketrans({stop: chr(0xE010 + index) for index, stop in enumerate(_STOPS)})
_SHOWN = str.maketrans({chr(0xE010 + index): stop for index, stop in enumerate(_STOPS)})
_CONTENT = re.compile(r"[^\W\d_]")
_FEWEST_LETTERS = 8  # fewer than this (a Han character counts as 3) is a label, not a sentence
_FEWEST_IN_CELL = 40  # most cells are labels; a sentence in one is longer, or ends with a stop
_FEWEST_IN_LABEL = 90  # a bold line or one that ends in a colon is a heading unless it is long


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a report, the links it cites and those that the rest of its paragraph cites."""

    text: str
    links: tuple[str, ...]
    beside: tuple[str, ...]
    part: Part


def passages(part: Part, unread: Counter[str], *, numbered: Callable[[str], bool]) -> Iterator[Passage]:
    """The sentences of ``part`` in order; marks behind a stop belong to what stands before it.

    Args:
        part: Running text.
        unread: Counts what is no sentence.
        numbered: Whether the report has an entry of this number: else a raised digit is none ("m²").
    """
    text = _RAISED.sub(lambda match: _raised(match[1], numbered), part.text)
    text = _SPACES.sub(" ", text)
    text = _MARKS_BEHIND.sub(r"\2\1 ", _held_together(text))
    text = _NUMBERS_BEHIND.sub(r"\2\1 ", text)
    gathered: list[tuple[str, list[str]]] = []
    for piece in split_sentences(text):
        links = [part.links[int(match)] for match in MARK.findall(piece)]
        bare = MARK.sub("", piece).translate(_SHOWN)
        for numbers in _CITATION.findall(bare):
            links += [f"#{number}" for number in _expanded(numbers)]
        bare = _CITATION.sub("", bare)
        links += [f"#{label}" for label in _NOTE.findall(bare)]
        bare = _EMPTY_BRACKETS.sub("", _NOTE.sub("", bare)).strip()
        bare = _SPACE_BEFORE_STOP.sub(r"\1", bare)
        if _is_sentence(bare, part):
            gathered.append((bare, links))
        else:
            unread["table cell" if part.row is not None else "label"] += bool(bare)
            if gathered:
                gathered[-1][1].extend(links)
    everything = [link for _, links in gathered for link in links]
    for bare, links in gathered:
        cited = links or part.row or []
        yield Passage(bare, tuple(dict.fromkeys(cited)), tuple(dict.fromkeys(everything)), part)


def size_of(text: str) -> int:
    """Letters of a text; a Han character counts as 3."""
    return sum(3 if "\u3400" <= char <= "\u9fff" else 1 for char in text if _CONTENT.match(char))


def _is_sentence(text: str, part: Part) -> bool:
    size, ends = size_of(text), text.endswith(ENDS)
    if part.row is not None:
        return size >= (_FEWEST_LETTERS if text.endswith(ENDS[:7]) else _FEWEST_IN_CELL)
    if (part.bold and not ends and not part.links) or text.endswith((":", "：")):
        return size >= _FEWEST_IN_LABEL
    return size >= _FEWEST_LETTERS


def _raised(digits: str, numbered: Callable[[str], bool]) -> str:
    plain = digits.translate(_PLAIN_DIGITS)
    return f"[{plain}]" if all(map(numbered, re.findall(r"\d+", plain))) else digits


def _held_together(text: str) -> str:
    """``text`` with the stops inside quotations hidden from the splitter, and a line end behind quotations
    that are sentences of their own."""
    spans = _quotations(text)
    pieces: list[str] = []
    position = 0
    for start, end in spans:
        pieces += [text[position:start], text[start:end].translate(_HIDDEN)]
        position = end
        behind = _MARKS.match(text, end)
        after = behind.end() if behind else end
        rest = text[after:].lstrip()
        apart = after >= len(text) or text[after].isspace() or text[after] == "@"
        if apart and not (rest[:1].islower() or rest[:1] in _GOES_ON):
            pieces += [text[end:after], "\n"]
            position = after
    return "".join([*pieces, text[position:]])


def _quotations(text: str) -> list[tuple[int, int]]:
    """Outermost quotations; if their marks do not pair up, all from the first to the last mark is one."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for index, char in enumerate(text):
        if char in "“「":
            start = index if depth == 0 else start
            depth += 1
        elif char in "”」" and depth:
            depth -= 1
            if depth == 0:
                found.append((start, index + 1))
    if depth:
        last = max(text.rfind("”"), text.rfind("」"))
        return (
            [(found[0][0] if found and found[0][0] < start else start, last + 1)] if last > start else found
        )
    return found


def _expanded(numbers: str) -> list[int]:
    found: list[int] = []
    for part in re.split(r"[,，、;；]", numbers.replace("^", "")):
        first, *last = re.split("[–-]", part.strip())
        found += range(int(first), min(int(last[0].strip() if last else first), int(first) + 20) + 1)
    return found
