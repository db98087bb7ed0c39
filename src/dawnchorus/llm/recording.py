"""All traffic with a model in a file, for bug reports: keys never get there, and it can be played back."""

from __future__ import annotations

import hashlib
import json
import threading
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

from dawnchorus.errors import DawnchorusError, UsageError
from dawnchorus.llm.asking import Completion, Request
from dawnchorus.llm.faults import CallFault, Kind, NotServed, NotThisOne, OptionRefused, TryAgain
from dawnchorus.llm.wire import Wire


class Recorder:
    """Passes everything on to another wire and writes a JSON line for each call."""

    def __init__(self, wire: Wire, path: Path) -> None:
        """Record what ``wire`` does at the end of ``path``.

        Raises:
            UsageError: It cannot be written.
        """
        self._wire, self._lock = wire, threading.Lock()
        try:
            # Half a surrogate pair becomes its escape, which JSON knows.
            self._file = path.open("a", encoding="utf-8", errors="backslashreplace")
        except OSError as error:
            raise UsageError(f"--record {path}: {error.strerror}; choose another file") from None

    def complete(self, request: Request, *, seconds: float) -> Completion:
        """See ``wire.Wire``."""
        outcome: dict[str, Any]
        try:
            completion = self._wire.complete(request, seconds=seconds)
        except CallFault as fault:
            outcome = {"fault": type(fault).__name__, "kind": fault.kind, "why": str(fault)}
            outcome["billed"] = fault.billed
            if isinstance(fault, OptionRefused):
                outcome["option"] = fault.option
            self._write(request, outcome)
            raise
        self._write(request, {"completion": asdict(completion)})
        return completion

    def close(self) -> None:
        """See ``wire.Wire``."""
        self._wire.close()
        with suppress(OSError):  # what is in it was flushed line by line
            self._file.close()

    def _write(self, request: Request, outcome: dict[str, Any]) -> None:
        line = json.dumps({"call": _identity(request), **_told(request), **outcome}, ensure_ascii=False)
        try:
            with self._lock:
                self._file.write(line + "\n")
                self._file.flush()
        except OSError as error:
            raise DawnchorusError(f"--record: cannot be written: {error.strerror}; the run stops") from None


class Player:
    """Answers from a recording; each call's outcomes in the order they were recorded, the last one again."""

    def __init__(self, path: Path) -> None:
        """Read the recording at ``path``.

        Raises:
            UsageError: It is none.
        """
        self._outcomes: dict[str, list[Completion | CallFault]] = {}
        self._lock = threading.Lock()
        try:
            # Not splitlines: posts may hold other ends of lines, which JSON leaves as they are.
            for line in filter(str.strip, path.read_text(encoding="utf-8").split("\n")):
                entry = json.loads(line)
                self._outcomes.setdefault(entry["call"], []).append(_outcome(entry))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            why = getattr(error, "strerror", None) or "no recording"
            raise UsageError(f"--replay {path}: {why}; give a file that --record wrote") from None

    def complete(self, request: Request, *, seconds: float) -> Completion:
        """See ``wire.Wire``."""
        with self._lock:
            outcomes = self._outcomes.get(_identity(request), [])
            outcome = outcomes.pop(0) if len(outcomes) > 1 else next(iter(outcomes), None)
        if outcome is None:
            raise NotThisOne("this call is not in the recording", kind="not_recorded")
        if isinstance(outcome, CallFault):
            raise outcome
        return outcome

    def close(self) -> None:
        """See ``wire.Wire``."""


def _outcome(entry: dict[str, Any]) -> Completion | CallFault:
    if "completion" in entry:
        return Completion(**entry["completion"])
    why, kind = str(entry["why"]), entry.get("kind")
    kind = kind if kind in get_args(Kind) else None
    if "option" in entry:
        return OptionRefused(why, option=str(entry["option"]))
    if entry["fault"] == "TryAgain":
        return TryAgain(why, wait=0.0, billed=bool(entry["billed"]), kind=kind)
    if entry["fault"] == "NotThisOne":
        return NotThisOne(why, billed=bool(entry["billed"]), kind=kind)
    return {"NotServed": NotServed}[entry["fault"]](why, kind=kind)


def _told(request: Request) -> dict[str, Any]:
    return {
        "model": request.model,
        "form": request.form,
        "left_out": sorted(request.left_out),
        "most_tokens": request.most_tokens,
        "temperature": request.temperature,
        "system": request.system,
        "user": request.user,
        "schema": request.schema,
    }


def _identity(request: Request) -> str:
    told = json.dumps(_told(request), ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:32]
