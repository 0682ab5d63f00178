"""Handles descriptions of the impact on users: each belongs to a phase, or begins one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from bot.domain import commands, events
from bot.domain.errors import Hint, Refused, example
from bot.domain.incident.impact import Impact, Phase
from bot.domain.incident.incident import Incident
from bot.domain.rules.evolve import evolve


def describe_impact(
    incident: Incident, command: commands.DescribeImpact, at: datetime
) -> Iterator[events.AnyEvent]:
    """Yield the description of a phase, unless it changes nothing. Raise Refused if it is not possible."""
    if not (command.text or command.share or command.began_at or command.ended_at or command.service):
        raise Refused(
            "Describe the user impact.", example("impact", "30% of sign-ins fail since 09:50 until 10:20")
        )
    phase = _phase(incident.impact, command)
    event = events.ImpactDescribed(
        at=at,
        by=command.by,
        text=command.text,
        share=command.share,
        began_at=command.began_at,
        ended_at=command.ended_at or _end(incident, command, phase),
        phase=phase.number if phase else len(incident.impact.phases) + 1,
        service=command.service,
        is_added=bool(phase and phase.ended_at and not (command.phase or command.ended_at)),
    )
    began_at = command.began_at or (phase.began_at if phase else at)
    if event.ended_at and event.ended_at < began_at:
        raise Refused(f"The impact began at {began_at:%H:%M} UTC, so it can't have ended before that.")
    ended_at = event.ended_at or (phase.ended_at if phase else None)
    if ended_at and began_at > ended_at:
        raise Refused(
            f"The impact ended at {ended_at:%H:%M} UTC, so it can't have begun after that.",
            Hint("If it is back", "status", "investigating it is back"),
        )
    if replace(evolve(incident, event), version=incident.version) != incident:
        yield event


def refuse_end_before_start(impact: Impact, at: datetime, *moved_from: datetime | None) -> None:
    """Raise Refused if a phase began after `at` (UTC), which people give as the end of the impact.

    With `moved_from`, this concerns only open phases and phases that ended then.
    """
    phases = [phase for phase in impact.phases if not moved_from or phase.ended_at in {None, *moved_from}]
    began_at = max((phase.began_at for phase in phases), default=at)
    if at < began_at:
        raise Refused(
            f"The impact began at {began_at:%H:%M} UTC, so it can't have ended at {at:%H:%M} UTC.",
            Hint("If it began earlier", "impact", f"since {at:%H:%M} UTC"),
        )


def _phase(impact: Impact, command: commands.DescribeImpact) -> Phase | None:
    """Return the phase that the command describes, or None if it begins a new one.

    A later start with another description, or another service, begins a phase.
    """
    if command.phase:
        return _numbered(impact, command.phase)
    latest = impact.phases[-1]
    if command.service and latest.service and command.service != latest.service:
        same = [phase for phase in impact.phases if phase.service == command.service]
        return same[-1] if same and command.began_at is None else None
    is_described = bool(latest.summary) and command.text not in {"", latest.description}
    is_later = command.began_at is not None and command.began_at > latest.began_at
    return None if is_described and is_later else latest


def _numbered(impact: Impact, number: int) -> Phase:
    if 1 <= number <= len(impact.phases):
        return impact.phases[number - 1]
    last = len(impact.phases)
    raise Refused(f"There is no impact phase {number}. The phases are numbered 1 to {last}.")


def _end(incident: Incident, command: commands.DescribeImpact, phase: Phase | None) -> datetime | None:
    """Return when a new phase ended that is described after the impact, or None while users are affected."""
    ended_at = incident.impact.mitigated_at
    if phase or incident.status.has_impact or ended_at is None:
        return None
    if command.began_at and command.began_at < ended_at:
        return ended_at
    raise Refused(
        f"{incident.name} is {incident.status}, so say when that impact ended.",
        example("impact", "5% of connections broke since 12:30 until 13:00"),
    )
