"""Translates clicks and submitted forms into commands. Values only hold IDs and are checked again here."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from bot.domain import commands
from bot.domain.alerts.routing import SEVERITY_WORDS
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, StepOutcome
from bot.slack.dates import moment
from bot.slack.incoming.slash.requests import ShowDeclareForm, ShowSkipForm
from bot.slack.incoming.slash.severities import split_severity
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
    update,
)
from bot.slack.views.wording import VERDICTS

Answer = commands.AnyCommand | ShowDeclareForm | ShowSkipForm
#: A function that reads the part of a button's value after the incident's number, and who clicked.
Reader = Callable[[str, str, Incident], Answer]


def number_of(value: str) -> int | None:
    """Return the incident's number in a button's value or a form's metadata (7 in "7 settings") or None."""
    number, _, _ = value.partition(" ")
    return int(number) if number.isdecimal() and number.isascii() else None


def read_click(action_id: str, value: str, by: str, incident: Incident | None) -> Answer:
    """Translate a click by `by` into a request. Raise Refused if it isn't possible now."""
    if action_id == command_help.DECLARE:
        return ShowDeclareForm()
    if action_id not in BUTTONS:
        raise Refused("This button is from another version of Firstcheck.")
    return BUTTONS[action_id](_after_number(value), by, _require_declared(incident))


def read_form(
    view: Mapping[str, Any], by: str, incident: Incident | None
) -> tuple[commands.AnyCommand, ...] | dict[str, str]:
    """Translate a submitted form into commands to record in order, or return errors by block ID."""
    match view["callback_id"]:
        case declare.SUBMIT:
            read = declare.read(view["state"]["values"], by, view.get("private_metadata", ""))
            return tuple(map(_without_severity, read)) if isinstance(read, tuple) else read
        case skip.SUBMIT:
            why = skip.read(view["state"]["values"])
            if not why:
                return {skip.WHY: "Please give a reason. A few words are enough."}
            step_id = _require_open_step(_after_number(view["private_metadata"]), _require_declared(incident))
            return (commands.FinishStep(by=by, step=step_id, outcome=StepOutcome.SKIPPED, evidence=why),)
        case update.SUBMIT:
            _require_declared(incident)
            return update.read(view["state"]["values"], by) or {update.TEXT: "Please write the update."}
        case _:
            raise Refused(
                "This form is from another version of Firstcheck. Nothing was saved. Please open it again."
            )


def _without_severity(command: commands.AnyCommand) -> commands.AnyCommand:
    """Move a severity from the title of a declaration ("SEV1: logins fail"). The higher severity counts."""
    if not isinstance(command, commands.Declare):
        return command
    with suppress(Refused):  # the title uses the word `severity:` for something else
        severity, title = split_severity(command.title, SEVERITY_WORDS)
        if severity and title and title != command.title:
            return replace(command, title=title, severity=min(severity, command.severity))
    return command


def _take_command(_rest: str, by: str, incident: Incident) -> Answer:
    if incident.commander:
        raise _already_done(incident, f"{mention_in_refusal(incident.commander)} is incident commander")
    return commands.AssignRole(by=by, role=Role.COMMANDER, person=by)


def _resolve(_rest: str, by: str, incident: Incident) -> Answer:
    if not incident.is_active:
        raise _already_done(incident, f"it is {incident.status}")
    return commands.Resolve(by=by)


def _close(_rest: str, by: str, incident: Incident) -> Answer:
    if incident.status.is_over:
        raise _already_done(incident, f"it is {incident.status}")
    return commands.Close(by=by)


def _reopen(_rest: str, by: str, incident: Incident) -> Answer:
    if incident.is_active:
        raise _already_done(incident, f"it is open ({incident.status})")
    return commands.Reopen(by=by, reason="reopened from the card")


def _finish_step(step_id: str, by: str, incident: Incident, *, outcome: StepOutcome) -> Answer:
    return commands.FinishStep(by=by, step=_require_open_step(step_id, incident), outcome=outcome)


def _skip_step(step_id: str, _by: str, incident: Incident) -> Answer:
    return ShowSkipForm(step=_require_open_step(step_id, incident))


def _run_probe(step_id: str, by: str, incident: Incident) -> Answer:
    return commands.RequestProbe(by=by, step=_require_open_step(step_id, incident))


def _take_step(step_id: str, by: str, incident: Incident) -> Answer:
    state = incident.investigation.state_of(_require_open_step(step_id, incident))
    if state.taken_by:
        taken_by = mention_in_refusal(state.taken_by)
        raise _already_done(incident, f"{taken_by} took it{_at(state.taken_at)}")
    return commands.TakeStep(by=by, step=step_id)


def _settle_hypothesis(rest: str, by: str, incident: Incident, *, verdict: HypothesisVerdict) -> Answer:
    number, _ = _require_open_hypothesis(rest, incident)
    return commands.CloseHypothesis(by=by, number=number, verdict=verdict)


