import pytest

from edge.reason.places import find_place


@pytest.mark.parametrize(
    ("text", "name", "zone"),
    [
        ("s.f.", "San Francisco", "America/Los_Angeles"),
        ("mountain standard", "Mountain time", "America/Denver"),
        ("pacific daylight savings time", "Pacific time", "America/Los_Angeles"),
        ("paris", "Paris", "Europe/Paris"),
        ("Paris, Texas", "Paris, Texas", "America/Chicago"),
        ("new york", "New York", "America/New_York"),
        ("Orlando Florida", "Orlando, Florida", "America/New_York"),
        ("São Paulo", "São Paulo", "America/Sao_Paulo"),
        ("sao paulo", "São Paulo", "America/Sao_Paulo"),
        ("zimbabwe", "Zimbabwe", "Africa/Harare"),
        ("the us", "United States", "America/New_York"),
        ("california", "California", "America/Los_Angeles"),
        ("the eastern time zone", "Eastern time", "America/New_York"),
        ("ist", "IST time", "Asia/Kolkata"),
        ("edt", "EDT time", "America/New_York"),
        ("britain's", "United Kingdom", "Europe/London"),
        ("gmt plus five", "GMT plus 5", "Etc/GMT-5"),
        ("utc minus three", "UTC minus 3", "Etc/GMT+3"),
        ("g. m. t. plus ten", "GMT plus 10", "Etc/GMT-10"),
        ("UTC-8", "UTC minus 8", "Etc/GMT+8"),
        ("gmt+0", "GMT plus 0", "Etc/GMT-0"),
        ("utc plus five thirty", "UTC plus 5:30", "Asia/Kolkata"),
        ("gmt plus three and a half hours", "GMT plus 3:30", "Asia/Tehran"),
    ],
)
def test_a_place_has_its_time_zone(text, name, zone):
    """Cities, countries, states and zones, in the ways people name them."""
    place = find_place(text)
    assert place is not None
    assert (place.name, place.zone) == (name, zone)


@pytest.mark.parametrize("text", ["", "dooa", "the kitchen", "in"])
def test_what_is_no_place_is_none(text):
    """An unknown name is not guessed at."""
    assert find_place(text) is None


@pytest.mark.parametrize(
    "text", ["gmt plus twenty", "utc minus thirteen", "utc plus five twelve", "paris plus two"]
)
def test_a_distance_that_no_zone_has_is_none(text):
    """There are fourteen hours ahead of UTC and twelve behind it."""
    assert find_place(text) is None
