from pathlib import Path

import pytest

from edge.config import load
from edge.errors import ConfigError
from edge.settings import Config


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))


def write(text, name="edge.toml"):
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_without_files_the_defaults_hold():
    """No file and no variable: every setting has its default."""
    assert load(environ={}) == Config()


def test_file_in_the_working_folder_is_read():
    """`edge.toml` beside the user sets typed values."""
    write('[asr]\nengine = "vosk"\n[endpoint]\nsilence_ms = 400\n')
    config = load(environ={})
    assert config.asr.engine == "vosk"
    assert config.endpoint.silence_ms == 400


def test_environment_wins_over_the_file():
    """EDGE_<SECTION>_<KEY> overrides the file, with its text turned into the setting's type."""
    write("[endpoint]\nsilence_ms = 400\n")
    config = load(environ={"EDGE_ENDPOINT_SILENCE_MS": "250", "EDGE_LM_MAX_TOKENS": "9"})
    assert config.endpoint.silence_ms == 250
    assert config.lm.max_tokens == 9


def test_named_file_takes_the_place_of_the_usual_ones():
    """--config (or EDGE_CONFIG) names the one file that counts."""
    write("[lm]\nmax_tokens = 5\n")
    other = write("[lm]\nthreads = 1\n", "other.toml")
    assert load(other, environ={}).lm.max_tokens == Config().lm.max_tokens
    assert load(environ={"EDGE_CONFIG": str(other)}).lm.threads == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("[asr]\nengin = 'vosk'\n", "unknown key engin in [asr]; did you mean engine?"),
        ("[ars]\nengine = 'vosk'\n", "unknown section [ars]; did you mean asr?"),
        ("[asr]\nengine = 'whisper'\n", "Setting asr.engine cannot be 'whisper'"),
        ("[lm]\nthreads = 'two'\n", "Setting lm.threads cannot be 'two'"),
        ("[lm]\nthreads = 0\n", "Setting lm.threads cannot be 0"),
        ("asr = 3\n", "asr must be a section"),
        ("[asr\n", "edge.toml is not valid TOML"),
    ],
)
def test_mistake_in_the_file_is_named(text, sentence):
    """A wrong key, section or value is refused in one sentence that names it."""
    write(text)
    with pytest.raises(ConfigError) as caught:
        load(environ={})
    assert sentence in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("variable", "sentence"),
    [
        ("EDGE_ASR_ENGIN", "did you mean EDGE_ASR_ENGINE?"),
        ("EDGE_MODEL", "did you mean EDGE_MODELS?"),
    ],
)
def test_mistake_in_the_environment_is_named(variable, sentence):
    """An unknown EDGE_ variable is refused, with the nearest known one."""
    with pytest.raises(ConfigError) as caught:
        load(environ={variable: "x"})
    assert f"Unknown setting {variable}" in str(caught.value)
    assert sentence in str(caught.value)


def test_missing_named_file_is_refused():
    """A configuration file that was asked for must exist."""
    with pytest.raises(ConfigError, match=r"no configuration file nowhere\.toml"):
        load(Path("nowhere.toml"), environ={})


def test_other_variables_of_the_product_are_no_settings():
    """EDGE_MODELS and its like are read elsewhere and do not disturb."""
    assert load(environ={"EDGE_MODELS": "/x", "EDGE_REQUIRE_ALL": "1"}) == Config()


def test_documented_defaults_are_the_real_ones():
    """docs/settings.md lists every setting with its default."""
    import tomllib

    from tests.conftest import REPOSITORY

    text = (REPOSITORY / "docs" / "settings.md").read_text(encoding="utf-8")
    listed = tomllib.loads(text.split("```toml")[1].split("```")[0])
    real = Config().model_dump()
    listed["lm"]["system_prompt"] = real["lm"]["system_prompt"]
    for section in real.values():
        # TOML has no word for none: such a setting stands in a comment.
        unset = [name for name, value in section.items() if value is None]
        for name in unset:
            assert f"\n# {name} = " in text
            del section[name]
    assert listed == real
