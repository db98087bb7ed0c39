"""A post, and what a rule has to say of a claim that stands on posts."""

from dawnchorus.report.check.claims import check_claim


def post(text, author="mika"):
    return {"id": author, "author": author, "text": text, "created_at": "2026-03-10T02:00:00Z"}


def found(rule, claim, *posts):
    """Level of the objections of a rule."""
    verdict = check_claim(claim, list(posts))
    levels = {"rejected" if verdict.verdict == "rejected" else "escalated"}
    return levels if any(reason.rule == rule for reason in verdict.reasons) else set()
