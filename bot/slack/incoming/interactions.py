"""What a click on a button or a submitted form means. Values only hold IDs and are checked again here."""

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
from bot.slack.views.wording import VERDICTS

Answer = commands.AnyCommand | ShowDeclareForm | ShowSkipForm
Reader = Callable[[str, str, Incident | None], Answer]
FormReader = Callable[[Mapping[str, Any], str, Incident | None], tuple[commands.AnyCommand, ...] | FormErrors]


def number_of(value: str) -> int | None:
    """Return the incident's number in a button's value or a form's metadata (7 in "7 settings") or None."""
    number, _, _ = value.partition(" ")
    return int(number) if number.isdecimal() and number.isascii() else None


def _take_command(_value: str, by: str, incident: Incident | None) -> Answer:
    incident = _require_declared(incident)
    if incident.commander:
        raise _already_done(incident, f"{mention_in_refusal(incident.commander)} is incident commander")
    return commands.AssignRole(by=by, role=Role.COMMANDER, person=by)


def _resolve(_value: str, by: str, incident: Incident | None) -> Answer:
    incident = _require_declared(incident)
    if not incident.is_active:
        raise _already_done(incident, f"it is {incident.status}")
    return commands.Resolve(by=by)


def _close(_value: str, by: str, incident: Incident | None) -> Answer:
    incident = _require_declared(incident)
    if incident.status.is_over:
        raise _already_done(incident, f"it is {incident.status}")
    return commands.Close(by=by)


def _reopen(_value: str, by: str, incident: Incident | None) -> Answer:
    incident = _require_declared(incident)
    if incident.is_active:
        raise _already_done(incident, f"it is open ({incident.status})")
    return commands.Reopen(by=by, reason="reopened from the card")


def _finish_step(outcome: StepOutcome) -> Reader:
    def read(value: str, by: str, incident: Incident | None) -> Answer:
        step_id = _require_open_step(value, _require_declared(incident))
        return commands.FinishStep(by=by, step=step_id, outcome=outcome)

    return read


def _skip_step(value: str, _by: str, incident: Incident | None) -> Answer:
    return ShowSkipForm(step=_require_open_step(value, _require_declared(incident)))


def _run_probe(value: str, by: str, incident: Incident | None) -> Answer:
    return commands.RequestProbe(by=by, step=_require_open_step(value, _require_declared(incident)))


def _take_step(value: str, by: str, incident: Incident | None) -> Answer:
    incident = _require_declared(incident)
    step_id = _require_open_step(value, incident)
    state = incident.investigation.state_of(step_id)
    if state.taken_by:
        since = f" at {moment(state.taken_at)}" if state.taken_at else ""
        raise _already_done(incident, f"{mention_in_refusal(state.taken_by)} took it{since}")
    return commands.TakeStep(by=by, step=step_id)


def _settle_hypothesis(verdict: HypothesisVerdict) -> Reader:
    def read(value: str, by: str, incident: Incident | None) -> Answer:
        number, _ = _require_open_hypothesis(value, _require_declared(incident))
        return commands.CloseHypothesis(by=by, number=number, verdict=verdict)

    return read


def _change_area(value: str, by: str, incident: Incident | None) -> Answer:
    number, area = _require_open_hypothesis(value, _require_declared(incident))
    return commands.ChangeHypothesisArea(by=by, number=number, area=Area(area))


def _open_side_channel(value: str, by: str, incident: Incident | None) -> Answer:
    incident = _require_declared(incident)
    number, _ = _require_open_hypothesis(value, incident)
    if asked_by := incident.investigation.hypotheses[number].side_asked_by:
        raise _already_done(incident, f"{mention_in_refusal(asked_by)} asked for the channel")
    return commands.RequestSideChannel(by=by, number=number)


def _extend_time_box(value: str, by: str, incident: Incident | None) -> Answer:
    number, _ = _require_ended_time_box(value, _require_declared(incident))
    return commands.ExtendHypothesis(by=by, number=number)


def _hand_over(value: str, by: str, incident: Incident | None) -> Answer:
    number, owner = _require_ended_time_box(value, _require_declared(incident))
    return commands.HandOverHypothesis(by=by, number=number, owner=owner)


def _rule_out(value: str, by: str, incident: Incident | None) -> Answer:
    number, _ = _require_ended_time_box(value, _require_declared(incident))
    return commands.CloseHypothesis(by=by, number=number, verdict=HypothesisVerdict.REFUTED)


def _escalate(value: str, by: str, incident: Incident | None) -> Answer:
    incident, who = _require_declared(incident), _after_number(value)
    if who not in incident.not_yet_escalated_to:
        raise _already_done(incident, f"it was escalated to {mention_in_refusal(who)}")
    return commands.Escalate(by=by, who=who, reason="the runbook ended without a cause")


