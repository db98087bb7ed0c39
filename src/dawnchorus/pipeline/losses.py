"""Why a model did not give what it was asked for, and what to do about it, for whoever runs the program."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dawnchorus.llm.endpoints import providers
from dawnchorus.llm.faults import Kind
from dawnchorus.model import Report
from dawnchorus.pipeline.models import Models
from dawnchorus.pipeline.telling import counted
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Llm

# To run again is named only where it can help.
_ADVICE: Final[dict[Kind, str]] = {
    "unpaid": "top up its account",
    "unknown": "check model and base_url",
    "elsewhere": "check base_url",
    "unreachable": "see that its server runs, and check base_url",
    "slow": "run it again to ask for what is missing, with more call_seconds if it is slow",
    "busy": "run it again later to ask for what is missing",
    "broken": "check base_url; if it is right, run it again to ask for what is missing",
    "question": "another model may take it",
    "over_run": "run it again to ask for what is missing, or raise the limit",
    "over_day": "run it again tomorrow (UTC) to ask for what is missing, or raise the limit",
    "declined": "another model may answer",
    "cut": "if it thinks before it writes, turn that off with extra, or write thinking_tokens = 4000",
    "unusable": 'if it was not asked in a way it knows, write form = "prompt"',
}


def advice(kind: Kind | None, settings: Llm) -> str:
    """What to do about a loss of ``kind``; "" if nothing can be done."""
    if kind != "key":
        return _ADVICE.get(kind, "") if kind else ""
    if settings.key_file is not None:
        return f"check the key in {settings.key_file.name}, and what it is allowed"
    known = providers().get(settings.provider or "")
    variable = settings.key_env or (known.key_env if known else None)
    return (
        f"check the key in {variable}, and what it is allowed"
        if variable
        else "it wants a key: name its variable with key_env"
    )


def loss_lines(models: Models, report: Report, *, settings: Llm, traffic: Traffic) -> Iterator[str]:
    """A line for each reason why ``models`` left something of ``report`` undone, and for each odd count."""
    lines = []
    for model in models.each:
        for loss in model.losses:
            parts = [f"{model.name}: {loss.fault.rstrip('.')} ({counted(loss.asks, 'call')})"]
            if not (traffic.ledger_only or traffic.replay):
                parts.append(advice(loss.kind, settings))
            lines.append("; ".join(filter(None, parts)))
    if not lines and report.cost.calls and not report.ai_generated:
        lines.append(f"{models.writer.name}: no sentence that it wrote passed the checks")
    if lines and (quoted := len(report.fallback)):
        lines[-1] += f"; {quoted} {'story is' if quoted == 1 else 'stories are'} quoted instead"
    # A cap is never passed by our account; what such a server bills is another matter.
    lines += [f"{model.name}: {model.odd_count}" for model in models.each if model.odd_count]
    for line in lines:
        yield f"{report.slug}: {line}"
