"""What a token costs: stated, from the table, nothing at home; nobody knows: refused."""

from __future__ import annotations

import pytest

from dawnchorus.errors import UsageError
from dawnchorus.llm.budget import Price
from dawnchorus.llm.endpoints import providers
from dawnchorus.llm.prices import price_of

OPENAI = "https://api.openai.com/v1"


def test_from_the_table():
    price = price_of("gpt-4o-mini", base_url=OPENAI, stated=None, local=False)

    assert (price.tokens_in, price.tokens_out) == (0.15, 0.6)
    assert price.cached is not None
    assert price.cached < price.tokens_in


def test_a_model_with_steps_costs_what_its_dearest_step_costs():
    gemini = providers()["gemini"].base_url
    price = price_of("gemini-2.5-pro", base_url=gemini, stated=None, local=False)

    assert (price.tokens_in, price.tokens_out) == (2.5, 15.0)  # beyond 200,000 tokens


def test_stated_goes_before_the_table_and_before_home():
    stated = Price(tokens_in=3.0, tokens_out=9.0)

    assert price_of("gpt-4o-mini", base_url=OPENAI, stated=stated, local=False) is stated
    assert price_of("llama", base_url="http://127.0.0.1/v1", stated=stated, local=True) is stated


def test_at_home_it_is_free():
    price = price_of("gpt-4o-mini", base_url="http://127.0.0.1:1/v1", stated=None, local=True)

    assert price.usd(tokens_in=10**6, tokens_out=10**6) == 0.0


@pytest.mark.parametrize("model", ["nobody-9b", "", "gpt", "x" * 500, "模型", "a\nb"])
def test_an_unknown_price_is_refused_with_what_to_write(model):
    with pytest.raises(UsageError, match=r"price_in = …, price_out = …") as caught:
        price_of(model, base_url="https://models.example/v1", stated=None, local=False)

    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 300


def test_a_reseller_costs_what_the_models_own_provider_asks():
    price = price_of("gpt-4o-mini", base_url="https://models.example/v1", stated=None, local=False)

    assert price.tokens_in == 0.15
