"""The query language of topics, sub-themes and sections.

    ("large language model" OR 大模型 OR #llm OR @openai OR $NVDA OR robot*) -giveaway lang:zh

Terms: words, "phrases", ``#hashtag``, ``@account`` (its own posts and posts that mention it),
``$CASHTAG``, ``domain:example.com`` (and below it), ``lang:zh``. A trailing ``*`` on a word, phrase
or hashtag lets it go on. ``NOT`` or ``-`` binds tightest, then ``AND`` (which may be left out), then
``OR``; the three are written in capitals. Case, width of characters and kind of dash make no
difference. Words of scripts that put spaces between them match whole words only; Chinese,
Japanese, Korean and Thai match anywhere, since "人工智能" has no edge to look for.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Literal

import polars as pl
import pyparsing as pp

from dawnchorus.errors import UsageError

Field = Literal["text", "hashtag", "account", "cashtag", "domain", "lang"]


@dataclass(frozen=True, slots=True)
class Term:
    """What a post is looked through for.

    ``value`` is folded, ``written`` is how the query has it.
    """

    field: Field
    value: str
    written: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Not:
    """Holds where ``node`` does not."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """Holds where all of ``nodes`` do."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Holds where one of ``nodes`` does."""

    nodes: tuple[Node, ...]


Node = Term | Not | And | Or


@dataclass(frozen=True, slots=True)
class Query:
    """A parsed query; make one with :func:`parse_query`."""

    text: str
    root: Node

    def reasons(self, posts: pl.DataFrame) -> pl.Series:
        """The terms that let each post in, as written and joined by a space; null = no match.

        Args:
            posts: CLEANED, or more; ``language`` is used where there is one, else ``lang``.

        Returns:
            Strings in the order of ``posts``. Of alternatives one is named. Where nothing but
            exclusions let a post in, the whole query is.
        """
        words = pl.concat_str("clean_text", "quoted_text", separator="\n", ignore_nulls=True)
        looked_at = posts.select(
            _fold(words).alias("text"),
            pl.col("urls").list.join(" ").str.to_lowercase().alias("domain"),
            pl.col("language" if "language" in posts.columns else "lang").alias("lang"),
            pl.col("author").str.to_lowercase().alias("account"),
            "mentions",
            "hashtags",
            "cashtags",
        )
        reason = _reason(self.root).str.strip_chars().str.replace_all(r" {2,}", " ")
        return looked_at.select(
            pl.when(reason == "").then(pl.lit(self.text)).otherwise(reason).alias("reason")
        ).to_series()

    def matches(self, posts: pl.DataFrame) -> pl.Series:
        """Whether each post matches, in the order of ``posts``."""
        return self.reasons(posts).is_not_null().alias("matches")


def parse_query(text: str) -> Query:
    """Parse ``text``.

    Raises:
        UsageError: It is not a query; the message names the place and what was expected there.
    """
    # Same length, so that places in an error are those of the text.
    plain = text.translate(_TYPED_ALIKE)
    if not plain.strip():
        raise UsageError("query: it is empty; write at least one word, or #hashtag, or @account")
    try:
        root = _grammar().parse_string(plain, parse_all=True)[0]
    except pp.ParseBaseException as error:
        raise UsageError(_explain(plain, error)) from None
    except RecursionError:
        raise UsageError("query: too many nested parentheses; write it flatter") from None
    return Query(" ".join(text.split()), root)


_TYPED_ALIKE = str.maketrans("（）“”„«»「」：＃＠＄＊－，；\u3000\xa0", '()""""""":#@$*-,;  ')
_FIELDS: dict[str, Field] = {"domain": "domain", "lang": "lang"}
_SIGILS: dict[str, Field] = {"#": "hashtag", "@": "account", "$": "cashtag"}


