"""Make the word lists of ``src/dawnchorus/`` from two packages of the Python index.

    python tools/word_data.py wordfreq-3.1.1-py3-none-any.whl spacy-3.8.18-….whl src/dawnchorus/

From wordfreq (data CC BY-SA 4.0): how often the common words of general English and Chinese are used, one
line a step of a hundredth of a decade: ``centibels<TAB>word word …``, frequency = 10 ** (-centibels
/ 100). The package itself would cost every user 57 MB (and five more packages) for 0.3 MB that we read.
From spaCy (MIT): stop words of English and Chinese, as they are but for marks and numbers. Needs msgpack.
"""

from __future__ import annotations

import argparse
import ast
import gzip
import zipfile
from pathlib import Path
from typing import cast

import msgpack


def general_words(wheel: zipfile.ZipFile, lang: str) -> bytes:
    """wordfreq's small list of ``lang``: words used at least once in a million."""
    packed = gzip.decompress(wheel.read(f"wordfreq/data/small_{lang}.msgpack.gz"))
    _header, *steps = cast("list[list[str]]", msgpack.unpackb(packed))
    lines = (f"{centibels}\t{' '.join(sorted(words))}" for centibels, words in enumerate(steps) if words)
    return "\n".join(lines).encode() + b"\n"


def stop_words(wheel: zipfile.ZipFile, lang: str) -> bytes:
    """spaCy's list of ``lang``, sorted, one a line; what is no word at all is left out."""
    tree = ast.parse(wheel.read(f"spacy/lang/{lang}/stop_words.py"))
    texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    longest = max((text for text in texts if isinstance(text, str)), key=len)
    words = {word for word in longest.split() if word.isalpha()}
    return "\n".join(sorted(words)).encode() + b"\n"


def main() -> None:
    """Write the four lists."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wordfreq", type=Path)
    parser.add_argument("spacy", type=Path)
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    with zipfile.ZipFile(args.wordfreq) as wordfreq, zipfile.ZipFile(args.spacy) as spacy:
        for lang in ("en", "zh"):
            packed = gzip.compress(general_words(wordfreq, lang), mtime=0)
            (args.folder / f"frequencies/general_{lang}.txt.gz").write_bytes(packed)
            (args.folder / f"report/data/stop_{lang}.txt").write_bytes(stop_words(spacy, lang))


if __name__ == "__main__":
    main()
