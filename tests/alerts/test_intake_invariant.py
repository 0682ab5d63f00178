"""The promise of the intake: a firing alert is in an open incident, or there is a reason that people can see.

Histories of two monitors and of people are generated, and checked after every step against a small model.
`CASES=100000 pytest tests/alerts/test_intake_invariant.py` generates that many.
"""

import asyncio
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.alerts.intake import Intake
from bot.config.settings import Settings
from bot.domain import commands
from bot.domain.errors import Refused
from bot.domain.incident.incident import Incident
from bot.domain.rules.correlation import ENDS_KEPT, REOPEN_WITHIN, still_firing
from bot.engine.record import Recorder
from bot.store import Store, open_store

NOON = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
#: Two alerts of Alertmanager, which tells when each episode began, and one of a monitor that does not.
ALERTS = ("am-a", "am-b", "plain")
#: Waits in minutes: within the window for reopening, beyond it, and beyond the time that ends are kept.
WAITS = (1, REOPEN_WITHIN // timedelta(minutes=1) + 1, ENDS_KEPT // timedelta(minutes=1) + 1)

#: Every step. Each monitor repeats often, and people mostly act on the newest incident.
STEPS: list[tuple[str, Any]] = [
    *[(what, name) for what in ("fires", "resolves", "resolves unheard", "retries late") for name in ALERTS],
    *[("fires", name) for name in ALERTS],
    *[("all repeat", 0)] * 6,
    *[(what, back) for what in ("resolve", "close", "cancel") for back in (0, 0, 1)],
    ("reopen", 0),
    ("reopen", 1),
    *[("wait", minutes) for minutes in WAITS],
    ("restart", 0),
]


MEMORY = "sqlite:///:memory:"
#: A store that gets many worlds becomes slow, because the check counts the rows of the journal.
WORLDS_A_STORE = 500

#: An earlier incident is reopened after the newest one was cancelled. Found by 100,000 histories.
REOPENED_AND_CLOSED: list[tuple[str, Any]] = [
    ("fires", "am-a"),
    ("close", 0),
    ("wait", WAITS[1]),
    ("fires", "am-a"),
    ("cancel", 0),
    ("reopen", 1),
    ("close", 1),
    ("fires", "am-a"),
]
REOPENED_WITHOUT_THE_ALERT: list[tuple[str, Any]] = [
    ("fires", "plain"),
    ("cancel", 0),
    ("resolves", "plain"),
    ("fires", "plain"),
    ("cancel", 0),
    ("reopen", 1),
    ("fires", "plain"),
]


@dataclass
class Monitored:
    """One alert as its monitor knows it. `heard` is what reached us, `hidden` why nobody responds to it."""

    fires: bool = False
    began: datetime = NOON
    heard_firing: bool = False
    heard_began: datetime | None = None
    hidden: str = ""
    #: The last body with a firing, for late retries, and the episode it was about.
    body: dict[str, Any] | None = None


@dataclass
class World:
    """The monitors, the people and an intake. Every world has alerts and incidents of its own."""

    number: int
    store: Store
    settings: Settings
    now: datetime = NOON
    alerts: dict[str, Monitored] = field(default_factory=lambda: {name: Monitored() for name in ALERTS})

    def __post_init__(self) -> None:  # noqa: D105 - as for every dataclass
        self.restart()

    def restart(self) -> None:
        """Start anew with the same database."""
        recorder = Recorder(self.store, lambda: self.now)
        self.intake = Intake(recorder=recorder, settings=self.settings)

    async def incidents(self) -> list[Incident]:
        """Return this world's incidents, oldest first."""
        found = list[Incident]()
        number = await self.store.log.lookup(f"alerts:key:{self.number}")
        while number:
            found.append(await self.intake.recorder.load(number))
            number = found[-1].previous
        return found[::-1]

    async def deliver(self, name: str, body: dict[str, Any]) -> None:
        """Let a body arrive."""
        source = "alertmanager" if name.startswith("am") else "generic"
        labels = {"alertname": name, "incident_key": str(self.number)}
        if source == "alertmanager":
            content: dict[str, Any] = {
                "alerts": [{"labels": labels, "fingerprint": f"{self.number}-{name}", **body}]
            }
        else:
            content = {"title": name, "dedup_key": f"{self.number}-{name}", "labels": labels, **body}
        await self.store.journal.append(source, {}, json.dumps(content), self.now)
        await self.intake.work()

    async def monitor(self, what: str, name: str) -> None:
        """Let a monitor see, send or lose something."""
        alert, tells_start = self.alerts[name], name.startswith("am")
        if what == "fires" and not alert.fires:
            alert.fires, alert.began = True, self.now
        if what == "resolves unheard":
            alert.fires = False
        elif what == "resolves" and alert.fires:
            alert.fires = False
            times = (
                {"startsAt": alert.began.isoformat(), "endsAt": self.now.isoformat()} if tells_start else {}
            )
            await self.deliver(name, {"status": "resolved", **times})
            alert.heard_firing, alert.hidden = False, ""
        elif what == "retries late" and alert.body and tells_start:
            episode = datetime.fromisoformat(alert.body["startsAt"])
            await self.deliver(name, alert.body)
            self._heard(alert, episode, is_retry=True)
        elif what in {"fires", "repeats"} and alert.fires:
            alert.body = {"status": "firing", "startsAt": alert.began.isoformat()} if tells_start else {}
            await self.deliver(name, alert.body)
            self._heard(alert, alert.began if tells_start else None)

    def _heard(self, alert: Monitored, episode: datetime | None, *, is_retry: bool = False) -> None:
        """Note that a firing arrived. A copy of a cancelled episode stays hidden, a late retry too."""
        is_old = episode is not None and alert.heard_began is not None and episode <= alert.heard_began
        if is_retry and is_old and not alert.heard_firing:
            return
        is_same = alert.heard_firing and (episode is None or is_old)
        if not (is_same and alert.hidden == "cancelled"):
            alert.hidden = ""
        alert.heard_firing, alert.heard_began = True, episode or alert.heard_began

    async def person(self, what: str, back: int) -> None:
        """Let a person act on the newest incident, or on one further back. A close resolves it first."""
        incidents = await self.incidents()
        if back >= len(incidents):
            return
        incident = incidents[-1 - back]
        if what == "close":
            await self.person("resolve", back)
        command: commands.AnyCommand = {
            "resolve": commands.Resolve(by="U1", resolution="fixed"),
            "close": commands.Close(by="U1"),
            "cancel": commands.Cancel(by="U1", reason="a test"),
            "reopen": commands.Reopen(by="U1", reason="it is back"),
        }[what]  # type: ignore[assignment]  # mypy takes their common base
        try:
            result = await self.intake.recorder.record(command, incident.number)
        except Refused:
            return
        if not result.events:
            return
        hidden = {"close": "closed", "cancel": "cancelled", "reopen": ""}
        open_now = await self.firing_in_open_incidents()
        for name in self._in(incident):
            reason = hidden.get(what, self.alerts[name].hidden)
            # A person may have reopened an older incident that has the alert too.
            self.alerts[name].hidden = "" if name in open_now else reason

    def _in(self, incident: Incident) -> Iterator[str]:
        """Yield the names of the alerts that are firing in the incident."""
        for alert in incident.alerts.values():
            if alert.firing:
                yield alert.fingerprint.partition("-")[2]

    async def firing_in_open_incidents(self) -> set[str]:
        """Return the names of the alerts that are firing in an open incident."""
        return {name for each in await self.incidents() if not each.status.is_over for name in self._in(each)}

    async def check(self) -> None:
        """Check the promise."""
        incidents, open_now = await self.incidents(), await self.firing_in_open_incidents()
        for name, alert in self.alerts.items():
            if alert.hidden == "cancelled":
                assert name not in open_now, f"a copy of the cancelled episode of {name} was heard"
            if alert.heard_firing and not alert.hidden:
                assert name in open_now, f"{name} fires, and no open incident has it"
            elif alert.heard_firing and name not in open_now:
                ended = [each for each in incidents if each.status.is_over and name in self._in(each)]
                assert all(still_firing(each, each.status) for each in ended)
                assert ended, f"{name} is {alert.hidden}, and no incident says so"
        counts = await self.store.journal.counts()
        assert (0, 0) == (counts["pending"], counts["quarantined"])


async def live(world: World, history: list[tuple[str, Any]]) -> None:
    """Let a history happen, and check the promise after every step."""
    for what, about in history:
        world.now += timedelta(seconds=7)
        if what == "wait":
            world.now += timedelta(minutes=about)
        elif what == "restart":
            world.restart()
        elif what == "all repeat":
            for name in ALERTS:
                await world.monitor("repeats", name)
        elif isinstance(about, str):
            await world.monitor(what, about)
        else:
            await world.person(what, about)
        await world.check()


def test_every_firing_alert_is_heard(settings: Settings) -> None:
    """Whatever monitors and people do in whatever order, no firing alert goes unheard."""
    with asyncio.Runner() as runner:
        stores, numbers = [runner.run(open_store(MEMORY))], count()

        @example(REOPENED_AND_CLOSED)
        @example(REOPENED_WITHOUT_THE_ALERT)
        @given(history=st.lists(st.sampled_from(STEPS), min_size=6, max_size=25))
        def check(history: list[tuple[str, Any]]) -> None:
            number = next(numbers)
            if number % WORLDS_A_STORE == WORLDS_A_STORE - 1:
                runner.run(stores.pop().close())
                stores.append(runner.run(open_store(MEMORY)))
            runner.run(live(World(number, stores[0], settings), history))

        check()
        runner.run(stores[0].close())
