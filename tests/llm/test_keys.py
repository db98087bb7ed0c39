"""A key comes from the environment or a private file, prints itself nowhere, goes to its own host only."""

from __future__ import annotations

import copy
import json
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dawnchorus.errors import UsageError
from dawnchorus.llm.endpoints import Endpoint, open_endpoint, providers
from dawnchorus.llm.keys import Secret, read_key
from dawnchorus.llm.openai_wire import OpenAIWire
from tests.llm.conftest import KEY


def environment(**variables: str) -> Callable[[str], str | None]:
    return variables.get


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "key"
    path.write_text(f"{KEY}\n")
    path.chmod(0o600)
    return path


def opened(**given: Any) -> Endpoint:
    settings = {"provider": None, "base_url": None, "key_env": None, "key_file": None}
    return open_endpoint(**settings | {"environment": environment()} | given)


# --- where it comes from -------------------------------------------------------------------------------


def test_from_the_environment():
    key = read_key(variable="TOWN_KEY", file=None, environment=environment(TOWN_KEY=f" {KEY}\n"))

    assert key.reveal() == KEY


def test_from_a_private_file_before_the_environment(key_file):
    key = read_key(variable="TOWN_KEY", file=key_file, environment=environment(TOWN_KEY="other"))

    assert key.reveal() == KEY


def test_none_is_asked_for():
    key = read_key(variable=None, file=None, environment=environment(OPENAI_API_KEY=KEY))

    assert not key
    assert key.hide("a text") == "a text"


@pytest.mark.parametrize("mode", [0o604, 0o640, 0o644, 0o660, 0o610, 0o777])
def test_a_file_that_others_can_read_is_refused(mode, key_file):
    key_file.chmod(mode)

    with pytest.raises(UsageError, match="chmod 600"):
        read_key(variable=None, file=key_file, environment=environment())


@pytest.mark.parametrize(
    "content", [b"", b"  \n", b"two words", b"two\nlines", b"\xff\xfe", "schlüssel".encode(), b"a\x00b"]
)
def test_a_file_that_holds_no_key_is_refused_without_telling_what_it_holds(content, key_file):
    key_file.write_bytes(content)

    with pytest.raises(UsageError) as caught:
        read_key(variable=None, file=key_file, environment=environment())

    assert str(key_file) in str(caught.value)
    assert "lines" not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_key(variable=None, file=tmp_path / "none", environment=environment())


@pytest.mark.parametrize("variable", [KEY, "lower", "", "A" * 80, "A B", "PATH=1", "X"])
def test_a_key_in_place_of_a_name_is_refused_and_not_told(variable):
    address = "https://models.example/v1"
    for refuse in (
        lambda: read_key(variable=variable, file=None, environment=environment()),
        lambda: opened(base_url=address, key_env=variable or "a b"),
    ):
        with pytest.raises(UsageError, match="write the name, not the key") as caught:
            refuse()
        assert len(variable) < 3 or variable not in str(caught.value)


@pytest.mark.parametrize("address", ["http://127.0.0.1:9/v1", "https://models.example/v1"])
def test_a_key_in_place_of_a_file_or_a_provider_is_not_told(address, tmp_path):
    for wrong in ({"base_url": address, "key_file": tmp_path / KEY}, {"provider": KEY}):
        with pytest.raises(UsageError) as caught:
            opened(**wrong)
        assert KEY not in str(caught.value)


def test_a_variable_that_is_not_set_is_named():
    with pytest.raises(UsageError, match="set TOWN_KEY, or name a file with key_file"):
        read_key(variable="TOWN_KEY", file=None, environment=environment(TOWN_KEY=" "))


# --- that it prints itself nowhere ---------------------------------------------------------------------


def test_a_secret_does_not_show_itself():
    secret = Secret(KEY)
    endpoint = Endpoint(base_url="https://a.example/v1", key=secret)

    for text in (repr(secret), str(secret), f"{secret}", f"{secret!r:>40}", repr(endpoint), repr([secret])):
        assert KEY not in text
    assert secret.hide(f"Bearer {KEY}!") == "Bearer …!"
    assert secret.hide("no key") == "no key"
    for store in (pickle.dumps, copy.deepcopy, json.dumps):
        with pytest.raises(TypeError) as caught:
            store(secret)
        assert KEY not in "".join(traceback.format_exception(caught.value))


_FOUR = "".join(f"\\u{ord(letter):04x}" for letter in KEY)


@pytest.mark.parametrize(
    "written",
    [
        KEY,
        _FOUR,
        _FOUR.replace("\\u00", "\\U00").upper().replace("\\U", "\\u"),
        KEY[:5] + _FOUR[30:],
        _FOUR.replace("\\", "\\\\"),
        "".join(f"&#{ord(letter)};" for letter in KEY),
        "".join(f"&#x{ord(letter):X};" for letter in KEY),
        "".join(f"&amp;#{ord(letter)};" for letter in KEY),
        "".join(f"%{ord(letter):02X}" for letter in KEY),
        "".join(f"%25{ord(letter):02x}" for letter in KEY),
        "\u200b".join(KEY),
        "\\ud800".join(KEY),
        "\ud800".join(KEY),
    ],
)
def test_a_key_in_escapes_is_found(written):
    secret = Secret(KEY)

    assert secret.stands_in(f'{{"text": "so {written}!"}}')
    assert secret.hide(f"so {written}!") in ("so …!", "…")
    assert not secret.stands_in(f"so {written[:-2]}!")
    assert not Secret("").stands_in(written)


