"""Starts the server of ``tests.noise.serve`` and reads what it answered."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

_ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, kw_only=True)
class Answered:
    """An answer of the server, as it left."""

    form: str  # "json_schema", "json_object", "prompt"
    status: int
    text: str = ""  # the completion
    finish: str = ""
    tokens_in: int = 0
    tokens_out: int = 0


class NoiseServer:
    """A context: the server, from its start to its end. To ``tests.llm.whole`` it is one of scripts."""

    def __init__(
        self, folder: Path, *, python: str, seed: int, context: int, shaped: bool, words: Sequence[str]
    ):
        folder.mkdir(parents=True)
        self._log, self._read = folder / "answers.jsonl", 0
        self.said = folder / "stderr.txt"
        given = json.dumps({"seed": seed, "context": context, "shaped": shaped, "words": list(words)})
        self._process = subprocess.Popen(
            [python, "-m", "tests.noise.serve", str(folder), given],
            cwd=_ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.said.open("w"),
            text=True,
        )
        self.seen: list[Any] = []

    def __enter__(self) -> Self:
        assert self._process.stdout is not None
        port = self._process.stdout.readline().strip()
        if not port:
            raise SystemExit(f"the server did not start: {self.said.read_text()[-2000:]}")
        self.base_url = f"http://127.0.0.1:{port}/v1"
        return self

    def __exit__(self, *why: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(20)

    def script(self, *rules: object, **given: object) -> None:
        """Noise follows no script."""

    def answered(self) -> list[Answered]:
        """What was answered since this was last asked."""
        lines = self._log.read_text(encoding="utf-8").splitlines() if self._log.exists() else []
        new, self._read = lines[self._read :], len(lines)
        return [_answered(json.loads(line)) for line in new]


def has_server(python: str) -> bool:
    """Whether ``python`` has what the server needs."""
    wanted = "import gguf, llama_cpp.server.app"
    return subprocess.run([python, "-c", wanted], capture_output=True, check=False).returncode == 0


def this_python() -> str:
    return sys.executable


def _answered(row: dict[str, Any]) -> Answered:
    if row["status"] != 200:
        return Answered(form=row["form"], status=row["status"], text=row["answer"])
    body = json.loads(row["answer"])
    choice, usage = body["choices"][0], body["usage"]
    return Answered(
        form=row["form"],
        status=200,
        text=choice["message"]["content"] or "",
        finish=choice["finish_reason"],
        tokens_in=usage["prompt_tokens"],
        tokens_out=usage["completion_tokens"],
    )
