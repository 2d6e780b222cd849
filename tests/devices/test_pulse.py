"""What the sound server says about where sound comes from."""

from edge.devices.pulse import Source, source_of

OUTPUTS = """Source Output #7
\tDriver: protocol-native.c
\tSource: 1
\tProperties:
\t\tapplication.process.id = "99"

Source Output #8
\tDriver: protocol-native.c
\tSource: 4
\tProperties:
\t\tapplication.process.id = "123"
"""
SOURCES = "1\tusb_mic\tmodule\ts16le\n4\tspeakers.monitor\tmodule\ts16le\n"


def test_own_stream_is_found_by_its_process():
    """Others record, too; the monitor of the default speaker is told."""
    assert source_of(123, OUTPUTS, SOURCES, "speakers\n") == Source("speakers.monitor", own=True)
    assert source_of(123, OUTPUTS, SOURCES, "hdmi\n") == Source("speakers.monitor", own=False)
    assert source_of(99, OUTPUTS, SOURCES, "speakers\n") == Source("usb_mic", own=False)


def test_who_records_nothing_has_no_source():
    """No stream, or a source that has gone since."""
    assert source_of(5, OUTPUTS, SOURCES, "speakers") is None
    assert source_of(99, OUTPUTS, "", "speakers") is None
