"""Ladders and pagers in firstcheck.yaml become settings, or mistakes are reported."""

from pathlib import Path

import pytest

from bot.config.escalation import Pager
from bot.config.settings import ConfigMistakes, Settings, load
from bot.domain.escalation.ladder import LADDERS, Need, Rung
from bot.domain.vocabulary import Severity

SOUND = """
pagers:
  pagerduty:auth: {key: "env:PD", secret: "env:HOOK"}
  webhook:ours: {url: "http://127.0.0.1:9000/hook/", secret: "env:HOOK"}
ladders:
  sev2:
    - {after: 5m, unless: commander}
    - {after: 1h30m, unless: relief, who: [oncall, U012AB3CD, S012AB3CD, "#ops", "pagerduty:auth"]}
  sev3: []
"""
ENVIRON = {"PD": "routing", "HOOK": "secret"}


def loaded(folder: Path, text: str) -> Settings:
    """Return the settings in `text`."""
    file = folder / "firstcheck.yaml"
    file.write_text(text)
    return load(ENVIRON, file)


def test_ladders_and_pagers(tmp_path: Path) -> None:
    """A ladder replaces the default ladder of its severity and no other."""
    settings = loaded(tmp_path, SOUND)

    assert {
        "pagerduty:auth": Pager(key="routing", secret="secret"),
        "webhook:ours": Pager(url="http://127.0.0.1:9000/hook", secret="secret"),
    } == settings.pagers
    who = ("oncall", "U012AB3CD", "S012AB3CD", "#ops", "pagerduty:auth")
    assert {
        **LADDERS,
        Severity.SEV2: (
            Rung(after_minutes=5, unless=Need.COMMANDER),
            Rung(after_minutes=90, unless=Need.RELIEF, who=who),
        ),
        Severity.SEV3: (),
    } == settings.ladders


def test_secrets_are_not_in_the_repr(tmp_path: Path) -> None:
    """The repr of the settings contains no secret of a pager, so it can be logged."""
    text = repr(loaded(tmp_path, SOUND))

    assert "routing" not in text
    assert "'secret'" not in text


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("pagers: {auth: {key: k}}", "'auth' is not a pager"),
        ("pagers: {'pagerduty:auth': {secret: s}}", "the key is missing"),
        ("pagers: {'pagerduty:auth': {key: k, url: 'http://pager.example'}}", "unencrypted"),
        ("pagers: {'pagerduty:auth': {key: 'env:NO_SUCH'}}", "NO_SUCH is not set"),
        (
            "pagers: {'webhook:ours': {secret: s}}",
            "a webhook needs a url, and a secret to sign its pages with",
        ),
        (
            "pagers: {'webhook:ours': {url: 'https://hook.example'}}",
            "a webhook needs a url, and a secret to sign its pages with",
        ),
        ("ladders: {sev9: []}", "there is no severity 'sev9'"),
        ("ladders: {sev1: [{after: 5, unless: relief}]}", "'5' is not a duration — write 5m, 1h or 1h30m"),
        ("ladders: {sev1: [{after: '10', unless: relief}]}", "'10' is not a duration — write 10m, 1h or"),
        ("ladders: {sev1: [{after: 1h30, unless: relief}]}", "'1h30' is not a duration — write 1h30m, 1h or"),
        (
            "ladders: {sev1: [{after: 1:30, unless: relief}]}",
            "'1:30' is not a duration — write it like 5m, 1h",
        ),
        ("ladders: {sev1: [{after: [5m], unless: relief}]}", "must be text, not a list"),
        ("ladders: {sev1: [{after: soon, unless: relief}]}", "'soon' is not a duration"),
        ("ladders: {sev1: [{after: 0m, unless: relief}]}", "'0m' is not a duration"),
        ("ladders: {sev1: [{unless: relief}]}", "is missing"),
        ("ladders: {sev1: [{after: 5m}]}", "use one of commander"),
        ("ladders: {sev1: [{after: 5m, unless: sleep}]}", "'sleep' is not valid"),
        ("ladders: {sev1: [{after: 5m, unless: relief, who: ['@ann']}]}", "'@ann' cannot be escalated to"),
        (
            "ladders: {sev1: [{after: 5m, unless: relief, who: ['opsgenie:x']}]}",
            "the pager 'opsgenie:x' is not listed",
        ),
    ],
)
def test_mistakes(tmp_path: Path, text: str, sentence: str) -> None:
    """Each mistake in ladders and pagers is reported with what to write instead."""
    with pytest.raises(ConfigMistakes, match=sentence):
        loaded(tmp_path, text)
