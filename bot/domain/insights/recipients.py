"""Whom a call reaches, and when: those called together, told directly, too late, or not at all."""

from collections.abc import Iterable
from datetime import timedelta

from bot.domain import events
from bot.domain.escalation.ladder import is_channel, is_user_group, pager_kind
from bot.domain.incident.incident import Incident, is_slack_user

#: A timer comes a little after its time.
ON_TIME = timedelta(minutes=1)


def escalation_delay(made: events.EscalationMade) -> timedelta | None:
    """Return how long after it was due others were called in; less than a minute is not late."""
    late = made.at - made.due_at if made.due_at else timedelta()
    return late if late >= ON_TIME else None


def called_by_same_rung(made: events.EscalationMade, incident: Incident) -> tuple[str, ...]:
    """Return all whom the rung called that called this one; a person calls one at a time."""
    rung = (made.rung, made.at, made.by)
    called = tuple(
        other.who for other in incident.escalation.history if (other.rung, other.at, other.by) == rung
    )
    return called if made.rung and called else (made.who,)


def direct_recipients(event: events.AnyEvent, incident: Incident) -> tuple[str, ...]:
    """Return the people who hear of it directly: of a call only those who are called."""
    if isinstance(event, events.EscalationMade):
        return tuple(who for who in called_by_same_rung(event, incident) if is_slack_user(who))
    return incident.people


def can_be_notified(who: str) -> bool:
    """Whether we can call `who`: a team in plain words must be called by a person."""
    return is_slack_user(who) or is_user_group(who) or is_channel(who) or pager_kind(who) is not None


def escalations(
    recorded: Iterable[tuple[int, events.AnyEvent]],
) -> tuple[tuple[events.EscalationMade, str], ...]:
    """Return every escalation in the order it happened, and why it reached nobody, if it did not.

    A rung that nobody heeded is one to nobody.
    """
    told = tuple(event for _, event in recorded)
    answered = {(made.rung, made.due_at) for made in told if isinstance(made, events.EscalationMade)}
    found: list[events.EscalationMade] = []
    failures: dict[int, str] = {}
    for event in told:
        match event:
            case events.EscalationMade():
                found.append(event)
            case events.EscalationDue() if (event.rung, event.due_at) not in answered:
                reason = event.reason or event.lack.was_unmet
                found.append(
                    events.EscalationMade(
                        at=event.at, who="nobody", reason=reason, due_at=event.due_at, rung=event.rung
                    )
                )
            case events.PageFailed():
                called = [place for place, made in enumerate(found) if made.who == event.to]
                failures |= dict.fromkeys(called[-1:], event.why)
            case _:
                pass
    with_why = ((made, failures.get(place, "")) for place, made in enumerate(found))
    return tuple(sorted(with_why, key=lambda pair: pair[0].at))
