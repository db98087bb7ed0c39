"""Stocks and coins that posts mention: how often, by whom, what was said. Prices only from a price source."""

from __future__ import annotations

from dawnchorus.model import Block, Fact
from dawnchorus.report.desk import Desk
from dawnchorus.report.evidence import choose
from dawnchorus.report.sections.key_points import sentence_case

_MOST = 8
_MOST_SAID = 2  # sentences of an instrument
_LEAST_NEWS = (
    -0.2
)  # of the form of a post, see newsworth: opinions on a price count, touts and questions do not


def markets(desk: Desk) -> tuple[Block, ...]:
    """A block an instrument, most mentioned first; quoted are posts on markets, not on products."""
    say, figures = desk.say, desk.figures
    listed = [one for one in desk.briefing.instruments if desk.briefing.sets[f"ticker:{one.symbol}"]]
    if not listed:
        none = desk.computed(say.say("markets-none"), [figures.posts("markets")])
        return (Block(kind="paragraph", sentences=(none,)),)
    market_talk = frozenset(desk.briefing.sets["market-talk"])
    posts = figures.posts("markets")
    tickers = Fact(measure="tickers", of="markets", value=len(listed))
    opening = desk.computed(
        say.say("markets-count", posts=posts.value, n=tickers.value),
        [posts, tickers],
        citations=[desk.briefing.sets[f"ticker:{one.symbol}"][0] for one in listed],
    )
    price = desk.computed(say.say("markets-price"), [figures.posts("prices")])
    blocks = [Block(kind="paragraph", sentences=(opening, price))]
    for one in listed[:_MOST]:
        of = f"ticker:{one.symbol}"
        ids = desk.briefing.sets[of]
        facts: list[Fact] = [figures.posts(of)]
        clauses = [say.say("posts", n=facts[0].value)]
        who, authors = desk.authors(of)
        if who:
            facts += authors
            clauses.append(who)
        earlier = figures.against_earlier(of)
        if earlier and float(earlier[2].value) >= 1.5:
            facts.append(earlier[2])
            clauses.append(say.say("ratio", x=round(float(earlier[2].value), 1)))
        name = one.symbol if one.name == one.symbol else f"{one.name} ({one.symbol})"
        lead = desk.computed(name, facts[:1], citations=ids[:1])
        counted = desk.computed(
            say.say("volume", detail=sentence_case(say.clauses(clauses))), facts, citations=ids[:5]
        )
        talk = [post for post in ids if post in market_talk]
        said = desk.told.on({"market", "money"}, posts=ids, most=_MOST_SAID)
        said += [
            desk.quotation(passage)
            for passage in choose(
                desk.passages(desk.untold(talk)), limit=_MOST_SAID - len(said), least_news=_LEAST_NEWS
            )
        ]
        blocks.append(Block(kind="item", lead=lead, sentences=(counted, *said)))
    return tuple(blocks)
