# Why a source was not read, and what next, by kind; English readers have the reason as it was given.

fault = { $told }。原文：{ $reason }
comma = ；

fault-no-key = 未设置密钥，设置后即可读取
fault-refused = 访问被拒绝，请检查密钥和权限
fault-not-found = 地址不存在，请检查设置
fault-rate-limited = 服务器要求稍后再试，下次运行会继续
fault-budget = 已达到设定的读取或费用上限，下次运行从该处继续
fault-no-host = 找不到该服务器，请检查地址，以及本机是否联网
fault-no-feed = 该网页没有订阅源，请填写订阅源本身的地址
fault-no-answer = 服务器没有给出完整应答，下次运行会重试
fault-bad-answer = 服务器的应答无法读取，下次运行会重试
fault-unfinished = 未能在规定时间内读完，下次运行从该处继续
fault-other = 未能读取
