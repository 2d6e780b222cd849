"""The settings, section by section, each with its default. `edge.config` reads them."""

from __future__ import annotations

from datetime import time
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


class Audio(_Section):
    """Live devices."""

    input: str = ""
    """Microphone's name (or a part of it) or number, as `edge devices` lists them.

    Empty: the system's default.
    """
    output: str = ""
    """Speaker's, likewise."""
    barge_in: bool = True
    """The wearer's voice stops the answer; else what is said meanwhile is answered after it."""
    echo: Literal["cancel", "none"] = "cancel"
    """cancel: the microphone hears the speaker; none: it does not (headphones)."""


class Wake(_Section):
    """What the wearer says before a question."""

    phrase: str = ""
    """A wake word of `edge wake list`, or several with commas between. Empty: none is needed."""
    threshold: float = Field(0.5, gt=0, lt=1)
    """Score from which the recogniser is asked whether it has understood the phrase, too."""
    sure: float = Field(0.9, gt=0, lt=1)
    """Score from which the sound is enough."""
    second_stage: bool = True
    """Ask the recogniser; else only a score that is `sure` counts."""
    follow_up_s: float = Field(8, ge=0, le=120)
    """Seconds after an answer in which a question needs no wake word."""
    model: str = "wake-front-end"


class Vad(_Section):
    """Voice activity detection."""

    model: str = "silero-vad"
    threshold: float = Field(0.5, gt=0, lt=1)
    """Probability from which a frame counts as speech."""


class Endpoint(_Section):
    """When an utterance begins and ends."""

    engine: Literal["auto", "smart-turn", "silence"] = "auto"
    """smart-turn listens, in a pause, whether the wearer has finished; silence only waits.

    auto: smart-turn where its model is in the store, else silence.
    """
    model: str = "smart-turn-v3.2"
    sure: float = Field(0.95, gt=0, lt=1)
    """Probability from which smart-turn's word is taken, at first, that the wearer has finished.

    The longer the silence, the less is asked; and less still after a whole question."""
    unfinished_ms: int = Field(1500, ge=200, le=10000)
    """Milliseconds of silence that end an utterance which smart-turn takes for unfinished."""

    start_ms: int = Field(100, ge=20, le=2000)
    """Milliseconds of speech before it counts as begun."""
    silence_ms: int = Field(700, ge=100, le=5000)
    """Milliseconds of silence after which it counts as ended, without smart-turn."""
    preroll_ms: int = Field(500, ge=0, le=2000)
    """Milliseconds kept from before the beginning, so that no first word is clipped."""
    longest_s: float = Field(60, gt=1, le=600)
    """Seconds after which an utterance is ended whatever is heard."""


class Asr(_Section):
    """Speech recognition."""

    engine: Literal["moonshine", "vosk"] = "moonshine"
    model: str = ""
    """Name of a model of the store, or a folder; empty: the engine's default."""
    threads: int = Field(2, ge=1, le=16)


