"""Alerts in every shape that senders produce, and what people in Slack hear of them."""

import json
from dataclasses import replace
from typing import Any

from bot.config.settings import Settings
from bot.domain.alerts.routing import Rule
from bot.domain.vocabulary import Severity, Status
from bot.workspace import Workspace
from tests.stage import Stage, staged


async def post(stage: Stage, source: str, body: Any) -> None:
    """Post a body, which is accepted, and let the bot do everything that follows."""
    content = body if isinstance(body, str) else json.dumps(body)
    response = await stage.client.post(f"{stage.url}/alerts/{source}", content=content)
    assert 202 == response.status_code
    await stage.quiet()


def grafana(*alerts: dict[str, Any]) -> dict[str, Any]:
    """Return a notification of Grafana about the rule "High CPU", which groups by rule."""
    name = alerts[0]["labels"]["alertname"]
    return {"version": "1", "groupLabels": {"alertname": name}, "alerts": list(alerts)}


HIGH_CPU = {
    "status": "firing",
    "labels": {"alertname": "High CPU", "service": "web"},
    "startsAt": "2026-11-22T10:00:00Z",
}
ENDED = {**HIGH_CPU, "status": "resolved", "endsAt": "2026-11-22T10:05:00Z"}
NO_DATA = {
    "status": "firing",
    "labels": {"alertname": "DatasourceNoData", "rulename": "High CPU", "service": "web"},
    "startsAt": "2026-11-22T10:05:00Z",
}


def digest(stage: Stage) -> str:
    """Return everything posted in the digest channel."""
    channel = "C0INCIDENTS"  # as in the fixture `settings`
    return "\n".join(f"{message.text} {message.blocks}" for message in stage.workspace.messages(channel))


async def test_missing_data_is_no_recovery(stage: Stage) -> None:
    """If Grafana ends an alert because its data is missing, the status stays and the reason is posted."""
    await post(stage, "alertmanager", grafana(HIGH_CPU))
    missing = {**ENDED, "annotations": {"grafana_state_reason": "MissingSeries"}}
    await post(stage, "alertmanager", grafana(missing))
    channel = await stage.channel()
    first = await stage.incident()
    await post(stage, "alertmanager", grafana(NO_DATA))

    assert Status.INVESTIGATING is first.status
    posted = str([message.blocks for message in stage.posts(channel)])
    assert "no alert is firing anymore, but not because of a recovery: its data is missing" in posted
    assert (1, 2) == (len(await stage.bot.store.log.incidents()), len((await stage.incident()).alerts))


async def test_data_is_back(stage: Stage) -> None:
    """When the data is back and nothing fires, the incident is monitored."""
    missing = {**ENDED, "annotations": {"grafana_state_reason": "NoData"}}
    for alert in (HIGH_CPU, missing, NO_DATA):
        await post(stage, "alertmanager", grafana(alert))
    blind = await stage.incident()
    await post(stage, "alertmanager", grafana({**NO_DATA, "status": "resolved"}))

    assert (Status.INVESTIGATING, Status.MONITORING) == (blind.status, (await stage.incident()).status)


async def test_one_bad_alert_takes_no_other_along(stage: Stage) -> None:
    """The good alerts of a body open their incident, and the bad one is announced."""
    good = {**HIGH_CPU, "startsAt": "0001-01-01T00:00:00Z"}
    await post(stage, "alertmanager", {"alerts": [7, good]})

    assert "High CPU on web" == (await stage.incident()).title
    await stage.bot.notices.post()
    assert "An alert request could not be read completely" in digest(stage)
    assert "alertmanager: alerts[0] must be an object, not a number." in digest(stage)


async def test_unreadable_bodies_are_announced_once(stage: Stage) -> None:
    """Unreadable bodies are announced together in the digest channel, escaped, and only once."""
    for body in ("<html>", '{"no": "title"}', "[" * 5000):
        await post(stage, "generic", body)
    posted = [await stage.bot.notices.post() for _ in range(3)]

    assert [True, False, False] == posted
    assert 1 == digest(stage).count("3 alert requests could not be read completely")
    assert "To see them: `firstcheck quarantine`." in digest(stage)


async def test_alerts_that_nobody_is_meant_to_hear(workspace: Workspace, settings: Settings) -> None:
    """A watchdog with severity none and an ignored route open nothing. Their metric counts them."""
    settings = settings_with(settings, Rule(match={"alertname": "Test.*"}, ignore=True))
    async with staged(workspace, settings) as stage:
        await post(stage, "generic", {"title": "Watchdog", "severity": "none"})
        await post(stage, "generic", {"title": "x", "alertname": "TestAlert", "severity": "critical"})
        metrics = (await stage.client.get(f"{stage.url}/metrics")).text
        await post(stage, "generic", {"title": "x", "alertname": "Real", "severity": "SEV-1 "})

        assert Severity.SEV1 is (await stage.incident()).severity
        assert 1 == len(await stage.bot.store.log.incidents())
    assert 'firstcheck_alerts_ignored_total{reason="its severity is none"} 1.0' in metrics
    assert 'reason="the rule for alertname=Test.* ignores it"} 1.0' in metrics


async def test_the_end_of_an_ignored_alert(workspace: Workspace, settings: Settings) -> None:
    """An alert that opened an incident before its route was ignored still ends there."""
    alert = {"title": "x", "alertname": "Noisy", "dedup_key": "n"}
    async with staged(workspace, settings) as stage:
        await post(stage, "generic", alert)
    settings = settings_with(settings, Rule(match={"alertname": "Noisy"}, ignore=True))
    async with staged(workspace, settings) as stage:
        await post(stage, "generic", {**alert, "status": "resolved"})
        assert Status.MONITORING is (await stage.incident()).status


async def test_a_resolution_without_a_firing_is_counted(stage: Stage) -> None:
    """A resolution that matches nothing opens nothing and is counted."""
    await post(stage, "generic", {"title": "✅ Disk full"})
    metrics = (await stage.client.get(f"{stage.url}/metrics")).text

    assert [] == await stage.bot.store.log.incidents()
    assert 'reason="it is the resolution of an unknown alert"} 1.0' in metrics


async def test_a_title_with_a_mark_ends_its_alert(stage: Stage) -> None:
    """`UP: x` ends what `DOWN: x` began, without any key."""
    await post(stage, "generic", {"title": "DOWN: shop.example"})
    await post(stage, "generic", {"title": "UP: shop.example"})

    incident = await stage.incident()
    assert ("shop.example", Status.MONITORING) == (incident.title, incident.status)


async def test_three_hundred_alerts_of_one_group(stage: Stage) -> None:
    """The title stays, and the card says how many alerts there are and what they share."""
    alerts = [
        {
            "status": "firing",
            "labels": {"alertname": "PodDown", "namespace": "shop", "pod": f"shop-{number}"},
            "annotations": {"summary": f"Pod shop-{number} is down"},
        }
        for number in range(301)
    ]
    body = {"groupLabels": {"alertname": "PodDown"}}
    await post(stage, "alertmanager", {**body, "alerts": alerts[:1]})
    await post(stage, "alertmanager", {**body, "alerts": alerts[1:]})

    assert "Pod shop-0 is down" == (await stage.incident()).title
    card = str(stage.posts(await stage.channel())[0].blocks)
    assert "*Alerts:* 301, all with alertname=PodDown, namespace=shop" in card


def settings_with(settings: Settings, rule: Rule) -> Settings:
    """Return settings with one more routing rule."""
    return replace(settings, rules=(rule, *settings.rules))
