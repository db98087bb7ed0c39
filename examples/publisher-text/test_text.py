from dawnchorus_text import TextPublisher

from dawnchorus.testing import check_publisher


def test_contract(tmp_path):
    check_publisher(TextPublisher(), folder=tmp_path)
    text = (tmp_path / "one" / "kites_20260310_20260310.txt").read_text(encoding="utf-8")
    assert "- 4 posts tell of Lumenfold in Varn. [1]" in text
    assert "[2] gil: https://example.org/gil/7" in text
