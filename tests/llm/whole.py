"""A whole small edition written through the scripted server, and what must be true of it whatever happens."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dawnchorus.errors import DawnchorusError
from dawnchorus.llm.rounds import AskedInRounds
from dawnchorus.model import Lang, Report, Window
from dawnchorus.pipeline.edition import make_edition
from dawnchorus.pipeline.job import Job
from dawnchorus.pipeline.recheck import check_file
from dawnchorus.pipeline.traffic import Traffic
from dawnchorus.settings import Llm, PluginUse, parse_topic
from dawnchorus.store.ledger import Ledger
from tests.llm import actors
from tests.llm.server import ScriptedServer, Seen

DAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 11, 6, tzinfo=UTC)
TOPIC = """
label = "town"
languages = ["en", "zh"]
tz = "Asia/Shanghai"
[names]
zh = "小镇"
en = "The town"
[[section.themes]]
id = "recall"
names = { zh = "召回", en = "Recalls" }
query = "recall OR 召回"
"""
TEXTS = (
    "Obrel recalls 38,000 V2 vent valves made in November 2025. The exchange is free until 30 April.",
    "The recall covers 38,000 Obrel V2 vent valves. The seal gets stiff below minus 20, says the letter.",
    "欧布雷尔召回3.8万只V2泄压阀，均为2025年11月生产。4月30日前免费更换。",
    "欧布雷尔的V2泄压阀召回涉及3.8万只。经销商马洛称更换一只需40分钟。",
    "Marrow Bank raised $120 million from Quint Partners. The round closed on 9 March, the bank said.",
    "Marrow Bank closed a $120 million round led by Quint Partners. Quint Partners gets one board seat.",
    "马罗银行从昆特合伙人融资1.2亿美元。该行称本轮3月9日完成。",
    "The Lowen Bay ferry stops for repairs until 14 March. Two buses an hour replace it, the operator said.",
    "The Lowen Bay ferry is out of service until 14 March. The operator runs two buses an hour instead.",
    "洛文湾渡轮停航维修至3月14日。运营方称每小时有两班巴士代替。",
    "Tollen Labs released the Heron 3 model with 12 billion parameters. Its weights are under Apache 2.0.",
    "Heron 3 by Tollen Labs has 12 billion parameters. Tollen Labs says it was trained on 900 chips.",
    "托伦实验室发布Heron 3模型，参数120亿。其权重采用Apache 2.0许可。",
)
SMALL = (TEXTS[0], TEXTS[2], TEXTS[7])


def posts(texts: tuple[str, ...] = TEXTS) -> list[dict[str, Any]]:
    start = datetime(2026, 3, 10, 1, tzinfo=UTC)
    return [
        {
            "id": f"x:{1000 + place}",
            "source": "x",
            "author": f"author{place}",
            "text": text,
            "created_at": (start + timedelta(minutes=13 * place)).isoformat().replace("+00:00", "Z"),
            "url": f"https://x.example/author{place}/status/{1000 + place}",
            "like_count": 3 * place,
        }
        for place, text in enumerate(texts)
    ]


class Teller:
    """Keeps what a run says."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def step(self, name: str) -> None:
        self.lines.append(name)

    def note(self, line: str) -> None:
        self.lines.append(line)

    def doing(self, line: str) -> None:
        self.lines.append(line)


@dataclass(kw_only=True)
class Outcome:
    """What became of a run."""

    reports: list[Report]
    error: str  # one line, "" if it was published
    seen: list[Seen]
    calls: list[dict[str, Any]]  # rows of the ledger
    out: Path
    posts: Path
    told: list[str]

    @property
    def degraded(self) -> bool:
        """Whether a reader is told that the model wrote less than it should."""
        return any(
            report.cost.unanswered or report.fallback or not report.ai_generated for report in self.reports
        )

    @property
    def written(self) -> set[str]:
        """Sentences of the model that are printed."""
        return {
            sentence.text
            for report in self.reports
            for section in report.sections
            for block in section.blocks
            for sentence in (*([block.lead] if block.lead else []), *block.sentences)
            if sentence.kind == "written"
        } | {one.headline.text for one in self.reports if one.headline and one.headline.kind == "written"}


