"""A topic: what a reader follows, read once from its TOML file and checked.

Every fault is one line that names file, line and key and says what to do;
all faults of a file are told at once. ``docs/topics.md`` lists the keys.
"""

from __future__ import annotations

import difflib
import json
import re
import tomllib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import field, fields, replace
from datetime import time
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated, Any, Final, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import ErrorDetails

from dawnchorus.errors import SettingsError, UsageError
from dawnchorus.model import Lang
from dawnchorus.query import Query as ParsedQuery
from dawnchorus.query import parse_query
from dawnchorus.toml_lines import Loc, key_lines, line_of
from dawnchorus.wording import label_network

_LABEL: Final = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
# Device names of Windows: a folder so named cannot be checked out there.
_RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10))}
)
_LONGEST_TEXT: Final = 300  # a line of a report
_VARIABLE: Final = re.compile(r"[A-Z_][A-Z0-9_]{1,39}")
_MODEL_NAME: Final = re.compile(r"[\w@~][\w .:/+@~-]{0,99}")
_LONGEST_EXTRA: Final = 2000
# Fields of requests by which providers turn thinking on and off, or choose who serves them.
_EXTRA: Final = frozenset(
    {
        *("chat_template_kwargs", "enable_thinking", "include_reasoning", "provider"),
        *("reasoning", "reasoning_effort", "seed", "service_tier", "think", "thinking", "thinking_budget"),
        *("top_p", "verbosity"),
    }
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")

_SOURCE_NAMES: Final[Mapping[Lang, str]] = {"zh": "社交媒体", "en": "social media"}

DEFAULT_FINANCE_QUERY: Final = """
funding OR funded OR fundraising OR valuation OR valued OR IPO OR earnings OR revenue OR profit OR profits
OR shares OR stock OR stocks OR shareholder* OR investor* OR invest OR invests OR invested OR investment
OR acquire* OR acquisition* OR merger OR antitrust OR tariff* OR regulator* OR bubble OR selloff OR nasdaq
OR billion NOT parameter* OR trillion NOT (parameter* OR token*) OR bailout OR recession OR "market cap"
OR "interest rate" OR "interest rates" OR "central bank" OR "wall street"
OR 融资 OR 估值 OR 上市 OR 财报 OR 营收 OR 净利 OR 利润 OR 股价 OR 股票 OR 美股 OR 港股 OR A股 OR 市值 OR 投资
OR 收购 OR 并购 OR 反垄断 OR 关税 OR 监管 OR 泡沫 OR 亿美元 OR 亿元 OR 涨停 OR 跌停
OR 大盘 OR 央行 OR 降息 OR 加息
""".strip()


def check_label(label: str) -> str:
    """Return ``label`` if it is fit for file names, links and folders on any system.

    Raises:
        ValueError: It is not; the message says what is allowed.
    """
    if not _LABEL.fullmatch(label):
        allowed = "use 1 to 60 of a-z, 0-9, _ and -, beginning with a letter or digit"
        raise ValueError(f"{label!r:.80} is not allowed; {allowed}")
    if label in _RESERVED:
        raise ValueError(f"{label!r} is a reserved name on some systems; choose another")
    return label


def _check_tz(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise ValueError(f'{name!r:.80} is no time zone; use an IANA name such as "Asia/Shanghai"') from None
    return name


def _check_query(query: str) -> str:
    if not query.strip():
        return ""  # everything is on topic
    try:
        parse_query(query)
    except UsageError as error:
        raise ValueError(str(error).removeprefix("query: ")) from None
    return query


def _join_languages(query: object) -> object:
    """One query out of one per language; each is checked alone, so that columns stay true."""
    if not isinstance(query, dict):
        return query
    for lang, part in query.items():
        if not isinstance(part, str):
            raise ValueError(f"{lang} is no text; write {lang} = '…'")
        try:
            _check_query(part)
        except ValueError as error:
            raise ValueError(f"{lang}: {error}") from None
    return " OR ".join(f"({part})" for part in query.values())


def _check_language(code: str) -> str:
    if not _LANGUAGE.fullmatch(code):
        raise ValueError(f'{code!r:.40} is no language; use ISO 639-1 codes such as "zh", "en", "ja"')
    return code


def _distinct(values: tuple[Lang, ...]) -> tuple[Lang, ...]:
    if not values or len(set(values)) < len(values):
        raise ValueError('is empty or names one twice; write ["zh", "en"], the report\'s main language first')
    return values


def _check_time(value: object) -> object:
    # A bare number would be read as seconds after midnight.
    if not isinstance(value, str | time):
        raise ValueError(f'{value!r:.40} is no time of day; write it as "15:30"')
    return value


def _check_filled(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty; write a text or leave the key out")
    if not text.isprintable():
        raise ValueError("holds a line break or control character; write it on one line")
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"is longer than {_LONGEST_TEXT} characters; shorten it")
    return text.strip()


def _named(use: object) -> object:
    """A plug-in is written as its name, or as a table of its name and options."""
    if isinstance(use, str):
        return {"name": use}
    if isinstance(use, dict) and "options" not in use:
        return {
            **{key: value for key, value in use.items() if key == "name"},
            "options": {key: value for key, value in use.items() if key != "name"},
        }
    return use


Text = Annotated[str, AfterValidator(_check_filled)]
Names = Mapping[Lang, Text]
Label = Annotated[str, AfterValidator(check_label)]
Query = Annotated[str, BeforeValidator(_join_languages), AfterValidator(_check_query)]

_STRICT = ConfigDict(extra="forbid", str_max_length=20_000)


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class PluginUse:
    """A source, writer or publisher by the name of its entry point; it checks its options itself."""

    name: Text
    options: dict[str, Any] = field(default_factory=dict)


Use = Annotated[PluginUse, BeforeValidator(_named)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Theme:
    """A sub-heading of the topic's own section and the posts that go under it."""

    id: Label
    names: Names
    query: Query


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class TopicSection:
    """The section of the report that is the topic's own."""

    heading: Names = field(default_factory=dict)  # without one: "{name}相关内容", "{name}"
    themes: tuple[Theme, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Finance:
    """Which posts the section on money may draw on."""

    query: Query = DEFAULT_FINANCE_QUERY


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Watch:
    """A stock or coin that the topic follows, besides those that dawnchorus knows."""

    symbol: Text  # "NVDA", "9888.HK", "BTC"
    kind: Literal["stock", "coin"] = "stock"
    names: Names = field(default_factory=dict)
    aliases: tuple[Text, ...] = ()
    context: tuple[Text, ...] = ()  # if any: a mention needs one of these words, or the cashtag


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Fetching:
    """How sources are read."""

    contact: Text | None = None  # mail address or page of who runs this; sent to every server
    patience_seconds: Annotated[int, Field(ge=0, le=3600)] = 120  # longest wait for a server in an hour
    links: bool = False  # also fetch the pages that posts link to


def _check_model(name: str) -> str:
    # It stands in the report, which refuses what could be markup.
    if not _MODEL_NAME.fullmatch(name):
        raise ValueError("is no name of a model; write it as its provider does, up to 100 letters and .:/@+-")
    return name


def _check_variable(name: str) -> str:
    # What stands there instead is most often the key itself: it is told to nobody.
    if not _VARIABLE.fullmatch(name):
        raise ValueError(
            "not the name of an environment variable, such as OPENAI_API_KEY; write the name, not the key"
        )
    return name


def _check_extra(extra: Mapping[str, Any]) -> Mapping[str, Any]:
    # A topic file is often someone else's: it may not give the model tools, nor what we set ourselves.
    for name in extra:
        if name not in _EXTRA:
            known = ", ".join(sorted(_EXTRA))
            raise ValueError(f"{name!r:.40} is no field that may be added to requests; known: {known}")
    try:
        size = len(json.dumps(extra, allow_nan=False))
    except (TypeError, ValueError):
        raise ValueError("holds what JSON has no word for, such as a date or nan; write it as text") from None
    if size > _LONGEST_EXTRA:
        raise ValueError(f"is longer than {_LONGEST_EXTRA:,} characters; shorten it")
    return extra


_ModelName = Annotated[Text, AfterValidator(_check_model)]
_Dollars = Annotated[float, Field(ge=0, le=100_000, allow_inf_nan=False)]
_Count = Annotated[int, Field(ge=0, le=1_000_000_000)]


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Llm:
    """The language model that the writer "llm" asks, and how much it may take."""

    model: _ModelName
    provider: Text | None = None  # short name of an endpoint, see docs/models.md
    base_url: Text | None = None  # or its address
    key_env: Annotated[Text, AfterValidator(_check_variable)] | None = (
        None  # name of the variable that holds the key; default: the provider's
    )
    key_file: Path | None = None  # or a file that only its owner can read
    judge: _ModelName | None = None  # model at the same endpoint that judges; default: ``model``
    price_in: _Dollars | None = None  # USD for a million tokens; default: the price table's
    price_out: _Dollars | None = None
    judge_price_in: _Dollars | None = None
    judge_price_out: _Dollars | None = None
    run_usd: _Dollars = 0.25
    day_usd: _Dollars = 1.0
    run_tokens: _Count = 200_000  # in and out together
    day_tokens: _Count | None = None
    run_calls: _Count = 200
    day_calls: _Count | None = None
    run_seconds: Annotated[float, Field(gt=0, le=86_400)] = 1800.0
    call_seconds: Annotated[float, Field(gt=0, le=3600)] = 120.0
    concurrency: Annotated[int, Field(ge=1, le=32)] = 4
    temperature: Annotated[float, Field(ge=0, le=2)] = 0.0
    thinking_tokens: Annotated[int, Field(ge=0, le=100_000)] = 0  # on top of an answer, for models that think
    extra: Annotated[Mapping[str, Any], AfterValidator(_check_extra)] = field(default_factory=dict)
    form: Literal["auto", "schema", "object", "prompt"] = "auto"  # how the shape of answers is asked for
    stories: Annotated[int, Field(ge=1, le=60)] = 24  # that the model writes; the rest is left to quotations


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Topic:
    """What a reader follows. Tuples keep the order of the file."""

    id: Label
    label: Label  # of files and links: "twitter_ai"
    languages: Annotated[tuple[Lang, ...], AfterValidator(_distinct)] = ("en",)
    tz: Annotated[str, AfterValidator(_check_tz)] = "UTC"
    cutoff: Annotated[time, BeforeValidator(_check_time)] | None = None  # in ``tz``; later ones are left out
    names: Names
    source_names: Names = field(default_factory=lambda: dict(_SOURCE_NAMES))
    query: Query = ""  # without one every post is on topic
    keep_languages: tuple[Annotated[str, AfterValidator(_check_language)], ...] = ()  # none: all
    sources: tuple[Use, ...] = ()
    fetch: Fetching = field(default_factory=Fetching)
    section: TopicSection = field(default_factory=TopicSection)
    finance: Finance = field(default_factory=Finance)
    aliases: Mapping[Text, tuple[Text, ...]] = field(default_factory=dict)  # canonical name: others
    watch: tuple[Watch, ...] = ()
    stop_words: Mapping[Lang, tuple[Text, ...]] = field(default_factory=dict)
    writer: Use = field(default_factory=lambda: PluginUse(name="extractive"))
    llm: Llm | None = None
    publishers: tuple[Use, ...] = (PluginUse(name="jekyll"),)
    out: Path = Path("site")  # against the folder of the topic file

    @property
    def primary(self) -> Lang:
        """Language of the report if none is asked for."""
        return self.languages[0]

    @property
    def display_name(self) -> str:
        """Name in the first line of a report: "twitter_ai" -> "Twitter Ai"."""
        return re.sub(r"[_-]+", " ", self.label).strip().title()

    @property
    def parsed_query(self) -> ParsedQuery | None:
        """What is on topic; None if everything is."""
        return parse_query(self.query) if self.query else None

    @property
    def spellings(self) -> dict[str, str]:
        """Each other name of an alias to the one that stands for it."""
        return {other: name for name, others in self.aliases.items() for other in others}

    @property
    def all_stop_words(self) -> frozenset[str]:
        """Words of no interest to the topic, in any language."""
        return frozenset(word for words in self.stop_words.values() for word in words)

    def source_name(self, lang: Lang, *, label: str) -> str:
        """Where the posts of an edition named ``label`` are from, for its title.

        A label that begins with a network names it ("twitter_ai": Twitter), unless it is the topic's own and
        the topic has its own name for its sources.
        """
        named = label_network(label, lang)
        if named and (label != self.label or self.source_names == _SOURCE_NAMES):
            return named
        return self.source_names[lang]

    def heading(self, lang: Lang) -> str:
        """Heading of the topic's own section."""
        own = self.section.heading.get(lang)
        return own or (f"{self.names[lang]}相关内容" if lang == "zh" else self.names[lang])


def list_topics() -> tuple[str, ...]:
    """Names of the built-in topics, sorted."""
    return tuple(sorted(file.name[:-5] for file in _builtin().iterdir() if file.name.endswith(".toml")))


def load_topic(name_or_path: str) -> Topic:
    """Read a topic by the name of a built-in one ("ai") or by path ("topics/ai.toml").

    A word without "/" and ".toml" is a name.

    Raises:
        SettingsError: There is no such topic, or its file is wrong; one line a fault.
    """
    if "/" in name_or_path or name_or_path.endswith(".toml"):
        path = Path(name_or_path)
        topic = parse_topic(_read(path), file=name_or_path, id=path.stem)
        # Wherever a schedule starts the command.
        topic = replace(topic, out=path.parent / topic.out)
        if topic.llm is not None and topic.llm.key_file is not None:
            key_file = path.parent / topic.llm.key_file.expanduser()
            topic = replace(topic, llm=replace(topic.llm, key_file=key_file))
        return topic
    if name_or_path not in list_topics():
        here = Path(f"{name_or_path}.toml")
        hint = f"for the file here write ./{here}" if here.exists() else "or give the path of a .toml file"
        raise SettingsError(
            f"no topic named {name_or_path!r:.80}; built in: {', '.join(list_topics())}; {hint}"
        )
    file = _builtin() / f"{name_or_path}.toml"
    return parse_topic(file.read_text(encoding="utf-8"), file=file.name, id=name_or_path)


def topic_text(name: str) -> str:
    """The TOML of the built-in topic ``name``, for a copy that a user will change."""
    return (_builtin() / f"{name}.toml").read_text(encoding="utf-8")


def parse_topic(text: str, *, file: str, id: str) -> Topic:
    """Read a topic from TOML; ``file`` is named in messages, ``id`` holds unless the text has its own.

    Raises:
        SettingsError: One line a fault: file, line, key, what is wrong.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(_syntax_fault(str(error), text, file)) from None
    except RecursionError:
        raise SettingsError(f"{file}: nested too deep; no key of a topic needs that") from None
    except ValueError:  # Python's limit on digits
        raise SettingsError(f"{file}: a number with thousands of digits; shorten it") from None
    data.setdefault("id", id)
    data.setdefault("label", data["id"])
    try:
        topic = _adapter().validate_python(data)
        faults = list(_cross_faults(topic))
    except ValidationError as error:
        faults = [_fault(detail) for detail in error.errors(include_url=False)]
    if faults:
        lines = key_lines(text)
        told = sorted({(line_of(lines, loc), _dotted(loc), words) for loc, words in faults})
        raise SettingsError("\n".join(f"{file}:{line}: {key}: {words}" for line, key, words in told))
    return topic


def _builtin() -> Traversable:
    return resources.files("dawnchorus") / "topics"


@cache
def _adapter() -> TypeAdapter[Topic]:
    return TypeAdapter(Topic)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise SettingsError(f"{path}: not UTF-8 at byte {error.start}; save the file as UTF-8") from None
    except OSError as error:
        raise SettingsError(
            f"{path}: {error.strerror}; give the path of a topic file, or one of {', '.join(list_topics())}"
        ) from None


def _syntax_fault(message: str, text: str, file: str) -> str:
    at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", message)
    if at is None:
        return f"{file}: not valid TOML: {message}"
    words = message[: at.start()]
    line, column = (at[1], f"column {at[2]}") if at[1] else (len(text.splitlines()), "the end")
    return f"{file}:{line}: not valid TOML at {column}: {words}; mend it there"


def _cross_faults(topic: Topic) -> Iterator[tuple[Loc, str]]:
    """Faults that no key has alone."""
    tables: list[tuple[Loc, Mapping[Lang, str]]] = [
        (("names",), topic.names),
        (("source_names",), topic.source_names),
        *((("section", "themes", i, "names"), theme.names) for i, theme in enumerate(topic.section.themes)),
    ]
    for loc, names in tables:
        for lang in topic.languages:
            if lang not in names:
                yield (
                    loc,
                    f'has no "{lang}", a language of this topic; add {lang} = "…" or drop it from languages',
                )
    for loc, ids in (
        (("section", "themes"), [theme.id for theme in topic.section.themes]),
        (("watch",), [watch.symbol for watch in topic.watch]),
    ):
        for value, count in Counter(ids).items():
            if count > 1:
                last = len(ids) - 1 - ids[::-1].index(value)
                yield (*loc, last), f"{value!r} stands there {count} times; keep one"


def _fault(detail: ErrorDetails) -> tuple[Loc, str]:
    loc = tuple(part for part in detail["loc"] if part != "[key]")
    known = _KNOWN.get(tuple(part for part in loc[:-1] if isinstance(part, str)), ())
    match detail["type"]:
        case "missing" | "missing_keyword_only_argument":
            return loc, f"is missing; add {loc[-1]} = …"
        case "unexpected_keyword_argument":
            close = difflib.get_close_matches(str(loc[-1]), known, n=1)
            hint = f"did you mean {close[0]}?" if close else f"known here: {', '.join(sorted(known))}"
            return loc, f"unknown key; {hint}"
        case "value_error":
            return loc, detail["msg"].removeprefix("Value error, ")
        case _:
            words, given = detail["msg"][:1].lower() + detail["msg"][1:], detail["input"]
            # A key may have strayed anywhere into [llm]: of that only numbers are shown.
            shown = loc[:1] != ("llm",) or isinstance(given, int | float)
            return loc, f"{words}{f', not {given!r:.60}' if shown else ''}; see docs/topics.md"


def _dotted(loc: Loc) -> str:
    """("section", "themes", 1, "query") -> "section.themes[2].query"; counted from 1, as people do."""
    text = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in loc)
    return text.removeprefix(".") or "topic"


def _names_of(kind: Callable[..., object]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(kind))  # type: ignore[arg-type]


_KNOWN: Final[Mapping[tuple[str, ...], tuple[str, ...]]] = {
    (): _names_of(Topic),
    ("section",): _names_of(TopicSection),
    ("section", "themes"): _names_of(Theme),
    ("finance",): _names_of(Finance),
    ("fetch",): _names_of(Fetching),
    ("llm",): _names_of(Llm),
    ("watch",): _names_of(Watch),
}
