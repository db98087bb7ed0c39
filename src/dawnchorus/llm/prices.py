"""What a token costs: genai-prices' table that travels with it, or what the user states."""

from __future__ import annotations

from dawnchorus.errors import UsageError
from dawnchorus.llm.budget import Price

_MILLION = 1_000_000


def price_of(model: str, *, base_url: str, stated: Price | None, local: bool) -> Price:
    """The price of ``model``.

    Args:
        model: As the provider names it.
        base_url: Of the endpoint, which tells the provider.
        stated: The user's own price; it goes before the table's.
        local: The endpoint is on this machine or its network: free, unless a price is stated.

    Raises:
        UsageError: Nobody knows it.
    """
    if stated is not None:
        return stated
    if local:
        return Price(tokens_in=0.0, tokens_out=0.0)
    try:
        from genai_prices import Usage, calc_price  # noqa: PLC0415
    except ImportError:
        raise _unknown(model, "genai-prices is not installed (dawnchorus[llm])") from None
    try:
        try:
            found = calc_price(Usage(), model, provider_api_url=base_url)
        except LookupError:  # a reseller or a proxy: the model's own provider
            found = calc_price(Usage(), model)
        # The table may have steps by size: what a million costs is what the dearest step costs.
        whole = calc_price(
            Usage(input_tokens=_MILLION, output_tokens=_MILLION),
            found.model.id,
            provider_id=found.provider.id,
        )
        cached = calc_price(
            Usage(input_tokens=_MILLION, cache_read_tokens=_MILLION),
            found.model.id,
            provider_id=found.provider.id,
        )
    except LookupError:
        raise _unknown(model, "the price table does not have it") from None
    return Price(
        tokens_in=float(whole.input_price),
        tokens_out=float(whole.output_price),
        cached=float(cached.input_price),
    )


def _unknown(model: str, why: str) -> UsageError:
    return UsageError(
        f"[llm] what does {model!r:.60} cost? {why}; state it: price_in = …, price_out = … (USD for a"
        " million tokens; 0 if it is free)"
    )