@cache
def _grammar() -> pp.ParserElement:
    operator = pp.Regex(r"(?:AND|OR|NOT)(?=[\s()]|$)")
    expected = 'a term or "("'
    term = (
        pp.Regex(r'"[^"]*"\*?').add_parse_action(_phrase)
        | (~operator + pp.Regex(r"[^\s()\",;-][^\s()\",;]*")).add_parse_action(_word)
    ).set_name(expected)
    either = pp.Forward()
    group = pp.Suppress("(") - either - pp.Suppress(")").set_name('")"')
    single = pp.Forward()
    refused = (pp.Suppress(pp.Regex(r"NOT(?=[\s()]|$)|-(?=\S)").set_name(expected)) - single).set_name(
        expected
    )
    refused.add_parse_action(lambda found: Not(found[0]))
    single <<= (refused | group | term).set_name(expected)
    conjunction = pp.Suppress(pp.Regex(r"AND(?=[\s()]|$)"))
    all_of = single + pp.ZeroOrMore(conjunction - single | single)
    all_of.set_name(expected).add_parse_action(
        lambda found: found[0] if len(found) == 1 else And(tuple(found))
    )
    any_of = all_of + pp.ZeroOrMore(pp.Suppress(pp.Regex(r"OR(?=[\s()]|$)")) - all_of)
    any_of.add_parse_action(lambda found: found[0] if len(found) == 1 else Or(tuple(found)))
    either <<= any_of.set_name(expected)
    return either


def _phrase(source: str, place: int, found: pp.ParseResults) -> Term:
    written = str(found[0])
    value = _folded(written.rstrip("*").strip('"'))
    if not value:
        raise pp.ParseFatalException(source, place, "words between the quotation marks")
    return Term("text", value, written, prefix=written.endswith("*"))


def _word(source: str, place: int, found: pp.ParseResults) -> Term:
    written = str(found[0])
    prefix, bare = written.endswith("*"), written.rstrip("*")
    if bare[:1] in _SIGILS:
        field, value = _SIGILS[bare[0]], bare[1:]
        value = value.upper() if field == "cashtag" else _folded(value)
    elif named := re.match(r"([A-Za-z]+):", bare):
        if named[1].lower() not in _FIELDS:
            raise pp.ParseFatalException(
                source, place, f'domain: or lang: (quote a phrase that holds ":", as in "{bare}")'
            )
        field, value = _FIELDS[named[1].lower()], bare[named.end() :].lower()
        value = value.removeprefix("www.") if field == "domain" else value.split("-")[0]
    else:
        field, value = "text", _folded(bare)
    if not value or "*" in value:
        raise pp.ParseFatalException(source, place, f'something to look for in "{written}", with "*" last')
    if prefix and field not in ("text", "hashtag"):
        raise pp.ParseFatalException(source, place, '"*" only after a word, a phrase or a hashtag')
    return Term(field, value, written, prefix)


def _explain(text: str, error: pp.ParseBaseException) -> str:
    rest = text[error.loc :].split(maxsplit=1)
    if type(error) is pp.ParseFatalException:
        expected = error.msg
    elif error.msg.startswith("Expected end of text"):
        expected = "the end, since no parenthesis is open" if rest[0].startswith(")") else "a term, AND or OR"
    else:
        expected = re.sub(r"^Expected |, found .*$", "", error.msg, flags=re.DOTALL)
    if rest and rest[0].startswith('"') and '"' not in text[error.loc + 1 :]:
        expected = "a closing quotation mark"
    found = f"found {rest[0][:30]}" if rest else "found the end"
    line = f"line {error.lineno}, " if "\n" in text else ""
    return f"query: {line}column {error.column}: expected {expected}, {found}"


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", re.sub("[™®℠©]", " ", text)).lower().replace("’", "'")
    return " ".join(text.split())


def _fold(text: pl.Expr) -> pl.Expr:
    # NFKC would glue "Gemini™" into "GeminiTM".
    plain = text.str.replace_all("[™®℠©]", " ").str.normalize("NFKC").str.to_lowercase()
    return plain.str.replace_all("’", "'", literal=True)


