"""Notes and facts hold any words, whatever the router's classifier thinks of them."""

from __future__ import annotations

import pytest

from edge.events import Ask
from edge.reason.skills.notes import Notes
from edge.reason.skills.remember import Remember


class Doubter:
    """A classifier that knows the intents and takes nothing for any of them."""

    names = ("note.add", "remember.tell", "note.delete")
    threshold = 0.5

    def begin(self, text):
        pass

    def rank(self, text, fitting=()):
        return [(name, 0.01) for name in self.names]


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("take a note that quarterly revenue grew by nine percent", "note.add"),
        ("note to self quantum chromodynamics is beautiful", "note.add"),
        ("remember that the spare key is under the third flower pot", "remember.tell"),
    ],
)
def test_any_words(talk, text, intent):
    """What is to be kept is kept, however odd it is."""
    say = talk(Notes, Remember)
    say.router.classifier = Doubter()
    assert say.router.decide(Ask(text)).match.name == intent
    say.router.classifier = None


def test_only_where_it_says_so(talk):
    """An intent that is not for dictation is weighed."""
    say = talk(Notes)
    say.router.classifier = Doubter()
    assert say.router.decide(Ask("delete my note about something odd")).match is None
