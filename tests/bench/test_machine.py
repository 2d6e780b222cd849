from edge.bench import machine


def test_bandwidth_is_plausible():
    """Reading memory takes time, and more than a byte a microsecond."""
    assert 1e6 < machine.read_bandwidth(1 << 16, threads=2, rounds=3) < 1e13


def test_resident_memory_grows():
    """Memory that is written to is counted, in MB."""
    before = machine.resident_mb()
    block = bytearray(b"x" * 50_000_000)
    assert 30 < machine.resident_mb() - before < 200
    assert block


def test_description():
    """A report says which processor and how many cores."""
    described = machine.describe()
    assert described["processor"]
    assert described["cores"] >= 1
