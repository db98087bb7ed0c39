"""Rule: whoever a Chinese sentence lets speak, and every Chinese name in an English one, stands in the posts.

Catches accounts and people of other posts ("大山招聘笔记说"), titles in 《》 that no Chinese post holds.
Can't tell: roles ("网友", "该公司") from each other, nor Chinese names over English posts for certain.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from dawnchorus.report.check.aliases import Aliases
from dawnchorus.report.check.dictionary import dictionary
from dawnchorus.report.check.finding import Finding, Level
from dawnchorus.report.check.ground import Claim, Ground
from dawnchorus.report.check.names import known_name
from dawnchorus.report.check.proper import known_proper
from dawnchorus.report.check.sounds import latin_for, means_any

_HAN = r"\u3400-\u4dbf\u4e00-\u9fff"
_HAN_RUN = re.compile(rf"[{_HAN}]{{2,}}")
_KANA = re.compile(r"[\u3040-\u30ff]")
_TITLE = re.compile(r"《([^《》]{2,30})》")
# A verb that only people and those who write take: what stands before it speaks.
_SAYS = re.compile(
    rf'(?:^|[，；。,;:：、]|据|按|按照)\s?"?(?P<who>[{_HAN}]{{2,12}}?)"?\s?'
    r"(?:[则也还又曾均都](?![是有在])|(?:就|对|向|在|于|从|把|为)[^，。,;]{1,16}?)?"
    r"(?:特别|着重|并未|没有|从未|随后|当天|公开|一再|再次|反复|明确|坚持|私下|干脆|坦率|直接|已经|已|未|也|自己|本人)?"
    r"(?:说(?![明法服不完])|称(?!号|职|霸|之为)|自称|表示|指出|写道|写下|认为|提醒|提到|回忆|回应|透露|坦言|宣布|统计|抱怨|介绍|补充|强调|警告|质疑|批评|答复|援引|引述|转述|承认|披露|发文|呼吁|主张|担心|吐槽|觉得|猜测|估计(?!值)|预计|预测(?!值)|评论(?!区)|感叹|建议)"
)
_BY = re.compile(
    rf'(?:^|[，；。,;])\s?(?:据|按照|根据)\s?"?(?P<who>[{_HAN}]{{2,10}}?)"?(?:的?(?:说法|统计|消息|介绍|爆料|报道|数据))?\s?[,，]'
)
_NO_NAME = re.compile(
    "[的有所很把给令使让被将向跟比一二三四五六七八九十百千万亿]|^(?:称|说|投下|投出|提出|发出|作出|做出|反驳|回答|双方)|(?:反|并|并未|没有|不再)$"
)


def check_speakers(claim: Claim, ground: Ground, aliases: Aliases) -> list[Finding]:
    """Objections to Chinese names of speakers and titles outside verified quotes."""
    found: dict[str, Level] = {}
    text = claim.open_text
    if _KANA.search(text):
        return []
    if claim.chinese:
        for match in (*_SAYS.finditer(text), *_BY.finditer(text)):
            who = match["who"]
            if not _is_role(who) and not _NO_NAME.search(who) and not _told(who, ground, aliases):
                found[who] = "rejected" if not ground.english else "escalated"
        if not ground.english:
            for match in _TITLE.finditer(text):
                if _HAN_RUN.search(match[1]) and not _told(match[1], ground, aliases):
                    found[match[1]] = "rejected"
    else:
        for match in _HAN_RUN.finditer(text):
            if not _told(match.group(), ground, aliases):
                found[match.group()] = "rejected" if ground.chinese else "escalated"
    return [
        Finding(rule="name", words=name, detail=f"name {name} does not stand in the cited posts", level=level)
        for name, level in found.items()
    ]


def _told(name: str, ground: Ground, aliases: Aliases) -> bool:
    """Whether the posts hold two neighbouring characters of ``name``, or what it means or sounds like."""
    book = dictionary()
    simple = book.simplified(name)
    told = book.simplified("\n".join((*ground.texts, *ground.speakers, *ground.names)))
    if any(simple[at : at + 2] in told for at in range(len(simple) - 1)):
        return True
    if known_name(name, ground, aliases) or any(
        known_name(match.group(), ground, aliases) for match in aliases.pattern.finditer(name)
    ):
        return True
    return ground.english and (
        known_proper(name, ground)
        or latin_for(simple, "\n".join((*ground.texts, *ground.speakers)))
        or means_any(simple, ground.spaced)
    )


def _is_role(who: str) -> bool:
    """Whether words say what somebody is, not who: "两位网友", "研究人员", "该公司"."""
    starts, ends = _roles()
    return who.startswith(starts) or who.endswith(ends)


@cache
def _roles() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Words that begin a role, words that end one."""
    text = (files(__package__) / "data" / "roles_zh.txt").read_text("utf-8")
    lines = [line for line in text.splitlines() if line and line[0] != "#"]
    starts = tuple(word[:-1] for line in lines for word in line.split() if word.endswith("*"))
    ends = tuple(word for line in lines for word in line.split() if not word.endswith("*"))
    return starts, ends
