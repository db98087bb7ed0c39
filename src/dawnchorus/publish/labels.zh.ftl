# Words a published report adds around its sentences. Every key stands in labels.en.ftl as well.

new = 新
update = 进展
contents = 目录
empty = 本期没有可写入本节的帖文。

window = { $first } 至 { $last }（{ $zone }）
coverage = 读取 { $read } 条，采用 { $kept } 条{ $late }，作者 { $authors } 位，话题 { $stories } 个，引用 { $cited } 条
no-model = 未使用语言模型：每句或为帖文原话，或由帖文计算得出
by-model = 部分内容由人工智能生成：语言模型 { $model } 撰写的句子逐句对照所引帖文核查，未通过者已略去
model-unused = 曾调用语言模型 { $model }，其句子均未采用：每句或为帖文原话，或由帖文计算得出
stories-quoted = { $stories } 个话题为引文，非模型撰写
story-quoted = 引文，非模型撰写
degraded = 降级：模型有 { $calls } 次调用未作答

cloud-alt = 词云：{ $terms }
cloud-caption = 字越大，该词越能代表本期；表中列出各词出现的帖文数。
cloud-alt-empty = 词云
terms-word = 词
terms-posts = 帖文
terms-example = 例

hourly-title = 每小时帖文数
hourly-alt = 每小时帖文数柱状图。最多的一小时从 { $hour } 开始，共 { $posts } 条。
hourly-caption = 每小时帖文数（{ $zone }）
over-time-title = 话题走势
over-time-alt = 各话题帖文数随时间变化图
over-time-caption = 主要话题的帖文数变化（{ $zone }）

method-item = 项目
method-value = 数值
method-window = 时间窗
method-read = 读取
method-in-window = 在时间窗内
method-dropped = 未采用：{ $reason }
method-kept = 采用
method-authors = 作者
method-stories = 话题（两条帖文以上）
method-cited = 引用
method-withheld = 未通过核查而略去的句子
method-withheld-by = 略去原因：{ $reason }
method-languages = 语言
method-networks = 网络
method-writer = 撰写
method-cost = 模型用量
method-cost-value = 调用 { $calls } 次，输入 { $tokens_in } 词元，输出 { $tokens_out } 词元，{ $money } 美元
method-model = 语言模型
method-checking = 用于改写与复核的词元占比
method-quoted = 本应由模型撰写而未成的话题
method-unanswered = 未获回答的调用
stage-name = 模型调用
stage-calls = 次数
stage-in = 输入词元
stage-out = 输出词元
stage-money = 美元
stage-story = 话题
stage-repair = 改写
stage-judge = 复核
stage-compose = 概述与总结
stage-headline = 头条
method-cost-none = 未使用语言模型，费用为零
method-late = 其中上一期未及收录、本期补收
coverage-late = （其中 { $late } 条为上一期未及收录的帖文）
source-name = 来源
source-status = 读取情况
source-posts = 帖文
source-reason = 原因与后续
source-ok = 完整
source-empty = 完整，没有帖文
source-partial = 不完整
source-failed = 失败
source-with-status = { $name }（{ $status }）
sources-missing = 未能完整读取：{ $sources }。
sources-long-failing = 自 { $day } 起连续读取失败、帖文缺失：{ $sources }。
sources-why = { $line }原因与后续见“数据与方法”。
source-called-feeds = 订阅源
source-called-files = 文件
source-called-jetstream = Bluesky Jetstream
source-called-twitterapi = twitterapi.io
method-files = 数据文件

time-unknown = 时间不详
author-unknown = 作者不详
language-unknown = 未识别
comma = 、
colon = ：

# Why a post was not used, by the reason in dropped.jsonl; others are shown as they stand.
reason-bad-row = 无法读取的行
reason-no-text = 没有文字
reason-same-id = 编号重复
reason-outside-window = 不在时间窗内
reason-dated-in-the-future = 时间在未来
reason-no-time = 没有时间
reason-off-topic = 与主题无关
reason-bad-time = 时间无法读取
reason-other-language = 其他语言
reason-no-id = 没有编号
reason-in-an-earlier-edition = 前几期已有
reason-in-a-later-edition = 后一期已收录
reason-deleted-at-the-source = 已被原平台删除
reason-not-a-post = 不是帖文
reason-superseded-by-an-edit = 已被修改后的版本取代

# A page that a cited post links to; its names are what it calls itself.
linked-page = 链接至“{ $title }”
linked-page-site = 链接至“{ $title }”（{ $site }）

# 发布之后被移除的帖文。
gone-entry = 已于 { $day } 移除：作者自行删除，或应作者要求。原文不再保留。
gone-mark = 已于 { $day } 移除
forgotten-since = 发布后有 { $posts } 条帖文由作者删除或应其要求移除，数字仍为首次发布时的数字
method-forgotten = 保留的帖文中此后被移除的
reason-forgotten = 由作者删除或应其要求移除

# 句子被略去的原因，按首先提出异议的规则计，各项相加为总数。
withheld-number = 数字与所引帖文不符
withheld-date = 日期与所引帖文不符
withheld-name = 人名或名称未见于所引帖文
withheld-quote = 引语并非帖文原话
withheld-attribution = 把话归给了别人
withheld-speakers = 把话归给了别人
withheld-binding = 把不同事情的名称、数字或日期混在一起
withheld-superlative = 帖文没有说过的“最”或“首次”
withheld-voices = 把一人之言说成多人之见
withheld-sources = 所称来源多于所引帖文
withheld-advice = 含有建议
withheld-trend = 没有依据的趋势
withheld-cause = 帖文没有说过的原因
withheld-proof = 把说法当作已证实
withheld-modality = 把计划或传闻当作事实
withheld-polarity = 与所引帖文意思相反
withheld-content = 所引帖文未谈及的内容
withheld-fact = 统计数字重算后不符
withheld-structure = 缺少引用，或引用了未读取的帖文
withheld-exchanged = 把两者的位置对调了
withheld-scope = 范围大于所引帖文
withheld-judge = 复核所指的原话不足以支持
withheld-comparison = 比较的方向或结果不符
withheld-opposites = 用了与帖文相反的词
withheld-praise = 帖文没有的褒扬
withheld-scattered = 把不同句子的内容拼在一起
withheld-staleness = 把旧事当作新事
withheld-other = 其他原因