def test_a_key_that_looks_like_escapes_is_found():
    for key in ('a"b\\c/d-0123', "a%41b&amp;c0123"):
        assert Secret(key).stands_in(f"so {key}!")
        assert Secret(key).stands_in(json.dumps({"text": key}))


# --- where it may go -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name, one in providers().items() if one.key_env])
def test_a_providers_key_goes_to_it_and_to_no_other(name):
    variable = providers()[name].key_env
    assert variable is not None
    env = environment(**{variable: KEY})

    assert opened(provider=name, environment=env).key.reveal() == KEY
    with pytest.raises(UsageError, match=f"the key in {variable} is not sent to models.example"):
        opened(base_url="https://models.example/v1", key_env=variable, environment=env)
    with pytest.raises(UsageError, match="not sent to 127"):
        opened(base_url="http://127.0.0.1:9/v1", key_env=variable, environment=env)


def test_a_provider_with_another_address_gets_no_key_of_its_own():
    env = environment(OPENAI_API_KEY=KEY)

    endpoint = opened(provider="openai", base_url="https://models.example/v1", environment=env)

    assert not endpoint.key


def test_a_host_that_the_environment_names_gets_the_key():
    env = environment(OPENAI_API_KEY=KEY, OPENAI_API_KEY_HOST="Models.Example", TOWN_KEY=KEY)

    endpoint = opened(base_url="https://models.example/v1", key_env="OPENAI_API_KEY", environment=env)

    assert endpoint.key.reveal() == KEY
    with pytest.raises(UsageError, match="TOWN_KEY_HOST=models"):
        opened(base_url="https://models.example/v1", key_env="TOWN_KEY", environment=env)


@pytest.mark.parametrize(
    "address",
    [
        "https://api.openai.com.evil.example/v1",
        "https://evil.example/api.openai.com",
        "https://api.openai.com@evil.example/v1",
        "https://api.openai.com:443@evil.example/v1",
        "https://evil.example#@api.openai.com/",
        "https://evil.example?@api.openai.com/",
        "https://evil.example\\@api.openai.com/",
        "https://evil.example\\.api.openai.com/",
        "https://api.openai.com。evil.example/",
        "https://api。openai。com/",
        "https://api.openai.com\t.evil.example/",
        "https://api.openai.com\n.evil.example/",
        "https://api.openai.com.",
        "https:api.openai.com",
        "//api.openai.com/v1",
        "ftp://api.openai.com/v1",
        "http://api.openai.com/v1",
        "https://",
        "https://[::1",
        "https://api.openai.com:99999/",
        "https://api.openai.com/v1?key=1",
        "javascript:alert(1)",
    ],
)
def test_an_address_that_only_looks_like_the_keys_host_gets_nothing(address):
    with pytest.raises(UsageError) as caught:
        opened(base_url=address, key_env="OPENAI_API_KEY", environment=environment(OPENAI_API_KEY=KEY))

    assert KEY not in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_key_of_a_file_goes_to_known_and_local_hosts_or_where_the_environment_says(key_file):
    """A topic file names both the file and the address, and may be a stranger's."""
    for address in ("https://api.deepseek.com/v1", "http://127.0.0.1:8000/v1", "http://gpu.lan/v1"):
        assert opened(base_url=address, key_file=key_file).key.reveal() == KEY
    with pytest.raises(UsageError, match="DAWNCHORUS_KEY_HOST=models"):
        opened(base_url="https://models.example/v1", key_file=key_file)
    env = environment(DAWNCHORUS_KEY_HOST="models.example")
    assert opened(base_url="https://models.example/v1", key_file=key_file, environment=env).key


@pytest.mark.parametrize(
    ("address", "local"),
    [
        ("http://127.0.0.1:11434/v1", True),
        ("http://localhost/v1", True),
        ("http://192.168.7.9:8000/v1", True),
        ("http://[::1]:8080/v1", True),
        ("http://[fd00::5]/v1", True),
        ("http://gpu.local:8000/v1", True),
        ("https://models.example/v1", False),
        ("https://8.8.8.8/v1", False),
        ("https://localhost.evil.example/v1", False),
        ("https://[2606:4700::1111]/v1", False),
    ],
)
def test_what_is_local(address, local):
    assert opened(base_url=address).local is local


def test_in_the_clear_only_at_home():
    with pytest.raises(UsageError, match="in the clear"):
        opened(base_url="http://models.example/v1")


@given(
    st.one_of(
        st.text(max_size=40),
        st.builds(
            "{}://{}{}".format,
            st.sampled_from(["http", "https", "HTTPS"]),
            st.text(st.sampled_from("ab.-:[]1@/\\%_é。\t?# "), max_size=20),
            st.sampled_from(["", "/v1", "/v1/", "/ä", "/a b", "/%zz"]),
        ),
    )
)
def test_any_address_is_refused_in_a_line_or_is_one_that_the_wire_can_use(address):
    try:
        endpoint = opened(base_url=address, environment=environment())
    except UsageError as why:
        told = str(why)
    else:
        told = ""
        assert httpx2.URL(address).host == endpoint.host
    assert "\n" not in told


def test_an_unusual_but_sound_address_opens(server):
    OpenAIWire(base_url="https://xn--bcher-kva.example:8443/v1/", key=Secret(""), user_agent="t").close()
