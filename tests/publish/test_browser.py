"""The built site and the single page in headless Chromium, as readers open them."""

import functools
import http.server
import json
import os
import subprocess
import threading
from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.publish.build import BASE

BROWSER = Path(__file__).parents[1] / "browser"
SLUG = "twitter_ai_20251121_20251121"
PAGES = (
    "/", "/archive/", "/threads/", "/threads/kestrel-3-20251119/", f"/{SLUG}/", f"/{SLUG}_en/",
    f"/{SLUG}/report.html",
)  # fmt: skip
# What changes with width does not change with colour: two looks see both.
LOOKS = ((360, "dark"), (1280, "light"))


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def browser(need, tmp_path_factory):
    """``browser(pages)``: what a reader meets on each, see ``tests/browser/open.mjs``."""
    chromium, node = need("chromium", "chromium-browser", "google-chrome"), need("node", "nodejs")
    if not (BROWSER / "node_modules/axe-core").is_dir():
        message = "install the browser tests' packages: npm ci --prefix tests/browser"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)

    def look(pages):
        folder = tmp_path_factory.mktemp("browser")
        job = folder / "job.json"
        job.write_text(json.dumps({"chromium": chromium, "profile": str(folder / "profile"), "pages": pages}))
        done = subprocess.run(
            [node, BROWSER / "open.mjs", job], capture_output=True, text=True, timeout=240, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    return look


@pytest.fixture(scope="module")
def origin(built):
    root = built["index.html"].parents[1]
    handler = functools.partial(QuietHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture(scope="module")
def seen(browser, origin):
    """Every page, small and large, light and dark."""
    return browser(
        [
            {"url": f"{origin}{BASE}{page}", "page": page, "width": width, "scheme": scheme}
            for page in PAGES
            for width, scheme in LOOKS
        ]
    )


def named(look):
    return look["page"], look["width"], look["scheme"]


def test_no_page_complains_or_asks_another_host(seen, origin):
    for look in seen:
        assert look["complaints"] == [], named(look)
        asked = [url for url in look["requests"] if not url.startswith((f"{origin}/", "data:"))]
        assert asked == [], named(look)
        assert look["scripts"] == 0, named(look)


def test_no_page_scrolls_sideways(seen):
    assert [named(look) for look in seen if look["overflow"] > 0] == []


def test_pictures_are_seen_and_have_words(seen):
    reports = [look for look in seen if look["page"].startswith(f"/{SLUG}/")]
    assert len(reports) == 4
    for look in reports:
        assert len(look["pictures"]) == 3, named(look)
        assert all(
            picture["loaded"] and picture["visible"] and picture["alt"] for picture in look["pictures"]
        )
    assert reports[0]["pictures"][0]["alt"].startswith("词云：Kestrel")


def test_headings_are_in_order(seen, zh_report):
    expected = [[1, zh_report.title]] + [[s.level, s.heading] for s in zh_report.sections]
    for look in seen:
        levels = [level for level, _ in look["headings"]]
        assert levels.count(1) == 1, named(look)
        assert all(after <= before + 1 for before, after in zip([0, *levels], levels, strict=False)), named(
            look
        )
        if look["page"].startswith(f"/{SLUG}/"):
            assert [heading for heading in look["headings"] if heading[0] < 4] == expected


def test_no_date_is_broken_over_two_lines(seen):
    for look in seen:
        assert set(look["dates"]) <= {1}, named(look)
        if look["page"].startswith(f"/{SLUG}"):
            assert len(look["dates"]) > 20, named(look)


def test_the_words_of_the_cloud_stand_in_columns(seen):
    for look in seen:
        if look["page"].startswith(f"/{SLUG}"):
            words, *others = look["abreast"]
            assert words == {360: 2, 1280: 3}[look["width"]], named(look)
            assert set(others) == {1}, named(look)


def test_links_within_a_page_have_their_place(seen):
    for look in seen:
        inner = {
            url.split("#")[1] for url in look["links"] if url.split("#")[0] == look["url"] and "#" in url
        }
        assert {unquote(anchor) for anchor in inner} <= set(look["anchors"]), named(look)


def test_light_and_dark_are_two_looks(seen):
    for page in PAGES:
        papers = {look["scheme"]: look["background"] for look in seen if look["page"] == page}
        assert papers["light"] != papers["dark"], page


def test_axe_finds_no_serious_fault(seen):
    grave = [
        (named(look), fault["rule"], fault["nodes"])
        for look in seen
        for fault in look["faults"]
        if fault["impact"] in {"serious", "critical"}
    ]
    assert grave == []


def test_the_look_at_a_page_sees_faults(browser, tmp_path):
    bad = tmp_path / "bad.html"
    bad.write_text(
        "<!doctype html><title>x</title><body style='width:2000px'><img src=missing.png>"
        "<p style='color:#eee;background:#fff'>faint</p><script>console.error('said')</script>"
    )
    (look,) = browser([{"url": bad.as_uri(), "width": 360, "scheme": "light"}])
    assert {"image-alt", "color-contrast", "html-has-lang"} <= {fault["rule"] for fault in look["faults"]}
    assert any("said" in words for words in look["complaints"])
    assert look["overflow"] > 0
    assert look["scripts"] == 1
    assert not look["pictures"][0]["loaded"]
