"""Words that mark no story, in English, Chinese and Japanese."""

from __future__ import annotations

STOP_WORDS = frozenset(
    """
a about above according across actually after again against ago all almost already also although always am
amid among an and another any anyone anything are around as ask at away back be because become been before
began behind being below best better between big biggest both but by call came can can't cannot come coming
could couldn't day days did didn't different do does doesn't doing don't done down due during each early easy
either else end enough even ever every everyone everything far few find first follow following for found free
from full further gave get gets getting give given go goes going gone good got great had hadn't happen happened
happening has hasn't have haven't having he he's hello help her here hers herself hey him himself his hn hot
hour hours how however huge i i'd i'll i'm i've if in inside instead into is isn't it it's its itself join just
keep kind know known last late later latest least less let let's like likely little live ll long look looking
looks lot made main make makes making many may maybe me mean means might month months more most much must my
myself near need needs never new news next night no non none nor not nothing now of off often oh ok okay old on
once one ones only onto open or other others our ours ourselves out over own part people per perhaps please
possible post posts pretty put quite rather re read ready real really recent report reportedly reports right rt
said same saw say saying says see seems seen set several shall share she she's should shouldn't show shows since
small so some someone something soon still stop such sure take taken takes taking talk tell than thank thanks
that that's the their them themselves then there there's these they they're thing things think this those though
thought three through thus time times to today together told tomorrow too took top toward towards tried try
trying two u under until up update updates upon us use used uses using ve version very via vs want wants was
wasn't watch way ways we we're we've week weeks well went were weren't what what's when where whether which while
who whole whose why will with within without won't word words work working works world would wouldn't year years
yes yesterday yet you you'll you're you've your yours yourself amp http https www com pdf video youtube tell_hn
show_hn ask_hn don't doesn't im ive dont cant
的 了 和 是 在 我 有 他 这 那 就 不 人 都 一 一个 上 也 很 到 说 要 去 你 会 着 没有 看 好 自己 这个 那个 我们 你们 他们 她们
它们 什么 怎么 为什么 如何 可以 可能 应该 已经 还是 还有 但是 因为 所以 如果 虽然 然后 而且 或者 以及 对于 关于 通过 进行 使用
表示 认为 其中 之后 之前 目前 今天 昨天 明天 今年 去年 现在 时候 时间 一些 一种 这种 那种 这样 那样 这些 那些 非常 比较 更加
最 更 并 与 及 或 被 把 给 让 向 从 对 为 以 于 由 等 将 已 又 再 还 只 才 能 其 此 该 各 每 某 们 个 次 中 下 里 外 前 后 大 小 多 少
新 来 做 用 想 得 地 吗 呢 吧 啊 哦 嗯 哈 哈哈 真的 觉得 知道 一下 一样 不是 不会 不能 就是 只是 都是 也是 还有 很多 多少 几个
第一 第二 回应 称 曝 宣布 正式 最新 消息 网友 视频 分享 转发 微博 直播 全文 链接 方面 问题 情况 工作 发现 开始 成为 出现
この その あの それ これ ここ そこ する した して います です ます から まで ため こと もの よう など について という が の に を は へ と で も
""".split()  # noqa: SIM905 - a list of 400 quoted words would be read by nobody
)
"""Lower case."""