class Lm(_Section):
    """The language model."""

    model: str = "qwen2.5-coder-0.5b"
    """Name of a model of the store, or a folder with an exported one."""
    threads: int = Field(2, ge=1, le=16)
    max_tokens: int = Field(160, ge=1, le=4096)
    """Longest answer, in tokens."""
    temperature: float = Field(0.0, ge=0, le=2)
    """0 is greedy."""
    hedge_below: float | None = Field(None, ge=0, le=1)
    """Probability of being right below which an answer is followed by "I'm not sure about that";
    0: never; None: what the model needs, so that most of the others are right."""
    history: int = Field(4, ge=0, le=50)
    """Earlier exchanges that the model sees."""
    system_prompt: str = (
        "You are Edge, a friendly voice assistant. Answer in one or two short, plain sentences, "
        "as in these examples.\n"
        "User: How many days are there in a week?\n"
        "Edge: There are seven days in a week.\n"
        "User: What is 8 plus 5?\n"
        "Edge: 8 plus 5 is 13.\n"
        "User: What is the opposite of big?\n"
        "Edge: The opposite of big is small.\n"
        "User: Tell me a joke.\n"
        "Edge: Why did the scarecrow win a prize? He was outstanding in his field.\n"
        "User: How are you?\n"
        "Edge: I'm fine, thank you.\n"
        "User: What can you do?\n"
        "Edge: I can answer questions.\n"
        "User: What is the weather like?\n"
        "Edge: I can't see the weather from here.\n"
        "User: What's the weather today?\n"
        "Edge: I can't see the weather from here.\n"
        "User: What's the news?\n"
        "Edge: I can't see the news from here.\n"
        "User: Who won last night?\n"
        "Edge: I can't look that up from here.\n"
        "User: What time is it?\n"
        "Edge: I have no clock, so I can't tell the time.\n"
        "User: Turn on the bedroom lamp.\n"
        "Edge: Sorry, I can't turn on the bedroom lamp.\n"
        "User: Open the gate.\n"
        "Edge: Sorry, I can't open the gate.\n"
        "User: Call my brother.\n"
        "Edge: Sorry, I can't call anyone.\n"
        "User: Send a message to Paul.\n"
        "Edge: Sorry, I can't send messages.\n"
        "User: Order a taxi.\n"
        "Edge: Sorry, I can't order a taxi.\n"
        "User: Play some music.\n"
        "Edge: Sorry, I can't play music.\n"
        "User: Set a timer for an hour.\n"
        "Edge: Sorry, I can't set a timer."
    )
    """How to answer. A small model follows examples better than rules; without them it claims to
    have done what it cannot do.

    The beginning of every prompt: it is computed once, and so costs no time a question.
    """


class Memory(_Section):
    """What is remembered."""

    path: str = ""
    """The file; empty: memory.sqlite in the user's data folder."""


class Remind(_Section):
    """How much is said without being asked. What the wearer set always comes by voice."""

    quiet_from: time = time(22)
    """Local time at which suggestions become silent."""
    quiet_until: time = time(7)
    """Local time from which they may come again."""
    daily_cap: int = Field(4, ge=0, le=100)
    """Suggestions a day."""
    suggestions: Literal["off", "display", "earcon", "voice"] = "earcon"
    """The loudest way in which one may come."""


class Power(_Section):
    """The battery."""

    low: int = Field(15, ge=0, le=100)
    """Percent below which it is told, and power is saved; 0: never."""


class Trust(_Section):
    """What may leave this device; by voice it can be changed, too."""

    consent: Literal["never", "ask", "always"] = "ask"
    """Whether questions may be sent to somebody else's machine."""
    topics: dict[
        Literal["health", "shopping", "personal", "weather", "general"],
        Literal["never", "ask", "always"],
    ] = {}
    """The same for health, shopping, personal, weather or general questions. Health is never sent
    unless it is named here."""
    tokens_a_question: int = Field(20_000, ge=0)
    """Most tokens that one question may cost, all agents together."""
    tokens_a_day: int = Field(200_000, ge=0)
    money_a_question: float = Field(0.10, ge=0)
    """Most money that one question may cost, in the currency."""
    money_a_day: float = Field(1.0, ge=0)
    currency: str = "dollars"
    plain: bool = False
    """Ask machines outside the home without encryption, too."""
    ledger: str = ""
    """The file with all that left; empty: ledger.jsonl in the user's data folder."""


class Serve(_Section):
    """`edge serve`: this machine as the other end."""

    host: str = "127.0.0.1"
    """Where to listen; anything but this machine needs tokens."""
    port: int = Field(8321, ge=0, le=65535)
    tokens: str = ""
    """A file with a client's name and its token a line; EDGE_SERVE_TOKEN is another one's."""
    requests_a_minute: int = Field(120, ge=0)
    """Of each client; 0: as many as there are."""
    waiting: int = Field(64, ge=1)
    """Requests in the queue, from which on more are refused."""
    waiting_each: int = Field(16, ge=1)
    """The same for one client's."""
    wait_s: float = Field(30.0, gt=0)
    """Longest time in the queue, in seconds."""
    together: int = Field(8, ge=1, le=64)
    """Most answers in one batch, and of one request."""
    max_tokens: int = Field(1024, ge=1)
    """Longest answer, in tokens; more is refused."""
    answer_s: float = Field(120.0, gt=0)
    """Seconds after which an answer ends as if it had run out of tokens."""
    body_bytes: int = Field(1_000_000, ge=1)
    """Largest request."""
    drain_s: int = Field(30, ge=0)
    """Seconds that requests have left once the server was told to end."""


