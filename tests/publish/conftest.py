# ruff: noqa: E501 sentences of posts and reports are one line each
"""Two invented editions, one in Chinese and one in English, as the pipeline would hand them over."""

import io
import os
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
import yaml
from hypothesis import settings
from PIL import Image

from dawnchorus.model import (
    Block,
    CitedPost,
    Cost,
    Coverage,
    Fact,
    LinkedTitle,
    Quote,
    Report,
    Section,
    Sentence,
    SourceHealth,
    StageCost,
    Story,
    Term,
    Verdict,
    Window,
)
from dawnchorus.publish.site import create_site
from tests.publish import build

settings.register_profile("busy machine", deadline=None)
settings.load_profile("busy machine")

# (id, author, name, source, minutes after 16:00 UTC on the 20th, url, text)
POSTS = [
    ("x:1", "mira_lin", "Mira Lin", "x", 85, "https://x.com/mira_lin/status/1", "Kestrel 3 is out: 9B parameters, runs on a phone, weights are open. Tested it all night and it holds up against models five times its size."),
    ("x:2", "tangwei_dev", "唐未", "x", 130, "https://x.com/tangwei_dev/status/2", "红隼 3 在我的旧手机上跑到每秒 31 个词元，比上一代快一倍多，发热也可以接受。"),
    ("bsky:3", "ottoline.example", "Ottoline Reyes", "bluesky", 190, "https://bsky.app/profile/ottoline.example/post/3", "Kestrel 3 benchmarks look great but nobody outside the lab has reproduced the 84.1 on LongRead yet. I get 71."),
    ("mast:4", "jun", "Jun @ Harbor Labs", "mastodon:harbor.example", 260, "https://harbor.example/@jun/4", "We reran LongRead with the released prompt: 83.6. The gap others see is the missing system line."),
    ("hn:5", "quill", None, "hackernews", 300, "https://news.ycombinator.com/item?id=5", "The licence forbids use above 10 million monthly users, so it is open weights and not open source."),
    ("x:6", "harborlabs", "Harbor Labs", "x", 410, "https://x.com/harborlabs/status/6", "Harbor Labs raises $240M Series C at a $2.1B valuation, led by Northlight. We will double the Kestrel team in Lisbon and Chengdu."),
    ("x:7", "ledgerwire", "Ledgerwire", "x", 425, "https://x.com/ledgerwire/status/7", "Harbor Labs' round values it at 35 times revenue, according to two people who saw the deck. $HRBR warrants rose after the news."),
    ("weibo:8", "芯片观察员", "芯片观察员", "weibo", 480, "https://weibo.com/8", "北光领投港湾实验室 2.4 亿美元 C 轮，估值 21 亿美元。钱主要花在里斯本和成都两个团队。"),
    ("x:9", "priya_compiles", "Priya N.", "x", 560, None, "Northlight led our round too and then asked for a board seat per coast. Congratulations and good luck."),
    ("rss:10", None, "The Lantern", "rss:lantern.example", 600, "https://lantern.example/2025/11/21/eu-pause?utm=1&x=2", "The Commission proposes to pause the transparency duties of the AI Act for small providers until August 2027."),
    ("x:11", "policy_anna", "Anna Brandt", "x", 640, "https://x.com/policy_anna/status/11", "A pause until August 2027 is not a repeal. Providers above 45 million users keep every duty they have today."),
    ("x:12", "shenyue", "沈月", "x", 700, "https://x.com/shenyue/status/12", "欧盟把小型提供者的透明度义务推迟到 2027 年 8 月，大平台不受影响。别被标题带偏。"),
    ("x:13", "bytegarden", "bytegarden", "x", 820, "https://x.com/bytegarden/status/13", "Three of our five coding agents deleted a lock file today. Same model, same prompt, different tool timeouts."),
    ("x:14", "tangwei_dev", "唐未", "x", 900, "https://x.com/tangwei_dev/status/14", "代理删锁文件的问题复现了：工具超时低于 8 秒就会触发。把超时调到 20 秒后 50 次里 0 次。"),
    ("reddit:15", "gradient_goat", None, "reddit:localllama", 1010, "https://www.reddit.com/r/LocalLLaMA/comments/15/", "Measured Kestrel 3 against four local models on 200 of my own invoices. It wins on tables (92 % of cells) and loses on handwriting."),
    ("x:16", "cointide", "Coin Tide", "x", 1100, "https://x.com/cointide/status/16", "$TAO volume doubled within two hours of the Harbor news. No link between the two that I can find, so read nothing into it."),
    ("x:17", "dr_okafor", "Dr. C. Okafor", "x", 1250, "https://x.com/dr_okafor/status/17", "Our trial of AI-assisted triage: 1,204 patients, waiting time down 18 %, no change in missed emergencies. Preprint is up."),
    ("x:18", "mira_lin", "Mira Lin", "x", 1400, "https://x.com/mira_lin/status/18", "Update on Kestrel 3: the memory leak on older phones is confirmed by Harbor, fix promised for Monday."),
]  # fmt: skip
START = datetime(2025, 11, 20, 16, tzinfo=UTC)
WINDOW = Window(first=date(2025, 11, 21), last=date(2025, 11, 21), tz="Asia/Shanghai")
PASSED = Verdict(verdict="supported")


