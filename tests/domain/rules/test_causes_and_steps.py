"""The state machine of causes and steps: docs/decisions/0007-causes-and-steps.md has the same table."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import pytest

from bot.domain import commands, events
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.rules.decide.decide import decide
from bot.domain.rules.evolve import evolve
from bot.domain.vocabulary import HypothesisVerdict, Status, StepOutcome
from tests.domain.given import NOW, SUSPECTED, incident_after

#: How many commands in a row are tried, all of them after each other.
DEPTH = 4
#: Each thing that can be called the cause, with the mark that says so.
MARKS: dict[str, StepOutcome | HypothesisVerdict] = {
    "settings": StepOutcome.FOUND,
    "pool": StepOutcome.FOUND,
    "1": HypothesisVerdict.CONFIRMED,
}
#: Each command, as the source it is about and the mark that it sets.
VERDICTS = [
    *((step, outcome) for step in ("settings", "pool") for outcome in StepOutcome),
    *(("1", verdict) for verdict in HypothesisVerdict),
]
BY_HAND, NONE, RELAPSE = "by hand", "none", "relapse"


@dataclass(frozen=True)
class Model:
    """What people should see: the mark of each source, the source of the cause, and the status."""

    marks: dict[str, str | None] = field(default_factory=lambda: dict.fromkeys(MARKS))
    cause: str = ""
    status: Status = Status.INVESTIGATING

    def after(self, source: str, mark: str) -> "Model":
        """Return the model after a command, by the table of the decision record."""
        if source == RELAPSE:
            return replace(self, status=Status.INVESTIGATING)
        if source == BY_HAND:  # other words for a cause leave the status alone
            return replace(self, cause=BY_HAND, status=self.status if self.cause else Status.IDENTIFIED)
        if source == NONE:
            marks = {name: None if name == self.cause else mark for name, mark in self.marks.items()}
            return Model(marks=marks)
        if self.marks[source] == mark and self.cause not in {"", source}:
            return self
        marks = {**self.marks, source: mark}
        if mark == MARKS[source]:
            return Model(marks=marks, cause=self.cause or source, status=Status.IDENTIFIED)
        return Model(marks=marks) if self.cause == source else replace(self, marks=marks)


def command(source: str, mark: str, by: str) -> commands.AnyCommand:
    """Return the command that sets a mark, names or withdraws a cause by hand, or reopens the incident."""
    if source == RELAPSE:
        return commands.Reopen(by=by, reason="it is back")
    if source == BY_HAND:
        return commands.NameCause(by=by, text=f"in the words of {by}")
    if source == NONE:
        return commands.WithdrawCause(by=by, reason="wrong")
    if source == "1":
        return commands.CloseHypothesis(by=by, number=1, verdict=HypothesisVerdict(mark))
    return commands.FinishStep(by=by, step=source, outcome=StepOutcome(mark), evidence="seen")


def seen(incident: Incident) -> Model:
    """Return what people see of an incident."""
    investigation = incident.investigation
    marks: dict[str, str | None] = {
        step: investigation.state_of(step).outcome for step in ("settings", "pool")
    }
    marks["1"] = investigation.hypotheses[1].verdict
    cause = investigation.cause
    source = (cause.step or (str(cause.hypothesis) if cause.hypothesis else BY_HAND)) if cause else ""
    return Model(marks=marks, cause=source, status=incident.status)


def paths(incident: Incident, model: Model, depth: int) -> Iterator[int]:
    """Check every sequence of commands up to a length. Yield 1 for each command that was checked."""
    for source, mark in [*VERDICTS, (BY_HAND, ""), (NONE, ""), (RELAPSE, "")]:
        by = f"U{depth}"
        given = command(source, mark, by)
        if source == NONE and not model.cause:
            with pytest.raises(Refused, match="has no cause to withdraw"):
                decide(incident, given, NOW)
            continue
        if source == RELAPSE:
            incident = evolve(incident, events.IncidentResolved(at=NOW, by=by))
        after = incident
        for event in decide(incident, given, NOW):
            assert by == event.by
            if isinstance(event, events.CauseNamed):  # only what this person has just called the cause
                named = event.step or str(event.hypothesis or BY_HAND)
                assert (source, MARKS.get(source, "")) == (named, mark)
            after = evolve(after, event)
        wanted = model.after(source, mark)
        assert wanted == seen(after)
        yield 1
        if depth > 1:
            yield from paths(after, wanted, depth - 1)


def test_every_sequence_of_marks_causes_and_withdrawals() -> None:
    """Nobody's command names a cause that this person did not name, and a withdrawal leaves no cause."""
    assert sum(paths(incident_after(SUSPECTED), Model(), DEPTH)) > 10_000


def test_what_still_counts_as_marked() -> None:
    """A step that another person marked stays marked, and no longer stops the runbook."""
    incident = incident_after()
    for given in (
        command("settings", "found", "U1"),
        command("pool", "found", "U2"),
        command(NONE, "", "U3"),
    ):
        for event in decide(incident, given, NOW):
            incident = evolve(incident, event)
    steps, hypotheses = incident.investigation.unrecorded_causes

    assert (["pool"], ()) == ([step.id for step in steps], hypotheses)
    assert ["settings"] == [step.id for step in incident.investigation.free_steps]


def test_a_step_whose_cause_was_withdrawn_comes_last() -> None:
    """A step whose cause was withdrawn is offered after the others, until it is finished again."""
    incident = incident_after()
    assert ["settings", "pool"] == [step.id for step in incident.investigation.free_steps]
    for given in (command("settings", "found", "U1"), command(NONE, "", "U2")):
        for event in decide(incident, given, NOW):
            incident = evolve(incident, event)

    assert ["pool", "settings"] == [step.id for step in incident.investigation.free_steps]
    why = incident.investigation.step_evidence["settings"].why
    assert "moved back, because the cause it found was withdrawn" == why
    for event in decide(incident, command("settings", "found", "U1"), NOW):
        incident = evolve(incident, event)
    assert "" == incident.investigation.step_evidence["settings"].why
