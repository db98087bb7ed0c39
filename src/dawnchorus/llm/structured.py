"""From the text of a completion to a value of the shape that was asked for."""

from __future__ import annotations

import json
import re
from typing import Any, Final

from pydantic import BaseModel, ValidationError

from dawnchorus.llm.asking import Completion

_FENCE: Final = re.compile(r"```(?:json)?(.*?)```", re.DOTALL)
_MOST_DEPTH = 40


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")


_DECODER: Final = json.JSONDecoder(parse_constant=_refuse)


class Unusable(Exception):
    """The completion holds no value of the shape; what is wrong, in words a model can act on."""


def value_of(completion: Completion, shape: type[BaseModel]) -> BaseModel:
    """The value in ``completion``: bare JSON, fenced, or with prose around it.

    Raises:
        Unusable: There is none; refused, cut off, no JSON, or not of the shape.
    """
    if completion.finish == "refused":
        raise Unusable("the model refused to answer")
    found = _json(completion.text)
    if found is None:
        raise Unusable(
            "the answer was cut off before its end; be shorter"
            if completion.finish == "length"
            else "the answer holds no JSON object; answer with the JSON object alone"
        )
    try:
        return shape.model_validate(_whole(found))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the answer"
        raise Unusable(f"{place}: {first['msg'][:160]}") from None


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


def _json(text: str) -> dict[str, Any] | None:
    """The outermost JSON object of ``text``."""
    for candidate in (text, *_FENCE.findall(text), _from_brace(text), _between(text)):
        try:
            found, _ = _DECODER.raw_decode(candidate.strip())
        except (ValueError, RecursionError):
            continue
        if isinstance(found, dict) and _depth(found) <= _MOST_DEPTH:
            return found
    return None


def _from_brace(text: str) -> str:
    return text[max(text.find("{"), 0) :]


def _between(text: str) -> str:
    start, end = text.find("{"), text.rfind("}")
    return re.sub(r",(\s*[}\]])", r"\1", text[start : end + 1]) if 0 <= start < end else ""


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
