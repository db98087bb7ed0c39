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
from dawnchorus.llm.budget import Answered, CallLog, Caps, OverBudget, Planned, Price
from dawnchorus.llm.faults import CallFault, Kind, OptionRefused, TryAgain
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
_OVERHEAD = 64  # tokens a chat format adds around the messages, and to spare
_STOPPING: Final[frozenset[Kind]] = frozenset({"key", "unpaid", "unknown", "elsewhere"})
_OF_ONE: Final[frozenset[Kind]] = frozenset({"question", "not_recorded"})  # other asks may well be answered


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss:
    """Asks that came to nothing for one reason."""

    kind: Kind
    fault: str  # of the first of them, one line; it may hold words of the server
    asks: int


@dataclass(slots=True)
class _Work:
    """An ask on its way."""

    ask: Ask
    key: str
    before: Answered | None = None  # an earlier answer that was of no use
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
        anew: bool = False,
        free: bool = False,
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
            anew: Answers of earlier runs are asked for once more, because no use was made of any.
            free: Nothing is paid and no token counted, whatever ``price`` says: nobody sells these answers.
            began: When, on ``clock``, the run began that the time cap is for; None: now.
        """
        self.name, self.price = name, price
        self.form: Form = "schema" if limits.form == "auto" else limits.form  # as the server takes it
        self._wire, self._log, self._limits = wire, log, limits
        self._sleep, self._clock, self._tell, self._replay = sleep, clock, tell, replay
        self._anew, self._free = anew, free
        self._began = clock() if began is None else began
        self._patience = limits.patience_seconds
        self._left_out: frozenset[str] = frozenset()
        self._stopped: Reply | None = None  # to all asks that are not sent any more
        self._unanswered = 0  # asks in a row
        # What the answers took: not what was lost on the way, so that a run that was killed in between
        # says the same. The log has all of it.
        self.used: dict[Stage, Usage] = {}
        self._counted: set[str] = set()
        self.counts = True  # whether the server states tokens
        self.odd_count = ""  # a count of tokens that the server stated and that cannot be, one line
        self.missed = 0  # asks that came to no answer at all, whatever it holds
        self.unusable = 0  # answers that held nothing that was asked for
        self._losses: dict[Kind, Loss] = {}

    @property
    def losses(self) -> tuple[Loss, ...]:
        """Why asks came to nothing, each reason once, in order of the first."""
        return tuple(self._losses.values())

    def ask(self, asks: Sequence[Ask]) -> list[Reply]:
        """See ``asking.Model``."""
        asks = [replace(ask, most_tokens=ask.most_tokens + self._limits.thinking_tokens) for ask in asks]
        keys = [key_of(ask, name=self.name, limits=self._limits) for ask in asks]
        replies: dict[str, Reply] = {}
        waiting: deque[_Work] = deque()
        for key, ask in dict(zip(keys, asks, strict=True)).items():
            known = self._log.answered(key)
            if self._replay:
                replies[key] = self._recorded(key, ask, known)
            elif known is not None and (known.own or not (self._anew or _is_useless(known, ask))):
                replies[key] = self._take(key, ask, known)
            else:
                waiting.append(_Work(ask, key, known))
        with ThreadPoolExecutor(self._limits.concurrency, thread_name_prefix="model") as pool:
            try:
                while waiting:
                    batch = [waiting.popleft() for _ in range(min(len(waiting), self._limits.concurrency))]
                    waiting.extendleft(reversed(self._round(batch, replies, pool)))
                    self._tell_progress(asks[0].stage, replies, len(set(keys)))
            except BaseException:  # Ctrl-C above all: nobody waits for what is under way
                self._wire.close()
                raise
        self.missed += sum(key not in self._counted for key in set(keys))
        for key in dict.fromkeys(keys):
            self._count(replies[key])
        return [replies[key] for key in keys]

    def _count(self, reply: Reply) -> None:
        if reply.kind is None:
            return
        before = self._losses.get(reply.kind, Loss(kind=reply.kind, fault=reply.fault, asks=0))
        self._losses[reply.kind] = replace(before, asks=before.asks + 1)

    def _recorded(self, key: str, ask: Ask, known: Answered | None) -> Reply:
        """What the log has of an ask, as a run gave it that came to what the log has."""
        if fault := self._log.failed(key):
            reply = Reply(value=None, fault=f"not in the record: {fault}", kind=fault.kind)
            self._heed(fault.kind, reply)
            return reply
        if known is not None:
            self._unanswered = 0
            return self._take(key, ask, known)
        if self._stopped:
            return self._stopped
        begun = self.used or self._losses or self._unanswered
        kind: Kind = "over_run" if begun else "not_recorded"
        return Reply(value=None, fault="not in the record: it was never asked", kind=kind)

    def _tell_progress(self, stage: Stage, replies: Mapping[str, Reply], of: int) -> None:
        spent, most = self._log.account().run.usd, self._limits.caps.run_usd
        cap = "" if most is None else f" of ${most:g}"
        lost = [reply.fault for reply in replies.values() if not reply.ok]
        why = f" ({len(lost)} lost: {lost[-1]})" if lost else ""
        self._tell(f"{_STAGES[stage]}: {len(replies) - len(lost)} of {of} answered{why}, ${spent:.4f}{cap}")

    def _round(self, batch: list[_Work], replies: dict[str, Reply], pool: ThreadPoolExecutor) -> list[_Work]:
        """Send what may be sent; the works to be tried again, in order."""
        sent = []
        for work in batch:
            if unsent := self._stopped or self._too_late():
                replies[work.key] = self._unsent(work, unsent)
                continue
            work.attempts += 1
            planned = self._planned(work)
            try:
                call = self._log.send(planned, self._limits.caps)
            except OverBudget as over:
                work.attempts -= 1
                replies[work.key] = self._unsent(work, Reply(value=None, fault=str(over), kind=over.kind))
                continue
            request = self._request(work.ask)
            sent.append((work, planned, call, request, pool.submit(self._attempt, request, self._left())))
        again, waits = [], []
        for work, planned, call, request, future in sent:
            while not future.done():  # a signal that comes just before a wait is heeded after it
                wait_for([future], timeout=_WAKE_SECONDS)
            outcome = future.result()
            if isinstance(outcome, Completion):
                answered = self._settle(call, planned, outcome)
                replies[work.key] = self._take(work.key, work.ask, answered)
                self._unanswered = 0
                continue
            self._log.fail(call, outcome)
            wait = self._after(outcome, work, request, replies)
            if wait is not None:
                again.append(work)
                waits.append(wait)
        if waits and not self._stopped:
            self._wait(max(waits))
        return again

    def _unsent(self, work: _Work, reply: Reply) -> Reply:
        """What an ask that is not sent comes to: what it came to before, or ``reply``."""
        if work.before is not None and not work.attempts:
            return self._take(work.key, work.ask, work.before)
        return reply

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
        replies[work.key] = reply = Reply(value=None, fault=str(fault), kind=fault.kind)
        self._heed(fault.kind, reply)
        return None

    def _heed(self, kind: Kind, reply: Reply) -> None:
        """Send no more once the server refuses everything, or is down."""
        if kind in _STOPPING:
            self._stopped = reply
        elif kind not in _OF_ONE:
            self._unanswered += 1
            if self._unanswered >= _BREAK_AFTER:
                why = f"{reply.fault}; {self._unanswered} asks in a row had no answer, so no more are sent"
                self._stopped = replace(reply, fault=why)

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

    def _too_late(self) -> Reply | None:
        if self._left() > 0:
            return None
        why = f"the run's {self._limits.caps.run_seconds:g} seconds for the model are over"
        return Reply(value=None, fault=why, kind="over_run")

    def _planned(self, work: _Work) -> Planned:
        tokens_in, tokens_out = most_tokens_in(work.ask), work.ask.most_tokens
        if self._free:
            tokens_in = tokens_out = 0
        return Planned(
            key=work.key,
            stage=work.ask.stage,
            about=work.ask.about,
            model=self.name,
            attempt=work.attempts,
            tokens_in=tokens_in,
            tokens_out=tokens_out,
            usd=self.price.usd(tokens_in=tokens_in, tokens_out=tokens_out),
        )

    def _take(self, key: str, ask: Ask, answered: Answered) -> Reply:
        first = key not in self._counted
        if first:
            self._counted.add(key)
            self.used[ask.stage] = self.used.get(ask.stage, Usage()) + answered.usage
        try:
            return Reply(value=value_of(answered.completion, ask.shape))
        except Unusable as why:
            self.unusable += first
            return Reply(value=None, fault=str(why), kind=why.kind)

    def _settle(self, call: int, planned: Planned, completion: Completion) -> Answered:
        if self._free:
            completion = replace(completion, tokens_cached=0)
            self._log.done(call, completion, tokens_in=0, tokens_out=0, usd=0.0)
            return Answered(completion=completion, usage=Usage(calls=1), own=True)
        tokens_in = self._believed(completion.tokens_in, most=planned.tokens_in)
        nothing = not completion.text and completion.tokens_out == 0
        tokens_out = 0 if nothing else self._believed(completion.tokens_out, most=planned.tokens_out)
        cached = min(completion.tokens_cached, tokens_in)
        usd = self.price.usd(tokens_in=tokens_in, tokens_out=tokens_out, cached=cached)
        completion = replace(completion, tokens_cached=cached)
        self._log.done(call, completion, tokens_in=tokens_in, tokens_out=tokens_out, usd=usd)
        usage = Usage(calls=1, tokens_in=tokens_in, tokens_out=tokens_out, tokens_cached=cached, usd=usd)
        return Answered(completion=completion, usage=usage, own=True)

    def _believed(self, stated: int | None, *, most: int) -> int:
        """Tokens that a server states; ``most``, as was set aside, if it states none or more than can be."""
        if stated and stated <= most:
            return stated
        if not stated:
            self.counts = False
        elif not self.odd_count:
            self.odd_count = (
                f"the server states {stated:,} tokens of a call that can have {most:,} at most;"
                f" counted as {most:,}"
            )
        return most

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
    return ask.key(model=name, temperature=limits.temperature, form=limits.form, extra=limits.extra)


def _is_useless(answered: Answered, ask: Ask) -> bool:
    try:
        value_of(answered.completion, ask.shape)
    except Unusable:
        return True
    return False


def most_tokens_in(ask: Ask) -> int:
    """The most tokens that ``ask`` can come to: no tokeniser makes more of a text than it has bytes."""
    shape = len(str(strict_schema(ask.shape)).encode())
    return _bytes(ask.system) + _bytes(ask.user) + shape + _OVERHEAD


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