def run(
    server: ScriptedServer,
    folder: Path,
    *rules: dict[str, Any],
    actor: str = "sober",
    texts: tuple[str, ...] = SMALL,
    rows: list[dict[str, Any]] | None = None,
    languages: tuple[Lang, ...] = ("en",),
    llm: Mapping[str, Any] | None = None,
    traffic: Traffic | None = None,
    pictures: bool = False,
) -> Outcome:
    """Make an edition of ``texts``, or of posts as they are given, into ``folder``; waits are not waited."""
    data, out, given = folder / "data", folder / "site", folder / "posts.jsonl"
    given.write_text("".join(json.dumps(post, ensure_ascii=False) + "\n" for post in rows or posts(texts)))
    server.script(*rules, actor=actor, ledger=data / "ledger.sqlite")
    settings = {"model": "scripted-1", "base_url": server.base_url, "call_seconds": 0.4, "concurrency": 3}
    settings |= {"price_in": 1.0, "price_out": 4.0, "run_usd": 1.0, "day_usd": 10.0}
    topic = parse_topic(TOPIC, file="town.toml", id="town")
    topic = replace(topic, llm=Llm(**settings | dict(llm or {})))
    job = Job(
        inputs=(str(given),),
        topic=topic,
        label="town",
        window=Window(first=DAY, last=DAY, tz="Asia/Shanghai"),
        languages=languages,
        writer=PluginUse(name="llm"),
        publishers=topic.publishers,
        out=out,
        data=data,
        now=NOW,
        traffic=traffic or Traffic(),
    )
    teller, reports, error = Teller(), [], ""
    with ExitStack() as stack:
        defaults = AskedInRounds.__init__.__kwdefaults__
        stack.enter_context(patch.dict(defaults, {"sleep": lambda seconds: None}))
        if not pictures:
            stack.enter_context(patch("dawnchorus.pipeline.edition.pictures", return_value={}))
        try:
            reports = [made.report for made in make_edition(job, tell=teller) if made.report]
        except DawnchorusError as fault:
            error = str(fault)
    with Ledger(data / "ledger.sqlite") as ledger:
        names = (
            "run",
            "key",
            "stage",
            "state",
            "tokens_in",
            "tokens_out",
            "nanos",
            "attempt",
            "why",
            "completion",
        )
        rows = ledger.rows(f"SELECT {', '.join(names)} FROM calls ORDER BY id")
    calls = [dict(zip(names, row, strict=True)) for row in rows]
    return Outcome(
        reports=reports, error=error, seen=server.seen, calls=calls, out=out, posts=given, told=teller.lines
    )


def check(outcome: Outcome, *, caps: Mapping[str, Any] | None = None) -> None:
    """What holds of every run: published whole or refused in a line; in budget; each sentence supported."""
    told = " ".join([outcome.error, *outcome.told])
    assert "Traceback" not in told
    if outcome.error:
        assert "\n" not in outcome.error
        assert len(outcome.error) > 20
        return
    for report in outcome.reports:
        page = outcome.out / report.slug / "report.json"
        rows = check_file(page, [str(outcome.posts)], data=None, tz="UTC", tell=lambda line: None)
        failed = [row for row in rows if row["verdict"] != "supported"]
        assert not failed, failed[0]
        assert (outcome.out / report.slug / "manifest.json").is_file()
    assert not [path for path in outcome.out.rglob(".*") if path.is_file() and path.suffix == ".tmp"]
    _check_ledger(outcome, caps or {})
    printed = _lies(outcome.seen) & outcome.written
    assert not printed, printed


def _check_ledger(outcome: Outcome, caps: Mapping[str, Any]) -> None:
    rows = outcome.calls
    assert all(row["state"] != "sent" for row in rows)
    assert len(outcome.seen) <= len(rows)
    for seen in outcome.seen:
        assert len(seen.rows) >= seen.n, "a request without a row"
    assert sum(row["nanos"] for row in rows) <= caps.get("run_usd", 1.0) * 1e9
    tokens = sum(row["tokens_in"] + row["tokens_out"] for row in rows)
    assert tokens <= caps.get("run_tokens", 200_000)
    assert len(rows) <= caps.get("run_calls", 200)
    answered = [row for row in rows if row["state"] == "done"]
    keys = [(row["run"], row["key"]) for row in answered]
    assert len(keys) == len(set(keys)), "paid twice"


def _lies(seen: list[Seen]) -> set[str]:
    """Sentences that dishonest actors were asked for and an honest one would not say."""
    lies: set[str] = set()
    for one in seen:
        if one.actor == "sober":
            continue
        asked = actors.question(one.body)
        said, honest = (_texts(actors.ACTORS[name](asked)) for name in (one.actor, "sober"))
        if one.actor == "obeying":  # what a post says may be printed as long as it cites that post
            honest |= {text for text in said if any(text in post["text"] for post in asked.posts)}
        lies |= {text for text in said - honest if len(text) > 10}
    return lies


def _texts(said: Any) -> set[str]:
    if isinstance(said, dict):
        own = {said["text"]} if isinstance(said.get("text"), str) else set()
        return own.union(*map(_texts, said.values()))
    if isinstance(said, list):
        return set().union(*map(_texts, said))
    return set()
