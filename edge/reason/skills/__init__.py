"""Built-in skills, one file each; found through the entry points `edge.skills` like any other."""

from __future__ import annotations

import logging
from importlib.metadata import entry_points

from edge.reason.skill import Services, Skill
from edge.reason.skills.help import Help

log = logging.getLogger(__name__)


def load(services: Services) -> list[Skill]:
    """All installed skills, in the order of their entry points' names.

    One that cannot be loaded is left out, with a warning: a package of somebody else's must not
    keep the assistant from starting.
    """
    skills: list[Skill] = []
    for entry in sorted(entry_points(group="edge.skills"), key=lambda entry: entry.name):
        try:
            skill: Skill = entry.load()(services)
        except Exception as error:
            # Anybody's code, which may raise anything.
            log.warning("The skill %s cannot be used: %s", entry.name, error)
            continue
        if any(skill.name == other.name for other in skills):
            log.warning("There are two skills called %s; the second is left out.", skill.name)
            continue
        skills.append(skill)
    for skill in skills:
        if isinstance(skill, Help):
            skill.others = tuple(skills)
    return skills
