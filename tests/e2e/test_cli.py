"""What the command does with good and bad input, as its user sees it."""

import json

import numpy as np
import pytest
import soundfile

pytestmark = pytest.mark.model


@pytest.fixture
def sound(tmp_path):
    """A function that writes a recording of given samples beside the command."""

    def write(name, samples, rate=16000, **options):
        soundfile.write(tmp_path / name, samples, rate, **options)
        return name

    return write


def test_say_then_hear_gives_the_words_back(edge):
    """What is spoken into a file is transcribed from it."""
    outcome = edge("say", "The train leaves at noon.", "--out", "train.wav", "--json")
    assert outcome.status == 0, outcome.err
    (row,) = outcome.rows
    assert row["file"] == "train.wav"
    assert 1 < row["seconds"] < 4
    (heard,) = edge("hear", "train.wav", "--json").rows
    assert heard["file"] == "train.wav"
    assert heard["text"].lower().strip(".") == "the train leaves at noon"


def test_hear_answers_in_the_order_asked_and_names_what_it_cannot(edge, voice, tmp_path):
    """One object a file, in order; a bad one is named, the others are still transcribed."""
    voice.say("Good morning.", tmp_path / "a.wav")
    (tmp_path / "b.wav").write_text("no audio")
    voice.say("Good evening.", tmp_path / "c.flac")
    outcome = edge("hear", "a.wav", "b.wav", "missing.wav", "c.flac", "--json")
    assert [row["file"] for row in outcome.rows] == ["a.wav", "b.wav", "missing.wav", "c.flac"]
    assert "morning" in outcome.rows[0]["text"].lower()
    assert "evening" in outcome.rows[3]["text"].lower()
    outcome.refused()
    assert len(outcome.err.strip().splitlines()) == 2
    assert "b.wav" in outcome.err
    assert "missing.wav" in outcome.err


def test_ask_streams_the_answer(edge):
    """A question in text is answered in text."""
    outcome = edge("ask", "What is the capital of France?")
    assert outcome.status == 0, outcome.err
    assert "Paris" in outcome.out


def test_ask_gives_one_json_object(edge):
    """--json: the question, the answer and what it took."""
    (row,) = edge("ask", "What is the capital of France?", "--json").rows
    assert row["question"] == "What is the capital of France?"
    assert "Paris" in row["text"]
    assert row["seconds"] > 0


def test_models_path_and_list_agree(edge):
    """A model that is listed as here has a folder."""
    (rows,) = edge("models", "list", "--json").rows
    assert {"silero-vad", "moonshine-tiny-en"} <= {row["name"] for row in rows if row["used"]}
    path = edge("models", "path", "silero-vad").out.strip()
    assert path.endswith("silero-vad")


def test_models_verify_says_fine(edge):
    """The checksums of a model that is here are right."""
    outcome = edge("models", "verify", "silero-vad", "moonshine-tiny-en", "--json")
    assert outcome.status == 0
    assert [row["problems"] for row in outcome.rows] == [[], []]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["hear", "missing.wav"], ["missing.wav"]),
        (["run", "--mic", "missing.wav", "--speaker", "s.wav"], ["missing.wav"]),
        (["demo", "--mic", "missing.wav"], ["missing.wav"]),
        (["ask", ""], ["no question"]),
        (["ask", "   "], ["no question"]),
        (["say", "", "--out", "x.wav"], ["nothing to say"]),
        (["say", "**", "--out", "x.wav"], ["can be spoken"]),
        (["say", "hello", "--out", "nowhere/x.wav"], ["nowhere/x.wav"]),
        (["say", "hello", "--out", "x.docx"], ["x.docx"]),
        (["models", "path", "silero-vat"], ["silero-vad"]),
        (["models", "pull", "silero-vat"], ["silero-vad"]),
        (["asc", "hello"], ["'ask'"]),
        (["run", "--pace", "fast"], ["--mic"]),
        (["run", "--once", "--turns", "3"], ["--turns"]),
        (["run", "--pace", "slow"], ["slow"]),
        (["--config", "missing.toml", "ask", "hello"], ["missing.toml"]),
        (["ask", "hello", "--config", "missing.toml"], ["missing.toml"]),
    ],
)
def test_mistake_is_one_sentence_and_status_2(edge, tmp_path, arguments, words):
    """A user's mistake is named in one sentence, without a traceback, and leaves no file."""
    edge(*arguments).refused(*words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "samples", "subtype"),
    [
        ("empty.wav", np.zeros(0), "PCM_16"),
        ("one.wav", np.zeros(1), "PCM_16"),
        ("silence.wav", np.zeros(16000 * 30), "PCM_16"),
        ("nan.wav", np.full(16000, np.nan), "FLOAT"),
    ],
)
@pytest.mark.parametrize("command", ["hear", "run"])
def test_recording_without_speech_is_one_sentence(edge, sound, name, samples, subtype, command):
    """Nothing, one sample, silence, no numbers: said in one sentence that names the file."""
    sound(name, samples, subtype=subtype)
    if command == "hear":
        outcome = edge("hear", name)
    else:
        outcome = edge("run", "--mic", name, "--speaker", "s.wav", "--pace", "fast", "--once")
    outcome.refused(name)


