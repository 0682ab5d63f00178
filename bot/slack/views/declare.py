"""The form that declares an incident."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.domain.commands import AnyCommand, AssignRole, Declare, DescribeImpact
from bot.domain.rules.decide.alerts import MAX_TITLE
from bot.domain.vocabulary import Role, Severity
from bot.slack.mrkdwn import one_line
from bot.slack.views.blocks import MAX_OPTIONS, MAX_VALUE, Block, modal, person_select, select, text_input

SUBMIT = "declare.submit"
TITLE = "title"
SEVERITY = "severity"
SERVICE = "service"
IMPACT = "impact"
COMMANDER = "commander"

#: Who is unsure takes the worse one: an incident somebody declares by hand is felt by somebody.
DEFAULT_SEVERITY = Severity.SEV2

#: What each severity means, in the words people choose by.
MEANINGS: Mapping[str, str] = {
    Severity.SEV1: "sev1: most users cannot work, or data is at risk",
    Severity.SEV2: "sev2: many users feel it, no way around it",
    Severity.SEV3: "sev3: some users feel it, or there is a way around it",
    Severity.SEV4: "sev4: nobody feels it yet",
}


def form(
    title: str = "",
    severity: Severity = DEFAULT_SEVERITY,
    services: Sequence[str] = (),
    by: str = "",
) -> Block:
    """Return the form, filled in as far as known; `by` is offered as commander."""
    return modal(
        SUBMIT,
        "Declare an incident",
        "Declare",
        [
            text_input(TITLE, "What is wrong?", initial=title, placeholder="Logins fail", longest=MAX_TITLE),
            select(SEVERITY, "How bad? If unsure, the worse one", MEANINGS, initial=severity),
            _service(services),
            text_input(IMPACT, "What do users feel?", optional=True, lines=True, longest=MAX_VALUE),
            person_select(COMMANDER, "Who commands?", initial=by, optional=True),
        ],
    )


def _service(services: Sequence[str]) -> Block:
    """Offer the services to choose from; what Slack's list cannot hold is written by hand."""
    named = [service for service in services if service.strip()]
    if not named or len(named) > MAX_OPTIONS:
        return text_input(SERVICE, "Which service?", placeholder="auth", optional=True, longest=100)
    return select(SERVICE, "Which service?", {service: service for service in named}, optional=True)


def read(values: Mapping[str, Any], by: str) -> tuple[AnyCommand, ...] | dict[str, str]:
    """Return the commands of a submission's `view.state.values`, Declare first, or errors by block id."""
    title = one_line(_text(values, TITLE))
    if not title:
        return {TITLE: "Say in a few words what is wrong."}
    chosen = (values.get(SEVERITY, {}).get(SEVERITY, {}).get("selected_option") or {}).get("value")
    if chosen not in set(Severity):
        return {SEVERITY: "Choose how bad it is; if unsure, the worse one."}
    commander = values.get(COMMANDER, {}).get(COMMANDER, {}).get("selected_user") or ""
    commands: list[AnyCommand] = [
        Declare(
            by=by,
            title=title,
            severity=Severity(chosen),
            service=_text(values, SERVICE),
        )
    ]
    if impact := _text(values, IMPACT):
        commands.append(DescribeImpact(by=by, text=impact))
    if commander:
        commands.append(AssignRole(by=by, role=Role.COMMANDER, person=commander))
    return tuple(commands)


def _text(values: Mapping[str, Any], block_id: str) -> str:
    """Return what was written or chosen, or nothing where the field was left out."""
    field = values.get(block_id, {}).get(block_id, {})
    return (field.get("value") or (field.get("selected_option") or {}).get("value") or "").strip()
