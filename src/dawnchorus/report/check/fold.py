"""One spelling for text that differs only in how it was typed."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import polars as pl

from dawnchorus.report.check.spellings import respell

# Zero-width characters, joiners, soft hyphen, bidi controls, variation selectors and tag characters:
# nothing a reader sees.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e007f]"
)
_MARKS = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»「」『』〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−﹣", "-"),
        **dict.fromkeys("～〜∼", "~"),
        "⁄": "/",
        # Traditional forms that numbers, units, dates and the lexicons are made of.
        **dict(
            zip(
                "萬億兩點週時間後來個歲紀錄條則簡稱約餘過超達幾數據將會預計劃傳聞擬發佈貼隻臺號與於從為專業眾內員認爲說話訴"
                "買賣薦議應該開啟僅單獨強優級產創歷軟國際華蘋亞馬遜臉書韓歐歷東廣張陳劉楊黃趙吳羅龍寶麥達雷爾羅納達蘭德倫紐約"
                "錢幣賺虧漲跌價減擴倍連續動態轉變無沒權證據顯實測試驗結論現場觀"
                "鐘鎊噸詞頭電項種塊處層輪輛顆門頁戶組筆縣檔屆報財營線經決領縮斷絕這裡當剛隨禮長輕問倆績參銖侖頃",
                "万亿两点周时间后来个岁纪录条则简称约余过超达几数据将会预计划传闻拟发布贴只台号与于从为专业众内员认为说话诉"
                "买卖荐议应该开启仅单独强优级产创历软国际华苹亚马逊脸书韩欧历东广张陈刘杨黄赵吴罗龙宝麦达雷尔罗纳达兰德伦纽约"
                "钱币赚亏涨跌价减扩倍连续动态转变无没权证据显实测试验结论现场观"
                "钟镑吨词头电项种块处层轮辆颗门页户组笔县档届报财营线经决领缩断绝这里当刚随礼长轻问俩绩参铢仑顷",
                strict=True,
            )
        ),
    }
)
_HALVES = {"½": ".5", "¼": ".25", "¾": ".75"}
_SPACE = re.compile(r"\s+")
# Some set a space between digits and Han characters, some don't: "3 月 12 日", "3月12日".
_AFTER_DIGIT = re.compile(r"(\d) ([\u3400-\u4dbf\u4e00-\u9fff])")
_BEFORE_DIGIT = re.compile(r"([\u3400-\u4dbf\u4e00-\u9fff]) (\d)")
_NOT_ALNUM = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def fold(text: str) -> str:
    """``text`` in NFKC with one kind of quote mark, dash, tilde and space, without unseen characters.

    No space stays between a digit and a Han character. Case is kept. Traditional characters that
    numbers, dates and lexicons use become Simplified, notation of further languages the one that is read.
    """
    clean = _UNSEEN.sub("", text)
    for sign, decimals in _HALVES.items():
        if sign in clean:
            clean = re.sub(rf"(\d){sign}", rf"\1{decimals}", clean)
    clean = unicodedata.normalize("NFKC", clean).translate(_MARKS)
    spaced = _SPACE.sub(" ", clean).strip()
    return respell(_BEFORE_DIGIT.sub(r"\1\2", _AFTER_DIGIT.sub(r"\1\2", spaced)))


def folded(texts: pl.Series) -> pl.Series:
    """``texts`` folded and in lower case, all at once: for comparing, never for showing."""
    seen = texts.cast(pl.String).str.replace_all(_UNSEEN.pattern, "")
    for sign, decimals in _HALVES.items():
        seen = seen.str.replace_all(rf"(\d){sign}", f"${{1}}{decimals}")
    seen = seen.str.normalize("NFKC")
    marks = {chr(mark): str(like) for mark, like in _MARKS.items()}
    spaced = seen.str.replace_many(marks).str.replace_all(r"\s+", " ").str.strip_chars()
    for pattern in (_AFTER_DIGIT, _BEFORE_DIGIT):
        spaced = spaced.str.replace_all(pattern.pattern, "$1$2")
    return spaced.str.to_lowercase()


@lru_cache(maxsize=8192)
def squash(text: str) -> str:
    """Letters and digits of ``text`` alone, case-folded: "GPT-5.1 Pro" and "gpt5.1pro" are one."""
    return _NOT_ALNUM.sub("", fold(text).casefold())
