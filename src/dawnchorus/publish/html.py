"""A report as one HTML file that needs nothing else: no script, no request, pictures inside."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from dawnchorus.model import Report
from dawnchorus.publish.escape import keep_dates
from dawnchorus.publish.view import view_of

_TYPES = {"jpg": "image/jpeg", "png": "image/png", "svg": "image/svg+xml"}


def render_page(report: Report, assets: Mapping[str, bytes]) -> str:
    """``report`` as a page for a browser or for mail; ``assets`` are its pictures by file name."""
    view = view_of(report, assets=assets)
    pictures = {name: _data_uri(name, content) for name, content in assets.items()}
    return _template().render(view=view, pictures=pictures, style=Markup(_style()))


def _data_uri(name: str, content: bytes) -> str:
    kind = _TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
    return f"data:{kind};base64,{b64encode(content).decode('ascii')}"


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["dated"] = lambda text: Markup(keep_dates(str(escape(text))))
    return environment.from_string(_text("report.html.j2"))


@cache
def _style() -> str:
    return _text("site/assets/dawnchorus.css")


def _text(name: str) -> str:
    return files("dawnchorus.publish").joinpath(name).read_text("utf-8")
