"""Main topics and trends: shares, changes against the edition before, peaks, voices, places."""

from __future__ import annotations

from dawnchorus.model import Block, Fact, Quote, Sentence
from dawnchorus.report.desk import Desk

_LEAST_PEAK = 4  # posts


def overview(desk: Desk) -> tuple[Block, ...]:
    """One paragraph on what dominated, one on where and when it was said."""
    brief = desk.briefing
    kept = desk.figures.posts("kept")
    if not kept.value:
        return (Block(kind="paragraph", sentences=(desk.computed(desk.say.say("overview-none"), [kept]),)),)
    dominant = _stories(desk)
    # What a model wrote says what dominated; the figures on how much was said stay.
    about = (
        [*dominant[:1], *_change(desk), *_themes(desk)]
        if desk.told.overview
        else [*dominant, *_change(desk), *_themes(desk)]
    )
    where = [*_peak(desk), *_domains(desk)]
    if brief.posts.frame["language"].n_unique() > 1:
        where += _counts(desk, "language", "overview-languages", desk.say.language)
    if brief.posts.frame["source"].str.split(":").list.first().n_unique() > 1:
        where += _counts(desk, "network", "overview-networks", desk.say.network)
    return tuple(
        Block(kind="paragraph", sentences=tuple(part)) for part in (desk.told.overview, about, where) if part
    )


def _stories(desk: Desk) -> list[Sentence]:
    say, figures = desk.say, desk.figures
    kept = figures.posts("kept")
    shared = [story for story in desk.briefing.stories if len(story.posts) > 1]
    if not shared:
        return [desk.computed(say.say("overview-singles", posts=kept.value), [kept], citations=_any(desk))]
    number = Fact(measure="stories", of="in-stories", value=len(shared))
    share = figures.share("in-stories")
    # Where most authors are known, many of them count before many posts: copies are cheap to make.
    frame = desk.briefing.posts.frame
    named = 2 * frame["author"].count() >= len(frame)
    voices = {
        story.id: int(figures.distinct("voices", f"story:{story.id}").value) * named for story in shared
    }
    by_size = sorted(shared, key=lambda story: (-voices[story.id], -len(story.posts), story.id))
    found = [
        desk.computed(
            say.say("overview-stories", posts=kept.value, stories=number.value, share=share.value),
            [kept, number, share],
            citations=[story.head for story in by_size],
        )
    ]
    first, rest = by_size[0], by_size[1:4]
    label, facts, quotes = desk.label(first)
    detail, counted = desk.volume(first)
    found.append(
        desk.computed(
            say.say(
                "overview-top-voices" if voices[first.id] else "overview-top", label=label, detail=detail
            ),
            [*facts, *counted],
            citations=desk.cited(first),
            quotes=quotes,
        )
    )
    if rest:
        items: list[str] = []
        all_facts: list[Fact] = []
        all_quotes: list[Quote] = []
        for story in rest:
            name, facts, quotes = desk.label(story)
            posts = figures.posts(f"story:{story.id}")
            items.append(say.say("next-item", label=name, n=posts.value))
            all_facts += [*facts, posts]
            all_quotes += quotes
        found.append(
            desk.computed(
                say.say("overview-next", labels=say.join(items)),
                all_facts,
                citations=[story.head for story in rest],
                quotes=all_quotes,
            )
        )
    return found


def _change(desk: Desk) -> list[Sentence]:
    change = desk.figures.against_earlier("kept")
    earlier = desk.briefing.earlier
    if change is None or earlier is None:
        return []
    before, moved, _ = change
    kept = desk.figures.posts("kept")
    key = (
        "overview-change-same"
        if moved.value == 0
        else f"overview-change-{'up' if float(moved.value) > 0 else 'down'}"
    )
    text = desk.say.say(
        key, day=earlier.day, before=before.value, posts=kept.value, change=abs(float(moved.value))
    )
    return [desk.computed(text, [kept, before, moved], citations=_any(desk))]


def _themes(desk: Desk) -> list[Sentence]:
    items: list[str] = []
    facts: list[Fact] = []
    citations: list[str] = []
    themes = [theme for theme in desk.briefing.themes if desk.briefing.sets.get(f"theme:{theme.id}")]
    for theme in sorted(themes, key=lambda one: (-len(desk.briefing.sets[f"theme:{one.id}"]), one.id)):
        of = f"theme:{theme.id}"
        posts, share = desk.figures.posts(of), desk.figures.share(of)
        facts += [posts, share]
        items.append(desk.say.say("theme-item", name=theme.name, n=posts.value, share=share.value))
        citations.append(desk.briefing.sets[of][0])
    if not items:
        return []
    text = desk.say.say("overview-themes", items=desk.say.series(items))
    return [desk.computed(text, facts, citations=citations)]


def _peak(desk: Desk) -> list[Sentence]:
    # Late posts are of the day before: their hours are none of the window's.
    peak = desk.figures.peak_hour("timely" if "timely" in desk.briefing.sets else "kept")
    timed = desk.briefing.posts.frame["created_at"].count()
    # Where most posts give no more than their day, the hours of the rest say little.
    if peak is None or peak[1] < _LEAST_PEAK or 2 * timed < len(desk.briefing.posts.frame):
        return []
    hour, posts = peak
    of = "peak-hour"
    count = desk.figures.posts(of)
    text = desk.say.say("overview-peak", hour=f"{hour.value:02}", n=posts)
    return [desk.computed(text, [hour, count], citations=desk.briefing.sets[of][:2])]


def _domains(desk: Desk) -> list[Sentence]:
    top = [item for item in desk.figures.top("kept", "domain", 4) if item[1] > 1]
    if not top:
        return []
    items = [desk.say.say("domain-item", name=fact.value, n=posts) for fact, posts, _ in top]
    facts = [fact for fact, _, _ in top] + [desk.figures.posts(f"domain:{fact.value}") for fact, _, _ in top]
    text = desk.say.say("overview-domains", items=desk.say.join(items))
    return [desk.computed(text, facts, citations=[ids[0] for _, _, ids in top])]


def _counts(desk: Desk, basis: str, key: str, name: object) -> list[Sentence]:
    top = desk.figures.top("kept", basis, 5)
    items = [desk.say.say("count-item", name=name(fact.value), n=posts) for fact, posts, _ in top]  # type: ignore[operator]
    facts = [fact for fact, _, _ in top] + [desk.figures.posts(f"{basis}:{fact.value}") for fact, _, _ in top]
    text = desk.say.say(key, items=desk.say.join(items))
    return [desk.computed(text, facts, citations=[ids[0] for _, _, ids in top])]


def _any(desk: Desk) -> list[str]:
    return [story.head for story in desk.briefing.stories[:3]] or list(desk.briefing.sets["kept"][:3])
