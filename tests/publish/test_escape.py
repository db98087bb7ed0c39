import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from dawnchorus.publish.escape import markdown, plain
from tests.publish.hostile import PAYLOADS

ANY_TEXT = st.text(st.characters(), max_size=60)
MARKUP = st.text(st.sampled_from(string.punctuation + " \n\tab1行\u200b\u0301"), max_size=40)
PLACES = {
    "block": "{}",
    "mid-sentence": "before {} after",
    "quotation": "> {}",
    "list item": "- {}",
    "bold": "- **x{}y** z",
    "heading": "## x {}",
    "link text": "[x{}y](https://example.org/)",
    "link title": '[x](https://example.org/ "{}")',
    "table cell": "| a | b |\n|---|---|\n| x{} | y |",
}


def tokens(text):
    found = []
    for block in MarkdownIt().enable("table").parse(text):
        found += [(token.type, sorted(token.attrs)) for token in (block, *(block.children or ()))]
    return [token for token in found if token[0] != "text_special"]


@given(ANY_TEXT | MARKUP)
def test_escaped_text_holds_no_character_that_markup_needs(text):
    left = markdown(text)
    assert left == left.strip()
    assert "\n" not in left
    for entity in {f"&#{ord(mark)};" for mark in string.punctuation}:
        left = left.replace(entity, "")
    assert not set(left) & set(string.punctuation)
    assert all(unicodedata.category(c) not in {"Cc", "Cs"} for c in left)


@given(ANY_TEXT | MARKUP)
def test_plain_text_is_settled_after_one_pass(text):
    assert plain(plain(text)) == plain(text)


@pytest.mark.parametrize("place", PLACES.values(), ids=PLACES)
@given(text=MARKUP)
def test_escaped_text_is_only_text_wherever_it_stands(place, text):
    if not plain(text):
        return
    harmless = "x" if place == "{}" else "words"
    assert tokens(place.format(markdown(text))) == tokens(place.format(harmless))


@pytest.mark.parametrize("payload", PAYLOADS.values(), ids=PAYLOADS)
def test_text_reads_as_it_was_written(payload):
    shown = MarkdownIt().parse(markdown(payload))[1].children or []
    assert "".join(token.content for token in shown) == plain(payload)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\u2028c\td", "a b c d"),
        ("1\u200b6亿", "16亿"),
        ("abc\u202edef\u202c \u2066x\u2069", "abcdef x"),
        ("x\U000e0069\U000e006ey", "xy"),
        ("cut \ud83d emoji", "cut \ufffd emoji"),
        ("👨\u200d👩\u200d👧 and f\u200doo", "👨\u200d👩\u200d👧 and foo"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("e" + "\u0301" * 200 + "x", "e" + "\u0301" * 6 + "x"),
        ("中文　全角空格，“引号”", "中文　全角空格，“引号”"),
        ("x\ufffe\uffff\x00\x7f", "x"),
        ("  spaced   out  ", "spaced out"),
    ],
)
def test_only_what_a_reader_cannot_see_is_dropped(text, shown):
    assert plain(text) == shown
