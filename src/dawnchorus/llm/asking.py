"""What is asked of a language model, what it answers, and what writers and judges see of it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from pydantic import BaseModel

from dawnchorus.llm.faults import Kind

Stage = Literal["story", "repair", "judge", "compose", "headline", "probe"]
"""What a call is for; the report counts calls and tokens by it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question: instructions that stay the same, what changes, and the shape of the answer."""

    stage: Stage
    about: str  # what it is for, in messages and the ledger: "story:tariff-nvidia"
    system: str  # the same for every ask of a stage, so that providers can cache it
    user: str
    shape: type[BaseModel]
    most_tokens: int  # of the answer

    def key(
        self,
        *,
        model: str,
        temperature: float,
        form: str = "auto",
        extra: Mapping[str, object] | None = None,
    ) -> str:
        """A digest of all that decides the answer; two asks with one key are one call.

        ``form`` is how the settings want the shape asked for, not what a server was found to take.
        """
        parts = (
            model,
            temperature,
            self.most_tokens,
            self.system,
            self.user,
            self.shape.model_json_schema(),
            *([dict(extra)] if extra else []),
            *([form] if form != "auto" else []),
        )
        return hashlib.sha256(
            json.dumps(parts, ensure_ascii=False, sort_keys=True).encode("utf-8", "surrogatepass")
        ).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """Calls made and what they took."""

    calls: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    tokens_cached: int = 0  # of those in, read from the provider's cache
    usd: float = 0.0
    retries: int = 0  # calls after the first for the same ask

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            calls=self.calls + other.calls,
            tokens_in=self.tokens_in + other.tokens_in,
            tokens_out=self.tokens_out + other.tokens_out,
            tokens_cached=self.tokens_cached + other.tokens_cached,
            usd=self.usd + other.usd,
            retries=self.retries + other.retries,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came of an ask: a value of its shape, or why there is none."""

    value: BaseModel | None
    fault: str = ""  # one line, "" if there is a value
    kind: Kind | None = None  # of the fault

    @property
    def ok(self) -> bool:
        """Whether there is an answer."""
        return self.value is not None


class Model(Protocol):
    """A language model as writers and judges see it. It has no tools and sees nothing but the ask."""

    name: str

    def ask(self, asks: Sequence[Ask]) -> list[Reply]:
        """Answers in the order of ``asks``; those that fail carry their fault, none raises.

        The same asks in the same order give the same requests in the same order, whatever is in flight at
        once: what the budget still allows is settled between rounds, not in a race.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """An answer as it came over the wire."""

    text: str
    finish: Literal["stop", "length", "refused", "thought"]  # the last: and wrote nothing
    model: str = ""  # as the server names itself
    tokens_in: int | None = None  # None: the server does not say
    tokens_out: int | None = None
    tokens_cached: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A call as it goes over the wire, without the address and the key."""

    model: str
    system: str
    user: str
    schema: dict[str, object]  # JSON Schema of the answer
    most_tokens: int
    temperature: float
    form: Literal["schema", "object", "prompt"]  # how the shape is asked for
    left_out: frozenset[str] = field(default_factory=frozenset)  # options that the server refused before