def cited(number, post):
    id, author, name, source, minutes, url, text = post
    return CitedPost(
        number=number,
        id=id,
        url=url,
        author=author,
        author_name=name,
        source=source,
        created_at=START + timedelta(minutes=minutes),
        day=None,
        text=text,
        sha256=sha256(text.encode("utf-8", "replace")).hexdigest(),
    )


def computed(text, *citations):
    fact = Fact(measure="posts", of="kept", value=412)
    return Sentence(text=text, kind="computed", citations=citations, facts=(fact,), verdict=PASSED)


def quotation(text, id, quote):
    return Sentence(
        text=text, kind="quotation", citations=(id,), quotes=(Quote(post=id, text=quote),), verdict=PASSED
    )


def paragraph(*sentences):
    return Block(kind="paragraph", sentences=sentences)


def item(*sentences, lead=None, story=None, status=None):
    return Block(kind="item", sentences=sentences, lead=lead, story=story, status=status)


def subheading(text, story=None):
    return Block(kind="subheading", sentences=(computed(text),), story=story)


def story(id, status, *posts, thread=None):
    return Story(
        id=id,
        thread=thread or id,
        status=status,
        posts=posts,
        head=posts[0],
        score=1.0,
        terms=("kestrel",),
        reasons=(Fact(measure="voices", of=f"story:{id}", value=len(posts)),),
        first_seen=date(2025, 11, 19 if status == "update" else 21),
    )


STORIES = (
    story("kestrel-3", "update", "x:1", "x:2", "bsky:3", "mast:4", "x:18", thread="kestrel-3-20251119"),
    story("harbor-round", "new", "x:6", "x:7", "weibo:8"),
    story("ai-act-pause", "update", "rss:10", "x:11", "x:12", thread="ai-act-pause-20251118"),
    story("agents-lock-file", "new", "x:13", "x:14"),
)


def base(**values):
    return Report(
        version="1",
        topic="ai",
        window=WINDOW,
        writer="extractive",
        ai_generated=False,
        coverage=Coverage(
            read=12034,
            in_window=5210,
            dropped=(("off topic", 3920), ("outside window", 6824), ("bad row", 3)),
            kept=1287,
            authors=902,
            languages=(("en", 811), ("zh", 402), ("ja", 61), ("und", 13)),
            networks=(("x", 1011), ("bluesky", 160), ("hackernews", 64), ("weibo", 52)),
            stories=87,
            cited=len(POSTS),
            withheld=4,
            sources=(
                SourceHealth(name="x", status="ok", posts=1011),
                SourceHealth(name="reddit", status="failed", posts=0, reason="rate limited until 23:00 UTC"),
            ),
        ),
        stories=STORIES,
        sets={"kept": tuple(post[0] for post in POSTS)},
        cited=tuple(cited(n, post) for n, post in enumerate(POSTS, 1)),
        hourly=tuple((f"2025-11-21T{hour:02}:00+08:00", 20 + (hour * 37) % 90) for hour in range(24)),
        cost=Cost(),
        **values,
    )


