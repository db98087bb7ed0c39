import os
import subprocess
import sys

import polars as pl
import pytest

from dawnchorus.posts.language import add_language
from dawnchorus.tables import CLEANED, conform, empty


def language(text: str, lang: str | None = None) -> str:
    frame = conform(pl.DataFrame({"id": ["1"], "clean_text": [text], "lang": [lang]}), CLEANED)
    return str(add_language(frame)["language"][0])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("OpenAI 发布了新模型", "zh"),
        ("人工智慧大會在臺北開幕", "zh"),
        ("优の良品今天打折全场半价欢迎来店里看看", "zh"),
        ("新型iPhoneの予約が始まった", "ja"),
        ("関東地方広域気象情報", "ja"),
        ("비트코인 가격이 급락했다", "ko"),
        ("Сегодня очень жарко, все идут на реку", "ru"),
        ("Сьогодні дуже спекотно, всі їдуть до річки", "uk"),
        ("הבחירות הסתיימו", "he"),
        ("วันนี้อากาศร้อนมาก", "th"),
        ("The new model is faster and cheaper than the last one", "en"),
        ("Das neue Modell ist schneller und günstiger", "de"),
        ("Le nouveau modèle est plus rapide et moins cher", "fr"),
        ("El nuevo modelo es más rápido y más barato", "es"),
        ("The team at 東京 won again, what a match it was", "en"),
    ],
)
def test_language_is_told_by_script_or_words(text, told):
    assert language(text) == told


def test_links_accounts_and_hashtags_are_no_evidence():
    assert language("@TheNewYorkTimes #breakingnews 今天开盘 example.com/the-new-model…") == "zh"


def test_platform_is_believed_only_where_words_say_nothing():
    assert language("123 🔥🔥", lang="ja-JP") == "ja"
    assert language("今天开盘大涨", lang="en") == "zh"
    assert language("🔥", lang="zxx") == "und"
    assert language("🔥", lang="iw") == "he"
    assert language("🔥") == "und"


def test_no_posts_give_no_posts():
    assert add_language(empty(CLEANED)).columns == [*CLEANED.names(), "language"]


def test_it_works_without_network_and_writes_nothing(tmp_path):
    script = """
import socket, tempfile
def refuse(*a, **k): raise AssertionError("network")
socket.socket.connect = socket.getaddrinfo = refuse
import polars as pl
from dawnchorus.posts.language import add_language
from dawnchorus.tables import CLEANED, conform
frame = conform(pl.DataFrame({"id": ["1"], "clean_text": ["guten Tag zusammen"]}), CLEANED)
print(add_language(frame)["language"][0])
"""
    home = {"HOME": str(tmp_path), "TMPDIR": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path)}
    ran = subprocess.run(
        [sys.executable, "-c", script], env=os.environ | home, capture_output=True, text=True, check=False
    )
    assert ran.stdout.strip() == "de", ran.stderr
    assert not list(tmp_path.iterdir())
