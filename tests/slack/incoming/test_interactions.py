"""Buttons and forms: each has a meaning, and a click that comes too late is refused."""

from dataclasses import replace

import pytest

from bot.domain import commands, events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import Area, HypothesisVerdict, Role, StepOutcome
from bot.slack.dates import moment
from bot.slack.incoming.interactions import BUTTONS, Answer, number_of, read_click, read_form
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.table import SUBCOMMANDS
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
from bot.slack.views.blocks import Block
from tests.domain.given import CLEARED, NOW, RUNBOOK, SETTINGS, SUSPECTED, TEN, at, incident_after
from tests.slack.lives import actions

TEN_OCLOCK, QUARTER_PAST = moment(TEN), moment(at(15))
COMMANDED = events.RoleAssigned(at=TEN, by="U1", role=Role.COMMANDER, person="U1")
RESOLVED = events.IncidentResolved(at=TEN, by="U1")
CLOSED = events.IncidentClosed(at=TEN, by="U1")
ENDED = events.TimeBoxEnded(at=TEN, number=1)
NO_STEP_LEFT = events.RunbookChosen(
    at=TEN,
    runbook=replace(RUNBOOK, steps=(replace(SETTINGS, stop_if=StepOutcome.CLEAR),), escalate=("U0DAVE",)),
    reason="",
)
HINTED = events.HintGiven(at=TEN, number=1, areas=(Area.CONFIG,), step="settings")
REFUTED = events.HypothesisClosed(at=TEN, by="U1", number=1, verdict=HypothesisVerdict.REFUTED)


def click(action_id: str, value: str, incident: Incident | None) -> Answer:
    """Return the command or the form that a click of U5 stands for."""
    return read_click(action_id, value, "U5", incident)


def test_every_button_has_a_meaning() -> None:
    """Every button of an incident has a row in BUTTONS, and every row has a button."""
    suspected = incident_after(replace(SUSPECTED, area=Area.SECURITY))
    asked = incident_after(SUSPECTED, ENDED)
    screens = [
        card.card(incident_after(), NOW),
        card.card(incident_after(RESOLVED), NOW),
        step.step(incident_after(), SETTINGS),
        hypothesis.hypothesis(suspected, suspected.investigation.hypotheses[1]),
        time_box.question(asked, asked.investigation.hypotheses[1], 1),
        hint.hint(HINTED, suspected),
        hint.hint(replace(HINTED, step="pool"), suspected),
        runbook_end.runbook_end(incident_after(NO_STEP_LEFT, CLEARED)),
        commander_question.commander_question(incident_after()),
        command_help.command_help("", SUBCOMMANDS),
    ]

    assert {*BUTTONS, command_help.DECLARE} == {
        action_id for screen in screens for action_id, _ in actions(screen)
    }


@pytest.mark.parametrize("form", [declare.form(), skip.form(incident_after(), SETTINGS)])
def test_every_form_has_a_meaning(form: Block) -> None:
    """Every form is read when it is submitted. An empty one is rejected."""
    empty = {"values": {skip.WHY: {skip.WHY: {"value": ""}}}}

    assert isinstance(read_form({**form, "state": empty}, "U5", incident_after()), dict)


def test_an_unknown_form_is_refused() -> None:
    """A form of another version of Firstcheck is refused."""
    with pytest.raises(Refused, match="from another version"):
        read_form({"callback_id": "other.submit", "state": {"values": {}}}, "U5", None)


@pytest.mark.parametrize(
    ("action_id", "value", "more", "meant"),
    [
        (card.TAKE_COMMAND, "7", (), commands.AssignRole(by="U5", role=Role.COMMANDER, person="U5")),
        (
            commander_question.TAKE_COMMAND,
            "7",
            (),
            commands.AssignRole(by="U5", role=Role.COMMANDER, person="U5"),
        ),
        (card.RESOLVE, "7", (), commands.Resolve(by="U5")),
        (card.CLOSE, "7", (RESOLVED,), commands.Close(by="U5")),
        (card.REOPEN, "7", (RESOLVED,), commands.Reopen(by="U5", reason="reopened from the card")),
        (
            step.FOUND,
            "7 settings",
            (),
            commands.FinishStep(by="U5", step="settings", outcome=StepOutcome.FOUND),
        ),
        (step.CLEAR, "7 pool", (), commands.FinishStep(by="U5", step="pool", outcome=StepOutcome.CLEAR)),
        (step.SKIP, "7 pool", (), requests.ShowSkipForm(step="pool")),
        (step.PROBE, "7 settings", (), commands.RequestProbe(by="U5", step="settings")),
        (
            "hypothesis.confirm",
            "7 1",
            (SUSPECTED,),
            commands.CloseHypothesis(by="U5", number=1, verdict=HypothesisVerdict.CONFIRMED),
        ),
        (step.TAKE, "7 pool", (), commands.TakeStep(by="U5", step="pool")),
        (hint.RUN, "7 settings", (), commands.RequestProbe(by="U5", step="settings")),
        (hint.TAKE, "7 pool", (), commands.TakeStep(by="U5", step="pool")),
        (
            hypothesis.PLACE,
            "7 1 network",
            (SUSPECTED,),
            commands.ChangeHypothesisArea(by="U5", number=1, area=Area.NETWORK),
        ),
        (hypothesis.SIDE_CHANNEL, "7 1", (SUSPECTED,), commands.RequestSideChannel(by="U5", number=1)),
        (time_box.KEEP_ON, "7 1", (SUSPECTED, ENDED), commands.ExtendHypothesis(by="U5", number=1)),
        (
            time_box.HAND_OVER,
            "7 1 U2",
            (SUSPECTED, ENDED),
            commands.HandOverHypothesis(by="U5", number=1, owner="U2"),
        ),
        (
            "hypothesis.park",
            "7 1",
            (SUSPECTED,),
            commands.CloseHypothesis(by="U5", number=1, verdict=HypothesisVerdict.PARKED),
        ),
        (command_help.DECLARE, "new", (), requests.ShowDeclareForm()),
    ],
)
def test_a_click_means_a_command_or_a_form(
    action_id: str, value: str, more: tuple[events.AnyEvent, ...], meant: Answer
) -> None:
    """A click is a command of the person who clicked, or opens a form."""
    assert meant == click(action_id, value, incident_after(*more))


