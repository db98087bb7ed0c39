"""Write docs/commands.md from the program's own help; ``--check`` fails if it is not current."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from dawnchorus.cli import dawnchorus

PAGE = Path(__file__).resolve().parent.parent / "docs" / "commands.md"
INTRODUCTION = """# Commands

Made from the program's own help by `tools/command_reference.py`; do not edit by hand.

Data go to stdout, progress and messages to stderr. Exit code 0: done; 1: failed, or a check did not pass;
2: wrong use. An error is one line that says what is wrong, where, and what to do.
"""


def reference() -> str:
    """The page: help of the program and of every command, 100 columns wide."""
    parts = [INTRODUCTION]
    top = click.Context(dawnchorus, info_name="dawnchorus", terminal_width=100, max_content_width=100)
    parts.append(f"```\n{dawnchorus.get_help(top)}\n```\n")
    for name in dawnchorus.list_commands(top):
        command = dawnchorus.get_command(top, name)
        if command is None:
            raise LookupError(name)
        context = click.Context(
            command, parent=top, info_name=name, terminal_width=100, max_content_width=100
        )
        parts.append(f"## {name}\n\n```\n{command.get_help(context)}\n```\n")
    return "\n".join(parts)


def main() -> int:
    """Write the page, or compare it."""
    text = reference()
    if "--check" in sys.argv[1:]:
        if PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.name} is out of date: run python tools/command_reference.py", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
