"""Building a site with the real Jekyll."""

import os
import subprocess

from dawnchorus.publish.jekyll import JekyllPublisher

ORIGIN, BASE = "https://example.org", "/reports"


def build(jekyll, site, *, tz="UTC"):
    """The built pages: path below the site's root to text."""
    out = site.parent / f"built-{tz.replace('/', '-')}" / BASE.strip("/")
    done = subprocess.run(
        [jekyll, "build", "--quiet", "--disable-disk-cache", "-d", out],
        cwd=site,
        env={**os.environ, "TZ": tz, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "Liquid" not in done.stderr
    return {path.relative_to(out).as_posix(): path for path in sorted(out.rglob("*")) if path.is_file()}


def publish(report, out, pictures):
    JekyllPublisher().publish(report, out=out, assets=pictures, evidence=b"{}\n", dropped=b"")
