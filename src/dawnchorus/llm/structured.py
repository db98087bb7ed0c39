"""From the text of a completion to a value of the shape that was asked for."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from dawnchorus.llm.asking import Completion
from dawnchorus.llm.faults import Kind

_MARK: Final = re.compile(r"\{(?=\s*[\"}])|<(?P<ends>/?)think(?:ing)?>", re.IGNORECASE)
_THOUGHT: Final = re.compile(r"</think(?:ing)?>", re.IGNORECASE)
_STRAY_COMMA: Final = re.compile(r",(\s*[}\]])")
_MOST_TRIES = 1000  # at braces, most of them of prose
_MOST_READ = 4  # times the length of an answer, all tries in vain together
_MOST_DEPTH = 40


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


class Unusable(Exception):
    """The completion holds no value of the shape; what is wrong, in words for a person."""

    def __init__(self, message: str, *, kind: Kind = "unusable") -> None:
        super().__init__(message)
        self.kind: Kind = kind


def value_of(completion: Completion, shape: type[BaseModel]) -> BaseModel:
    """The value in ``completion``: bare JSON, fenced, with prose around it, after what the model thought.

    Of several the last counts that holds anything: models show a form first and correct themselves after.

    Raises:
        Unusable: There is none; refused, cut off, only thought, no JSON, or not of the shape.
    """
    if completion.finish == "refused":
        raise Unusable("the model refused to answer", kind="declined")
    said = _read(completion.text)
    values, fault = _values(said.objects, shape)
    if not values:
        mended = _read(_STRAY_COMMA.sub(r"\1", completion.text))
        values, _ = _values(mended.objects, shape)
    if values:
        return next((value for value in reversed(values) if any(held for _, held in value)), values[-1])
    if completion.finish == "thought" or (said.thought and not said.objects):
        raise Unusable("it thought and wrote no answer", kind="cut")
    if completion.finish == "length":
        raise Unusable("the answer was cut off before its end", kind="cut")
    raise Unusable(fault or "the answer holds no JSON object")


def strict_schema(shape: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of ``shape`` as strict endpoints want it: every key required, no other allowed."""
    schema = shape.model_json_schema()
    _close(schema)
    return schema


def _close(node: object) -> None:
    if isinstance(node, dict):
        for unwanted in ("title", "default", "description") if "properties" not in node else ("title",):
            if not isinstance(node.get(unwanted), dict):
                node.pop(unwanted, None)
        if node.get("type") == "object" and "properties" in node:
            node["additionalProperties"] = False
            node["required"] = list(node["properties"])
        for child in node.values():
            _close(child)
    elif isinstance(node, list):
        for child in node:
            _close(child)


@dataclass(slots=True)
class _Said:
    """What stands in a text."""

    objects: list[dict[str, Any]]  # JSON, outermost, in order, none of them thought only
    thought: bool


def _read(text: str) -> _Said:
    """The JSON objects of ``text`` outside of ``<think>…</think>``, also where the first tag is missing."""
    said, at, tries, left = _Said([], thought=False), 0, 0, _MOST_READ * len(text)
    while tries < _MOST_TRIES and left > 0 and (mark := _MARK.search(text, at)):
        at = mark.end()
        if mark[0] != "{":
            said.thought = True
            if mark["ends"]:
                said.objects.clear()
            elif end := _THOUGHT.search(text, at):
                at = end.end()
            else:
                break
            continue
        start, tries = mark.start(), tries + 1
        try:
            found, at = _DECODER.raw_decode(text, start)
        except json.JSONDecodeError as error:
            left -= error.pos - start
        except (ValueError, RecursionError):  # it does not say how far it read
            left -= len(text) - start
        else:
            if _depth(found) <= _MOST_DEPTH:
                said.objects.append(found)
    return said


def _values(objects: list[dict[str, Any]], shape: type[BaseModel]) -> tuple[list[BaseModel], str]:
    """Those of ``objects`` that are of ``shape``, and what is wrong with the first that is not."""
    values, fault = [], ""
    for one in objects:
        try:
            values.append(shape.model_validate(_whole(one)))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(str(part) for part in first["loc"]) or "the whole"
            fault = fault or f"the answer has not the shape that was asked for: {place}: {first['msg'][:160]}"
    return values, fault


def _whole(value: Any) -> Any:
    """``value`` without half surrogate pairs, which JSON can escape and UTF-8 cannot carry."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "ignore")
    if isinstance(value, dict):
        return {_whole(key): _whole(child) for key, child in value.items()}
    return [_whole(child) for child in value] if isinstance(value, list) else value


def _depth(value: object) -> int:
    depth, level = 0, [value]
    while level and depth <= _MOST_DEPTH:
        depth += 1
        level = [
            child
            for node in level
            if isinstance(node, dict | list)
            for child in (node.values() if isinstance(node, dict) else node)
        ]
    return depth
