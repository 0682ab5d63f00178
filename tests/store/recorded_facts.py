"""The facts of incidents and postmortems that no change of the code may alter, as JSON values.

Only facts: times, names, numbers, statuses, verdicts and what people wrote. No wording of ours.
When fields of Incident or PostmortemFacts move, adapt the functions here and leave the recorded JSON alone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from bot.domain.incident.incident import Incident
from bot.domain.insights.postmortem.facts import PostmortemFacts

Facts = dict[str, Any]


def incident_facts(incident: Incident) -> Facts:
    """Return the facts of a folded incident."""
    return {
        "name": incident.name,
        "version": incident.version,
        "title": incident.title,
        "service": incident.service,
        "severity": incident.severity,
        "status": incident.status,
        "drill": incident.is_drill,
        "key": incident.key,
        "declared": [incident.declared_by, _time(incident.declared_at)],
        "began": _time(incident.impact.began_at),
        "mitigated": _time(incident.impact.mitigated_at),
        "resolved": _time(incident.impact.resolved_at),
        "closed": _time(incident.closed_at),
        "invite": list(incident.invite),
        "previous": incident.previous,
        "roles": dict(incident.roles),
        "alerts": {alert.title: [alert.firing, _time(alert.starts_at)] for alert in incident.alerts.values()},
        "notes": {ref: [note.by, note.text] for ref, note in incident.notes.items()},
        "impact": [incident.impact.summary, _percent(incident.impact.worst_share)],
        "channel": _channel(incident),
        "investigation": _investigation(incident),
        "escalation": _escalation(incident),
        "follow_up": _follow_up(incident),
    }


def _percent(share: str) -> str:
    """Return the number of a share, which once was all that was known of it."""
    return share.partition(" ")[0]


def _channel(incident: Incident) -> Facts:
    return {
        "id": incident.channel.id,
        "name": incident.channel.name,
        "lost": bool(incident.channel.lost_reason),
        "archived": incident.channel.is_archived,
        "delayed": incident.channel.is_delayed,
        "posts": {name: list(post) for name, post in sorted(incident.messages.items())},
        "gave_up": [failure.effect for failure in incident.failures],
    }


def _investigation(incident: Incident) -> Facts:
    investigation = incident.investigation
    cause = investigation.cause
    return {
        "runbook": investigation.runbook.id if investigation.runbook else "",
        "step_order": [step.id for step in investigation.steps_in_order],
        "steps": {
            step: [
                state.taken_by,
                state.probe_verdict,
                state.outcome,
                state.by,
                _time(state.at),
                state.evidence,
            ]
            for step, state in investigation.steps.items()
        },
        "hypotheses": {
            str(hypothesis.number): {
                "text": hypothesis.text,
                "area": hypothesis.area,
                "owner": hypothesis.owner,
                "opened": [_time(hypothesis.opened_at), hypothesis.minutes],
                "closed": [
                    hypothesis.closed_by,
                    _time(hypothesis.closed_at),
                    hypothesis.verdict,
                    hypothesis.evidence,
                ],
                "side_channel": hypothesis.side_channel,
            }
            for hypothesis in investigation.hypotheses.values()
        },
        "hints": {str(number): [*hint.areas, hint.step] for number, hint in investigation.hints.items()},
        "hints_muted": investigation.hints_muted,
        "cause": cause and [cause.text, cause.area, cause.step, cause.hypothesis],
        "resolution": incident.impact.resolution,
    }


def _escalation(incident: Incident) -> Facts:
    clock = incident.escalation.clock
    return {
        "made": [
            [escalation.by, escalation.who, escalation.rung, _time(escalation.at), _time(escalation.due_at)]
            for escalation in incident.escalation.history
        ],
        "ladder": [[rung.after_minutes, rung.unless, *rung.who] for rung in clock.ladder],
        "unmet_since": {need: _time(since) for need, since in clock.unmet_since.items()},
        "rungs_reached": {str(rung): _time(reached.due_at) for rung, reached in clock.reached.items()},
        "snoozed_until": _time(clock.snoozed_until),
        "reminded": {what: _time(at) for what, at in clock.reminded.items()},
        "pages": dict(incident.escalation.pages),
        "pages_answered": dict(incident.escalation.acknowledged_by),
        "unreached": [[missed.to, missed.rung] for missed in clock.unreached],
        "update": incident.status_update,
    }


def _follow_up(incident: Incident) -> Facts:
    return {
        "improvements": [improvement.title for improvement in incident.follow_up.improvements],
        "action_items": [[item.title, item.owner, item.due] for item in incident.follow_up.tasks.values()],
        "postmortem": [incident.follow_up.postmortem_path, incident.follow_up.is_drafted],
    }


def postmortem_facts(facts: PostmortemFacts) -> Facts:
    """Return what a postmortem reports; times in UTC, lengths in seconds."""
    cause = facts.cause
    return {
        "name": facts.name,
        "title": facts.title,
        "service": facts.service,
        "severity": facts.severity,
        "status": facts.status,
        "commander": facts.commander,
        "drill": facts.drill,
        "started": _time(facts.started_at),
        "detected": _time(facts.detected_at),
        "mitigated": _time(facts.mitigated_at),
        "ended": _time(facts.ended_at),
        "closed": _time(facts.closed_at),
        "duration": _seconds(facts.duration),
        "impact": [facts.impact, _percent(facts.share)],
        "cause": cause and [cause.text, cause.area, cause.detail, _seconds(cause.found_after)],
        "resolution": facts.resolution,
        "notes": [[entry.by, _time(entry.at)] for entry in facts.timeline if entry.kind == "note"],
        "people": sorted({entry.by for entry in facts.timeline} - {""}),
        "spent_on_refuted": _seconds(facts.time_on_refuted),
        "runbook": facts.runbook,
        "improvements": [[item.title, item.text] for item in facts.improvements],
        "action_items": [[item.title, item.text, item.owner, item.due] for item in facts.tasks],
        "troubles": len(facts.troubles),
        **_rows(facts),
    }


def _rows(facts: PostmortemFacts) -> Facts:
    return {
        "hypotheses": [
            {
                "number": hypothesis.number,
                "text": hypothesis.text,
                "area": hypothesis.area,
                "owner": hypothesis.owner,
                "opened": _time(hypothesis.opened_at),
                "closed": _time(hypothesis.closed_at),
                "spent": _seconds(hypothesis.spent),
                "verdict": hypothesis.verdict,
                "evidence": hypothesis.evidence,
            }
            for hypothesis in facts.hypotheses
        ],
        "steps": [
            [row.place, row.title, row.area, row.who, _time(row.at), _seconds(row.looked_after)]
            for row in facts.steps
        ],
        "escalations": [
            [
                _time(escalation.at),
                _time(escalation.due_at),
                _seconds(escalation.late),
                bool(escalation.unreached),
            ]
            for escalation in facts.escalations
        ],
    }


def words_of_people(facts: PostmortemFacts) -> Iterator[str]:
    """Yield what the rendered document must show: the title and what people wrote."""
    yield from (facts.title, facts.impact, facts.resolution)
    yield from (item.title for item in (*facts.improvements, *facts.tasks))
    yield from (hypothesis.text for hypothesis in facts.hypotheses)
    if facts.cause:
        yield facts.cause.text


def _time(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _seconds(length: timedelta | None) -> float | None:
    return length.total_seconds() if length is not None else None
