"""Measures how soon a sev1 has its card while other processes post alerts as Alertmanager does."""

import argparse
import asyncio
import json
import multiprocessing
import sqlite3
import time
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

from bench.bots import Bot, place, until

SENDERS = 4
SECONDS = 10
SEV1_AFTER_S = 5
GOAL_S = 2.0


def body(number: int, services: int) -> bytes:
    """Return an Alertmanager notification with one warning of one of the services."""
    service = f"svc{number % services}"
    labels = {
        "alertname": f"Bench{number % 20}",
        "service": service,
        "severity": "warning",
        "instance": f"host-{number}",
    }
    alert = {
        "status": "firing",
        "labels": labels,
        "annotations": {"summary": "Requests are slow", "description": "p99 above 2 s for 5 min"},
        "startsAt": "2026-11-30T00:00:00Z",
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example:9090/graph?g0.expr=up",
        "fingerprint": f"{number:016x}",
    }
    notification = {"version": "4", "status": "firing", "receiver": "bench", "alerts": [alert]}
    return json.dumps({**notification, "groupLabels": {"service": service}}).encode()


def post(url: str, sender: int, rate: float, services: int) -> None:
    """Post alerts from this process, `rate` a second at most."""
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port)
    began = time.monotonic()
    for number in range(int(SECONDS * rate)):
        time.sleep(max(0.0, began + number / rate - time.monotonic()))
        if time.monotonic() - began > SECONDS:
            break
        connection.request("POST", "/alerts/alertmanager", body(number * SENDERS + sender, services))
        connection.getresponse().read()


def journal(bot: Bot) -> tuple[int, int]:
    """Return how many requests the bot has accepted, and how many of them wait."""
    with closing(sqlite3.connect(bot.place.folder / "firstcheck.db")) as database:
        count = "SELECT count(*), coalesce(sum(outcome IS NULL), 0) FROM journal"
        accepted, waiting = database.execute(count).fetchone()
    return int(accepted), int(waiting)


def has_card(bot: Bot, name: str) -> bool:
    """Return whether the incident's channel has a message of the bot."""
    return any(said.bot and not said.subtype for channel in bot.channels(name) for said in channel.messages)


async def measure(rate: float, services: int) -> float:
    """Return how many seconds after its acceptance a sev1 had its card; print the load as well."""
    async with place() as here, here.bot() as bot:
        senders = [
            multiprocessing.Process(target=post, args=(bot.url, sender, rate / SENDERS, services))
            for sender in range(SENDERS)
        ]
        for sender in senders:
            sender.start()
        await asyncio.sleep(SEV1_AFTER_S)
        before, waiting = journal(bot)
        accepted = await bot.alert("logins")
        await until(lambda: has_card(bot, "logins"))
        took = time.monotonic() - accepted
        for sender in senders:
            await asyncio.to_thread(sender.join)
    print(
        f"{services:4} services: {before / SEV1_AFTER_S:5.0f} POSTs/s, {waiting:5} waiting, card {took:.2f} s"
    )
    return took


async def main() -> None:
    """Measure with few and with many services."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=float, default=1000, help="POSTs a second")
    rate = parser.parse_args().rate
    worst = max([await measure(rate, services) for services in (50, 500, 5000)])
    print(f"worst {worst:.2f} s, goal {GOAL_S:g} s")


if __name__ == "__main__":
    asyncio.run(main())
