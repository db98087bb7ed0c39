"""The checker and the judge as a writer that asks a model sees them: sentence in, verdict out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dawnchorus.model import Judgement, Sentence, Window
from dawnchorus.pipeline.models import Models
from dawnchorus.report.check.aliases import standard_aliases
from dawnchorus.report.check.evidence import EvidenceTable
from dawnchorus.report.check.judge import apply_judge, as_post, is_open
from dawnchorus.report.check.sentence import Context, check_sentence
from dawnchorus.report.judging.model_judge import ModelJudge


class Examiner:
    """Checks single sentences as the report will be checked; asks the judge where the rules cannot tell."""

    def __init__(
        self,
        evidence: EvidenceTable,
        *,
        window: Window,
        aliases: Iterable[Iterable[str]],
        names: tuple[str, ...],
        models: Models,
    ) -> None:
        aliases = [tuple(group) for group in aliases]
        self._evidence = evidence
        self._context = Context(
            evidence=evidence, window=window, aliases=standard_aliases().extended(aliases), names=names
        )
        self._judge = ModelJudge(models.judge, names=aliases, zone=window.zone)
        self._marked: dict[tuple[str, tuple[str, ...]], Sentence] = {}

    def examine(self, sentence: Sentence) -> Sentence:
        """``sentence`` with the verdict of the rules."""
        return self._mark(replace(sentence, verdict=check_sentence(sentence, self._context), judgement=None))

    def judge(self, sentences: Sequence[Sentence]) -> list[Sentence]:
        """Those of ``sentences`` that escalated with what the judge makes of them."""
        examined = [self.examine(sentence) for sentence in sentences]
        self._judge.consider(
            [
                (sentence.text, tuple(as_post(self._evidence[post]) for post in sentence.citations))
                for sentence in examined
                if sentence.verdict is not None and is_open(sentence.verdict)
            ]
        )
        return [self._mark(apply_judge(sentence, self._judge, self._evidence)) for sentence in examined]

    def judgement(self, sentence: Sentence) -> Judgement | None:
        """What the judge said of ``sentence``, if it was asked and let it pass."""
        marked = self._marked.get((sentence.text, sentence.citations))
        return marked.judgement if marked else None

    def failed(self, sentences: Iterable[Sentence]) -> tuple[Sentence, ...]:
        """Those of ``sentences`` that were looked at and not passed, with their reasons."""
        marked = (self._marked.get((sentence.text, sentence.citations)) for sentence in sentences)
        return tuple(
            one for one in marked if one is not None and one.verdict and one.verdict.verdict != "supported"
        )

    def _mark(self, sentence: Sentence) -> Sentence:
        self._marked[sentence.text, sentence.citations] = sentence
        return sentence
