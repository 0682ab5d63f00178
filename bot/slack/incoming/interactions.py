"""Buttons and forms: what a click or a submission means; values hold ids only, and are checked again."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, StepOutcome
from bot.slack.dates import moment
from bot.slack.incoming.slash.requests import FormErrors, ShowDeclareForm, ShowSkipForm
from bot.slack.mrkdwn import mention_in_refusal
from bot.slack.views import (
    card,
    command_help,
    commander_question,
    declare,
    hint,
    hypothesis,
    runbook_end,
    skip,
    step,
    time_box,
)

Answer = commands.AnyCommand | ShowDeclareForm | ShowSkipForm
Reader = Callable[[str, str, Incident | None], Answer]
FormReader = Callable[[Mapping[str, Any], str, Incident | None], tuple[commands.AnyCommand, ...] | FormErrors]


def number_of(value: str) -> int | None:
    """Return the incident a button's value or a form's metadata is about: 7 of "7 settings"."""
    number, _, _ = value.partition(" ")
    return int(number) if number.isdecimal() and number.isascii() else None


def _take_command(_value: str, by: str, incident: Incident | None) -> Answer:
    known = _known(incident)
    if known.commander:
        raise _already(known, f"{mention_in_refusal(known.commander)} commands")
    return commands.AssignRole(by=by, role=Role.COMMANDER, person=by)


def _resolve(_value: str, by: str, incident: Incident | None) -> Answer:
    known = _known(incident)
    if not known.is_active:
        raise _already(known, f"it is {known.status}")
    return commands.Resolve(by=by)


def _close(_value: str, by: str, incident: Incident | None) -> Answer:
    known = _known(incident)
    if known.status.is_over:
        raise _already(known, f"it is {known.status}")
    return commands.Close(by=by)


def _reopen(_value: str, by: str, incident: Incident | None) -> Answer:
    known = _known(incident)
    if known.is_active:
        raise _already(known, f"it is open ({known.status})")
    return commands.Reopen(by=by, reason="reopened from the card")


def _finish(outcome: StepOutcome) -> Reader:
    def read(value: str, by: str, incident: Incident | None) -> Answer:
        return commands.FinishStep(by=by, step=_require_open_step(value, _known(incident)), outcome=outcome)

    return read


def _skip(value: str, _by: str, incident: Incident | None) -> Answer:
    return ShowSkipForm(step=_require_open_step(value, _known(incident)))


def _probe(value: str, by: str, incident: Incident | None) -> Answer:
    return commands.AskProbe(by=by, step=_require_open_step(value, _known(incident)))


def _take(value: str, by: str, incident: Incident | None) -> Answer:
    known = _known(incident)
    step_id = _require_open_step(value, known)
    state = known.investigation.state_of(step_id)
    if state.taken_by:
        on_it = f"has been on it since {moment(state.taken_at)}" if state.taken_at else "is on it"
        raise _already(known, f"{mention_in_refusal(state.taken_by)} {on_it}")
    return commands.TakeStep(by=by, step=step_id)


def _settle(verdict: HypothesisVerdict) -> Reader:
    def read(value: str, by: str, incident: Incident | None) -> Answer:
        number, _ = _require_open_hypothesis(value, _known(incident))
        return commands.CloseHypothesis(by=by, number=number, verdict=verdict)

    return read


def _place(value: str, by: str, incident: Incident | None) -> Answer:
    number, area = _require_open_hypothesis(value, _known(incident))
    return commands.PlaceHypothesis(by=by, number=number, area=Area(area))


def _side_channel(value: str, by: str, incident: Incident | None) -> Answer:
    known = _known(incident)
    number, _ = _require_open_hypothesis(value, known)
    if asked_by := known.investigation.hypotheses[number].side_asked_by:
        raise _already(known, f"{mention_in_refusal(asked_by)} asked for the channel")
    return commands.AskSideChannel(by=by, number=number)


def _keep_on(value: str, by: str, incident: Incident | None) -> Answer:
    return commands.ExtendHypothesis(by=by, number=_require_ended_time_box(value, _known(incident))[0])


def _hand_over(value: str, by: str, incident: Incident | None) -> Answer:
    number, owner = _require_ended_time_box(value, _known(incident))
    return commands.HandOverHypothesis(by=by, number=number, owner=owner)


def _refute(value: str, by: str, incident: Incident | None) -> Answer:
    number, _ = _require_ended_time_box(value, _known(incident))
    return commands.CloseHypothesis(by=by, number=number, verdict=HypothesisVerdict.REFUTED)


def _call_in(value: str, by: str, incident: Incident | None) -> Answer:
    known, who = _known(incident), _part(value)
    if who not in known.not_yet_escalated_to:
        raise _already(known, f"{mention_in_refusal(who)} is called in")
    return commands.Escalate(by=by, who=who, reason="the runbook ended without a cause")


def _declare(_value: str, _by: str, _incident: Incident | None) -> Answer:
    return ShowDeclareForm()


def _require_open_step(value: str, incident: Incident) -> str:
    """Return the step's id. Raises Refused when somebody finished it before."""
    step_id = _part(value)
    state = incident.investigation.state_of(step_id)
    if state.outcome:
        found = incident.investigation.step(step_id)
        title = found.title if found else step_id
        when = f" at {moment(state.at)}" if state.at else ""
        raise _already(
            incident, f"“{title}” was marked {state.outcome} by {mention_in_refusal(state.by)}{when}"
        )
    return step_id


