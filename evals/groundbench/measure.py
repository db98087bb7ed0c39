"""Sentences to verdicts, verdicts to rates."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import sqrt

from evals.groundbench.scenarios import Sentence

from dawnchorus.model import Verdict, Window
from dawnchorus.report.check.claims import check_claim

Check = Callable[[Sentence], Verdict]


def check(sentence: Sentence) -> Verdict:
    """The checker's verdict, given the cited posts as the archive would hold them."""
    posts = [
        {
            "id": f"x:{post.key}",
            "source": "x",
            "author": post.author,
            "author_name": post.name,
            "created_at": post.at.isoformat(),
            "lang": post.lang,
            "text": post.text,
        }
        for post in sentence.posts
    ]
    window = Window(first=sentence.day, last=sentence.day, tz="Asia/Shanghai")
    return check_claim(sentence.text, posts, window)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a sentence, and the seconds of this process it took."""

    sentence: Sentence
    verdict: Verdict
    seconds: float


def judge(sentences: Iterable[Sentence], *, check: Check = check) -> list[Outcome]:
    """All sentences through the checker, in order."""
    found = []
    for sentence in sentences:
        began = time.process_time()
        verdict = check(sentence)
        found.append(Outcome(sentence, verdict, time.process_time() - began))
    return found


def digest(outcomes: Iterable[Outcome]) -> str:
    """A fingerprint of all verdicts with their scores and reasons: equal runs, equal fingerprints."""
    whole = hashlib.sha256()
    for outcome in outcomes:
        whole.update(f"{outcome.sentence.id} {outcome.verdict!r}\n".encode())
    return whole.hexdigest()


@dataclass(frozen=True, slots=True)
class Rate:
    """``hits`` of ``number``."""

    hits: int
    number: int

    @property
    def share(self) -> float:
        """0 to 1; NaN of nothing."""
        return self.hits / self.number if self.number else float("nan")

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share: Wilson, Journal of the American Statistical Association 22, 1927."""
        if not self.number:
            return 0.0, 1.0
        z, n, p = 1.959964, self.number, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Counts:
    """Verdicts on a number of sentences."""

    rejected: int
    escalated: int
    number: int

    @property
    def strict(self) -> Rate:
        """Rejected: what faulty sentences should be and no supported one."""
        return Rate(self.rejected, self.number)

    @property
    def sent_on(self) -> Rate:
        """Escalated: needs a judge, or is replaced by a quotation."""
        return Rate(self.escalated, self.number)

    @property
    def lenient(self) -> Rate:
        """Rejected or escalated: not published as it stands."""
        return Rate(self.rejected + self.escalated, self.number)


def counts(outcomes: Iterable[Outcome]) -> Counts:
    """How many were rejected, how many escalated."""
    verdicts = [outcome.verdict.verdict for outcome in outcomes]
    return Counts(verdicts.count("rejected"), verdicts.count("escalated"), len(verdicts))


def failing(outcomes: Iterable[Outcome], *, strict: Callable[[str], bool]) -> Iterator[Outcome]:
    """Supported sentences that were not passed, faulty ones that were not caught.

    Args:
        outcomes: In the order to be shown.
        strict: Whether a faulty sentence of this kind counts as caught only when it is rejected.
    """
    for outcome in outcomes:
        verdict, sentence = outcome.verdict.verdict, outcome.sentence
        if sentence.group in ("supported", "paraphrase"):
            wrong = verdict != "supported"
        else:
            wrong = verdict == "supported" or (verdict == "escalated" and strict(sentence.kind))
        if wrong:
            yield outcome


def milliseconds(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """Time of a sentence on one core: mean, the 95th of a hundred, and the slowest."""
    taken = sorted(1000 * outcome.seconds for outcome in outcomes)
    return {"mean": sum(taken) / len(taken), "p95": taken[int(0.95 * (len(taken) - 1))], "max": taken[-1]}
