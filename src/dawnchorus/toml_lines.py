"""The line on which each key of a TOML text stands; ``tomllib`` does not tell."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

Loc = tuple[str | int, ...]
"""Way to a value: keys, and positions in arrays from 0."""


def key_lines(text: str) -> dict[Loc, int]:
    """Line, from 1, of every key and array item of a text that ``tomllib`` accepts."""
    root = Parser(Language(tree_sitter_toml.language())).parse(text.encode()).root_node
    lines: dict[Loc, int] = {}
    items: dict[Loc, int] = {}  # position of the latest [[table]] of that name
    for node in root.named_children:
        if node.type == "pair":
            _add_pair(node, (), lines)
        elif node.type in ("table", "table_array_element"):
            head, *rest = node.named_children
            path = _resolve(_parts(head), items, is_item=node.type == "table_array_element")
            for end in range(1, len(path) + 1):
                lines.setdefault(path[:end], _row(node))
            for pair in rest:
                if pair.type == "pair":
                    _add_pair(pair, path, lines)
    return lines


def line_of(lines: dict[Loc, int], loc: Loc) -> int:
    """Line of ``loc``, or of the nearest table around it that is written out; else 1."""
    return next((lines[loc[:end]] for end in range(len(loc), 0, -1) if loc[:end] in lines), 1)


def _resolve(keys: Loc, items: dict[Loc, int], *, is_item: bool) -> Loc:
    """Put the position of the latest item after each key that names an array of tables."""
    path: Loc = ()
    for at, key in enumerate(keys, start=1):
        path = (*path, key)
        if is_item and at == len(keys):
            items[path] = items.get(path, -1) + 1
        if path in items:
            path = (*path, items[path])
    return path


def _add_pair(pair: Node, above: Loc, lines: dict[Loc, int]) -> None:
    key, value = pair.named_children[0], pair.named_children[-1]
    parts = _parts(key)
    for end in range(1, len(parts) + 1):
        lines.setdefault((*above, *parts[:end]), _row(pair))
    _add_value(value, (*above, *parts), lines)


def _add_value(value: Node, path: Loc, lines: dict[Loc, int]) -> None:
    if value.type == "array":
        for at, item in enumerate(_without_comments(value)):
            lines[*path, at] = _row(item)
            _add_value(item, (*path, at), lines)
    elif value.type == "inline_table":
        for pair in _without_comments(value):
            if pair.type == "pair":
                _add_pair(pair, path, lines)


def _without_comments(node: Node) -> Iterator[Node]:
    return (child for child in node.named_children if child.type != "comment")


def _parts(key: Node) -> Loc:
    assert key.text is not None
    table: object = tomllib.loads(f"{key.text.decode()} = 0")
    parts: list[str | int] = []
    while isinstance(table, dict):
        part, table = next(iter(table.items()))
        parts.append(part)
    return tuple(parts)


def _row(node: Node) -> int:
    return node.start_point.row + 1
