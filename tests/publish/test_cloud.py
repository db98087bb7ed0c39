import io
import subprocess
import sys
import unicodedata

import numpy as np
import pytest
from PIL import Image

from dawnchorus.model import Term
from dawnchorus.publish.cloud import FONT, INK, MAX_BYTES, draw_cloud, drawable

WORDS = (
    *("Kestrel 3", "红隼", "Harbor Labs", "港湾实验室", "Claudius Opal 4.5", "星海之门", "GPX-5.1-Codex"),
    *(
        "輝石科技",
        "東京カメラ",
        "서울전자",
        "Åre",
        "Đà Nẵng",
        "Москва",
        "Αθηνα",
        "café",
        "$HRBR",
        "C++",
        "naïve",
    ),
    *("R&D", "數據中心", "开源模型", "推理", "算力", "融资", "芯片"),
)


def term(text, weight=1.0):
    return Term(text=text, weight=weight, posts=2, example="x:1")


def some(count):
    return [term(f"{WORDS[i % len(WORDS)]}{i // len(WORDS) or ''}", 30 / (i + 1)) for i in range(count)]


@pytest.fixture(scope="module")
def picture():
    return draw_cloud(some(100), seed=7)


def pixels(jpeg):
    return np.asarray(Image.open(io.BytesIO(jpeg)).convert("L"))


def test_a_picture_of_the_size_asked_for_under_300_kilobytes(picture):
    image = Image.open(io.BytesIO(picture))

    assert image.format == "JPEG"
    assert image.size == (1600, 800)
    assert len(picture) <= MAX_BYTES


def test_no_metadata(picture):
    assert not Image.open(io.BytesIO(picture)).getexif()
    assert b"matplotlib" not in picture.lower()


def test_the_edges_stay_free_and_the_middle_does_not(picture):
    grey = pixels(picture)
    edge = 24

    for strip in (grey[:edge], grey[-edge:], grey[:, :edge], grey[:, -edge:]):
        assert strip.min() > 230
    assert 0.05 < (grey[100:700, 200:1400] < 128).mean() < 0.5


def test_same_bytes_each_time_and_under_another_hash_seed(picture):
    script = (
        "import sys, hashlib; sys.path.insert(0, 'tests/publish'); from test_cloud import *; "
        "print(hashlib.sha256(draw_cloud(some(40), seed=7)).hexdigest())"
    )
    digests = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("1", "2")
    }

    assert len(digests) == 1
    assert draw_cloud(some(100), seed=7) == picture
    assert draw_cloud(some(100), seed=8) != picture


@pytest.mark.parametrize("count", [1, 2, 12])
def test_few_terms_make_a_picture_too(count):
    assert (pixels(draw_cloud(some(count), seed=1)) < 128).mean() > 0.001


def test_weights_far_apart_leave_the_small_words_readable():
    grey = pixels(
        draw_cloud([term("Kestrel", 1e6), *(term(word, 1e-3) for word in WORDS[1:]), term("gg")], seed=1)
    )

    assert (grey < 128).sum() > (pixels(draw_cloud([term("Kestrel")], seed=1)) < 128).sum()


@pytest.mark.parametrize("text", WORDS)
def test_the_font_has_glyphs_for_every_script_it_promises(text):
    assert drawable(text)


@pytest.mark.parametrize(
    ("codec", "script"),
    [
        ("gb2312", "CJK UNIFIED"),
        ("big5", "CJK UNIFIED"),
        ("shift_jis", "CJK UNIFIED"),
        ("shift_jis", "KATAKANA"),
        ("euc_kr", "HANGUL"),
        ("latin_1", "LATIN"),
        ("koi8_r", "CYRILLIC"),
    ],
)
def test_the_font_covers_the_letters_of_national_standards(codec, script):
    codes = [bytes([a]) for a in range(0xA1, 0x100)]
    codes += [bytes([a, b]) for a in range(0x81, 0xFF) for b in range(0x40, 0xFF)]
    letters = {char for code in codes for char in code.decode(codec, "ignore")}
    wanted = [char for char in sorted(letters) if unicodedata.name(char, "").startswith(script)]

    assert len(wanted) > 40
    assert [char for char in wanted if not drawable(char)] == []


@pytest.mark.parametrize("text", ["🚀", "Kestrel 🚀", "مرحبا", "नमस्ते", "\u202e", "a\nb", "𠮷野家"])
def test_a_missing_glyph_is_an_error_not_a_box(text):
    assert not drawable(text)
    with pytest.raises(ValueError, match="no glyphs"):
        draw_cloud([term("Kestrel"), term(text)], seed=1)


def test_no_terms_are_an_error_that_says_so():
    with pytest.raises(ValueError, match="at least one term"):
        draw_cloud([], seed=1)


@pytest.mark.parametrize("colour", INK)
def test_colours_can_be_read_on_white(colour):
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    assert 1.05 / (luminance + 0.05) >= 4.5


def test_the_font_travels_with_its_licence():
    licence = (FONT.parent / "OFL.txt").read_text("utf-8")

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert FONT.name in licence
    assert FONT.stat().st_size < 6_000_000
