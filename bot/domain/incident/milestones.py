"""The milestones of an incident that people set or corrected."""

from collections.abc import Mapping
from dataclasses import replace

from bot.domain import events
from bot.domain.vocabulary import Milestone

Milestones = Mapping[Milestone, events.MilestoneSet]


def apply_to_milestones(milestones: Milestones, event: events.MilestoneSet) -> Milestones:
    """Return the milestones after a correction. Without words it keeps the earlier ones."""
    before = milestones.get(event.milestone)
    how = event.how or (before.how if before else "")
    return {**milestones, event.milestone: replace(event, how=how)}
