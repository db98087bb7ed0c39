import re
from importlib.resources import files

import pytest

from dawnchorus.publish.labels import labels


def keys(lang):
    text = files("dawnchorus.publish").joinpath(f"labels.{lang}.ftl").read_text("utf-8")
    named = re.split(r"^([a-z][a-z-]*) =", text, flags=re.MULTILINE)
    return {
        key: set(re.findall(r"\{ *\$(\w+)", body)) for key, body in zip(named[1::2], named[2::2], strict=True)
    }


def test_both_languages_label_the_same_things_with_the_same_values():
    assert keys("zh") == keys("en")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_label_has_words(lang):
    label = labels(lang)
    for key, values in keys(lang).items():
        assert label(key, **dict.fromkeys(values, 2)).strip(" ,：、") or key in {"comma", "colon"}


def test_numbers_and_plurals_are_those_of_the_language():
    counts = {"read": 1, "kept": 1200, "late": "", "authors": 1, "stories": 0, "cited": 3}
    assert labels("en")("coverage", **counts) == (
        "1 post read, 1,200 kept, 1 author, 0 stories of two or more posts, 3 cited"
    )
    assert labels("zh")("coverage", **counts) == (
        "读取 1 条，采用 1,200 条，作者 1 位，两帖以上话题 0 个，引用 3 条"
    )


@pytest.mark.parametrize(("key", "values"), [("no such label", {}), ("by-model", {})])
def test_a_wrong_label_is_an_error_and_no_gap_in_the_page(key, values):
    with pytest.raises(LookupError):
        labels("en")(key, **values)
