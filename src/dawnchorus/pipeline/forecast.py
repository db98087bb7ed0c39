"""What the language model of an edition will be asked, and what that will cost, before anything is sent.

The asks about stories are made as the writer makes them, and counted. What follows them depends on the
answers: it is reckoned from shares, which ``docs/models.md`` states.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil
from pathlib import Path
from typing import Final

from dawnchorus.errors import UsageError
from dawnchorus.llm.asking import Ask, Reply, Stage
from dawnchorus.llm.budget import Price
from dawnchorus.llm.rounds import key_of
from dawnchorus.llm.structured import strict_schema
from dawnchorus.model import Lang
from dawnchorus.pipeline.draft import gather_all
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.models import check_models, limits_of, price
from dawnchorus.pipeline.telling import Teller, counted
from dawnchorus.pipeline.write import Material, brief
from dawnchorus.plugins import load_plugin
from dawnchorus.report.briefing import Earlier
from dawnchorus.settings import Llm
from dawnchorus.store.calls import is_answered, spent_usd
from dawnchorus.store.ledger import Ledger

_ASCII_A_TOKEN: Final = 3.6  # characters of JSON and English; of other scripts a character is a token
_ANSWERED: Final = 0.6  # of the most an answer may have
_MOST_LINES: Final = 5  # of a story: a title and one more for each post that is shown, up to so many
_REPAIRED: Final = 0.25  # of lines
_JUDGED: Final = 0.2  # of lines
_COMPOSED_LINES: Final = 8  # of overview and summary
_AT_ONCE: Final = 6  # lines of an ask that repairs
_LINE: Final = 60  # tokens of a sentence with its faults
_POSTS_A_LINE: Final = 1.5
_LINE_OUT: Final = 60  # tokens of a repaired line or a judgement
_STEADY: Final = 700  # tokens of instructions and shape of an ask that follows


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """Calls of one stage."""

    stage: Stage
    calls: int
    tokens_in: int
    tokens_out: int
    usd: float
    known: bool  # counted from the asks, not reckoned


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """What the model of one report is expected to take."""

    lang: Lang
    stories: int
    paid: int  # asks about stories whose answers are in the ledger
    stages: tuple[Expected, ...]


class _Counting:
    """A ``Model`` that keeps what it is asked and never answers."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.asked: list[Ask] = []

    def ask(self, asks: Sequence[Ask]) -> list[Reply]:
        """See ``asking.Model``."""
        self.asked += asks
        return [Reply(value=None, fault="not asked") for _ in asks]


def forecast_lines(job: Job, *, data: Path | None, tell: Teller) -> Iterator[str]:
    """What the model of ``job`` will be asked and what that will cost, in lines; nothing is sent.

    Args:
        job: What would be made.
        data: Where earlier editions, posts and calls are remembered; None if there are none.
        tell: Told each stage.

    Raises:
        UsageError: The price of a model is not known, or no model is named.
        InputError: No post lies in the window.
    """
    settings = job.topic.llm
    if settings is None or not job.asks_model:
        check_models(job.topic, writer=job.writer, traffic=job.traffic)
        yield f"writer {job.writer.name}: no language model is asked, nothing is spent"
        return
    prices = price(settings, settings.model, job.traffic)
    judged = price(settings, settings.judge or settings.model, job.traffic)
    gathered = gather_all(job, data=data, tell=tell)
    job = gathered.job
    path = data / "ledger.sqlite" if data else None
    with Ledger(path) if path and path.exists() else Ledger(Path(":memory:")) as ledger:
        found = [
            _forecast(
                job,
                gathered.material,
                gathered.figures,
                lang=lang,
                settings=settings,
                prices=(prices, judged),
                ledger=ledger,
            )
            for lang in job.languages
        ]
        for one in found:
            yield from _lines(one, job)
        yield from _caps(settings, ledger)
    try:
        check_models(job.topic, writer=job.writer, traffic=job.traffic)
    except UsageError as error:
        yield f"as it stands it cannot be made: {error}"


def typical_lines(job: Job) -> Iterator[str]:
    """The same of an edition whose posts are not there yet: what the settings allow.

    Raises:
        UsageError: As there.
    """
    settings = job.topic.llm
    if settings is None or not job.asks_model:
        return
    price(settings, settings.model, job.traffic)
    yield f"  {settings.model}: the posts are not read yet; at most {settings.stories} stories are written"
    path = job.data / "ledger.sqlite"
    with Ledger(path) if path.exists() else Ledger(Path(":memory:")) as ledger:
        yield from _caps(settings, ledger)


def tokens_of(text: str) -> int:
    """About how many tokens ``text`` has: tokenisers differ by a fifth, and by more for Chinese."""
    plain = sum(char.isascii() for char in text)
    return ceil(plain / _ASCII_A_TOKEN + len(text) - plain)


