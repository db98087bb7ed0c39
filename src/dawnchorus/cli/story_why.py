"""Why two posts are in one story or are not, in words."""

from __future__ import annotations

from collections.abc import Iterator

from dawnchorus.pipeline.group import Told
from dawnchorus.publish.escape import plain
from dawnchorus.stories.why import Why
from dawnchorus.stories.why_days import OverDays

_MOST_SHARED = 20
_LONGEST = 150


def why_text(told: Told) -> str:
    """What is to be said of the two posts, for a person."""
    return "".join(f"{line}\n" for line in _lines(told))


def _lines(told: Told) -> Iterator[str]:
    for mark, post in zip("AB", told.posts, strict=True):
        yield f"{mark}  {plain(post)}  {_shown(told, post)}"
    yield ""
    if told.over_days:
        yield from _over_days(told.over_days)
        return
    if told.why is None:
        for mark, reason in zip("AB", told.dropped, strict=True):
            if reason:
                yield f"{mark} is in no story: it was dropped, {reason}."
        return
    yield told.why.verdict
    yield from _copies(told, told.why)
    yield from _belongs(told.why)
    yield ""
    yield from _shared(told.why)
    yield ""
    yield from _way(told, told.why)
    yield ""
    yield "Steps of the grouping:"
    for step in told.why.steps:
        if step.together:
            yield f"  {step.step:22} together, in a group of {step.posts[0]} posts"
        else:
            yield (
                f"  {step.step:22} apart, in groups of {step.posts[0]} and {step.posts[1]} posts"
                f" with a cosine of {step.likeness or 0:.2f}, evidence {step.evidence or 0:.1f}"
            )


def _over_days(over: OverDays) -> Iterator[str]:
    yield plain(over.verdict)
    for mark, place in zip("AB", over.places, strict=True):
        where = f"story {place.story}" if place.story else "no story, it is on its own"
        origin = f", which goes on {place.origin}" if place.origin not in (None, place.story) else ""
        yield f"{mark} on {place.day}: {where}{origin}" + (f", thread {place.thread}" if place.thread else "")
    if over.compared:
        how = over.compared
        yield ""
        yield (
            f"The two stories: evidence {how.evidence:.1f} ({how.evidence_needed:.1f} needed), "
            f"cosine {how.likeness:.2f} ({how.likeness_needed:.2f} needed), "
            f"both {how.likeness * how.evidence:.2f} ({how.both_needed:.2f} needed)"
        )
        yield f"Shared words: {', '.join(map(plain, over.shared[:_MOST_SHARED])) or 'none'}"
    if over.links:
        yield f"Shared links: {', '.join(map(plain, over.links[:_MOST_SHARED]))}"


def _copies(told: Told, why: Why) -> Iterator[str]:
    for mark, original in zip("AB", why.copies_of, strict=True):
        if original:
            yield f"{mark} is a copy of {plain(original)} and goes where that goes: {_shown(told, original)}"


def _belongs(why: Why) -> Iterator[str]:
    for mark, story, thread in zip("AB", why.stories, why.threads, strict=True):
        where = f"story {story}" if story else "no story, it is on its own"
        yield f"{mark} is in {where}" + (f", thread {thread}" if thread else "")
    yield "They are in the same broad thread." if why.same_thread else "They are in no broad thread together."


def _shared(why: Why) -> Iterator[str]:
    yield (
        f"Shared: evidence {why.evidence:.1f} ({why.evidence_needed:.1f} needed), "
        f"cosine {why.cosine:.2f} ({why.cosine_needed:.2f} needed), "
        f"{why.hours_apart:.1f} hours apart ({why.hours_allowed:.0f} allowed)"
    )
    if why.shared:
        yield f"  {'adds to cosine':>14}  {'evidence':>8}  {'posts':>6}  term"
    for one in why.shared[:_MOST_SHARED]:
        kind = "" if one.kind == "word" else f"  ({one.kind})"
        yield f"  {one.cosine:14.3f}  {one.evidence:8.1f}  {one.posts:6}  {plain(one.term)}{kind}"
    if len(why.shared) > _MOST_SHARED:
        yield f"  and {len(why.shared) - _MOST_SHARED} more"


def _way(told: Told, why: Why) -> Iterator[str]:
    if not why.path:
        yield "No short chain of neighbours leads from A to B."
        return
    yield "Chain of neighbours, with the cosine to the one before:"
    for link in why.path:
        near = "    " if link.cosine is None else f"{link.cosine:.2f}"
        yield f"  {near}  {plain(link.post)}  {_shown(told, link.post)}"


def _shown(told: Told, post: str) -> str:
    text = plain(told.texts.get(post) or "")
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"
