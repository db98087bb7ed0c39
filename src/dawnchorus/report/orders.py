"""Posts that speak to a language model instead of to people.

They are quoted or counted like any other, but no model is shown them: neither the one that writes nor the
one that judges. Orders in other words, other languages or in a code get past this; then the checker stands
alone. Posts about such orders are caught too, which costs them no more than being told in their own words.
"""

from __future__ import annotations

import re
from typing import Final

from dawnchorus.model import Post

_ORDERS: Final = tuple(
    re.compile(pattern, flags)
    for pattern, flags in (
        # What came before is not to count.
        (
            r"\b(?:ignore|disregard|forget|override)"
            r" (?:all|any|every|my|your|the|these|those|previous|prior|above)\b"
            r".{0,30}\b(?:instructions?|rules|posts|prompts?|guidelines)\b",
            re.IGNORECASE,
        ),
        (r"(?:忽略|无视|忘掉|忘记|不要理会).{0,20}(?:指令|指示|提示|规则|要求|命令)", 0),
        (r"\bnew (?:rule|task|instructions?)\s*:", re.IGNORECASE),
        # Turns of a chat, and the structure of what we ask and are answered.
        (
            r"<\|[\w/]{2,24}\|>|\[/?INST\]|<</?SYS>>|</(?:system|assistant|user|posts?|instructions?)>",
            re.IGNORECASE,
        ),
        (r"\bSYSTEM\s?:|\bsystem prompt|(?:^|[\s。！？])(?:系统|助手)：|系统提示", 0),
        (r'"(?:i|verdicts?|spans|stories|facts|opinions|posts)"\s?:', 0),
        (r"\bEND OF (?:POSTS|INPUT|DATA)\b", 0),
        # Orders what to write, or how.
        (
            r"(?:^|[.!?:,\"]\s+)(?:please )?(?:write|say|state|report) (?:only\b|that\b|it as\b)",
            re.IGNORECASE,
        ),
        (r"(?:^|[.!?:,]\s+)(?:Answer|Respond|Reply|Write) (?:only|in \w+ only|with the|sentences)\b", 0),
        (
            r"\banswer in \w+ only\b|\b(?:in|to|for) (?:each|every) (?:item|sentence|post above)\b",
            re.IGNORECASE,
        ),
        (r"\btell (?:the|your) readers\b|\bevery item (?:today )?says\b", re.IGNORECASE),
        (r"\brules for the summary\b|\bcite post \d", re.IGNORECASE),
        (
            r"请写|请只写|只写一句|每条都(?:写|加|骂)|只用.{1,3}文写|摘要规则|请引用第|告诉你的读者|给上面每条",
            0,
        ),
        (r"(?:decode|解码).{0,12}(?:follow|obey|照做|执行)", re.IGNORECASE),
        (r"(?<![\w/.-])(?=[A-Z+/]*[a-z])[A-Za-z0-9+/]{24,}={1,2}(?![\w=])", 0),
        # Questions after the prompt and the key; tools.
        (
            r"\b(?:print|reveal|repeat|show|output)\b.{0,60}"
            r"(?:\bprompt\b|\binstructions\b|\btext above\b|\bapi.?key\b|_API_KEY\b|\bauthorization\b)",
            re.IGNORECASE,
        ),
        (r"(?:复述|输出|打印|重复|泄露).{0,12}提示词|提示词.{0,12}(?:复述|输出|打印|重复)", 0),
        (r"\bcall the tool\b", re.IGNORECASE),
        # Words for the judge.
        (r"\b(?:verdict|sentences?|everything)\b.{0,60}\bsupported\b|\bnot_supported\b", re.IGNORECASE),
        (r"判(?:定|断)?为\s?[\"“]?(?:supported|成立|支持|通过)", re.IGNORECASE),
        (
            r"\bto the (?:judge|checker|summari[sz]er|verifier)\b|致(?:审核|摘要|核查|评判|模型)",
            re.IGNORECASE,
        ),
    )
)
_UNSEEN: Final = re.compile("[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_LOOKED_AT: Final = 4000  # characters: more of a post no model is shown


def speaks_to_model(*texts: str | None) -> bool:
    """Whether one of ``texts`` looks like an order to a language model."""
    for text in texts:
        line = " ".join(_UNSEEN.sub("", (text or "")[:_LOOKED_AT]).split())
        if any(order.search(line) for order in _ORDERS):
            return True
    return False


def is_order(post: Post) -> bool:
    """Whether ``post``, what it quotes or the name of its author speaks to a model."""
    return speaks_to_model(post.text, post.quoted_text, post.author_name)
