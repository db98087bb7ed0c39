"""Words that mark no story, and words that mark one only weakly, in English, Chinese and Japanese."""

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

COMMON_WORDS = frozenset(
    """
ability academic access account act action active add address adult advance advanced advice age agency agent agents
agree ahead air algorithm analysis announce announced announcement announces answer api app apple application
apps area army article artificial artist assistant attack audio author automation available average award baby
bad ban bank base based basic benchmark benefit bill billion birthday black block blog blue board body book
books boss bot box boy brain brand break bring brings brother browser budget bug build builder building built
business buy california campaign capital car card care career case cases cat cause ceo challenge change changes
channel character chat chatbot check chief child children china chinese choice church city class clean clear
client close cloud club cluster code coding coffee college color comment comments community companies company
compare complete computer concept conference connect consistent content context control conversation cost costs
council country couple court create created creating creator crime critical crowd culture current custom customer
customers cut daily dark data database date daughter dead deal deals death debate debt decade decision deep demand
democracy demo deploy design detail details dev developer developers development device devices difference digital
direct discount discussion doctor dog dollar domain door double download draft dream drive driver drop earth
economic economy edge education effect efficient election email employee employees energy engine engineer
engineering engineers english entire environment error europe european event events everyday evidence example
execution expect experience experiences expert experts explain explained eye face fact faith fake fall family fan
fans fast faster father fear feature features federal feel feeling feels fight figure file files film final finally
finance financial finger fire firm fix food force foreign form format forward foundation founder framework
friday friend friends front fun function fund funding future game games gaming general generate generated generation
generator girl global goal gold google government grade graph great green ground group groups growing growth guide
guy hand happy hard hardware hate head health hear heart heat helping helps hide higher hire hiring history hit
hold holiday home hope hospital host house human humans idea ideas image images impact important improve improved
including income increase indian industry infrastructure info information inner inside install intelligence
interest interesting interface internal international internet interview introducing investment investor investors
issue issues japan january job jobs july june king knowledge labor lab labs land language languages large larger
launch launched launches law lead leader leaders leading leak leaks learn learned learning leave left legal lesson
lessons level library life light line link linux list llm llms local logic lose loss lost love low lower machine
main man manage manager march market markets mass material math meaning media meet meeting member memory men mental
message method microsoft middle military milestone mind mini minister minute minutes mistake mobile mode model models
modern monday money mother move movie multiple music name national natural network neural nice night north note
notes number numbers offer office official officials oil online opinion option order organization original paper
papers parent parents park partner party pass password past path pattern pay paying peace performance person
personal phone photo photos physical pick picture piece place plan planet plans platform platforms play player
players plus point police policy political politics poor popular position power powerful practice prepare present
president press price prices print privacy private pro problem problems process product production products
professional program programming programs progress project projects promise prompt prompts property protect protocol
prove public publish published python quality quantum question questions quick quickly quiet race radio rate raw
reach reader reading reality reason reasoning reasons record red reddit region regular relationship release released
releases remember remove replace request require research researcher researchers resource resources response
responses result results return reveal revealed reveals revenue review reviews rich rise risk road robot robots role
room rule rules run running russia russian safe safety sale sales saturday save scale school science scientist
scientists score screen search season second secret sector secure security self sell senior sense server service
services session share sharing shop short sign simple single site sites situation size skill skills sleep smart
social society software solution solutions solve song sort sound source south space speak special speed spend spent
sport spring staff stage standard star start started starting startup startups state states station stay stock
stocks store story strategy street strong structure student students study stuff style subject success suggest
summary summer sun sunday super support surprise survey suspect system systems table tax teach team teams tech
technical technology technologies term terms test tested testing tests text theory thinking thousand threat thread
thursday tip tips title token tokens tool tools topic total tour town track trade traffic train training transform
travel treat tree trend trial trick trip trouble true truth tuesday turn tutorial tv tweet twitter type uk
understand understanding union unit united universal university unlock upcoming upgrade usa user users value
version vibe victim video videos view village violence vision visit voice vote voter wait walk wall wanted war
warn warning warns washington waste watching water weak weather web website wednesday weekend weight white wife
win wind window windows winner winning winter woman women wonder workers workflow workflows write writer writing
written wrong york young youth zero ai ml dl ui os it vs amid
中国 美国 日本 公司 发布 技术 市场 企业 产品 数据 模型 系统 用户 平台 项目 行业 智能 人工 工智 人工智能 女子 男子 女孩 男孩 女生 男生 演员 官宣
演唱 唱会 冠军 比赛 明星 全国 国家 政府 经济 投资 资金 报告 研究 学生 老师 孩子 父亲 母亲 家长 医院 学校 大学 城市 世界 国际 社会 生活 文化
历史 电影 音乐 游戏 手机 汽车 价格 增长 发展 服务 安全 管理 建设 支持 提供 推出 提升 重要 主要 名场 场面 史上 活动 官方 媒体 记者 警方
竟然 紧急 撤回 离世 去世 身亡 夺冠
""".split()  # noqa: SIM905
)
"""Words of everyday news and talk: two posts that share them may still speak of different things."""
