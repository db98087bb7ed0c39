"""The publisher for Jekyll: a post, its pictures, the same report as one page and as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dawnchorus.model import Report
from dawnchorus.publish.files import check_file_name, check_slug, write_all
from dawnchorus.publish.html import render_page
from dawnchorus.publish.markdown import render
from dawnchorus.publish.report_json import dump
from dawnchorus.publish.threads import thread_pages


class JekyllPublisher:
    """Writes an edition into the folder of a Jekyll site."""

    name = "jekyll"

    def publish(
        self, report: Report, *, out: Path, assets: Mapping[str, bytes], evidence: bytes, dropped: bytes
    ) -> list[Path]:
        """Write all files of an edition but ``manifest.json``, or none of them.

        Args:
            report: The edition, checked.
            out: Root of the site, made if missing.
            assets: File name to content of the pictures.
            evidence: Content of ``evidence.jsonl``.
            dropped: Content of ``dropped.jsonl``.

        Returns:
            The files, the post first; then the folder of the edition, then pages of threads.

        Raises:
            PublishError: Names the file that could not be written, and what to do.
        """
        slug = check_slug(report.slug)
        beside = {
            "report.html": render_page(report, assets).encode(),
            "report.json": dump(report),
            "evidence.jsonl": evidence,
            "dropped.jsonl": dropped,
            **{check_file_name(name): assets[name] for name in sorted(assets)},
        }
        post = post_path(report)
        # The post last: whatever ends this in between, readers are not shown one whose pictures are missing.
        *others, written = write_all(
            out,
            {
                **{f"{slug}/{name}": content for name, content in beside.items()},
                **thread_pages(report),
                post: render(report, assets=assets).encode(),
            },
        )
        return [written, *others]


def post_path(report: Report) -> str:
    """Path of the post below the root of the site: "_posts/2025-11-21-twitter_ai_20251121_20251121.md"."""
    return f"_posts/{report.window.last.isoformat()}-{report.slug}.md"
