from datetime import date

from dawnchorus_mbox import Mbox

from dawnchorus.model import Window
from dawnchorus.testing import check_source

MAIL = """From list Tue Mar 10 04:00:00 2026
From: Kite News <news@example.org>
Message-ID: <{number}@example.org>
Date: Tue, {day} Mar 2026 12:00:00 +0800
Subject: =?utf-8?b?6aOO562d?= factory opens
Content-Type: text/plain; charset=utf-8

Lumenfold opened its factory in Varn.

"""


def test_contract(tmp_path):
    box = tmp_path / "news.mbox"
    box.write_text(MAIL.format(number=1, day=10) + MAIL.format(number=2, day=12))
    window = Window(first=date(2026, 3, 10), last=date(2026, 3, 10), tz="Asia/Shanghai")
    check_source(Mbox(path=box), window=window)
    (post,) = Mbox(path=box).fetch(window)
    assert post.text == "风筝 factory opens\n\nLumenfold opened its factory in Varn."