def _require_open_hypothesis(value: str, incident: Incident) -> tuple[int, str]:
    """Return the suspicion's number and what stands after it. Raises Refused when it was settled before."""
    number, _, rest = _part(value).partition(" ")
    known = incident.investigation.hypotheses[int(number)]
    if known.verdict:
        when = f" at {moment(known.closed_at)}" if known.closed_at else ""
        raise _already(
            incident,
            f"hypothesis {number} was {known.verdict} by {mention_in_refusal(known.closed_by)}{when}",
        )
    return known.number, rest


def _require_ended_time_box(value: str, incident: Incident) -> tuple[int, str]:
    """Return the same. Raises Refused when the question was answered before."""
    number, rest = _require_open_hypothesis(value, incident)
    known = incident.investigation.hypotheses[number]
    if not known.asked:
        until = moment(known.ends_at)
        raise _already(incident, f"hypothesis {number} is {mention_in_refusal(known.owner)}'s until {until}")
    return number, rest


def _known(incident: Incident | None) -> Incident:
    if incident is None or incident.version == 0:
        raise Refused("The incident of this button is not known here any more.")
    return incident


def _part(value: str) -> str:
    """Return what stands after the incident's number."""
    return value.partition(" ")[2]


def _already(incident: Incident, what: str) -> Refused:
    return Refused(f"Already done: {what} ({incident.name}).")


#: What a click means, by action id.
BUTTONS: Mapping[str, Reader] = {
    card.TAKE_COMMAND: _take_command,
    commander_question.TAKE_COMMAND: _take_command,
    card.RESOLVE: _resolve,
    card.CLOSE: _close,
    card.REOPEN: _reopen,
    step.FOUND: _finish(StepOutcome.FOUND),
    step.CLEAR: _finish(StepOutcome.CLEAR),
    step.SKIP: _skip,
    step.PROBE: _probe,
    step.TAKE: _take,
    hint.RUN: _probe,
    hint.TAKE: _take,
    hypothesis.CONFIRM: _settle(HypothesisVerdict.CONFIRMED),
    hypothesis.REFUTE: _settle(HypothesisVerdict.REFUTED),
    hypothesis.PARK: _settle(HypothesisVerdict.PARKED),
    hypothesis.PLACE: _place,
    hypothesis.SIDE_CHANNEL: _side_channel,
    time_box.KEEP_ON: _keep_on,
    time_box.REFUTE: _refute,
    time_box.HAND_OVER: _hand_over,
    runbook_end.CALL_IN: _call_in,
    command_help.DECLARE: _declare,
}


def _declared(
    view: Mapping[str, Any], by: str, _incident: Incident | None
) -> tuple[commands.AnyCommand, ...] | FormErrors:
    result = declare.read(view["state"]["values"], by)
    return FormErrors(errors=result) if isinstance(result, dict) else result


def _skipped(
    view: Mapping[str, Any], by: str, incident: Incident | None
) -> tuple[commands.AnyCommand, ...] | FormErrors:
    why = skip.read(view["state"]["values"])
    if not why:
        return FormErrors(errors={skip.WHY: "Say why; a few words do."})
    step_id = _require_open_step(view["private_metadata"], _known(incident))
    return (commands.FinishStep(by=by, step=step_id, outcome=StepOutcome.SKIPPED, evidence=why),)


#: What a submitted form means, by callback id: commands to do one after another, or what is wrong with it.
FORMS: Mapping[str, FormReader] = {declare.SUBMIT: _declared, skip.SUBMIT: _skipped}
