"""Who may ask, and how often."""

import os

import pytest

from edge.errors import ConfigError
from edge.listening import PortError
from edge.serve.limits import Rate, Tokens, read_tokens
from edge.serve.server import listen

TOKEN = "a-token-that-is-long-enough"


def write(folder, text, mode=0o600):
    file = folder / "tokens"
    file.write_text(text)
    file.chmod(mode)
    return str(file)


def test_a_token_is_its_clients():
    """The client is found by its token; without any tokens the address is the client."""
    tokens = Tokens({"glasses": TOKEN, "watch": TOKEN[::-1]})
    assert tokens.client(f"Bearer {TOKEN}", "1.2.3.4") == "glasses"
    assert tokens.client(f"bearer  {TOKEN[::-1]}", "") == "watch"
    assert tokens.client("Bearer ", "") is None
    assert Tokens({}).client("", "1.2.3.4") == "1.2.3.4"


def test_reads_tokens_from_a_file_and_the_environment(tmp_path):
    """A name and a token a line; EDGE_SERVE_TOKEN is one more."""
    file = write(tmp_path, f"# mine\nglasses {TOKEN}\n\n")
    tokens = read_tokens(file, {"EDGE_SERVE_TOKEN": TOKEN[::-1]})
    assert tokens.client(f"Bearer {TOKEN}", "") == "glasses"
    assert tokens.client(f"Bearer {TOKEN[::-1]}", "") == "environment"
    assert not read_tokens("", {})


@pytest.mark.parametrize(
    "text", ["", "glasses\n", f"a {TOKEN} b\n", "glasses short\n", f"a {TOKEN}\na {TOKEN}\n"]
)
def test_says_what_is_wrong_with_a_file_without_a_token(tmp_path, text):
    """A file that is not what it should be is a sentence that gives no token away."""
    with pytest.raises(ConfigError) as error:
        read_tokens(write(tmp_path, text), {})
    assert TOKEN not in str(error.value)
    assert "short" not in str(error.value).replace("shorter", "")


def test_a_file_that_is_missing_is_one_sentence(tmp_path):
    """So is one that is not there."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read_tokens(str(tmp_path / "none"), {})


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has these permissions")
def test_a_file_that_others_can_read_is_not_used(tmp_path):
    """Tokens that others can read are no secret."""
    with pytest.raises(ConfigError, match="Others can read"):
        read_tokens(write(tmp_path, f"a {TOKEN}\n", 0o644), {})


def test_an_allowance_fills_up_again():
    """A client may ask again once its allowance has filled up; another one is not concerned."""
    now = [0.0]
    rate = Rate(2, lambda: now[0])
    assert [rate.take("a") for _ in range(3)] == [0, 0, 30]
    assert rate.take("b") == 0
    now[0] = 29.0
    assert rate.take("a") == 1
    now[0] = 31.0
    assert rate.take("a") == 0
    assert Rate(0).take("a") == 0


def test_only_this_machine_is_served_without_tokens():
    """An address of the network needs tokens; a name is no address."""
    with pytest.raises(ConfigError, match="needs tokens"):
        listen("0.0.0.0", 0, tokens=False)
    with pytest.raises(ConfigError, match="must be an address"):
        listen("example.org", 0, tokens=True)
    listen("0.0.0.0", 0, tokens=True).close()


def test_a_port_in_use_is_one_sentence():
    """A port that somebody else has is named."""
    with (
        listen("127.0.0.1", 0, tokens=False) as sock,
        pytest.raises(PortError, match=str(port := sock.getsockname()[1])),
    ):
        listen("127.0.0.1", port, tokens=False)
