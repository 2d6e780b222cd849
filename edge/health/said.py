"""Numbers of the body as they are spoken, in the units of `metrics.toml`."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

from edge.health.metrics import Metric, metrics
from edge.reason.skill import Missing, Request

_KEYS = {
    "steps": ("steps", "step count", "step"),
    "sleep": ("sleep",),
    "resting_heart_rate": ("resting heart rate", "resting pulse", "resting heartrate"),
    "heart_rate": ("heart rate", "pulse"),
    "weight": ("weight", "body weight"),
    "systolic": ("blood pressure",),
    "oxygen": ("blood oxygen", "oxygen saturation", "oxygen level"),
    "temperature": ("body temperature", "temperature"),
    "distance": ("walking distance",),
    "exercise": ("exercise",),
}
NAMES = tuple(name for names in _KEYS.values() for name in names)
"""What the wearer may call a metric."""
_BY_NAME = {name: key for key, names in _KEYS.items() for name in names}


def metric_of(request: Request) -> Metric | None:
    """The metric that the question is about."""
    name = request.get("metric", str)
    text = request.text.lower()
    if name is None:
        for pattern, guess in _GUESSES:
            if re.search(pattern, text):
                return metrics()[guess]
        return None
    return metrics()[_BY_NAME[name]]


_GUESSES = (
    (r"\b(sleep(ing)?|slept|asleep|night'?s? rest)\b", "sleep"),
    (r"\bweigh|\b(los|gain|lost|put on)\w* (any )?(weight|pounds|kilos)\b", "weight"),
    (r"\bsteps?\b", "steps"),
    (r"\bhow far\b|\b(miles|kilomet\w+|distance)\b", "distance"),
    (r"\bcalories\b.*\bburn|\bburn\w*\b.*\bcalories\b", "active_energy"),
    (r"\bwalk(ed|ing)?\b|\b(in)?active\b", "steps"),
    (r"\bresting\b", "resting_heart_rate"),
    (r"\bheart\b", "heart_rate"),
    (r"\boxygen\b|\bspo2\b", "oxygen"),
    (r"\b(exercise[sd]?|exercising|work(ed)? out|workouts?|training)\b", "exercise"),
)


def amount(request: Request, metric: Metric) -> float:
    """The value that was said. Raises Missing where none was."""
    length = request.get("length", timedelta)
    if metric.unit == "minutes" and length is not None:
        return length.total_seconds() / 60
    value = request.get("value", Decimal)
    if value is None:
        raise Missing("value", f"What is your {metric.name}?")
    said = float(value)
    text = request.text.lower()
    if metric.key == "weight" and re.search(r"\b(pounds?|lbs?)\b", text):
        return said * 0.45359237
    if metric.key == "weight" and re.search(r"\bstones?\b", text):
        return said * 6.35029318
    if metric.key == "temperature" and (said > 80 or "fahrenheit" in text):
        return (said - 32) / 1.8
    if metric.key == "sleep" and said <= 24:
        return said * 60
    return said


def pressure(request: Request) -> tuple[float, float]:
    """Upper and lower blood pressure. Raises Missing where one is lacking."""
    upper, lower = request.get("value", Decimal), request.get("lower", Decimal)
    if upper is None or lower is None:
        raise Missing("value" if upper is None else "lower", "What is it, over what?")
    return float(upper), float(lower)
