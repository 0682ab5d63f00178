"""Runbooks: finding a step, and choosing the runbook for an incident."""

from collections.abc import Mapping

import pytest

from bot.domain.runbooks.runbook import Runbook, choose
from tests.domain.given import POOL, RUNBOOK

GENERAL = Runbook(id="general", title="Anything", steps=())
AUTH = Runbook(id="auth", title="Auth", steps=(), service="auth")
LOGINS = Runbook(id="logins", title="Logins", steps=(), match={"alertname": "LoginsFail"})
AUTH_LOGINS = Runbook(
    id="auth-logins", title="Both", steps=(), service="auth", match={"alertname": "LoginsFail"}
)
IN_PROD = Runbook(id="p", title="Prod", steps=(), match={"alertname": "LoginsFail", "env": "prod"})
ALL = (GENERAL, AUTH, LOGINS, AUTH_LOGINS, IN_PROD)


def test_a_step_is_found_by_its_id() -> None:
    """A step is found by its ID, and an unknown ID gives None."""
    assert POOL == RUNBOOK.step("pool")
    assert None is RUNBOOK.step("no")


@pytest.mark.parametrize(
    ("service", "labels", "expected", "why"),
    [
        ("web", {}, GENERAL, "no more specific runbook applies"),
        ("auth", {}, AUTH, "it is written for auth"),
        ("web", {"alertname": "LoginsFail"}, LOGINS, "the alert has alertname=LoginsFail"),
        ("auth", {"alertname": "LoginsFail"}, AUTH_LOGINS, "the alert has alertname=LoginsFail"),
        (
            "auth",
            {"env": "prod", "alertname": "LoginsFail"},
            IN_PROD,
            "the alert has alertname=LoginsFail, env=prod",
        ),
    ],
)
def test_the_closest_fit_is_chosen(
    service: str, labels: Mapping[str, str], expected: Runbook, why: str
) -> None:
    """The most labels in common win, then the service's own, then the general one, in any order of files."""
    assert (expected, why) == choose(ALL, service, labels)
    assert (expected, why) == choose(ALL[::-1], service, labels)


def test_the_configured_runbook_has_priority() -> None:
    """A configured runbook wins even if another fits better. An unknown name counts as not configured."""
    assert (GENERAL, "it is configured for auth") == choose(ALL, "auth", {}, named="general")
    assert (GENERAL, "it is configured for this incident") == choose(ALL, "", {}, named="general")
    assert AUTH == choose(ALL, "auth", {}, named="gone")[0]


def test_no_runbook_fits() -> None:
    """Runbooks of other services or for other alerts do not fit."""
    nothing = (None, "No runbook matches, and there is no general runbook.")

    assert nothing == choose((AUTH, LOGINS), "web", {})
    assert nothing == choose((), "auth", {})
