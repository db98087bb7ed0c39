"""Cut the font of the word cloud and the charts out of Noto Sans CJK.

    python tools/subset_font.py NotoSansCJK-Medium.ttc src/dawnchorus/publish/fonts/

The source is ``NotoSansCJK-Medium.ttc`` of Debian's fonts-noto-cjk-extra 1:20220127+repack1-1 (version
2.004); other files are refused, so that the packaged font can be made again byte for byte. Needs fonttools.

The licence (SIL OFL 1.1, kept beside the font) declares no Reserved Font Name in this version, so the
subset keeps the name and adds "subset" to its version string to be told from the whole.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

SOURCE_SHA256 = "197d5e1e019faca33a4d55931c7d68b8056f3b97cb862049f5cb8de9efdfb8ce"
SIMPLIFIED_CHINESE = 2  # place in the collection; forms of Han characters differ by country
TARGET = "NotoSansCJKsc-Medium-subset.otf"

BLOCKS = (
    (0x0020, 0x052F),  # Latin (of the source: Western Europe), Greek and Cyrillic without accents
    (0x1E00, 0x206F),  # Latin for Vietnamese, punctuation
    (0x20A0, 0x214F),  # currency signs, letter-like symbols
    (0x2190, 0x21FF),  # arrows
    (0x3000, 0x31BF),  # CJK punctuation, kana, bopomofo, Hangul letters
    (0x4E00, 0x9FFF),  # CJK unified ideographs: all of GB2312, Big5 and JIS X 0208
    (0xFF00, 0xFFEF),  # full-width forms
)


def hangul() -> set[int]:
    """The 2,350 syllables of KS X 1001, which cover all but rare Korean words; all 11,172 cost 2 MB."""
    codes = (bytes((row, cell)) for row in range(0xB0, 0xC9) for cell in range(0xA1, 0xFF))
    return {ord(code.decode("euc_kr")) for code in codes}


def subset_font(source: Path, target: Path) -> TTFont:
    """Write the subset of ``source`` to ``target``: outlines and widths, no hinting, no layout features."""
    options = subset.Options(
        font_number=SIMPLIFIED_CHINESE,
        hinting=False,
        layout_features=[],
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 7, 13, 14],
        notdef_outline=True,
        drop_tables=["GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG"],
    )
    font = subset.load_font(str(source), options)
    wanted = hangul().union(*(range(first, last + 1) for first, last in BLOCKS))
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=wanted)
    subsetter.subset(font)
    for record in font["name"].names:
        if record.nameID in (3, 5):
            record.string = f"{record.toUnicode()};subset"
    subset.save_font(font, str(target), options)
    return font


def main() -> int:
    """Cut the subset, or refuse a file that is not the one expected."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("source", type=Path, help="NotoSansCJK-Medium.ttc")
    parser.add_argument("folder", type=Path, help="where the subset goes")
    args = parser.parse_args()
    if hashlib.sha256(args.source.read_bytes()).hexdigest() != SOURCE_SHA256:
        print(
            f"Error: {args.source} is not the file this subset is cut from (see the docstring)",
            file=sys.stderr,
        )
        return 1
    target = args.folder / TARGET
    font = subset_font(args.source, target)
    print(f"{target}: {len(font.getBestCmap()):,} characters, {target.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