def terms(*pairs):
    return tuple(
        Term(text=word, weight=float(30 - n), posts=posts, example=POSTS[n % len(POSTS)][0])
        for n, (word, posts) in enumerate(pairs)
    )


@pytest.fixture(scope="session")
def zh_report():
    """A Chinese edition of 21 November 2025 in Asia/Shanghai: 18 cited posts, four stories."""
    said = quotation
    return base(
        slug="twitter_ai_20251121_20251121",
        label="twitter_ai",
        lang="zh",
        first_line="Twitter Ai 报告 (2025-11-21 至 2025-11-21)",
        title="人工智能领域 Twitter 推文总结报告",
        headline=computed("Kestrel 3 占当日帖文的 24 %，5 位作者在 4 个网络上讨论其跑分能否复现", "x:1", "bsky:3", "mast:4"),
        description="Kestrel 3 的跑分之争、Harbor Labs 的 2.4 亿美元融资、欧盟人工智能法案的推迟。",
        terms=terms(("Kestrel", 309), ("港湾实验室", 188), ("LongRead", 121), ("C 轮", 96), ("透明度", 83), ("锁文件", 41), ("Northlight", 38), ("分诊", 22), ("估值", 19), ("开放权重", 17)),
        sections=(
            Section(id="brief", level=2, heading="简要部分"),
            Section(
                id="overview",
                level=3,
                heading="主要话题与行业趋势概述",
                blocks=(
                    paragraph(
                        computed("本期采用 1,287 条帖文，来自 902 位作者、4 种语言和 4 个网络，比前一日多 12 %。"),
                        computed("篇幅最大的话题是 Kestrel 3，309 条帖文，占 24 %，前一日占 9 %。", "x:1", "x:2"),
                        computed("其后是 Harbor Labs 融资（188 条）与欧盟人工智能法案推迟（121 条）。", "x:6", "rss:10"),
                        computed("帖文最密集的一小时从 23 时开始。"),
                    ),
                ),
            ),
            Section(
                id="key_points",
                level=3,
                heading="核心信息",
                blocks=(
                    item(
                        said("@jun 写道：“We reran LongRead with the released prompt: 83.6.”", "mast:4", "We reran LongRead with the released prompt: 83.6."),
                        said("@ottoline.example 得到的是另一个数：“I get 71.”", "bsky:3", "I get 71."),
                        lead=computed("Kestrel 3 的 LongRead 成绩有了复现结果"),
                        story="kestrel-3",
                        status="update",
                    ),
                    item(
                        said("@harborlabs：“Harbor Labs raises $240M Series C at a $2.1B valuation, led by Northlight.”", "x:6", "Harbor Labs raises $240M Series C at a $2.1B valuation, led by Northlight."),
                        computed("3 位作者以 2 种语言谈到此事。", "x:6", "x:7", "weibo:8"),
                        lead=computed("Harbor Labs 完成 C 轮融资"),
                        story="harbor-round",
                        status="new",
                    ),
                    item(
                        said("@shenyue 写道：“欧盟把小型提供者的透明度义务推迟到 2027 年 8 月，大平台不受影响。”", "x:12", "欧盟把小型提供者的透明度义务推迟到 2027 年 8 月，大平台不受影响。"),
                        lead=computed("欧盟拟推迟部分透明度义务"),
                        story="ai-act-pause",
                        status="update",
                    ),
                    item(
                        said("@tangwei_dev：“工具超时低于 8 秒就会触发。”", "x:14", "工具超时低于 8 秒就会触发。"),
                        lead=computed("编程代理误删锁文件的原因被复现"),
                        story="agents-lock-file",
                        status="new",
                    ),
                ),
            ),
            Section(id="detail", level=2, heading="详细分析部分"),
            Section(
                id="opinions",
                level=3,
                heading="重要观点与见解",
                blocks=(
                    item(said("@quill 认为许可证使它算不上开源：“it is open weights and not open source.”", "hn:5", "it is open weights and not open source."), lead=computed("许可证之争")),
                    item(said("@policy_anna：“A pause until August 2027 is not a repeal.”", "x:11", "A pause until August 2027 is not a repeal.")),
                    item(said("@priya_compiles：“Congratulations and good luck.”", "x:9", "Congratulations and good luck.")),
                ),
            ),
            Section(
                id="events",
                level=3,
                heading="关键事件与发展",
                blocks=(
                    subheading("Kestrel 3", "kestrel-3"),
                    item(said("@mira_lin：“Kestrel 3 is out: 9B parameters, runs on a phone, weights are open.”", "x:1", "Kestrel 3 is out: 9B parameters, runs on a phone, weights are open.")),
                    item(said("@tangwei_dev：“红隼 3 在我的旧手机上跑到每秒 31 个词元，比上一代快一倍多，发热也可以接受。”", "x:2", "红隼 3 在我的旧手机上跑到每秒 31 个词元，比上一代快一倍多，发热也可以接受。")),
                    subheading("Harbor Labs 融资", "harbor-round"),
                    item(said("@ledgerwire：“Harbor Labs' round values it at 35 times revenue, according to two people who saw the deck.”", "x:7", "Harbor Labs' round values it at 35 times revenue, according to two people who saw the deck.")),
                    item(said("@芯片观察员：“北光领投港湾实验室 2.4 亿美元 C 轮，估值 21 亿美元。”", "weibo:8", "北光领投港湾实验室 2.4 亿美元 C 轮，估值 21 亿美元。")),
                ),
            ),
            Section(
                id="markets",
                level=3,
                heading="个股与数字货币分析与市场反应",
                blocks=(
                    paragraph(computed("提及最多的代码是 $HRBR（41 条）和 $TAO（12 条）。没有价格来源，故不列价格。", "x:7", "x:16")),
                    item(said("@cointide：“No link between the two that I can find, so read nothing into it.”", "x:16", "No link between the two that I can find, so read nothing into it.")),
                ),
            ),
            Section(
                id="topic",
                level=3,
                heading="人工智能相关内容",
                blocks=(
                    subheading("模型与评测"),
                    item(said("@gradient_goat：“It wins on tables (92 % of cells) and loses on handwriting.”", "reddit:15", "It wins on tables (92 % of cells) and loses on handwriting.")),
                    subheading("医疗"),
                    item(said("@dr_okafor：“Our trial of AI-assisted triage: 1,204 patients, waiting time down 18 %, no change in missed emergencies.”", "x:17", "Our trial of AI-assisted triage: 1,204 patients, waiting time down 18 %, no change in missed emergencies.")),
                ),
            ),
            Section(id="finance", level=3, heading="金融市场相关内容"),
            Section(
                id="summary",
                level=2,
                heading="总结",
                blocks=(paragraph(computed("本期 87 个话题中，2 个是先前话题的进展。", "x:18"), computed("讨论集中于 Kestrel 3。", "x:1")),),
            ),
            Section(id="wordcloud", level=2, heading="词云分析", blocks=(paragraph(computed("最能代表本期的词是 Kestrel、港湾实验室和 LongRead。")),)),
            Section(id="method", level=2, heading="数据与方法"),
            Section(id="cited", level=2, heading="引用帖文"),
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def en_report(zh_report):
    """The same day in English, with a language model's cost, and without a headline for the picture."""
    headings = {
        "brief": "In brief", "overview": "Main topics and trends", "key_points": "Key points",
        "detail": "In detail", "opinions": "Opinions and insights", "events": "Events and developments",
        "markets": "Stocks and crypto", "topic": "Artificial intelligence", "finance": "Financial markets",
        "summary": "Summary", "wordcloud": "Word cloud", "method": "Data and method", "cited": "Cited posts",
    }  # fmt: skip
    english = {
        "overview": (
            paragraph(
                computed("This edition rests on 1,287 posts by 902 authors in 4 languages, 12 % more than the day before."),
                computed("Kestrel 3 took the most room: 309 posts, 24 % of the day against 9 % the day before.", "x:1", "x:2"),
                computed("The Harbor Labs round (188 posts) and the pause of the AI Act (121 posts) came next.", "x:6", "rss:10"),
            ),
        ),
        "key_points": (
            item(
                quotation("Jun @ Harbor Labs reports a rerun: “We reran LongRead with the released prompt: 83.6.”", "mast:4", "We reran LongRead with the released prompt: 83.6."),
                quotation("@ottoline.example has another figure: “I get 71.”", "bsky:3", "I get 71."),
                lead=computed("A rerun comes close to Kestrel 3's LongRead score."),
                story="kestrel-3",
                status="update",
            ),
            item(
                quotation("@harborlabs: “Harbor Labs raises $240M Series C at a $2.1B valuation, led by Northlight.”", "x:6", "Harbor Labs raises $240M Series C at a $2.1B valuation, led by Northlight."),
                computed("3 authors in 2 languages speak of it.", "x:6", "x:7", "weibo:8"),
                lead=computed("Harbor Labs closes its Series C."),
                story="harbor-round",
                status="new",
            ),
        ),
        "opinions": (item(quotation("@policy_anna: “A pause until August 2027 is not a repeal.”", "x:11", "A pause until August 2027 is not a repeal.")),),
        "events": (
            subheading("Kestrel 3"),
            item(quotation("@mira_lin: “Kestrel 3 is out: 9B parameters, runs on a phone, weights are open.”", "x:1", "Kestrel 3 is out: 9B parameters, runs on a phone, weights are open.")),
        ),
        "markets": (paragraph(computed("$HRBR is named in 41 posts, $TAO in 12. No price source is set, so there are no prices.", "x:7", "x:16")),),
        "topic": (item(quotation("@dr_okafor: “Our trial of AI-assisted triage: 1,204 patients, waiting time down 18 %.”", "x:17", "1,204 patients, waiting time down 18 %")),),
        "summary": (paragraph(computed("Of 87 stories, 2 go on from earlier editions.", "x:18")),),
    }  # fmt: skip
    return replace(
        zh_report,
        slug="twitter_ai_20251121_20251121_en",
        label="twitter_ai",
        lang="en",
        first_line="X Ai report (2025-11-21 to 2025-11-21)",
        title="Artificial intelligence on Twitter: report",
        headline=computed("Kestrel 3 takes 24 % of the day as five authors on four networks ask whether its score holds", "x:1", "bsky:3"),
        description="Kestrel 3's disputed score, Harbor Labs' $240M round, the pause of the AI Act.",
        writer="llm",
        ai_generated=True,
        cost=Cost(
            calls=14,
            tokens_in=55120,
            tokens_out=7904,
            money_usd=0.0123,
            model="example-small",
            stages=(
                StageCost(stage="judge", calls=3, tokens_in=7120, tokens_out=704, money_usd=0.0013),
                StageCost(stage="repair", calls=4, tokens_in=8000, tokens_out=1200, money_usd=0.002),
                StageCost(stage="story", calls=7, tokens_in=40000, tokens_out=6000, money_usd=0.009),
            ),
        ),
        terms=terms(("Kestrel", 309), ("Harbor Labs", 188), ("LongRead", 121), ("Series C", 96), ("transparency", 83), ("lock file", 41)),
        sections=tuple(
            replace(section, heading=headings[section.id], blocks=english.get(section.id, ()))
            for section in zh_report.sections
        ),
    )  # fmt: skip


@pytest.fixture(scope="session")
def earlier_report(zh_report):
    """The Chinese edition of the day before, in which the threads already stand."""
    return replace(
        zh_report,
        slug="twitter_ai_20251120_20251120",
        first_line="Twitter Ai 报告 (2025-11-20 至 2025-11-20)",
        window=Window(first=date(2025, 11, 20), last=date(2025, 11, 20), tz="Asia/Shanghai"),
        headline=computed("Kestrel 3 发布前夜，@mira_lin 说它能在手机上运行", "x:1"),
        stories=tuple(replace(story, status="new") for story in zh_report.stories),
        sections=tuple(
            replace(section, blocks=tuple(replace(b, status=b.status and "new") for b in section.blocks))
            for section in zh_report.sections
        ),
    )


def hostile(payload, *, slug):
    """A small report with ``payload`` in every place a post, an account or a topic file can reach."""
    link = "https://example.org/?q=" + "".join(c for c in payload if c > " " and c not in "\\\x7f")
    post = ("x:evil", payload, f"name {payload}", f"rss:{payload}", 60, link, payload)
    mid = computed(f"before {payload} after", "x:evil", "x:plain")
    alone = quotation(payload, "x:evil", payload)
    plain_post = ("x:plain", "mira", None, "x", 90, None, "plain words")
    told = story(f"story {payload}", "update", "x:evil", thread=f"thread {payload}")
    blocks = (
        paragraph(alone, mid),
        Block(kind="subheading", sentences=(alone,)),
        item(alone, mid, lead=alone, story=told.id, status="update"),
        item(mid, lead=mid),
        item(alone, mid, alone),
    )
    sections = (
        Section(id="brief", level=2, heading=f"brief {payload}"),
        Section(id="overview", level=3, heading=payload, blocks=(paragraph(mid), paragraph(alone))),
        Section(id="key_points", level=3, heading=f"{payload} x", blocks=blocks[2:]),
        Section(id="detail", level=2, heading="detail"),
        Section(id="events", level=3, heading="events", blocks=blocks),
        Section(id="summary", level=2, heading="summary", blocks=(paragraph(alone),)),
        Section(id="wordcloud", level=2, heading="cloud"),
        Section(id="method", level=2, heading="method"),
        Section(id="cited", level=2, heading="cited"),
    )
    report = base(
        slug=slug,
        label="hostile",
        lang="en",
        first_line=f"{payload} report",
        title=payload,
        headline=alone,
        description=payload,
        sections=sections,
        terms=(Term(text=payload, weight=1.0, posts=3, example="x:evil"),),
    )
    coverage = replace(
        report.coverage,
        dropped=((payload, 2),),
        networks=((f"rss:{payload}", 5),),
        languages=((payload, 4),),
        sources=(SourceHealth(name=f"rss:{payload}", status="failed", posts=0, reason=payload),),
    )
    page = LinkedTitle(
        link="https://example.org/p", address="https://example.org/p", title=f"page {payload}", site=payload
    )
    return replace(
        report,
        coverage=coverage,
        writer=payload,
        ai_generated=True,
        stories=(told,),
        cited=(replace(cited(1, post), links=(page,)), cited(2, plain_post)),
    )


@pytest.fixture(scope="session")
def hostile_report():
    return hostile


@pytest.fixture(scope="session")
def assets():
    """Pictures as the cloud and the charts give them, small and invented."""

    def of(report):
        drawn = io.BytesIO()
        Image.new("RGB", (1600, 800), "white").save(drawn, "JPEG", quality=30)
        chart = b'<svg xmlns="http://www.w3.org/2000/svg" width="520" height="200"><rect width="9" height="9"/></svg>'
        return {
            f"wordcloud_{report.slug}.jpg": drawn.getvalue(),
            "posts_per_hour.svg": chart,
            "stories_over_time.svg": chart,
        }

    return of


@pytest.fixture(scope="session")
def need():
    """``need("jekyll")``: its path; where it is missing, skip, or fail in CI."""

    def path(*tools):
        for tool in tools:
            if found := shutil.which(tool):
                return found
        message = f"install {tools[0]} for this test: sudo apt-get install {tools[0]}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        return pytest.skip(message)

    return path


@pytest.fixture(scope="session")
def site(tmp_path_factory, zh_report, en_report, earlier_report, assets):
    """Source of a site with three editions, and no zone of its own to lean on."""
    out = tmp_path_factory.mktemp("usual") / "site"
    create_site(
        out, title="晨声 <日报>", lang="zh", url=build.ORIGIN, baseurl=build.BASE, description="每天 & 一期"
    )
    for report in (earlier_report, zh_report, en_report):
        build.publish(report, out, assets(report))
    settings = yaml.safe_load((out / "_config.yml").read_text("utf-8"))
    del settings["timezone"]
    (out / "_config.yml").write_text(yaml.safe_dump(settings, allow_unicode=True), "utf-8")
    return out


@pytest.fixture(scope="session")
def built(site, need):
    return build.build(need("jekyll"), site)
