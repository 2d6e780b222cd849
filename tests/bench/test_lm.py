import json

import pytest

from edge.bench import lm, lm_report
from edge.bench.edge_child import Work
from edge.errors import BenchError
from edge.reason.lm import description
from edge.reason.lm.sampling import Sampling
from tests.conftest import needed


class FakeChild:
    """An engine that takes a fixed time for each kind of work."""

    def __init__(self, speed):
        self.speed = speed
        self.asked = []

    def ask(self, do, **request):
        if do == "open":
            return {"seconds": 2.0, "load_s": 1.0, "version": "fake 1"}
        if do == "memory":
            return {"rss_mb": 100 / self.speed}
        self.asked.append(do)
        if do == "decode":
            work = request["steps"]
        elif do == "batch":
            work = request["steps"] * (1 + 0.2 * (request["rows"] - 1))
        else:
            work = len(request.get("ids") or request["question"])
        return {"seconds": work / self.speed}

    def seconds(self, do, **request):
        return self.ask(do, **request)["seconds"]


@pytest.fixture
def result(folder, tmp_path):
    plan = lm.Plan("tiny", folder, tmp_path / "tiny.gguf", rounds=3)
    children = {lm.EDGE: FakeChild(40.0), lm.LLAMA: FakeChild(20.0)}
    bench = lm._Bench(plan, description.read(folder), children, lambda _: None)
    return bench.run(bench.memory())


def test_ratios(result):
    """An engine twice as fast has ratios of 2; five rows at 1.8 times the time have that."""
    assert result["decode_ratio"] == result["prefill_ratio"] == 2
    assert result["batch5_ratio"] == 1.8
    assert result["rss_mb"] == 2.5
    assert set(result["decode"]) == {"64", "512", "1500"}
    assert set(result["prefill"]) == {"32", "128", "512"}
    assert result["bandwidth_fraction"] > 0


def test_batch_is_as_long_as_it_says(folder):
    """The prompt is turned until its answer does not end before that."""
    work = Work()
    work.open(str(folder), threads=1, context=128)
    assert work.batch(list(range(5, 25)), rows=2, steps=12)["seconds"] > 0
    steps = [*work.model.generate_steps(work._prompt, Sampling(max_tokens=12))]
    assert steps[-1].end == "tokens"
    work.model.close()


def test_is_json(result):
    """The result is plain JSON."""
    assert json.loads(json.dumps(result)) == result


def test_table(result):
    """The table names both engines and every length."""
    table = lm_report.table(result)
    assert "llama.cpp" in table
    for length in (64, 512, 1500, 32, 128):
        assert f" {length} " in table


def test_plot(result, tmp_path):
    """The picture is written; where it cannot be, one sentence says so."""
    needed("matplotlib")
    lm_report.plot(result, tmp_path / "speed.svg")
    assert (tmp_path / "speed.svg").read_text().lstrip().startswith("<?xml")
    with pytest.raises(BenchError, match="cannot be written"):
        lm_report.plot(result, tmp_path / "no" / "speed.svg")


def test_weight_bytes(folder):
    """A token touches all weights but the table of angles, and the embedding if it is another."""
    described = description.read(folder)
    data = (folder / description.DATA).stat().st_size
    assert 0 < lm.weight_bytes(folder, described) < data
