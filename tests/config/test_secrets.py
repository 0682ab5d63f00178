"""Secrets of alert sources and pagers: an empty one is never accepted."""

from pathlib import Path

import pytest

from bot.config.monitoring import OPEN_TO_LOOPBACK
from bot.config.settings import load
from tests.config.test_config import mistakes, write


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("alerts: {x: {basic: {user: u, password: ''}}}", "alerts.x.basic.password: is empty"),
        ("alerts: {x: {basic: {user: '', password: p}}}", "alerts.x.basic.user: is empty"),
        ("alerts: {x: {basic: {user: u, password: }}}", "needs both user and password"),
        ("alerts: {x: {bearer: ''}}", "alerts.x.bearer: is empty"),
        ("alerts: {x: {bearer: '  '}}", "alerts.x.bearer: is empty"),
        ("alerts: {x: {secret: ''}}", "alerts.x.secret: is empty"),
        ("alerts: {x: {secret: 'env:'}}", "the variable  is not set"),
        ("pagers: {'pagerduty:auth': {key: k, secret: ''}}", "secret: is empty"),
    ],
)
def test_an_empty_secret_is_a_mistake(tmp_path: Path, text: str, what: str) -> None:
    """An empty password, token or secret is reported with its field, because anyone could guess it."""
    assert [line for line in mistakes(tmp_path, write(tmp_path, text)) if what in line]


@pytest.mark.parametrize("value", ["", "  "])
def test_an_empty_variable_is_no_secret(tmp_path: Path, value: str) -> None:
    """A secret in a variable that is set but empty is a mistake that says so."""
    text = 'alerts: {generic: {basic: {user: u, password: "env:BACKUP_PASSWORD"}}}'

    (line,) = mistakes(tmp_path, write(tmp_path, text), {"BACKUP_PASSWORD": value})

    assert "alerts.generic.basic.password: the variable BACKUP_PASSWORD is empty" in line


def test_sources_open_to_programs_on_this_machine(tmp_path: Path) -> None:
    """With Slack, sources without a secret are closed unless `open: loopback` says otherwise."""
    slack = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"}
    opened = load(slack, write(tmp_path, "alerts: {open: loopback}"))
    closed = load(slack, write(tmp_path, ""))

    assert OPEN_TO_LOOPBACK == opened.alerts
    assert (True, False) == (opened.open_to_loopback, closed.open_to_loopback)
    assert load({}, write(tmp_path, "")).open_to_loopback
    (line,) = mistakes(tmp_path, write(tmp_path, "alerts: {open: all}"))
    assert "alerts.open: must be loopback" in line
