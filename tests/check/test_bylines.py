"""Names of authors that are no handles: bylines of feeds, and whatever people call themselves."""

import polars as pl
import pytest

from dawnchorus.model import Quote, Sentence
from dawnchorus.report.check.evidence import Evidence
from dawnchorus.report.check.sentence import Context, check_sentence

WORDS = "Helioform closed a $1.6B Series D today."
NAMES = [
    "Jane Doe", "jane doe", "a|b", '"q"', "“q”", "said: “x”", "<b>", "{{", "{% raw %}", "小吴", "赵 敏",
    "Dr. O’Neil, PhD", "Nvidia 2,000", "J.", "x", "https://me.example", "Experts", "[a](b)",
    "Anna wrote: “Helioform”",
    "@lena", "buy $XYZ now",
]  # fmt: skip
FRAMES = ["{} wrote: “{}”", "{}: “{}”", "{} 写道：“{}”", "{}：“{}”", "“{1}” — {0}", "@{} wrote: “{}”"]


def verdict(text, *, author, kind="quotation", author_name=None, words=WORDS, post=WORDS):
    item = Evidence(id="1", text=post, author=author, author_name=author_name, source="rss:news.example")
    quotes = (Quote(post="1", text=words),) if kind == "quotation" else ()
    sentence = Sentence(text=text, kind=kind, citations=("1",), quotes=quotes)
    found = check_sentence(sentence, Context(evidence={"1": item}))
    return found.verdict, [(reason.rule, reason.words) for reason in found.reasons]


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("name", NAMES)
def test_a_quotation_by_the_post_s_own_author_passes_whatever_the_name(frame, name):
    assert verdict(frame.format(name, WORDS), author=name) == ("supported", [])
    assert verdict(frame.format(name, WORDS), author="jd", author_name=name) == ("supported", [])


@pytest.mark.parametrize("frame", FRAMES[:3])
@pytest.mark.parametrize("name", ["Jane Doe", "a|b", '"q"', "小吴", "<b>"])
def test_a_written_sentence_may_quote_any_author_too(frame, name):
    assert verdict(frame.format(name, WORDS), author=name, kind="written") == ("supported", [])


@pytest.mark.parametrize(
    "text",
    [
        f"Mark Stone wrote: “{WORDS}”",
        f"@mark wrote: “{WORDS}”",
        f"张三 写道：“{WORDS}”",
        f"@Jane wrote: “{WORDS}”",
        "Jane Doe wrote: “Helioform closed a $1.9B Series D today.”",
        f"Jane Doe wrote: “{WORDS}” {{{{",
        f"Jane Doe, CEO of Brightwater, wrote: “{WORDS}”",
        f"Mark Stone: “{WORDS}”",
    ],
)
def test_a_name_that_is_not_the_author_s_does_not_pass(text):
    words = text[text.index("“") + 1 : text.index("”")]
    assert verdict(text, author="Jane Doe", words=words)[0] != "supported"


def test_a_name_that_holds_other_words_in_quotation_marks_says_nothing_of_its_own():
    name = "Lena wrote: “Sell everything now, all of you”"
    assert verdict(f"{name} wrote: “{WORDS}”", author=name) == ("supported", [])
    # The same words by somebody else are a quotation, and no post holds them.
    assert verdict(f"{name} wrote: “{WORDS}”", author="kai")[0] == "rejected"


def test_words_of_a_quoted_author_are_given_to_that_author():
    posts = {
        "1": Evidence(id="1", text="Look at this", author="kai", quoted_author="Jane Doe", quoted_text=WORDS)
    }
    context = Context(evidence=posts)
    quotes = (Quote(post="1", text=WORDS),)
    fine = Sentence(text=f"Jane Doe wrote: “{WORDS}”", kind="quotation", citations=("1",), quotes=quotes)
    assert check_sentence(fine, context).verdict == "supported"


def test_fold_of_no_posts_at_all_is_empty(report):
    from dawnchorus.report.check.fold import folded  # noqa: PLC0415

    assert folded(pl.Series([])).to_list() == []
