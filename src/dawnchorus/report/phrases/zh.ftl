# Sentences a report may compute, in Chinese. Terms in braces are values counted from the posts.

by-author = { $who } 写道：“{ $text }”
by-network = { $network }：“{ $text }”
lead-author = { $who }：“{ $text }”
lead-network = { $network }：“{ $text }”

posts = { $n } 条帖文
one-post = 单条帖文
authors = { $n } 位作者
authors-own = { $n } 位作者（用自己的话写的 { $m } 位）
share = 占本期 { NUMBER($x, style: "percent", maximumFractionDigits: 0) }
languages = { $n } 种语言
networks = { $n } 个网络
domains = 链接到 { $n } 个网站
ratio = 是上一期的 { NUMBER($x, maximumFractionDigits: 1) } 倍
first = 最早 { $time }
peak = 高峰在 { $hour } 时
at = 发于 { $time }
likes = 单条最高 { $n } 个赞
likes-one = { $n } 个赞

overview-none = 本期没有可以汇总的帖文。
overview-stories = 本期 { $posts } 条帖文中，{ $stories } 个话题有多条帖文谈到，合计占 { NUMBER($share, style: "percent", maximumFractionDigits: 0) }。
overview-singles = 本期 { $posts } 条帖文各谈各事，没有哪件事有多条帖文谈到。
overview-top = 谈得最多的是{ $label }（{ $detail }）。
overview-top-voices = 参与作者最多的话题是{ $label }（{ $detail }）。
overview-next = 其次是{ $labels }。
next-item = { $label }（{ $n } 条）
overview-change-up = 与上一期（{ $day }）相比，帖文由 { $before } 条增至 { $posts } 条，增加 { NUMBER($change, style: "percent", maximumFractionDigits: 0) }。
overview-change-down = 与上一期（{ $day }）相比，帖文由 { $before } 条降至 { $posts } 条，减少 { NUMBER($change, style: "percent", maximumFractionDigits: 0) }。
overview-change-same = 与上一期（{ $day }）相比，帖文数相同，都是 { $posts } 条。
overview-themes = 按子主题看：{ $items }。
theme-item = { $name } { $n } 条（{ NUMBER($share, style: "percent", maximumFractionDigits: 0) }）
overview-peak = 发帖最密的是 { $hour } 时，{ $n } 条。
overview-domains = 被链接最多的网站是{ $items }。
domain-item = { $name }（{ $n } 条）
overview-languages = 语言：{ $items }。
overview-networks = 来源：{ $items }。
count-item = { $name } { $n } 条

update = 本话题新出现：{ $items }。
update-posts = 本话题新增 { $n } 条帖文。
volume = { $detail }。
repeats = { $n } 个话题与前几期相比没有新内容，不再重复：{ $labels }。

opinions-none = 本期没有署名作者表达看法的帖文。
opinions-count = { $n } 位署名作者的 { $posts } 条帖文用了表示看法的字眼。
doubt = { $label }：{ $n } 条帖文用了质疑的字眼（{ $words }）。
doubt-both = { $label }：{ $n } 条帖文用了质疑的字眼（{ $words }），{ $m } 条用了赞许的字眼（{ $more }）。

events-none = 本期没有多条帖文共同谈到的事件。
course = { $n } 条帖文，{ $first } 至 { $last }。
markets-none = 本期帖文没有提到个股或数字货币。
markets-count = 本期有 { $posts } 条帖文提到 { $n } 个个股或数字货币。
markets-price = 本期没有接入行情来源，因此不列价格。
mention = { $name }：{ $detail }。
topic-none = 本期帖文没有涉及本节的各个子主题。
theme-count = { $posts } 条帖文，{ $authors } 位作者，占本期 { NUMBER($share, style: "percent", maximumFractionDigits: 0) }。
theme-count-anonymous = { $posts } 条帖文，占本期 { NUMBER($share, style: "percent", maximumFractionDigits: 0) }。
finance-none = 本期帖文没有涉及融资、财报、交易或监管。
finance-count = { $posts } 条帖文涉及融资、财报、交易或监管，占本期 { NUMBER($share, style: "percent", maximumFractionDigits: 0) }。
summary-none = 本期没有可以总结的内容。
key-none = 本期没有够得上单列的内容。
fresh = 本期 { $n } 个话题中，新话题 { $new } 个，前几期话题的进展 { $updates } 个，没有新内容的 { $repeats } 个。
withheld-section = 本节的句子都未通过核对，因此不刊出。
withdrawn = 已撤下：所依据的帖文由作者删除，或应其要求移除。
