"""Asks answered in rounds: a budget that holds, at most three attempts, the same order every time.

A round takes the next asks in order, sets aside what each can take, sends them side by side, and settles
all before the next begins. So neither the budget nor the breaker depends on which answer was quicker.
"""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from dataclasses import dataclass, field, replace
from math import inf
from typing import Final, Literal

from dawnchorus.llm.asking import Ask, Completion, Reply, Request, Stage, Usage
from dawnchorus.llm.budget import CallLog, Caps, OverBudget, Planned, Price
from dawnchorus.llm.faults import CallFault, NotServed, NotThisOne, OptionRefused, TryAgain
from dawnchorus.llm.structured import Unusable, strict_schema, value_of
from dawnchorus.llm.wire import Wire

Form = Literal["schema", "object", "prompt"]

ATTEMPTS: Final = 3
_FORMS: Final[tuple[Form, ...]] = ("schema", "object", "prompt")
_STAGES: Final[dict[Stage, str]] = {
    "story": "stories",
    "repair": "repairs",
    "judge": "judgements",
    "compose": "overview and summary",
    "headline": "headline",
    "probe": "probe",
}
_BREAK_AFTER = 4  # asks in a row without any answer: the server is down
_LONGEST_WAIT = 60.0
_WAKE_SECONDS = 0.5
_MOST_TOLD = 1_000_000  # tokens of one call that a server is believed
_OVERHEAD = 64  # tokens a chat format adds around the messages, and to spare


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How a model may be used."""

    caps: Caps
    concurrency: int = 4
    seconds: float = 120.0  # of one attempt, to its last byte
    temperature: float = 0.0
    form: Form | Literal["auto"] = "auto"
    patience_seconds: float = 180.0  # all waits of a run together
    thinking_tokens: int = 0  # that an answer may have on top, for models that think before they write
    extra: Mapping[str, object] = field(default_factory=dict)  # fields of requests that the wire adds


@dataclass(slots=True)
class _Work:
    """An ask on its way."""

    ask: Ask
    key: str
    attempts: int = 0


class AskedInRounds:
    """A ``Model`` over a wire, a call log and a price."""

    def __init__(
        self,
        wire: Wire,
        *,
        name: str,
        price: Price,
        log: CallLog,
        limits: Limits,
        sleep: Callable[[float], object] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
        tell: Callable[[str], object] = lambda line: None,
        replay: bool = False,
        began: float | None = None,
    ) -> None:
        """Ask the model ``name``.

        Args:
            wire: The way to it.
            name: As the endpoint knows it.
            price: Of its tokens.
            log: Where calls are committed before they leave.
            limits: How much, how fast, how often.
            sleep: Waits.
            clock: Seconds that only go forward, for the run's time cap.
            tell: Told after each round how far it is, with the running cost.
            replay: Only what the log has; nothing is sent.
            began: When, on ``clock``, the run began that the time cap is for; None: now.
        """
        self.name, self.price = name, price
        self.form: Form = "schema" if limits.form == "auto" else limits.form  # as the server takes it
        self._wire, self._log, self._limits = wire, log, limits
        self._sleep, self._clock, self._tell, self._replay = sleep, clock, tell, replay
        self._began = clock() if began is None else began
        self._patience = limits.patience_seconds
        self._left_out: frozenset[str] = frozenset()
        self._stopped = ""  # why nothing more is sent
        self._unanswered = 0  # asks in a row
        # What the answers took: not what was lost on the way, so that a run that was killed in between
        # says the same. The log has all of it.
        self.used: dict[Stage, Usage] = {}
        self._counted: set[str] = set()
        self.missed = 0  # asks that came to no answer at all, whatever it holds

    def ask(self, asks: Sequence[Ask]) -> list[Reply]:
        """See ``asking.Model``."""
        asks = [replace(ask, most_tokens=ask.most_tokens + self._limits.thinking_tokens) for ask in asks]
        keys = [key_of(ask, name=self.name, limits=self._limits) for ask in asks]
        replies: dict[str, Reply] = {}
        waiting: deque[_Work] = deque()
        for key, ask in dict(zip(keys, asks, strict=True)).items():
            if (known := self._log.answered(key)) is not None:
                replies[key] = self._take(key, ask, *known)
            elif self._replay:
                why = self._log.failed(key) or "it was never asked"
                replies[key] = Reply(value=None, fault=f"not in the record: {why}")
            else:
                waiting.append(_Work(ask, key))
        with ThreadPoolExecutor(self._limits.concurrency, thread_name_prefix="model") as pool:
            try:
                while waiting:
                    batch = [waiting.popleft() for _ in range(min(len(waiting), self._limits.concurrency))]
                    waiting.extendleft(reversed(self._round(batch, replies, pool)))
                    self._tell_progress(asks[0].stage, len(replies), len(set(keys)))
            except BaseException:  # Ctrl-C above all: nobody waits for what is under way
                self._wire.close()
                raise
        self.missed += sum(key not in self._counted for key in set(keys))
        return [replies[key] for key in keys]

    def _tell_progress(self, stage: Stage, done: int, of: int) -> None:
        spent, most = self._log.account().run.usd, self._limits.caps.run_usd
        cap = "" if most is None else f" of ${most:g}"
        self._tell(f"{_STAGES[stage]}: {done} of {of} answered, ${spent:.4f}{cap}")

    def _round(self, batch: list[_Work], replies: dict[str, Reply], pool: ThreadPoolExecutor) -> list[_Work]:
        """Send what may be sent; the works to be tried again, in order."""
        sent = []
        for work in batch:
            if why := self._stopped or self._too_late():
                replies[work.key] = Reply(value=None, fault=why)
                continue
            work.attempts += 1
            planned = self._planned(work)
            try:
                call = self._log.send(planned, self._limits.caps)
            except OverBudget as over:
                replies[work.key] = Reply(value=None, fault=str(over))
                continue
            request = self._request(work.ask)
            sent.append((work, planned, call, request, pool.submit(self._attempt, request, self._left())))
        again, waits = [], []
        for work, planned, call, request, future in sent:
            while not future.done():  # a signal that comes just before a wait is heeded after it
                wait_for([future], timeout=_WAKE_SECONDS)
            outcome = future.result()
            if isinstance(outcome, Completion):
                usage = self._settle(call, planned, outcome)
                replies[work.key] = self._take(work.key, work.ask, outcome, usage)
                self._unanswered = 0
                continue
            self._log.fail(call, str(outcome), billed=outcome.billed)
            wait = self._after(outcome, work, request, replies)
            if wait is not None:
                again.append(work)
                waits.append(wait)
        if waits and not self._stopped:
            self._wait(max(waits))
        return again

    def _attempt(self, request: Request, left: float) -> Completion | CallFault:
        try:
            return self._wire.complete(request, seconds=min(self._limits.seconds, left))
        except CallFault as fault:
            return fault

    def _after(
        self, fault: CallFault, work: _Work, request: Request, replies: dict[str, Reply]
    ) -> float | None:
        """Seconds to wait before ``work`` is tried again; None if it is not, and has its reply."""
        if isinstance(fault, OptionRefused) and self._give_up(fault.option, request):
            work.attempts -= 1  # the server did no work: it will not be asked so again
            return 0.0
        if isinstance(fault, TryAgain) and work.attempts < ATTEMPTS:
            wait = random.uniform(0.5, 1.0) * 2.0 ** (work.attempts - 1) if fault.wait is None else fault.wait
            if wait <= min(_LONGEST_WAIT, self._patience, self._left()):
                return wait
        replies[work.key] = Reply(value=None, fault=str(fault))
        if isinstance(fault, NotServed):
            self._stopped = str(fault)
        elif not isinstance(fault, NotThisOne):
            self._unanswered += 1
            if self._unanswered >= _BREAK_AFTER:
                self._stopped = (
                    f"{fault}; {self._unanswered} asks in a row had no answer, so no more are sent"
                )
        return None

    def _give_up(self, option: str, request: Request) -> bool:
        """Leave ``option``, which ``request`` had, out from now on; whether there is a way without it."""
        if option == "response_format":
            if request.form == self.form and self._limits.form == "auto" and request.form != _FORMS[-1]:
                self.form = _FORMS[_FORMS.index(request.form) + 1]
            return request.form != self.form  # or another ask of this round was told so first
        self._left_out |= {option}
        return not {"max_tokens", "max_completion_tokens"} <= self._left_out  # one of them there must be

    def _wait(self, seconds: float) -> None:
        self._patience -= seconds
        if seconds:
            self._sleep(seconds)

    def _left(self) -> float:
        """Seconds of the run's that are left."""
        most = self._limits.caps.run_seconds
        return inf if most is None else most - (self._clock() - self._began)

    def _too_late(self) -> str:
        if self._left() > 0:
            return ""
        return f"the run's {self._limits.caps.run_seconds:g} seconds for the model are over"

    def _planned(self, work: _Work) -> Planned:
        tokens_in = most_tokens_in(work.ask)
        return Planned(
            key=work.key,
            stage=work.ask.stage,
            about=work.ask.about,
            model=self.name,
            attempt=work.attempts,
            tokens_in=tokens_in,
            tokens_out=work.ask.most_tokens,
            usd=self.price.usd(tokens_in=tokens_in, tokens_out=work.ask.most_tokens),
        )

    def _take(self, key: str, ask: Ask, completion: Completion, usage: Usage) -> Reply:
        if key not in self._counted:
            self._counted.add(key)
            self.used[ask.stage] = self.used.get(ask.stage, Usage()) + usage
        try:
            return Reply(value=value_of(completion, ask.shape))
        except Unusable as why:
            return Reply(value=None, fault=str(why))

    def _settle(self, call: int, planned: Planned, completion: Completion) -> Usage:
        tokens_in = _counted(completion.tokens_in, else_=planned.tokens_in)
        written = _bytes(completion.text)
        tokens_out = _counted(completion.tokens_out, else_=max(planned.tokens_out, written))
        if not written and completion.tokens_out == 0:
            tokens_out = 0
        cached = min(completion.tokens_cached, tokens_in)
        usd = self.price.usd(tokens_in=tokens_in, tokens_out=tokens_out, cached=cached)
        completion = replace(completion, tokens_cached=cached)
        self._log.done(call, completion, tokens_in=tokens_in, tokens_out=tokens_out, usd=usd)
        return Usage(calls=1, tokens_in=tokens_in, tokens_out=tokens_out, tokens_cached=cached, usd=usd)

    def _request(self, ask: Ask) -> Request:
        return Request(
            model=self.name,
            system=ask.system,
            user=ask.user,
            schema=strict_schema(ask.shape),
            most_tokens=ask.most_tokens,
            temperature=self._limits.temperature,
            form=self.form,
            left_out=self._left_out,
        )


def key_of(ask: Ask, *, name: str, limits: Limits) -> str:
    """Under which the call for ``ask`` stands in the log."""
    return ask.key(model=name, temperature=limits.temperature, extra=limits.extra)


def most_tokens_in(ask: Ask) -> int:
    """The most tokens that ``ask`` can come to: no tokeniser makes more of a text than it has bytes."""
    shape = len(str(strict_schema(ask.shape)).encode())
    return _bytes(ask.system) + _bytes(ask.user) + shape + _OVERHEAD


def _counted(told: int | None, *, else_: int) -> int:
    """What a server says it took, more than was set aside included: thinking is paid for though not limited.

    A count that is missing, nothing, or beyond what any call takes is none: then it is ``else_``.
    """
    return told if told and told <= _MOST_TOLD else else_


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
