"""A folder as a model: requests as files, answers awaited beside them. A debugging aid.

``000001.request.json`` holds system, user, schema and most_tokens. Whoever answers writes
``000001.answer.json`` (under another name first, then renames it): ``{"text": "…"}`` with the answer's JSON
as text, or ``{"answer": {…}}`` with the JSON itself, or ``{"refused": true}``.
"""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from dawnchorus.errors import UsageError
from dawnchorus.llm.asking import Completion, Request
from dawnchorus.llm.faults import NotThisOne, TryAgain

_MOST_BYTES: Final = 4_000_000
_LOOK_SECONDS: Final = 0.05


class Bridge:
    """See ``wire.Wire``."""

    def __init__(
        self,
        folder: Path,
        *,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Exchange files in ``folder``, made if missing; numbering goes on after those that are there."""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            used = [int(path.name[:6]) for path in folder.glob("[0-9]" * 6 + ".request.json")]
        except OSError as error:
            raise UsageError(f"--bridge {folder}: {error.strerror}; choose another folder") from None
        self._folder, self._sleep, self._clock = folder, sleep, clock
        self._closed = threading.Event()
        self._number, self._lock = max(used, default=0), threading.Lock()

    def complete(self, request: Request, *, seconds: float) -> Completion:
        """See ``wire.Wire``."""
        with self._lock:
            self._number += 1
            stem = self._folder / f"{self._number:06}"
        asked = {
            "model": request.model,
            "system": request.system,
            "user": request.user,
            "schema": request.schema,
            "most_tokens": request.most_tokens,
            "temperature": request.temperature,
        }
        self._write(stem.with_suffix(".request.json"), asked)
        answer, until = stem.with_suffix(".answer.json"), self._clock() + seconds
        while not answer.exists():
            if self._closed.is_set() or self._clock() > until:
                raise TryAgain(
                    f"{answer.name}: nobody wrote it in {seconds:g} seconds", billed=False, kind="slow"
                )
            self._sleep(_LOOK_SECONDS)
        return _completion(answer)

    def close(self) -> None:
        """See ``wire.Wire``."""
        self._closed.set()

    def _write(self, path: Path, content: dict[str, Any]) -> None:
        part = path.with_suffix(".part")  # who looks for "*.request.json" may find names with a leading dot
        try:
            part.write_text(
                json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8", errors="backslashreplace"
            )
            os.replace(part, path)
        except OSError as error:
            raise TryAgain(f"{path.name}: cannot be written: {error.strerror}", billed=False) from None


def _completion(path: Path) -> Completion:
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise NotThisOne(f"{path.name}: more than {_MOST_BYTES:,} bytes; not read")
        given = json.loads(path.read_text(encoding="utf-8"))
        if given.get("refused") is True:
            return Completion(text="", finish="refused", tokens_in=0, tokens_out=0)
        text = given["text"] if "text" in given else json.dumps(given["answer"], ensure_ascii=False)
    except (OSError, ValueError, KeyError, AttributeError, RecursionError):
        raise NotThisOne(f'{path.name}: no answer; write {{"answer": {{…}}}} or {{"text": "…"}}') from None
    return Completion(text=str(text), finish="stop", tokens_in=0, tokens_out=0)