def _declare(_value: str, _by: str, _incident: Incident | None) -> Answer:
    return ShowDeclareForm()


def _require_open_step(value: str, incident: Incident) -> str:
    """Return the step's ID. Raise Refused if the step is already finished."""
    step_id = _after_number(value)
    state = incident.investigation.state_of(step_id)
    if state.outcome:
        step = incident.investigation.step(step_id)
        title = step.title if step else step_id
        when = f" at {moment(state.at)}" if state.at else ""
        by = mention_in_refusal(state.by)
        raise _already_done(incident, f"“{title}” was marked {state.outcome} by {by}{when}")
    return step_id


def _require_open_hypothesis(value: str, incident: Incident) -> tuple[int, str]:
    """Return the hypothesis's number and the text after it. Raise Refused if it is already settled."""
    number, _, rest = _after_number(value).partition(" ")
    hypothesis = incident.investigation.hypotheses[int(number)]
    if hypothesis.verdict:
        when = f" at {moment(hypothesis.closed_at)}" if hypothesis.closed_at else ""
        by = mention_in_refusal(hypothesis.closed_by)
        raise _already_done(
            incident, f"hypothesis {number} was {VERDICTS[hypothesis.verdict][1]} by {by}{when}"
        )
    return hypothesis.number, rest


def _require_ended_time_box(value: str, incident: Incident) -> tuple[int, str]:
    """Return the hypothesis's number and the text after it. Raise Refused if its time-box still runs."""
    number, rest = _require_open_hypothesis(value, incident)
    hypothesis = incident.investigation.hypotheses[number]
    if not hypothesis.asked:
        owner, until = mention_in_refusal(hypothesis.owner), moment(hypothesis.ends_at)
        raise _already_done(incident, f"{owner} has hypothesis {number} until {until}")
    return number, rest


def _require_declared(incident: Incident | None) -> Incident:
    if incident is None or incident.version == 0:
        raise Refused("This button's incident is not in Firstcheck's database.")
    return incident


def _after_number(value: str) -> str:
    """Return the part of a button's value after the incident's number."""
    return value.partition(" ")[2]


def _already_done(incident: Incident, what: str) -> Refused:
    return Refused(f"Already done: {what} ({incident.name}).")


#: What a click means, by action ID.
BUTTONS: Mapping[str, Reader] = {
    card.TAKE_COMMAND: _take_command,
    commander_question.TAKE_COMMAND: _take_command,
    card.RESOLVE: _resolve,
    card.CLOSE: _close,
    card.REOPEN: _reopen,
    step.FOUND: _finish_step(StepOutcome.FOUND),
    step.CLEAR: _finish_step(StepOutcome.CLEAR),
    step.SKIP: _skip_step,
    step.PROBE: _run_probe,
    step.TAKE: _take_step,
    hint.RUN: _run_probe,
    hint.TAKE: _take_step,
    hypothesis.CONFIRM: _settle_hypothesis(HypothesisVerdict.CONFIRMED),
    hypothesis.REFUTE: _settle_hypothesis(HypothesisVerdict.REFUTED),
    hypothesis.PARK: _settle_hypothesis(HypothesisVerdict.PARKED),
    hypothesis.PLACE: _change_area,
    hypothesis.SIDE_CHANNEL: _open_side_channel,
    time_box.KEEP_ON: _extend_time_box,
    time_box.REFUTE: _rule_out,
    time_box.HAND_OVER: _hand_over,
    runbook_end.CALL_IN: _escalate,
    command_help.DECLARE: _declare,
}


def _declare_form(
    view: Mapping[str, Any], by: str, _incident: Incident | None
) -> tuple[commands.AnyCommand, ...] | FormErrors:
    result = declare.read(view["state"]["values"], by)
    return FormErrors(errors=result) if isinstance(result, dict) else result


def _skip_form(
    view: Mapping[str, Any], by: str, incident: Incident | None
) -> tuple[commands.AnyCommand, ...] | FormErrors:
    why = skip.read(view["state"]["values"])
    if not why:
        return FormErrors(errors={skip.WHY: "Please give a reason. A few words are enough."})
    step_id = _require_open_step(view["private_metadata"], _require_declared(incident))
    return (commands.FinishStep(by=by, step=step_id, outcome=StepOutcome.SKIPPED, evidence=why),)


#: What a submitted form means, by callback ID: the commands to record in order, or what is wrong with it.
FORMS: Mapping[str, FormReader] = {declare.SUBMIT: _declare_form, skip.SUBMIT: _skip_form}