def _change_area(rest: str, by: str, incident: Incident) -> Answer:
    number, area = _require_open_hypothesis(rest, incident)
    return commands.ChangeHypothesisArea(by=by, number=number, area=Area(area))


def _open_side_channel(rest: str, by: str, incident: Incident) -> Answer:
    number, _ = _require_open_hypothesis(rest, incident)
    if asked_by := incident.investigation.hypotheses[number].side_asked_by:
        raise _already_done(incident, f"{mention_in_refusal(asked_by)} asked for the channel")
    return commands.RequestSideChannel(by=by, number=number)


def _extend_time_box(rest: str, by: str, incident: Incident) -> Answer:
    number, _ = _require_ended_time_box(rest, incident)
    return commands.ExtendHypothesis(by=by, number=number)


def _hand_over(rest: str, by: str, incident: Incident) -> Answer:
    number, owner = _require_ended_time_box(rest, incident)
    return commands.HandOverHypothesis(by=by, number=number, owner=owner)


def _rule_out(rest: str, by: str, incident: Incident) -> Answer:
    number, _ = _require_ended_time_box(rest, incident)
    return commands.CloseHypothesis(by=by, number=number, verdict=HypothesisVerdict.REFUTED)


def _escalate(who: str, by: str, incident: Incident) -> Answer:
    if who not in incident.not_yet_escalated_to:
        raise _already_done(incident, f"it was escalated to {mention_in_refusal(who)}")
    return commands.Escalate(by=by, who=who, reason="the runbook ended without a cause")


def _require_open_step(step_id: str, incident: Incident) -> str:
    """Return the step's ID. Raise Refused if the step is already finished."""
    state = incident.investigation.state_of(step_id)
    if state.outcome:
        step = incident.investigation.step(step_id)
        title, by = step.title if step else step_id, mention_in_refusal(state.by)
        raise _already_done(incident, f"“{title}” was marked {state.outcome} by {by}{_at(state.at)}")
    return step_id


def _require_open_hypothesis(rest: str, incident: Incident) -> tuple[int, str]:
    """Return the hypothesis's number and the text after it. Raise Refused if it is already settled."""
    number, _, rest = rest.partition(" ")
    hypothesis = incident.investigation.hypotheses[int(number)]
    if hypothesis.verdict:
        verdict, by = VERDICTS[hypothesis.verdict][1], mention_in_refusal(hypothesis.closed_by)
        what = f"hypothesis {number} was {verdict} by {by}{_at(hypothesis.closed_at)}"
        raise _already_done(incident, what)
    return hypothesis.number, rest


def _require_ended_time_box(rest: str, incident: Incident) -> tuple[int, str]:
    """Return the hypothesis's number and the text after it. Raise Refused if it still has time."""
    number, rest = _require_open_hypothesis(rest, incident)
    hypothesis = incident.investigation.hypotheses[number]
    if not hypothesis.asked:
        owner, until = mention_in_refusal(hypothesis.owner), moment(hypothesis.ends_at)
        raise _already_done(incident, f"{owner} has hypothesis {number} until {until}")
    return number, rest


def _require_declared(incident: Incident | None) -> Incident:
    if incident is None or incident.version == 0:
        raise Refused("This button belongs to an incident that is not in Firstcheck's database.")
    return incident


def _after_number(value: str) -> str:
    """Return the part of a button's value or a form's metadata after the incident's number."""
    return value.partition(" ")[2]


def _at(time: datetime | None) -> str:
    return f" at {moment(time)}" if time else ""


def _already_done(incident: Incident, what: str) -> Refused:
    return Refused(f"Already done: {what} ({incident.name}).")


#: The translation of a click on each button of an incident, by action ID.
BUTTONS: Mapping[str, Reader] = {
    card.TAKE_COMMAND: _take_command,
    commander_question.TAKE_COMMAND: _take_command,
    card.RESOLVE: _resolve,
    card.CLOSE: _close,
    card.REOPEN: _reopen,
    step.FOUND: partial(_finish_step, outcome=StepOutcome.FOUND),
    step.CLEAR: partial(_finish_step, outcome=StepOutcome.CLEAR),
    step.SKIP: _skip_step,
    step.PROBE: _run_probe,
    step.TAKE: _take_step,
    hint.RUN: _run_probe,
    hint.TAKE: _take_step,
    hypothesis.CONFIRM: partial(_settle_hypothesis, verdict=HypothesisVerdict.CONFIRMED),
    hypothesis.REFUTE: partial(_settle_hypothesis, verdict=HypothesisVerdict.REFUTED),
    hypothesis.PARK: partial(_settle_hypothesis, verdict=HypothesisVerdict.PARKED),
    hypothesis.PLACE: _change_area,
    hypothesis.SIDE_CHANNEL: _open_side_channel,
    time_box.KEEP_ON: _extend_time_box,
    time_box.REFUTE: _rule_out,
    time_box.HAND_OVER: _hand_over,
    runbook_end.CALL_IN: _escalate,
}
