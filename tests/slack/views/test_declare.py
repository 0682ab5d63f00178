"""The form that declares an incident."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from bot.domain import commands
from bot.domain.vocabulary import Role, Severity
from bot.slack.views import declare
from tests.slack.oracle import take_modal


def filled(**fields: Any) -> dict[str, Any]:
    """Return a submission's values: `title="x"` was typed, `severity="sev1"` was chosen."""
    kinds = {"severity": "selected_option", "commander": "selected_user"}
    return {
        name: {
            name: {kinds.get(name, "value"): {"value": value} if name == "severity" else value},
        }
        for name, value in fields.items()
    }


@given(title=st.text(), services=st.lists(st.text(), max_size=120))
def test_slack_accepts_the_form(title: str, services: list[str]) -> None:
    """Slack accepts the form with any title and any service names."""
    take_modal(declare.form(title=title, services=services, by="U1"))


def test_the_defaults() -> None:
    """The form starts with the typed title, sev2, the services, and the person as commander."""
    title, severity, service, _, commander = (
        block["element"] for block in declare.form("logins fail", services=["auth", "web"], by="U1")["blocks"]
    )

    assert "logins fail" == title["initial_value"]
    assert "sev2" == severity["initial_option"]["value"]
    assert ["auth", "web"] == [option["value"] for option in service["options"]]
    assert "U1" == commander["initial_user"]


def test_a_full_form() -> None:
    """A full form declares the incident, describes its impact and assigns the commander."""
    values = filled(title="logins\nfail", severity="sev1", service="auth", impact="30%", commander="U2")

    assert (
        commands.Declare(by="U1", title="logins fail", severity=Severity.SEV1, service="auth"),
        commands.DescribeImpact(by="U1", text="30%"),
        commands.AssignRole(by="U1", role=Role.COMMANDER, person="U2"),
    ) == declare.read(values, "U1")


def test_a_sparse_form() -> None:
    """A form with only a title and a severity declares the incident."""
    values = filled(title="logins fail", severity="sev3", service=None, impact=None, commander=None)

    assert (commands.Declare(by="U1", title="logins fail", severity=Severity.SEV3),) == declare.read(
        values, "U1"
    )


def test_a_service_from_the_menu() -> None:
    """The service can come from a menu."""
    values = filled(title="x", severity="sev3") | {
        "service": {"service": {"selected_option": {"value": "web"}}}
    }

    assert (commands.Declare(by="U1", title="x", severity=Severity.SEV3, service="web"),) == declare.read(
        values, "U1"
    )


def test_errors_in_the_form() -> None:
    """A blank title and an unknown severity are reported at their fields."""
    assert {"title": "Enter a title that says what is wrong."} == declare.read(filled(title=" "), "U1")
    assert ["severity"] == list(declare.read(filled(title="x", severity="sev9"), "U1"))
