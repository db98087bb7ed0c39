"""Whether a number may be written as another, shorter one."""

from __future__ import annotations

from dawnchorus.report.check.number import Number


def within_rounding(shown: Number, known: Number) -> bool:
    """Whether ``known`` may be written as ``shown``: equal at the precision shown, or as the hedge allows."""
    half = shown.step / 2 * (1 + 1e-9)
    low, high = shown.low - half, shown.high + half
    if known.low <= high and known.high >= low and _precision_kept(shown, known):
        return True
    top = abs(shown.high)
    if shown.hedge == "over":
        reach = 0.3 * top if _share(shown) else max(0.15 * top, shown.step, _leading_step(shown.low))
        return shown.low <= known.low <= shown.low + max(reach, shown.step)
    if shown.hedge == "under":
        return (
            shown.high - max((0.3 if _share(shown) else 0.15) * top, shown.step) <= known.high <= shown.high
        )
    if shown.hedge == "about":
        reach = max(0.06 * top, half, 3.5 if _share(shown) else 0.0)
        return shown.low - reach <= known.high and known.low <= shown.high + reach
    if known.hedge == "over" and shown.hedge == "":
        return False
    return False


def _share(shown: Number) -> bool:
    """A share in words, which is wider than one in digits: "over half", 约三成."""
    return shown.worded and shown.unit == "%"


def _precision_kept(shown: Number, known: Number) -> bool:
    # A span known only roughly ("dozens") does not give a precise number, nor "1.6B" an exact 1.62B.
    if known.unit != "x" and known.high > known.low * 1.8 and shown.high == shown.low and shown.low > 0:
        return False
    if shown.high > shown.low:
        return True
    return shown.step >= known.step * 0.999 or abs(shown.low - known.low) <= 1e-9 * max(1.0, abs(shown.low))


def _leading_step(value: float) -> float:
    """One unit of the last digit that is not zero: 10 for 30, 100 for 1,200."""
    if value <= 0 or value != int(value):
        return 0.0
    digits = str(int(value))
    return 10.0 ** (len(digits) - len(digits.rstrip("0")))