@pytest.mark.parametrize(
    ("action_id", "value", "more", "sentence"),
    [
        (card.TAKE_COMMAND, "7", (COMMANDED,), "Already done: <@U1> is incident commander (INC-7)."),
        (card.RESOLVE, "7", (RESOLVED,), "Already done: it is resolved (INC-7)."),
        (card.CLOSE, "7", (RESOLVED, CLOSED), "Already done: it is closed (INC-7)."),
        (card.REOPEN, "7", (), "Already done: it is open (investigating) (INC-7)."),
        (
            step.FOUND,
            "7 settings",
            (CLEARED,),
            f"Already done: “Settings of auth” was marked clear by <@U1> at {TEN_OCLOCK} (INC-7).",
        ),
        (
            step.TAKE,
            "7 settings",
            (events.StepTaken(at=TEN, by="U1", step="settings"),),
            f"Already done: <@U1> took it at {TEN_OCLOCK} (INC-7).",
        ),
        (
            time_box.KEEP_ON,
            "7 1",
            (SUSPECTED,),
            f"Already done: <@U2> has hypothesis 1 until {QUARTER_PAST} (INC-7).",
        ),
        (
            time_box.REFUTE,
            "7 1",
            (SUSPECTED, ENDED, events.HypothesisExtended(at=TEN, by="U1", number=1, minutes=15)),
            f"Already done: <@U2> has hypothesis 1 until {QUARTER_PAST} (INC-7).",
        ),
        (
            hypothesis.SIDE_CHANNEL,
            "7 1",
            (SUSPECTED, events.SideChannelRequested(at=TEN, by="U1", number=1)),
            "Already done: <@U1> asked for the channel (INC-7).",
        ),
        (
            "hypothesis.refute",
            "7 1",
            (SUSPECTED, REFUTED),
            f"Already done: hypothesis 1 was ruled out by <@U1> at {TEN_OCLOCK} (INC-7).",
        ),
    ],
)
def test_a_late_click_is_refused(
    action_id: str, value: str, more: tuple[events.AnyEvent, ...], sentence: str
) -> None:
    """A click on something already done is refused with who did it and when. Nothing is overwritten."""
    with pytest.raises(Refused) as refused:
        click(action_id, value, incident_after(*more))

    assert sentence == str(refused.value)


def test_a_click_on_an_unknown_incident_is_refused() -> None:
    """A button of an incident that is not in the database is refused."""
    with pytest.raises(Refused, match="This button belongs to an incident that is not in"):
        click(card.RESOLVE, "7", None)
    with pytest.raises(Refused, match="This button belongs to an incident that is not in"):
        click(card.RESOLVE, "7", Incident(number=7))


@pytest.mark.parametrize(
    ("value", "number"), [("7", 7), ("7 settings", 7), ("new", None), ("", None), ("٣", None)]
)
def test_the_incident_number_of_a_value(value: str, number: int | None) -> None:
    """A value begins with the incident's number, or has none."""
    assert number == number_of(value)


def test_a_skip_needs_a_reason() -> None:
    """The reason for a skip is recorded with the step. The form rejects an empty reason."""
    view = {
        "callback_id": skip.SUBMIT,
        "private_metadata": "7 settings",
        "state": {"values": {"why": {"why": {"value": "no access"}}}},
    }
    empty = {**view, "state": {"values": {"why": {"why": {"value": " "}}}}}
    skipped = commands.FinishStep(by="U5", step="settings", outcome=StepOutcome.SKIPPED, evidence="no access")

    assert (skipped,) == read_form(view, "U5", incident_after())
    assert {"why": "Please give a reason. A few words are enough."} == read_form(
        empty, "U5", incident_after()
    )
