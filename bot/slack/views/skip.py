"""The form that asks why a step is skipped."""

from collections.abc import Mapping
from typing import Any

from bot.domain.incident.incident import Incident
from bot.domain.runbooks.runbook import Step
from bot.slack.mrkdwn import one_line
from bot.slack.views.blocks import Block, modal, text_input

SUBMIT = "skip.submit"
WHY = "why"


def form(incident: Incident, step: Step) -> Block:
    """Return the form. Its metadata holds the incident's number and the step's ID."""
    label = f"Reason for skipping “{one_line(step.title)}” (shown in the postmortem)"
    return modal(
        SUBMIT,
        "Skip a step",
        "Skip",
        [text_input(WHY, label, placeholder="for example: no access, or ruled out by …")],
        metadata=f"{incident.number} {step.id}",
    )


def read(values: Mapping[str, Any]) -> str:
    """Return the reason given in a submission's `view.state.values`."""
    return (values[WHY][WHY]["value"] or "").strip()
