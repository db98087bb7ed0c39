"""A Jekyll site for editions, with a theme of our own: no remote asset, no script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from types import MappingProxyType

import yaml

from dawnchorus.errors import PublishError
from dawnchorus.model import Lang
from dawnchorus.publish.escape import plain
from dawnchorus.publish.files import write_all

# In the package the list of what git leaves out has no dot: tools that look for ".gitignore" would heed it.
_GITIGNORE = "gitignore"


def create_site(
    out: Path,
    *,
    title: str,
    lang: Lang,
    description: str = "",
    tz: str = "UTC",
    url: str = "http://localhost:4000",
    baseurl: str = "",
    extra: Mapping[str, bytes] = MappingProxyType({}),
) -> list[Path]:
    """Lay a Jekyll 4 site into ``out`` that shows the editions published there.

    Files that already hold what would be written are left alone; if any file
    differs, nothing is written.

    Args:
        out: Root of the site, made if missing.
        title: Name of the publication.
        lang: Language of the site's own pages; an edition keeps its own.
        description: One sentence for feeds and search engines.
        tz: Zone Jekyll sorts and stamps in. Dates shown are those of the editions.
        url: Origin the feeds' addresses begin with: "https://example.org".
        baseurl: Path the site lies under: "/reports", or "" at the root.
        extra: Files besides, by their path under ``out``, which are treated alike.

    Returns:
        All files of the site, those left alone included.

    Raises:
        PublishError: A file of the site stands there with other content, or cannot be written.
    """
    contents = dict(_theme())
    del contents[_GITIGNORE]
    contents["_config.yml"] = _config(
        title=title, lang=lang, description=description, tz=tz, url=url, baseurl=baseurl
    )
    contents |= extra
    changed = [path for path, content in contents.items() if _differs(out / path, content)]
    if changed:
        more = f" and {len(changed) - 1} more" if len(changed) > 1 else ""
        raise PublishError(
            f"{out / changed[0]}{more} already there with other content; nothing was written: "
            "choose another folder, or move what is there"
        )
    return write_all(out, contents)


def gitignore() -> bytes:
    """Content of the ``.gitignore`` of a site: what is built, and what holds other people's posts."""
    return files("dawnchorus.publish").joinpath("site", _GITIGNORE).read_bytes()


def _config(*, title: str, lang: Lang, description: str, tz: str, url: str, baseurl: str) -> bytes:
    settings = {
        "title": plain(title),
        "description": plain(description),
        "lang": lang,
        "url": url,
        "baseurl": baseurl,
        "timezone": tz,
        # An edition closes at its cut-off, which may lie ahead of the clock and zone of the build.
        "future": True,
        "excerpt_separator": "",
        "markdown": "kramdown",
        # Words stay as their author wrote them: no curled quotes, no dashes out of hyphens.
        "kramdown": {
            "input": "GFM",
            "hard_wrap": False,
            "smart_quotes": ["apos", "apos", "quot", "quot"],
            "auto_id_prefix": "section-",  # no heading can take the anchor of a cited post
        },
        # Posts are read from the site's folder and never published with it. A folder is named with its
        # slash: without it Jekyll leaves out editions whose label begins like it.
        "exclude": [
            "posts/",
            "*.jsonl*",
            "*.toml",
            "*.key",
            "README.md",
            "data/",
            "vendor/",
            "node_modules/",
            "workflows/",
            "deploy/",
        ],
        "include": [".htaccess", "evidence.jsonl", "dropped.jsonl"],  # of an edition, whatever is excluded
    }
    return yaml.safe_dump(settings, sort_keys=False, allow_unicode=True).encode()


def _theme() -> list[tuple[str, bytes]]:
    return sorted(_walk(files("dawnchorus.publish").joinpath("site"), ""))


def _walk(folder: Traversable, path: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _walk(entry, f"{path}{entry.name}/")
        else:
            yield f"{path}{entry.name}", entry.read_bytes()


def _differs(path: Path, content: bytes) -> bool:
    try:
        return path.is_symlink() or (path.exists() and path.read_bytes() != content)
    except OSError:
        return True
