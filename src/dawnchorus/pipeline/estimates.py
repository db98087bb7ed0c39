"""What reading the sources of a topic may take, told before anything is sent."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dawnchorus.errors import DawnchorusError, SourceError
from dawnchorus.pipeline.fetch import Named, load_sources, visit_start
from dawnchorus.pipeline.telling import counted
from dawnchorus.pipeline.visiting import Secrets, one_line
from dawnchorus.plugins import PagedSource
from dawnchorus.settings import PluginUse, Topic
from dawnchorus.store.intake import Intake
from dawnchorus.store.ledger import Ledger
from dawnchorus.store.spending import Spending, spent_in_month
from dawnchorus.visits import Answer, Estimate, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceEstimate:
    """What a visit to a source may take."""

    name: str
    estimate: Estimate
    missing: tuple[str, ...] = ()  # environment variables it looked for in vain, sorted
    fault: str = ""  # why it cannot be told


def estimate_sources(
    uses: Sequence[PluginUse],
    *,
    topic: Topic,
    label: str,
    span: tuple[datetime, datetime],
    now: datetime,
    ledger: Ledger,
    secret: Callable[[str], str | None] = os.environ.get,
) -> tuple[SourceEstimate, ...]:
    """Ask ``uses``, in order, what :func:`fetch_sources` with the same arguments may take; sends nothing.

    Raises:
        UsageError: A plug-in is missing or refuses its options.
    """
    budget = Spending(ledger, fetch=0, clock=lambda: now)  # of a run that has spent nothing yet
    intake = Intake(ledger, Path())

    def told(named: Named) -> SourceEstimate:
        secrets = Secrets(secret)
        visit = Visit(
            start=visit_start(ledger, label, named.name, start=span[0].astimezone(UTC), now=now),
            end=span[1].astimezone(UTC),
            now=now.astimezone(UTC),
            http=_Closed(),
            budget=budget,
            cursors=intake.cursors(label, named.use.name),
            query=topic.parsed_query,
            secret=secrets,
        )
        estimate, fault = Estimate(requests=None), named.fault
        try:
            if isinstance(named.source, PagedSource):
                estimate = named.source.estimate(visit)
        except DawnchorusError as error:
            fault = str(error)
        except Exception as error:  # other people's code
            fault = f"{type(error).__name__}: {error}; a fault of the plug-in"
        return SourceEstimate(
            name=named.name,
            estimate=estimate,
            missing=tuple(sorted(secrets.missing)),
            fault=one_line(secrets.redact(fault)),
        )

    return tuple(told(named) for named in load_sources(uses))


def estimate_lines(told: Sequence[SourceEstimate], *, ledger: Ledger, now: datetime) -> list[str]:
    """A line a source, one for all, and what is spent of this month."""
    lines = [f"{one.name}: {'; '.join(_parts(one))}" for one in told]
    requests = [one.estimate.requests for one in told]
    known = sum(number or 0 for number in requests)
    more = " and more" if None in requests else ""
    usd = sum(one.estimate.usd for one in told)
    lines.append(f"all: {counted(known, 'request')}{more}; at most ${usd:.2f}")
    spent = sorted(spent_in_month(ledger, now).items())
    lines += [f"spent or set aside in {now:%Y-%m}: {seller} ${dollars:.2f}" for seller, dollars in spent]
    return lines


def _parts(told: SourceEstimate) -> Iterator[str]:
    if told.fault:
        yield told.fault
    else:
        number = told.estimate.requests
        yield "requests cannot be told" if number is None else counted(number, "request")
    if told.estimate.reads is not None:
        yield f"at most {told.estimate.reads} paid reads, ${told.estimate.usd:.2f}"
    if told.estimate.note:
        yield one_line(told.estimate.note)
    if line := unset(told):
        yield line


def unset(told: SourceEstimate) -> str:
    """The keys that are not set and that nothing else told of the source names; "" if there are none."""
    said = f"{told.fault} {told.estimate.note}"
    names = [name for name in told.missing if name not in said]
    return f"not set: {', '.join(names)}" if names else ""


class _Closed:
    """A door that is shut; ``visits.Http``."""

    def get(self, url: str, **_: Any) -> Answer:
        """Refuse."""
        raise SourceError("wants to send before it can tell; nothing was sent")

    post = get
