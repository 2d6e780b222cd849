import json

import pytest

from edge.errors import SkillError
from edge.reason.mapping import Mapping
from edge.reason.skill import Services
from edge.reason.skills import load


def write(folder, name, rows):
    folder.joinpath(name).write_text("".join(json.dumps(row) + "\n" for row in rows))


def test_every_target_is_an_intent_of_an_installed_skill():
    """The file promises nothing that is not there."""
    installed = {f"{skill.name}.{i.name}" for skill in load(Services()) for i in skill.intents}
    assert Mapping().targets() <= installed


def test_every_slot_that_is_judged_is_one_of_a_skill():
    """A name that no skill uses would never be right."""
    slots = {name for skill in load(Services()) for i in skill.intents for name in i.slots}
    assert {name for names in Mapping().slots.values() for name in names} <= slots


def test_one_of_their_intents_may_be_several_of_ours():
    """The words decide."""
    mapping = Mapping()
    assert mapping.target("clinc150", "change_volume", "turn it down") == "volume.down"
    assert mapping.target("clinc150", "change_volume", "speak up") == "volume.up"
    assert mapping.target("clinc150", "transfer", "send money") == ""


def test_a_folder_is_read(tmp_path):
    """SLURP's entities and its intents without a scenario, too."""
    write(tmp_path, "clinc150.jsonl", [{"text": "roll a die", "intent": "roll_dice"}])
    row = {"sentence": "what lists are there today", "intent": "query", "scenario": "lists",
           "sentence_annotation": "what lists are there [date : today]"}  # fmt: skip
    write(tmp_path, "slurp_devel.jsonl", [row])
    one, other = Mapping().examples(tmp_path)
    assert (one.skill, one.label) == ("chance", "roll_dice")
    assert (other.target, other.label) == ("list.names", "lists_query")
    assert [(entity.kind, entity.text) for entity in other.entities] == [("date", "today")]


def test_a_folder_without_data_or_with_a_broken_line_is_one_sentence(tmp_path):
    """It names the folder, or the file and the line."""
    with pytest.raises(SkillError, match="There is no clinc150"):
        Mapping().examples(tmp_path)
    tmp_path.joinpath("clinc150.jsonl").write_text('{"text": "a", "intent": "b"}\n{"text": 3}\n')
    with pytest.raises(SkillError, match=r"clinc150.jsonl, line 2"):
        Mapping().examples(tmp_path)


@pytest.mark.parametrize(
    ("label", "text", "target"),
    [
        ("lists_query", "what is on my playlist", ""),
        ("lists_query", "what is on my list", "list.read"),
        ("audio_volume_mute", "stay quiet until noon", "interruptions.quiet"),
        ("audio_volume_mute", "mute for ten minutes", "volume.mute"),
    ],
)
def test_what_no_skill_serves_is_nobodys(label, text, target):
    """Whoever wants quiet until a time is served by what interrupts."""
    assert Mapping().target("slurp", label, text) == target
    assert "" not in Mapping().targets()
