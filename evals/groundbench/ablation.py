"""What each rule is worth: how many faults of its own kinds pass when it is switched off.

    python -m evals.groundbench.ablation [--third tune|held|sealed|all] [--write]

Half a minute. Exit 1 if a rule makes no difference to its own kinds: it is dead weight. --write keeps the
figures, and a few sentences that hang on each rule for the tests, in ablation.json, from which docs/rules.md
is made (tools/rule_reference.py). Sentences of the sealed third are counted and never kept.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from evals.groundbench import forms
from evals.groundbench.gates import caught_strictly
from evals.groundbench.measure import Rate
from evals.groundbench.scenarios import THIRDS, Sentence, load

from dawnchorus.model import Sentence as Told
from dawnchorus.model import Window
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import ALL_RULES, Context, Found, find_faults

FIGURES = Path(__file__).parent / "ablation.json"
FORMS = "form"
"""Kind of the sentences of forms.py."""

KINDS: Mapping[str, tuple[str, ...]] = {
    "structure": (FORMS,),
    "quotes": ("quote_fabricated", "quote_altered"),
    "numbers": ("number", "unit"),
    "rates": ("unit",),
    "dates": ("date", "old_as_new"),
    "names": ("foreign_name",),
    "speakers": ("foreign_name", "attribution"),
    "attribution": ("attribution",),
    "binding": ("misplaced_name", "merged", "attribution"),
    "belonging": ("misplaced_name", "merged", "attribution"),
    "superlatives": ("superlative",),
    "voices": ("one_as_many",),
    "sources": ("sources",),
    "advice": ("advice",),
    "trend": ("trend",),
    "cause": ("cause",),
    "praise": ("embellishment",),
    "proof": ("claim_as_proven",),
    "modality": ("hint_as_fact", "future_as_past"),
    "polarity": ("negation",),
    "opposites": ("negation", "comparison", "roles"),
    "staleness": ("old_as_new",),
    "comparison": ("comparison",),
    "exchanged": ("category", "population"),
    "scope": ("population",),
    "grave": ("category", "cause", "roles"),
    "scattered": ("merged", "misplaced_name"),
    "content": ("wrong_post", "embellishment", "not_cited", "category"),
    "computed": (FORMS,),
}
"""The kinds of fault that each rule is there for."""

_SAMPLE = 20  # sentences kept of each rule


def is_caught(verdict: str, kind: str) -> bool:
    """Whether a fault of ``kind`` would not be published; what can be looked up must be rejected."""
    return verdict == "rejected" or (verdict == "escalated" and not caught_strictly(kind))


@dataclass(frozen=True, slots=True)
class Case:
    """A sentence and what every rule says of it."""

    id: str
    kind: str
    faulty: bool
    open: bool  # of a third that may be looked over
    found: Found

    def caught(self, off: Iterable[str] = ()) -> bool:
        """Whether it is caught by all rules but those ``off``."""
        return is_caught(self.found.verdict(off=frozenset(off)).verdict, self.kind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Worth:
    """One rule on and off."""

    kinds: tuple[str, ...]
    number: int  # faulty sentences of these kinds
    caught: int  # of them by all rules
    without: int  # by all rules but this one
    others: int  # sentences of other kinds that hang on it
    sound: int  # supported sentences and rewordings
    rejected: int  # of them only because of it
    escalated: int

    @property
    def lost(self) -> int:
        """Faults of its own kinds that only it catches."""
        return self.caught - self.without


def said_and_context(sentence: Sentence, *, off: Iterable[str] = ()) -> tuple[Told, Context]:
    """``sentence`` as a written one before its posts, as ``measure.check`` gives it to ``check_claim``."""
    posts = {
        post.key: Evidence(
            id=post.key,
            text=post.text,
            author=post.author,
            author_name=post.name,
            created_at=post.at,
            source="x",
            language=post.lang,
        )
        for post in sentence.posts
    }
    window = Window(first=sentence.day, last=sentence.day, tz="Asia/Shanghai")
    told = Told(text=sentence.text, kind="written", citations=tuple(posts))
    return told, Context(evidence=posts, window=window, most_citations=max(len(posts), 1), off=frozenset(off))


def cases(sentences: Iterable[Sentence]) -> list[Case]:
    """``sentences`` and those of forms.py, looked at once by all rules."""
    found = [
        Case(
            id=sentence.id,
            kind=sentence.kind,
            faulty=sentence.group == "faulty",
            open=sentence.third in ("tune", "held"),
            found=find_faults(*said_and_context(sentence)),
        )
        for sentence in sentences
    ]
    context = forms.context()
    for rule, told in (("", forms.SOUND), *forms.FAULTY.items()):
        for number, one in enumerate(told):
            name = f"{FORMS}/{rule}/{number}"
            found.append(Case(name, FORMS, bool(rule), True, find_faults(one, context)))
    return found


def worth(rule: str, among: Sequence[Case]) -> Worth:
    """What ``rule`` adds to all the others."""
    own = [case for case in among if case.faulty and _is_own(case, rule)]
    hanging = hanging_on(rule, among)
    sound = [case for case in among if not case.faulty]
    changed = [(case.found.verdict().verdict, case.found.verdict(off={rule}).verdict) for case in sound]
    return Worth(
        kinds=KINDS[rule],
        number=len(own),
        caught=sum(case.caught() for case in own),
        without=sum(case.caught({rule}) for case in own),
        others=sum(not _is_own(case, rule) for case in hanging),
        sound=len(sound),
        rejected=sum(now == "rejected" != then for now, then in changed),
        escalated=sum(now == "escalated" and then == "supported" for now, then in changed),
    )


def hanging_on(rule: str, among: Iterable[Case]) -> list[Case]:
    """Faulty sentences of any kind that are caught with ``rule`` and not without."""
    return [case for case in among if case.faulty and case.caught() and not case.caught({rule})]


def _is_own(case: Case, rule: str) -> bool:
    return case.id.startswith(f"{FORMS}/{rule}/") if case.kind == FORMS else case.kind in KINDS[rule]


def sample(rule: str, among: Sequence[Case]) -> list[str]:
    """A few open sentences of the rule's own kinds that hang on it, spread over all of them."""
    names = [case.id for case in hanging_on(rule, among) if case.open and _is_own(case, rule)]
    step = max(len(names) // _SAMPLE, 1)
    return names[::step][:_SAMPLE]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; exit status."""
    parser = argparse.ArgumentParser(prog="python -m evals.groundbench.ablation", description=__doc__)
    parser.add_argument("--third", choices=(*THIRDS, "all"), default="all")
    parser.add_argument("--write", action="store_true", help=f"keep the figures in {FIGURES.name}")
    asked = parser.parse_args(arguments)
    if asked.write and asked.third != "all":
        parser.error("--write keeps figures of all thirds together")
    if missing := set(ALL_RULES) ^ set(KINDS):
        print(f"rules and KINDS differ: {', '.join(sorted(missing))}", file=sys.stderr)
        return 1
    written = [one for scenario in load() for one in scenario.sentences if asked.third in ("all", one.third)]
    among = cases(written)
    found = {rule: worth(rule, among) for rule in ALL_RULES}
    print("\n".join(_table(found)))
    if asked.write:
        kept = {rule: {**asdict(one), "sample": sample(rule, among)} for rule, one in found.items()}
        FIGURES.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    dead = [rule for rule, one in found.items() if one.lost <= 0]
    for rule in dead:
        print(f"{rule}: switched off, no fault of its own kinds is lost", file=sys.stderr)
    return 1 if dead else 0


def read_figures() -> dict[str, dict[str, Any]]:
    """What --write kept, by rule."""
    found: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return found


def _table(found: Mapping[str, Worth]) -> Iterable[str]:
    yield f"{'rule':<13}{'with':>7}{'without':>9}{'lost':>6}{'others':>8}{'   rejected, escalated':<25}kinds"
    for rule, one in found.items():
        shares = (100 * Rate(hits, one.number).share for hits in (one.caught, one.without))
        alarms = f"{one.rejected:>11}, {one.escalated}"
        line = "".join(f"{share:>{width}.1f}" for share, width in zip(shares, (7, 9), strict=True))
        yield f"{rule:<13}{line}{one.lost:>6}{one.others:>8}{alarms:<25}{', '.join(one.kinds)}"
    yield "\nwith, without: % of its kinds; others: faults of other kinds it alone holds; last: sound ones"


if __name__ == "__main__":
    sys.exit(main())