def _reason(node: Node) -> pl.Expr:
    """Terms by which ``node`` holds; "" if it holds by absence, null if it does not."""
    if isinstance(node, Term):
        return _any_term(node.field, [node])
    if isinstance(node, Not):
        return pl.when(_reason(node.node).is_null()).then(pl.lit(""))
    if isinstance(node, And):
        parts = [_reason(each) for each in node.nodes]
        return pl.when(pl.all_horizontal(part.is_not_null() for part in parts)).then(
            pl.concat_str(parts, separator=" ")
        )
    terms: dict[Field, list[Term]] = defaultdict(list)
    others: list[pl.Expr] = []
    for each in node.nodes:
        if isinstance(each, Term):
            terms[each.field].append(each)
        else:
            others.append(_reason(each))
    return pl.coalesce([_any_term(field, found) for field, found in terms.items()] + others)


def _any_term(field: Field, terms: list[Term]) -> pl.Expr:
    """Find the first of ``terms``, all of one field, in a single pass over the posts."""
    written = {_key(term.value): term.written for term in reversed(terms)}
    if field == "text":
        found = _extract(pl.col("text"), _text_pattern(terms))
        key = found.str.replace_all(r"[\s\p{Pd}]+", " ").str.strip_chars()
    elif field == "domain":
        hosts = "|".join(re.escape(term.value) for term in terms)
        key = _extract(pl.col("domain"), rf"//(?:[^/ ]*\.)?({hosts})(?:[/:?# ]|$)")
    elif field == "lang":
        key = pl.col("lang").str.to_lowercase().str.replace("[-_].*$", "")
        key = pl.when(key.is_in(list(written))).then(key)
    elif field == "account":
        names = [term.value for term in terms]
        key = pl.coalesce(pl.when(pl.col("account").is_in(names)).then("account"), _member("mentions", names))
    elif field == "cashtag":
        written = {term.value: term.written for term in reversed(terms)}
        key = _member("cashtags", list(written))
    else:
        whole = "|".join(re.escape(term.value) for term in terms if not term.prefix)
        begun = "|".join(re.escape(term.value) for term in terms if term.prefix)
        pattern = "|".join([f" ({whole}) "] * bool(whole) + [f" ({begun})"] * bool(begun))
        # Twice the space between two, so that neighbours do not share theirs.
        key = _extract(pl.concat_str(pl.lit(" "), pl.col("hashtags").list.join("  "), pl.lit(" ")), pattern)
    return key.replace(written)


def _member(column: str, values: list[str]) -> pl.Expr:
    return pl.col(column).list.set_intersection(pl.lit(values, dtype=pl.List(pl.String))).list.first()


def _extract(text: pl.Expr, pattern: str) -> pl.Expr:
    groups = re.compile(re.sub(r"\\[xp]\{\w+\}", "x", pattern)).groups
    found = text.str.extract_groups(pattern)
    return pl.coalesce(found.struct.field(str(group)) for group in range(1, groups + 1))


_DASHES = r"[\s\-‐-―〜〰゠]+"


def _key(value: str) -> str:
    return re.sub(_DASHES, " ", value).strip()


_NO_SPACES = r"\p{Han}\p{Hiragana}\p{Katakana}\x{30fc}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
# Not \b: it knows no edge between 用 and GPT, and where a text is not ASCII the regex engine
# has to leave its fast path for it (70 times slower on mixed posts).
_EDGE = rf"[\W{_NO_SPACES}]"
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u3130-\u318f"
    "\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]"
)


def _text_pattern(terms: list[Term]) -> str:
    by_edges: dict[tuple[bool, bool], list[str]] = defaultdict(list)
    for term in terms:
        edges = _has_edge(term.value[0]), _has_edge(term.value[-1]) and not term.prefix
        flexible = r"[\s\p{Pd}]+".join(re.escape(part) for part in re.split(_DASHES, term.value))
        by_edges[edges].append(flexible)
    return "|".join(
        (f"(?:^|{_EDGE})" if left else "") + f"({'|'.join(words)})" + (f"(?:$|{_EDGE})" if right else "")
        for (left, right), words in by_edges.items()
    )


def _has_edge(character: str) -> bool:
    return re.match(r"\w", character) is not None and not _UNSPACED.match(character)