def _forecast(
    job: Job,
    material: Material,
    figures: Earlier | None,
    *,
    lang: Lang,
    settings: Llm,
    prices: tuple[Price, Price],
    ledger: Ledger,
) -> Forecast:
    model = _Counting(settings.model)
    writer = load_plugin("writers", job.writer.name, options=job.writer.options)
    briefing = brief(job, material, lang=lang, earlier=figures)
    writer.write(replace(briefing, model=model, most_written=settings.stories))
    limits = limits_of(settings)
    asked = [replace(ask, most_tokens=ask.most_tokens + limits.thinking_tokens) for ask in model.asked]
    fresh = [ask for ask in asked if not is_answered(ledger, key_of(ask, name=settings.model, limits=limits))]
    shown = [story.count("\n{") for ask in model.asked for story in ask.user.split("\nstory ")[1:]]
    sent = [tokens_of(ask.system + ask.user + str(strict_schema(ask.shape))) for ask in fresh]
    told = Expected(
        stage="story",
        calls=len(fresh),
        tokens_in=sum(sent),
        tokens_out=round(_ANSWERED * sum(ask.most_tokens for ask in fresh)),
        usd=0.0,
        known=True,
    )
    posts = [line for ask in model.asked for line in ask.user.splitlines() if line.startswith("{")]
    post = sum(map(tokens_of, posts)) / max(len(posts), 1)
    lines = sum(min(1 + posts, _MOST_LINES) for posts in shown)
    stages = [told, *_reckoned(len(shown), lines, post)]
    return Forecast(
        lang=lang,
        stories=len(shown),
        paid=len(model.asked) - len(fresh),
        stages=tuple(replace(one, usd=_usd(one, prices)) for one in stages if one.calls),
    )


def _reckoned(stories: int, lines: int, post: float) -> Iterator[Expected]:
    """What follows the answers, if they are as they are most often; ``post``: tokens of one."""
    if not lines:
        return
    shown = _LINE + _POSTS_A_LINE * post
    # Stories, composed sentences and the headline are looked at one after the other.
    many = (lines + _COMPOSED_LINES) * _REPAIRED
    yield _expected("repair", ceil(lines * _REPAIRED / _AT_ONCE) + 1, many * shown, many * _LINE_OUT)
    # A story that has a sentence to judge is a call: its posts have no say in others.
    many = (lines + _COMPOSED_LINES) * _JUDGED
    calls = ceil(stories * (1 - (1 - _JUDGED) ** (lines / stories))) + 1
    yield _expected("judge", calls, many * shown, many * _LINE_OUT)
    yield _expected("compose", 1, lines * _LINE, 600)
    yield _expected("headline", 1, min(stories, 10) * _LINE, 40)


def _expected(stage: Stage, calls: int, tokens_in: float, tokens_out: float) -> Expected:
    return Expected(
        stage=stage,
        calls=calls,
        tokens_in=round(calls * _STEADY + tokens_in),
        tokens_out=round(tokens_out),
        usd=0.0,
        known=False,
    )


def _usd(one: Expected, prices: tuple[Price, Price]) -> float:
    return prices[one.stage == "judge"].usd(tokens_in=one.tokens_in, tokens_out=one.tokens_out)


def _lines(one: Forecast, job: Job) -> Iterator[str]:
    settings = job.topic.llm
    assert settings is not None
    judge = f", judged by {settings.judge}" if settings.judge not in (None, settings.model) else ""
    stories = f"{one.stories} {'story' if one.stories == 1 else 'stories'}"
    yield f"{job.slug(one.lang)}: {stories} by {settings.model}{judge}"
    if one.paid:
        yield f"  {counted(one.paid, 'answer')} on stories in the ledger: not paid again"
    for stage in one.stages:
        about = "" if stage.known else "about "
        yield (
            f"  {stage.stage:9}{about}{counted(stage.calls, 'call')}, about {stage.tokens_in:,} tokens in and"
            f" {stage.tokens_out:,} out, ${stage.usd:.4f}"
        )
    calls = sum(stage.calls for stage in one.stages)
    taken, given = (sum(getattr(stage, name) for stage in one.stages) for name in ("tokens_in", "tokens_out"))
    usd = sum(stage.usd for stage in one.stages)
    yield f"  in all   about {calls:,} calls, {taken:,} tokens in and {given:,} out, ${usd:.4f}"


def _caps(settings: Llm, ledger: Ledger) -> Iterator[str]:
    run = f"${settings.run_usd:g}, {settings.run_tokens:,} tokens and {settings.run_calls:,} calls a run"
    yield f"never more than {run}, and ${settings.day_usd:g} a day (UTC)"
    day = f"{datetime.now(UTC):%Y-%m-%d}"
    if spent := spent_usd(ledger, day):
        yield f"of today's ${settings.day_usd:g}, ${spent:.4f} is spent or set aside"