class Weather(_Section):
    """Who tells the weather."""

    service: Literal["none", "open-meteo"] = "none"
    """open-meteo is asked with the place's coordinates, roughly; by default you are asked first."""
    home: str = ""
    """The city whose weather it is where none is said."""


class ServiceSettings(_Section):
    """A service with OpenAI's chat completions: `[[contemplate.services]]`."""

    name: str = Field(min_length=1)
    """As you say it: "home box"."""
    url: str
    """Base address, such as "http://192.168.1.20:8080/v1"."""
    model: str
    """The model's name there."""
    key: str = ""
    """Name of the environment variable, or of the keyring's entry, with the key; empty: none."""
    price_in: float = Field(0.0, ge=0)
    """Of a million tokens of questions, in the currency of [trust]."""
    price_out: float = Field(0.0, ge=0)
    """Of a million tokens of answers."""
    council: bool = False
    """It is `edge serve`: one request brings the verdict of all agents."""


class Contemplate(_Section):
    """Several agents at one question."""

    services: list[ServiceSettings] = []
    """Whom to ask, the first that can be reached; none: the on-device model."""
    agents: int = Field(3, ge=1, le=5)
    quorum: int = Field(2, ge=1, le=5)
    """Agents that have to say the same to end it early."""
    first: int = Field(3, ge=0, le=5)
    """So many are asked first on the device, and the others where those come to no majority; 0: all
    at once."""
    seconds: float = Field(45, gt=0, le=600)
    """After that the answer is what there is."""
    max_tokens: int = Field(200, ge=16, le=4096)
    """Of one agent's answer."""
    glance_above: float = Field(0.85, gt=0, le=1)
    """While agents at a service are asked the device answers, too; that is said first where it is
    as sure as this. 1: never."""
    refine: bool = False
    """Where they disagree, each thinks again, seeing the others' answers."""


class Tts(_Section):
    """Speech synthesis."""

    engine: Literal["auto", "piper", "pyttsx3"] = "auto"
    """auto: piper where its voice is installed, else pyttsx3."""
    voice: str = "piper-en-us-joe-medium"
    """Name of a Piper voice of the store, or a folder with one."""
    speed: float = Field(1.0, ge=0.5, le=2.0)
    """1 is the voice's own pace; 2 is twice as fast."""
    threads: int = Field(2, ge=1, le=16)


class Sim(_Section):
    """The simulator, `edge sim`."""

    host: str = "127.0.0.1"
    """Address that it listens on. All but loopback ones need the token that is printed."""
    port: int = Field(8765, ge=0, le=65535)
    """0: any that is free."""
    display: Literal["monochrome-576x288", "monochrome-640x400", "colour-640x400", "none"] = (
        "monochrome-576x288"
    )
    """Of the glasses."""
    echo: Literal["browser", "edge"] = "browser"
    """Who takes the assistant's voice out of a page's microphone. Not both: where the browser has
    done it, what is left would be taken for somebody who interrupts."""
    noise: str = ""
    """A recording of the noise that can be mixed in; empty: noise that is made."""


class Config(_Section):
    """All settings."""

    audio: Audio = Audio()
    wake: Wake = Wake()
    vad: Vad = Vad()
    endpoint: Endpoint = Endpoint()
    asr: Asr = Asr()
    lm: Lm = Lm()
    memory: Memory = Memory()
    remind: Remind = Remind()
    power: Power = Power()
    sim: Sim = Sim()
    trust: Trust = Trust()
    weather: Weather = Weather()
    contemplate: Contemplate = Contemplate()
    serve: Serve = Serve()
    tts: Tts = Tts()
