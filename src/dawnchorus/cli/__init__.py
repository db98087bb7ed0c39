"""The command line. Commands are imported only when they are called: ``--help`` must answer at once."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from dawnchorus import __version__
from dawnchorus.cli.stopping import TOLD, Stop, heeding_signals
from dawnchorus.errors import DawnchorusError

_COMMANDS = {
    "demo": "Three days of invented posts become three editions and a site; no key, no network.",
    "init": "Lay out a topic file, a Jekyll site, and what runs and publishes it every day.",
    "run": "Fetch a topic's sources and publish an edition of each day.",
    "fetch": "Read a topic's sources into the archive, no more.",
    "report": "Read posts and publish a checked report on them.",
    "stories": "Group posts into stories: a table, or a line a post.",
    "write": "Draft a report as JSON, without publishing it.",
    "check": "Check the sentences of a report, or claims, against posts.",
    "publish": "Lay out a drafted report as files.",
    "health": "Ask the file that run --health writes whether all is well.",
    "models": "Try the language model of a topic with one tiny call.",
    "sources": "What is installed, configured and healthy.",
    "forget": "Remove posts or authors from everything that is kept and published.",
}


class _Lazy(click.Group):
    """A group that knows its commands by name and loads one only to run it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"dawnchorus.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args[0] not in _COMMANDS:
            ctx.fail(f"no command {args[0]!r}; there are {', '.join(_COMMANDS)}")
        return args[0], self.get_command(ctx, args[0]), args[1:]


@click.command(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="dawnchorus")
def dawnchorus() -> None:
    """Reports on a topic's posts in which every sentence stands on posts that can be opened."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the program and exit: 0 done, 1 failed, 2 wrong use, 143 after SIGTERM. An error is one line."""
    with heeding_signals() as stop:
        _run(arguments, stop)


def _run(arguments: Sequence[str] | None, stop: Stop) -> NoReturn:
    try:
        code = dawnchorus.main(args=arguments, prog_name="dawnchorus", standalone_mode=False)
    except click.UsageError as error:
        error.show()
        sys.exit(2)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):  # also while a command is still being imported
        click.echo(TOLD, err=True)
        sys.exit(stop.exit_code)
    except DawnchorusError as error:
        click.echo(f"Error: {error}", err=True)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output is gone (``| head``); that is no fault.
        sys.stderr.close()
        sys.exit(0)
    sys.exit(code if isinstance(code, int) else 0)
