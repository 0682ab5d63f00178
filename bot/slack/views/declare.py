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

#: The default, because an incident that a person declares usually affects users.
DEFAULT_SEVERITY = Severity.SEV2

#: What each severity means.
MEANINGS: Mapping[str, str] = {
    Severity.SEV1: "sev1: most users can't work, or data is at risk",
    Severity.SEV2: "sev2: many users affected, no workaround",
    Severity.SEV3: "sev3: some users affected, or there is a workaround",
    Severity.SEV4: "sev4: no user impact yet",
}


def form(title: str = "", services: Sequence[str] = (), by: str = "", channel: str = "") -> Block:
    """Return the form with these defaults. `by` is the suggested incident commander.

    `channel` is where the form was opened. It gets a link to the incident's channel.
    """
    return modal(
        SUBMIT,
        "Declare an incident",
        "Declare",
        [
            text_input(TITLE, "Title", initial=title, placeholder="Logins fail", longest=MAX_TITLE),
            select(SEVERITY, "Severity (if in doubt, pick the higher)", MEANINGS, initial=DEFAULT_SEVERITY),
            _service(services),
            text_input(IMPACT, "User impact", optional=True, lines=True, longest=MAX_VALUE),
            person_select(COMMANDER, "Incident commander", initial=by, optional=True),
        ],
        metadata=channel,
    )


def _service(services: Sequence[str]) -> Block:
    """Return a menu of the services, or a text field if there are none or more than Slack's menu holds."""
    names = [service for service in services if service.strip()]
    if not names or len(names) > MAX_OPTIONS:
        return text_input(SERVICE, "Service", placeholder="auth", optional=True, longest=100)
    return select(SERVICE, "Service", {service: service for service in names}, optional=True)


def read(values: Mapping[str, Any], by: str, channel: str = "") -> tuple[AnyCommand, ...] | dict[str, str]:
    """Return the commands for a submission's `view.state.values`, Declare first, or errors by block ID."""
    title = one_line(_text(values, TITLE))
    if not title:
        return {TITLE: "Enter a title that says what is wrong."}
    severity = _text(values, SEVERITY)
    if severity not in set(Severity):
        return {SEVERITY: "Choose a severity. If in doubt, pick the higher."}
    service = _text(values, SERVICE)
    declared = Declare(by=by, title=title, severity=Severity(severity), service=service, declared_in=channel)
    commands: list[AnyCommand] = [declared]
    if impact := _text(values, IMPACT):
        commands.append(DescribeImpact(by=by, text=impact))
    if commander := _text(values, COMMANDER):
        commands.append(AssignRole(by=by, role=Role.COMMANDER, person=commander))
    return tuple(commands)


def _text(values: Mapping[str, Any], block_id: str) -> str:
    """Return the text or the choice in a field, or "" if it was left empty."""
    field = values.get(block_id, {}).get(block_id, {})
    option = field.get("selected_option") or {}
    return (field.get("value") or field.get("selected_user") or option.get("value") or "").strip()
