"""Write docs/rules.md from the rules' own docstrings and figures; ``--check`` fails if it is not current.

Figures are those of evals/groundbench/ablation.json: ``python -m evals.groundbench.ablation --write``.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from inspect import cleandoc
from pathlib import Path
from types import ModuleType
from typing import Any

from dawnchorus.report.check import judge, rules
from dawnchorus.report.check.computed import check_computed
from dawnchorus.report.check.facts import recompute
from dawnchorus.report.check.quotes import check_quotes
from dawnchorus.report.check.rules import RULES, Rule
from dawnchorus.report.check.sentence import ALL_RULES
from dawnchorus.report.check.structure import check_structure
from dawnchorus.report.check.translated import check_translated

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "rules.md"
FIGURES = ROOT / "evals" / "groundbench" / "ablation.json"
INTRODUCTION = """# The rules of the checker

Made from the rules' own docstrings by `tools/rule_reference.py`; do not edit by hand. What a verdict means
to a reader stands in [checks.md](checks.md), how the figures are measured in
[GroundBench](../evals/groundbench/README.md).

A rule looks at a sentence and the posts it cites and objects or does not. An objection is plain (the
sentence is `rejected`) or a doubt. A doubt counts one point, a weak sign less (`data/points.toml`); at one
point the sentence is `escalated`. With no objection it is `supported`. A quotation is asked only by the
rules for the words around it, a computed sentence by "structure", "quotes", "computed", "voices" and
"advice". In an edition, a written sentence that escalated and that no [judge](#judges) passed gives way to a
quotation of the cited post that it speaks of; if none serves, and if it was rejected, it is left out. Either
way it is kept under `withheld` with its reasons.

**With each rule and without.** Of the faults it is there for, the share that is caught by all rules, and by
all but this one; the faults of other kinds that it alone catches; and what it costs: supported sentences and
harmless rewordings that are rejected, or escalated, for it alone. What can be looked up counts as caught if
it is rejected, what needs meaning if it is rejected or escalated. A rule that makes no difference fails
`tests/check/test_mutation.py`.
"""
_MORE: Mapping[str, tuple[Callable[..., object], ...]] = {
    "structure": (check_structure,),
    "quotes": (check_quotes, check_translated),
    "computed": (check_computed, recompute),
}
"""The rules that are not in rules.RULES: a function of each file they consist of."""


def reference() -> str:
    """The page."""
    figures: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text(encoding="utf-8"))
    parts = [INTRODUCTION, "\n".join(_table(figures)) + "\n"]
    for name in ALL_RULES:
        parts.append(f"## {name}\n")
        parts += [_told(part) for part in _modules(name)]
        parts.append(_kinds(figures.get(name)))
    parts += ["## Judges\n", _told(judge), "A judge is a plug-in, see `dawnchorus.plugins.Judge`.\n"]
    return "\n".join(parts)


def _table(figures: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    yield "| rule | caught | without it | only it, other kinds | sound: rejected | escalated |"
    yield "|---|---|---|---|---|---|"
    for name in ALL_RULES:
        if (one := figures.get(name)) is None:
            yield f"| [{name}](#{name}) | not measured yet | | | | |"
            continue
        caught, without = (f"{one[key] / one['number']:.1%}" for key in ("caught", "without"))
        cells = (caught, without, one["others"], one["rejected"], one["escalated"])
        yield f"| [{name}](#{name}) | " + " | ".join(map(str, cells)) + " |"
    if figures:
        sound = max(one["sound"] for one in figures.values())
        yield f"\nOf {sound} sound sentences, all thirds of the benchmark together."


def _kinds(one: dict[str, Any] | None) -> str:
    if one is None:
        return "Not measured yet.\n"
    kinds = ", ".join(one["kinds"])
    return (
        f"There for: {kinds}. {one['caught']} of {one['number']} caught, {one['without']} without it;"
        f" for it alone {one['rejected']} sound sentences are rejected and {one['escalated']} escalated.\n"
    )


def _modules(name: str) -> list[ModuleType]:
    """The files a rule consists of."""
    functions = _MORE.get(name) or tuple(_function(rule) for rule in RULES if rule.name == name)
    return [sys.modules[function.__module__] for function in functions]


def _function(rule: Rule) -> Callable[..., object]:
    """The function that the entry of a rule in RULES calls."""
    for called in rule.check.__code__.co_names:
        if called.startswith("check_"):
            found: Callable[..., object] = getattr(rules, called)
            return found
    raise LookupError(f"rule {rule.name} calls no function check_… of its own")


def _told(module: ModuleType) -> str:
    """A module's docstring as Markdown, with the file's name."""
    if not module.__doc__:
        raise LookupError(f"{module.__name__} has no docstring: say what it catches and what it can't tell")
    title, _, rest = cleandoc(module.__doc__).partition("\n")
    title = title.removeprefix("Rule: ").removeprefix("Rules: ")
    name = module.__name__.rpartition(".")[2]
    body = rest.strip().replace("``", "`")
    return f"**{title[:1].upper()}{title[1:]}** (`{name}.py`)\n" + (f"\n{body}\n" if body else "")


def main() -> int:
    """Write the page, or compare it."""
    text = reference()
    if "--check" in sys.argv[1:]:
        if PAGE.exists() and PAGE.read_text(encoding="utf-8") == text:
            return 0
        print(f"{PAGE.name} is out of date: run python tools/rule_reference.py", file=sys.stderr)
        return 1
    PAGE.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
