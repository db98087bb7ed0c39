"""One quantity in many notations, Chinese and English, is one number; another quantity is not."""

from __future__ import annotations

from datetime import date

import pytest

from dawnchorus.model import Window
from dawnchorus.report.check.claims import check_claim
from dawnchorus.report.check.rules import RULES

OTHERS = tuple(rule.name for rule in RULES if rule.name not in ("numbers", "rates"))
WINDOW = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Shanghai")


def verdict(claim, post):
    given = {"id": "1", "author": "abc", "created_at": "2026-03-09T14:00:00Z", "text": post}
    return check_claim(claim, [given], WINDOW, off=OTHERS).verdict


SAME = [
    pair.split("|")
    for pair in """
雷击断了一条220千伏线路。|Lightning took out a 220 kV line.
损失约2EB。|We lost about 2 EB.
电池5500毫安时。|It has a 5500mAh battery.
花了四百二十万欧元。|It cost four point two million euros.
每股收益0.43美元。|EPS 43c, in line.
克朗跌0.6%。|SEK -0.6% on the day.
要价2.6万。|They asked for 26,000 and 3%.
七名法官参加表决。|The court voted 5-2.
连跌五个月。|The fifth monthly drop in a row.
同比2.4%，前值2.6%。|CPI 2.4% y/y (Jan 2.6).
还剩1.3亿美元。|They spent $270M of the $400M.
资本开支多投3亿。|Capex goes from $1.1B to $1.4B.
近三十年来一直如此。|Members since 1997, all of us.
三国获得首批货物。|First lots go to Peru, Chile and Bolivia.
占百分之六十四。|It makes up 64% of it.
历时四年。|It took four years.
要等两三年。|It takes two or three years.
要等两三年。|It takes 2-3 years.
要等两三年。|It takes a couple of years.
要等几年。|It takes a few years.
近三成用户离开。|29% of users left.
近三成用户离开。|Nearly 30% of users left.
约三成用户离开。|Nearly a third of users left.
打八折出售。|Now 20% off.
打八折出售。|Now at a 20% discount.
以七五折出售。|25% off.
有50w人。|500,000 people.
有1.2w粉丝。|12k followers.
占三分之一。|One-third of it.
占三分之一。|1/3 of it.
占三分之一。|33% of it.
有数十名员工。|Dozens of employees.
有几十名员工。|Dozens of employees.
有数百万用户。|Millions of users.
有上百人。|Over 100 people.
有数百人。|Hundreds of people.
耗时半年。|It took six months.
耗时半年。|It took half a year.
半年内完成。|Done within six months.
收入翻番。|Revenue doubled.
收入增长一倍。|Revenue doubled.
收入增长一倍多。|Revenue more than doubled.
收入增加了两倍。|Revenue tripled.
收入增长两倍。|Revenue tripled.
收入是去年的三倍。|Revenue tripled from last year.
速度快三倍。|It is 3x faster.
速度提升十倍。|10x faster.
速度提高了一个数量级。|It is an order of magnitude faster.
占四分之三。|Three quarters of it.
占四分之三。|75%.
占九成九。|99% of it.
一打鸡蛋。|A dozen eggs.
有一两个。|One or two of them.
有十几个人。|A dozen people.
有十多个国家。|More than ten countries.
有十余个国家。|More than 10 countries.
值几十亿美元。|Worth billions of dollars.
值数十亿美元。|Worth billions of dollars.
值数十亿美元。|Worth tens of billions of dollars.
有上亿用户。|Over 100 million users.
投资近千亿美元。|Nearly $100B invested.
投资上千亿美元。|Hundreds of billions of dollars invested.
规模达万亿美元。|A trillion-dollar market.
过半用户离开。|More than half of users left.
大半用户离开。|More than half of users left.
过半用户离开。|A majority (53%) of users left.
价格减半。|Prices halved.
价格减半。|Prices were cut in half.
股价腰斩。|Shares down 50%.
股价腰斩。|Shares are down by half.
每三人就有一人离开。|One in three left.
加息100个基点。|A hike of 1 percentage point.
加息25个基点。|A 25bp hike.
加息0.25个百分点。|A quarter-point hike.
加息50个基点。|A half-point hike.
十年来首次。|First in a decade.
十年来首次。|First time in 10 years.
近二十年。|Nearly two decades.
30余名员工。|More than 30 employees.
30多名员工。|30-odd employees.
30多名员工。|Thirty-plus employees.
二十多岁。|In his twenties.
七八个人。|Seven or eight people.
5.5亿美元。|$550M.
3.8万次下载。|38k downloads.
150万用户。|1.5m users.
20亿美元。|$2bn.
两百亿美元。|$20 billion.
34亿欧元。|€3.4bn.
300万英镑。|£3m.
50万用户。|Half a million users.
25万用户。|A quarter of a million users.
150万用户。|One and a half million users.
150万用户。|A million and a half users.
1.5万亿美元。|$1.5 trillion.
1.5万亿美元。|$1.5T.
占三分之二。|Two-thirds of it.
占三分之二。|Two in three.
占八成。|8 in 10.
占八成。|Eight out of ten.
增长十倍。|A tenfold increase.
增至十倍。|Up tenfold.
超过2000人。|2,000-plus people.
不到100美元。|Sub-$100.
增长38%。|+38% y/y.
增长38%。|Up 38 per cent.
下降3.1%。|-3.1% today.
30秒内。|In 30s.
36小时40分钟。|36h40.
1小时23分。|1h 23m.
两个半小时。|2.5 hours.
两个半小时。|Two and a half hours.
一年半。|18 months.
一个半月。|Six weeks.
1.5亿元。|1.5亿块
1亿5000万元。|1.5亿元
9.5万。|9万五
9万5。|9.5万
26年。|廿六年
180万。|百八萬
七百多万。|七百幾萬
412亿元新台币。|新台幣412億元
412亿新台币。|NT$41.2bn
3.5万港元。|HK$35,000
水深6850米。|It is 6,850 m deep.
500万美元。|$5 m.
500万用户。|5m users.
2.5亿参数。|250M params.
70亿参数。|A 7B model.
六到九个月。|Six to nine months.
六至九个月。|6–9 months.
六到九个月。|六到九个月
两到三年。|two to three years
八成半。|85%.
六成五。|65%.
零下14华氏度。|-14F this morning.
零下14度。|-14°C.
7500英镑。|7500鎊
有两位用户抱怨。|Two users complained.
第三次发射。|Its third launch.
连续第四个季度亏损。|A fourth straight quarterly loss.
连续三年。|Three years in a row.
首次。|For the first time.
两倍于对手。|Twice its rival's.
是对手的两倍多。|More than double its rival's.
成本仅为十分之一。|A tenth of the cost.
成本仅为十分之一。|10x cheaper.
成本降低九成。|A 90% cost reduction.
降到原来的三分之一。|down to a third.
效率提升四成。|40% more efficient.
每周工作四天。|A four-day week.
全天候24小时。|24/7 service.
3万亿参数。|3T parameters.
128K上下文。|128K context.
上下文达12.8万token。|128K context.
一百万token上下文。|1M context window.
百万token上下文。|A 1M-token context.
千万美元级融资。|Raised over $10M.
数千万美元。|Tens of millions of dollars.
数亿美元。|Hundreds of millions of dollars.
六位数年薪。|A six-figure salary.
近40亿。|$3.97B.
逾1.2万人。|12,300 people.
一千二百人。|1,200 people.
1200余人。|1,200+ people.
两成五。|25%.
两万五。|25,000.
三千五百万美元。|$35 million.
三点五倍。|3.5x.
3.5倍。|3.5 times.
二分之一。|Half.
三成多。|Over 30%.
三成多。|34%.
六成以上。|More than 60%.
四分之一强。|Just over a quarter.
不足三分之一。|Less than a third.
不到一半。|Fewer than half.
百分之百。|100%.
零增长。|0% growth.
1800亿韩元。|180 billion won.
一万亿日元。|1 trillion yen.
1.2GW。|1.2 gigawatts.
1200兆瓦。|1.2 GW.
120万千瓦。|1.2GW.
2纳米。|2nm.
80GB显存。|80 GB of memory.
每秒120个token。|120 tok/s.
每小时3.6元。|3.6元/小时
每月20美元。|$20/mo.
每月20美元。|$20 a month.
年化收入100亿美元。|$10B annualized revenue.
每百万token 3美元。|$3 per million tokens.
300名工程师中的40人。|40 of its 300 engineers.
十七八个。|17 or 18.
上千名员工。|More than 1,000 employees.
近万人。|Nearly 10,000 people.
约一万人。|About 10,000.
一百来人。|About 100 people.
百余人。|More than 100 people.
数十万人。|Hundreds of thousands of people.
好几年。|Several years.
五十万。|500k.
五十万。|0.5M.
Three dozen firms.|36家公司
It quadrupled.|翻了两番
It quadrupled.|增长三倍
Roughly a third.|约三成
Nine in ten.|九成
A 30% discount.|七折
12% off.|八八折
Twenty-five percent.|两成半
About 1.3 billion yuan.|約13億元人民幣
RMB1.3bn.|13亿元
Some 50,000 fans.|5w粉丝
Two and a half years.|两年半
Half a month.|半个月
A fortnight.|两周
Fifteen minutes.|一刻钟
Three quarters of an hour.|45分钟
300,000 yuan.|30万
Hundreds of thousands.|几十万
Tens of thousands.|数万
Several thousand.|几千
A few hundred people.|几百人
First-half profit.|上半年利润
""".strip().splitlines()
]
ANOTHER = [
    pair.split("|")
    for pair in """
占百分之四十六。|It makes up 64% of it.
16亿美元。|$1.6M
1.6万亿美元。|$1.6B
打八折出售。|Now 80% off.
有50w人。|50,000 people.
耗时半年。|It took six weeks.
收入增长一倍。|Revenue tripled.
占四分之三。|One quarter of it.
九十分。|七十分
4美元一行。|4 BTC a row
加息25个基点。|25 percentage points hike
每分钟3.6元。|3.6元/小时
每磅11340美元。|$11,340/t
每天节省3.2小时。|3.2 hours per week
36小时50分钟。|36h40.
数百万用户。|Thousands of users.
412亿元。|$41.2B
30亿欧元。|$3B
6850公里。|6,850 m deep
180毫秒。|180 seconds
3GW。|3 MW
12.8亿token。|128K tokens
七名作者中有六人。|Three of the seven authors
三十五人。|53 people
两成五。|52%
""".strip().splitlines()
]


@pytest.mark.parametrize(("claim", "post"), SAME)
def test_one_quantity_in_another_notation_passes(claim, post):
    assert verdict(claim, post) == "supported"


@pytest.mark.parametrize(("claim", "post"), ANOTHER)
def test_another_quantity_is_rejected(claim, post):
    assert verdict(claim, post) == "rejected"
