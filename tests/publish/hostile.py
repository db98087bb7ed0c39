"""What hostile posts hold, after grounding.md 5.2, and how a page is looked at for traces of it."""

import re

from selectolax.lexbor import LexborHTMLParser

_DATED = re.compile(r'<span class="date">([\d&#;-]+)</span>')

PAYLOADS = {
    # Liquid and Jekyll
    "liquid output": "{{ site.time }}",
    "liquid include": "{% include secret.html %}",
    "liquid include up": "{% include ../../../etc/passwd %}",
    "liquid endraw": "{% endraw %}{{ site.title }}",
    "liquid open if": "{% if true",
    "liquid open if tag": "{% if true %} rest",
    "liquid comment": "{% comment %} rest",
    "liquid capture": "{% capture x %} rest",
    "liquid unknown tag": "{% frobnicate %}",
    "liquid post_url": "{% post_url nope %}",
    "liquid loop": "{% for i in (1..999999999) %}x{% endfor %}",
    "liquid first half": "{{ '",
    "liquid second half": "' | upcase }}",
    "liquid in code": "`{{ site.time }}`",
    "liquid in fence": "```\n{% if x %}\n```",
    "liquid whitespace control": "{%- assign a = 'b' -%}{{- a -}}",
    "liquid entities": "&#123;&#123; site.time &#125;&#125;",
    "liquid percent halves": "%} {%",
    # kramdown and Markdown
    "span attributes": '*x*{: onclick="alert(1)"}',
    "block attributes": '{: style="position:fixed"}',
    "block id and class": "{: #id .class}",
    "attribute definition": '{:ref: onclick="alert(1)"}',
    "nomarkdown": "{::nomarkdown}<script>alert(1)</script>{:/}",
    "options": '{::options template="string://<script>alert(1)</script>" /}',
    "kramdown comment": "{::comment} rest",
    "javascript link": "[x](javascript:alert(1))",
    "javascript link, mixed case": "[x](JaVaScRiPt:alert(1))",
    "javascript link, entity": "[x](&#106;avascript:alert(1))",
    "javascript link, tab": "[x](java\tscript:alert(1))",
    "data link": "[x](data:text/html,<script>alert(1)</script>)",
    "vbscript link": "[x](vbscript:msgbox)",
    "reference definition": "[r]: javascript:alert(1)",
    "reference definition on a line": "x\n\n[1]: javascript:alert(1) 'y'\n\n[1]",
    "autolink": "<javascript:alert(1)>",
    "autolink web": "<https://evil.example/>",
    "bare link": "https://evil.example/a_b_c",
    "image": "![x](https://evil.example/pixel.gif)",
    "heading": "# Fake heading",
    "setext heading": "Fake\n====",
    "rule": "---",
    "rule of stars": "* * *",
    "list": "- item\n- item",
    "numbered list": "1. item",
    "year and full stop": "2025. A year",
    "table": "| a | b |\n|---|---|\n| c | d |",
    "pipes": "a | b || c",
    "quotation": "> quote",
    "footnote": "x[^1]\n\n[^1]: note",
    "abbreviation": "*[report]: <b>x</b>",
    "definition list": "term\n: definition",
    "indented code": "    code",
    "open fence": "```\nrest",
    "open tilde fence": "~~~ ruby\nrest",
    "open comment": "<!-- rest",
    "open div": "<div> rest",
    "math": "$$\\href{javascript:alert(1)}{x}$$",
    "close our link": "](https://evil.example) [x](y",
    "close our title": '" onmouseover="alert(1)',
    "close our bold": "** x ** y __ z __",
    "citation look-alike": "[1](#post-1) [&#91;2&#93;](https://evil.example)",
    "strikethrough": "~~x~~",
    "backslashes": "\\[x\\](y) \\\\ \\{",
    "trailing backslash": "x\\",
    "typography": "\"x\" 'y' -- --- ... << >> (c)",
    "emoji shortcode": ":smile: @mention #1",
    # HTML
    "script": "<script>alert(1)</script>",
    "image error": "<img src=x onerror=alert(1)>",
    "svg onload": "<svg/onload=alert(1)>",
    "iframe": "<iframe src=https://evil.example></iframe>",
    "object": "<object data=x></object><embed src=x>",
    "form": "<form action=https://evil.example><input name=q autofocus onfocus=alert(1)></form>",
    "base": "<base href=https://evil.example/>",
    "refresh": "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "link": "<link rel=stylesheet href=https://evil.example/x.css>",
    "style": "<style>*{display:none}</style>",
    "close and script": "</p></div></main><script>alert(1)</script>",
    "close our small": "</small></title></style><h1>x",
    "markdown in div": '<div markdown="1" onclick="alert(1)">*x*</div>',
    "cdata": "]]><script>alert(1)</script><![CDATA[",
    "processing instruction": "<?php echo 1 ?>",
    "entities": "&lt;script&gt; &amp;amp; &copy; &#x3c;",
    # YAML
    "yaml layout": 'x"\nlayout: evil',
    "yaml end": "x\n---\n<script>alert(1)</script>",
    "yaml ruby": "!ruby/object:Gem::Installer {}",
    "yaml alias": "*alias",
    "yaml anchor": "&anchor x",
    "yaml line separator": "x\u2028layout: evil",
    "yaml next line": "x\u0085layout: evil",
    "yaml date": "2025-11-21",
    "yaml null": "~ null",
    "yaml percent": "%TAG ! x",
    # Unicode
    "bidi override": "abc\u202edef\u202c",
    "bidi isolate": "abc\u2066def\u2069",
    "zero width": "1\u200b6亿",
    "soft hyphen": "Kes\u00adtrel",
    "tag characters": "x\U000e0069\U000e0067\U000e006e",
    "controls": "x\x00\x07\x1b[31my\x7f",
    "lone surrogate": "x\ud83dy",
    "noncharacter": "x\ufffe\uffffy",
    "combining marks": "e" + "\u0301" * 200,
    "fullwidth markup": "＜script＞｛｛ x ｝｝",
    "emoji": "👨‍👩‍👧 🏳️‍🌈",
    "crlf": "x\r\n\r\n# y",
}  # fmt: skip

MARKER = "Zxqv"
"""Stands in the harmless report where a payload stands in a hostile one."""


def skeleton(html):
    """Elements of a page in order, with the names of their attributes: what a payload must not change."""
    return [
        (node.tag, tuple(sorted(node.attributes)))
        for node in LexborHTMLParser(_undated(html)).root.traverse(include_text=False)
    ]


def words(html):
    """Text of a page's body with single spaces."""
    return " ".join(LexborHTMLParser(_undated(html)).body.text(separator=" ").split())


def _undated(html):
    """``html`` without the spans that hold dates together: a payload that is a date has one of its own."""
    return _DATED.sub(r"\1", html)


def targets(html):
    """All addresses a page loads or leads to."""
    tree = LexborHTMLParser(html)
    return [
        node.attributes[name] for name in ("href", "src", "action", "data") for node in tree.css(f"[{name}]")
    ]