@pytest.mark.parametrize(
    ("rate", "channels", "subtype"),
    [(96000, 6, "PCM_16"), (44100, 2, "PCM_24"), (8000, 1, "PCM_U8"), (48000, 1, "FLOAT")],
)
def test_any_rate_and_channels_are_heard(edge, voice, sound, tmp_path, rate, channels, subtype):
    """96 kHz and six channels, 24 bit, 8 kHz, float: the words are the same."""
    import soxr

    said = voice.say("Good morning, how are you today?", tmp_path / "voice.wav")
    samples, own = soundfile.read(said)
    samples = soxr.resample(samples, own, rate)
    sound("x.wav", np.repeat(samples[:, None], channels, axis=1), rate, subtype=subtype)
    outcome = edge("hear", "x.wav")
    assert outcome.status == 0, outcome.err
    assert "good morning" in outcome.out.lower()


def test_truncated_recording_is_heard_as_far_as_it_goes(edge, voice, tmp_path):
    """What is left of a file that was cut off is still transcribed."""
    whole = voice.say("Good morning. " * 6, tmp_path / "voice.wav").read_bytes()
    (tmp_path / "cut.wav").write_bytes(whole[: len(whole) // 2])
    outcome = edge("hear", "cut.wav")
    assert outcome.status == 0, outcome.err
    assert "good morning" in outcome.out.lower()


def test_unknown_setting_is_named_with_the_nearest(edge, tmp_path):
    """A misspelt key in edge.toml stops the command."""
    (tmp_path / "edge.toml").write_text("[asr]\nengin = 'vosk'\n")
    edge("ask", "hello").refused("engin", "did you mean engine?")


def test_missing_model_offline_is_named(edge, tmp_path):
    """--offline never fetches: it says which file is missing."""
    edge.environ |= {"EDGE_MODELS": str(tmp_path / "store")}
    edge("--offline", "ask", "hello").refused("qwen2.5-coder-0.5b")
    edge("ask", "hello", "--offline").refused("qwen2.5-coder-0.5b")
    assert not (tmp_path / "store").exists()


def test_damaged_model_is_named(edge, tmp_path, model_folder):
    """A model that is not what it should be stops the command in one sentence."""
    store = tmp_path / "store" / "silero-vad"
    store.mkdir(parents=True)
    real = next(model_folder("silero-vad").glob("*.onnx"))
    damaged = bytearray(real.read_bytes())
    damaged[200:20000] = bytes(19800)
    (store / real.name).write_bytes(damaged)
    for other in ("moonshine-tiny-en",):
        (tmp_path / "store" / other).symlink_to(model_folder(other))
    edge.environ |= {"EDGE_MODELS": str(tmp_path / "store")}
    soundfile.write(tmp_path / "x.wav", np.zeros(16000), 16000)
    edge("hear", "x.wav").refused(real.name)


def test_trace_has_every_stage(edge, voice, tmp_path):
    """A spoken question gives a trace with the events of the loop, in order of time."""
    voice.say("What is the capital of Italy?", tmp_path / "q.wav")
    outcome = edge(
        *("run", "--mic", "q.wav", "--speaker", "a.wav", "--pace", "fast", "--once"),
        *("--trace", "t.jsonl"),
    )
    assert outcome.status == 0, outcome.err
    events = [json.loads(line) for line in (tmp_path / "t.jsonl").read_text().splitlines()]
    names = [event["event"] for event in events]
    needed = ["speech_started", "speech_ended", "transcript", "reply_text"]
    needed += ["audio_started", "audio_ended", "turn_done"]
    assert [name for name in names if name in needed] == needed
    assert "partial" in names
    assert [e["t"] for e in events] == sorted(e["t"] for e in events)
    stages = events[-1]["stages"]
    # What was recognised in the pause takes no time after it.
    assert stages["asr"] >= 0
    assert all(stages[name] > 0 for name in ("endpoint", "first_token", "speech"))
    mic, speaker = (soundfile.info(tmp_path / name) for name in ("q.wav", "a.wav"))
    assert mic.samplerate == speaker.samplerate
    assert speaker.frames > mic.frames


def test_several_questions_in_one_recording_are_all_answered(edge, voice, tmp_path):
    """A recording of two questions gives two answers, each after its question, and ends."""
    asked = (f"What is the capital of {country}?" for country in ("Italy", "Japan"))
    (one, rate), (two, _) = (soundfile.read(voice.say(a, tmp_path / "a.wav")) for a in asked)
    silence = np.zeros(2 * rate)
    soundfile.write(tmp_path / "q.wav", np.concatenate([one, silence, two]), rate)
    command = ["run", "--mic", "q.wav", "--speaker", "s.wav", "--pace", "fast"]
    outcome = edge(*command)
    assert outcome.status == 0, outcome.err
    assert "Rome" in outcome.out
    assert "Tokyo" in outcome.out
    heard = voice.hear(tmp_path / "s.wav")
    assert heard.index("Rome") < heard.index("Tokyo")
    assert "Tokyo" not in edge(*command, "--turns", "1").out


def test_other_recogniser_and_model_of_the_settings_are_used(edge, voice, tmp_path):
    """Vosk in place of Moonshine, and the smaller language model, by setting."""
    voice.say("Good morning.", tmp_path / "q.wav")
    (tmp_path / "edge.toml").write_text(
        "[asr]\nengine = 'vosk'\nmodel = 'vosk-ko'\n[lm]\nmodel = 'smollm2-135m'\n"
    )
    (row,) = edge("hear", "q.wav", "--json").rows
    assert "morning" not in row["text"].lower()  # The model knows only Korean.
    (row,) = edge("ask", "What is the capital of France?", "--json").rows
    assert row["model"] == "smollm2-135m"
    assert "Paris" in row["text"]
