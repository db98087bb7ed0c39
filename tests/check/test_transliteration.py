"""Foreign names in Chinese and the Latin names they transcribe."""

import pytest

from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.sounds import latin_for, transcribes
from dawnchorus.report.check.transliteration import alike


def syllables(name):
    return [dictionary().sounds[character] for character in name]


@pytest.mark.parametrize(
    ("latin", "chinese"),
    [
        ("Lundgren", "伦德格伦"), ("Whitaker", "惠特克"), ("Steinberg", "斯坦伯格"), ("Hopkins", "霍普金斯"),
        ("Jorgensen", "约根森"), ("Fitzgerald", "菲茨杰拉德"), ("Obuya", "奥布亚"),
        ("Castellano", "卡斯泰拉诺"),
    ],
)  # fmt: skip
def test_a_name_is_heard_in_its_transcription(latin, chinese):
    assert alike(latin, syllables(chinese))
    assert latin_for(chinese, f"According to {latin} the harbour stays shut.")


@pytest.mark.parametrize(
    ("latin", "chinese"),
    [("Lundgren", "惠特克"), ("Obuya", "斯坦伯格"), ("Anders", "桑德斯"), ("Hopkins", "约根森")],
)
def test_another_name_is_not(latin, chinese):
    assert not alike(latin, syllables(chinese))


def test_ordinary_words_are_no_names():
    assert not latin_for("米勒", "a mill on a hill, and miles to go")


def test_chinese_posts_hold_foreign_names():
    assert transcribes("Steinberg", "码头工人斯坦伯格说水位又涨了。")
    assert not transcribes("Steinberg", "码头工人惠特克说水位又涨了。")
