from __future__ import annotations

from dawnchorus.report.naming import names_of

KESTREL = (
    "Velmora showed the Kestrel Tidal Pro in Lankport",
    "Is the Kestrel Tidal Pro worth it?",
    "we tested Kestrel Tidal Pro on Monday, and the Kestrel Tidal Pro holds",
)


def test_names_of_several_words_stand_whole():
    assert names_of(KESTREL, marks=("Kestrel", "Tidal", "Pro"))[0] == "Kestrel Tidal Pro"


def test_no_name_holds_a_word_of_another():
    names = names_of((*KESTREL, "Kestrel beats Kestrel Tidal Pro"), marks=("Kestrel", "Tidal"))

    assert len([name for name in names if "Kestrel" in name]) == 1


def test_common_words_make_no_label():
    texts = ("Short and intelligent talk along the way", "Along the short way, intelligent people perform")

    assert names_of(texts, marks=("along", "short", "intelligent", "perform")) == []


def test_capital_of_a_first_word_makes_no_name():
    assert names_of(("Quietly the valves closed", "Quietly they opened"), marks=("quietly",)) == []


def test_names_with_digits_and_titles_in_chinese_are_found():
    texts = ("the k9 valve failed again", "k9 valve recalled", "看完《风场手册》再说 k9")

    names = names_of(texts, marks=("k9", "风场手册"))

    assert names == ["k9"]
    assert "风场手册" in names_of(texts[2:], marks=("风场手册",))
