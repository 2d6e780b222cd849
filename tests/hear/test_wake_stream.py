"""The speech embedding as a stream: the same numbers for less work."""

import numpy as np
import pytest

from edge.hear.wake_front import STEP, WIDTH, FrontEnd, Stream
from edge.hear.wake_stream import StreamingEmbedding
from tests.hear.make_wake import front_end


@pytest.fixture(scope="module")
def fronts(model_folder, tmp_path_factory):
    """The real front end, once with whole windows and once as a stream."""
    folder = model_folder("wake-front-end")
    streaming = FrontEnd(folder, tmp_path_factory.mktemp("cache"))
    assert streaming.stream is not None
    return FrontEnd(folder), streaming


def sound(seconds):
    rng = np.random.default_rng(0)
    loudness = np.repeat(rng.uniform(0, 4000, seconds * 10), 1600)
    return (rng.normal(0, 1, seconds * 16_000) * loudness).clip(-32768, 32767).astype(np.int16)


@pytest.mark.model
@pytest.mark.parametrize("piece", [320, STEP, 5 * STEP])
def test_the_stream_has_the_numbers_of_whole_windows(fronts, piece):
    """However the sound arrives, from the first step on."""
    heard = sound(6)
    both = []
    for front in fronts:
        stream, taken = Stream(front), []
        for at in range(0, len(heard), piece):
            stream.hear(heard[at : at + piece])
            taken.append(stream.take(16))
        both.append(np.concatenate(taken))
    assert both[0].shape == (6 * 16_000 // STEP, WIDTH)
    assert both[1] == pytest.approx(both[0], abs=1e-3)


@pytest.mark.model
def test_what_was_skipped_is_caught_up_on(fronts):
    """After a long silence that nobody asked about, the last two seconds are as they were."""
    heard = sound(8)
    both = []
    for front in fronts:
        stream = Stream(front)
        for at in range(0, len(heard), 320):
            stream.hear(heard[at : at + 320], keep=16)
        both.append(stream.take(16))
    assert both[0].shape == (16, WIDTH)
    assert both[1] == pytest.approx(both[0], abs=1e-3)


def test_another_network_is_used_as_it_is(tmp_path):
    """One that is not made of such convolutions gives no stream, and nothing is stored."""
    folder = front_end(tmp_path / "front")
    cache = tmp_path / "cache"
    assert StreamingEmbedding.open(folder / "embedding_model.onnx", cache) is None
    assert FrontEnd(folder, cache).stream is None
    assert not cache.exists()
