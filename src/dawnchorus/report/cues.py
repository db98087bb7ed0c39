"""Words by which a post voices an opinion, doubt or praise, in Chinese and English.

They choose and count posts; a sentence that counts by them prints the words
it counted, so that a reader can judge.
"""

from __future__ import annotations

import re

OPINION = re.compile(
    r"\b(?:i think|i believe|i expect|i suspect|i doubt|i'd (?:say|argue|bet)|imo|imho|in my (?:view|opinion|experience)|"
    r"my (?:take|view|bet|guess|worry|read)|we (?:need|should|must)|should(?:n't)?|ought to|overrated|underrated|"
    r"overhyped|impressi\w+|disappoint\w+|worr(?:y|ied|ying)|convinced|skeptic\w*|sceptic\w*|honestly|frankly|"
    r"the (?:problem|real question|question|point) is|makes? (?:no )?sense|worth it|better than|worse than|"
    r"game[- ]changer|bubble|hype[d]?\b|unpopular opinion|hot take|predict\w*|bet (?:on|against)|agree|disagree)\b"
    r"|认为|觉得|我看|在我看来|看好|看衰|不看好|预计|预测|应该|应当|不该|担心|担忧|质疑|怀疑|建议|主张|个人观点|个人认为|"
    r"我的判断|说实话|坦率|值得|不值|高估|低估|泡沫|炒作|意味着|关键在于|问题在于|同意|反对|赞同|恐怕|未必",
    re.IGNORECASE,
)

DOUBT = (
    "doubt", "skeptical", "sceptical", "overhyped", "not convinced", "misleading", "disagree", "no evidence",
    "unproven", "don't believe", "doesn't add up", "too good to be true", "bubble", "disappointing", "hard to believe",
    "cherry-picked", "vaporware",
    "质疑", "怀疑", "不信", "泡沫", "炒作", "夸大", "误导", "不看好", "失望", "反对", "存疑", "不靠谱", "未经证实", "水分",
)  # fmt: skip

PRAISE = (
    "impressive", "impressed", "amazing", "breakthrough", "congrats", "congratulations", "excited", "well deserved",
    "well done", "game changer", "love this", "huge step", "incredible", "best in class",
    "看好", "厉害", "惊艳", "突破", "支持", "期待", "赞同", "点赞", "了不起", "恭喜", "靠谱", "佩服",
)  # fmt: skip
