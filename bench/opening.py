"""Measures how quickly incidents open and what they survive; writes the figures into docs/benchmarks.md."""

import asyncio
import os
import platform
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from bench.bots import PEOPLE, ROOT, Bot, place
from bot.workspace import Channel, Workspace
from bot.workspace.faults import Kind
from bot.workspace.web_api import Call

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- opening: written by `make bench` -->", "<!-- opening: end -->"
#: Slack takes 20 channels a minute, so that no bot opens more in one run of ours.
TIMES = 20
#: The calls of one opening. Card and digest line go out side by side, the step after the card.
CALLS = (
    ("conversations.create", 1),
    *(("chat.postMessage", nth) for nth in (1, 2, 3)),
    ("conversations.invite", 1),
    ("conversations.setTopic", 1),
    ("pins.add", 1),
)
KINDS: tuple[tuple[Kind, str], ...] = (
    ("ratelimited", "429 with Retry-After"),
    ("error", "an error"),
    ("http_500", "a 500"),
    ("lost", "done, but the answer was lost"),
)


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What one opening took, in seconds since the alert was accepted."""

    card: float
    everything: float
    card_is_call: int


async def openings(latency_s: float) -> list[Opening]:
    """Open incidents one after another; the first is the one that meets a cold bot."""
    found = []
    async with place() as here, here.bot() as bot:
        here.workspace.latency_s = latency_s
        for n in range(TIMES):
            before, name = len(here.workspace.calls), f"warm{n}"
            accepted = await bot.alert(name)
            await bot.opened(name)
            await asyncio.sleep(1.1)  # the digest's channel takes one message a second
            found.append(_opening(bot.channels(name)[0], here.workspace.calls[before:], accepted))
    return found


def _opening(channel: Channel, calls: list[Call], accepted: float) -> Opening:
    ours = sorted((call for call in calls if call.method != "auth.test"), key=lambda call: call.started_at)
    card = next(n for n, call in enumerate(ours, 1) if _is_post(call, channel))
    return Opening(
        card=ours[card - 1].finished_at - accepted,
        everything=max(call.finished_at for call in ours) - accepted,
        card_is_call=card,
    )


def _is_post(call: Call, channel: Channel) -> bool:
    return call.method == "chat.postMessage" and call.args.get("channel") == channel.id


@dataclass(frozen=True, kw_only=True)
class Storm:
    """What became of many incidents at once, in seconds since the first alert was posted."""

    complete: int
    size: int
    urgent_cards: Sequence[float]
    other_cards: Sequence[float]
    waited: int
    told: int
    refused_by_slack: int
    seconds: float


async def storm(size: int = 25, urgent: int = 5) -> Storm:
    """Open incidents at once under Slack's limits, in a real minute; the urgent ones come last."""
    async with place() as here, here.bot() as bot:
        here.workspace.limits.enabled = True
        names = {f"storm{n}": "sev1" if n >= size - urgent else "sev3" for n in range(size)}
        began = time.monotonic()
        await asyncio.gather(*(bot.alert(name, severity) for name, severity in names.items()))
        await here.workspace.until(lambda: not any(bot.lacks(name) for name in names), within_s=180)
        seconds = time.monotonic() - began
        cards = {name: _card(here.workspace, bot.channels(name)[0]) - began for name in names}
        waited = [name for name, card in cards.items() if card > 10]
        return Storm(
            complete=sum(not bot.lacks(name) for name in names),
            size=size,
            urgent_cards=[card for name, card in cards.items() if names[name] == "sev1"],
            other_cards=[card for name, card in cards.items() if names[name] != "sev1"],
            waited=len(waited),
            told=sum(bot.told(name) for name in waited),
            refused_by_slack=sum(call.error == "ratelimited" for call in here.workspace.calls),
            seconds=seconds,
        )


def _card(workspace: Workspace, channel: Channel) -> float:
    """Return when the card stood, in monotonic seconds."""
    return next(call.finished_at for call in workspace.calls if _is_post(call, channel))


async def faults() -> dict[tuple[str, int, Kind], str]:
    """Let each call of an opening fail in each way; returns what became of each incident."""
    found: dict[tuple[str, int, Kind], str] = {}
    for kind, _ in KINDS:
        async with place() as here, here.bot() as bot:
            for n, (method, nth) in enumerate(CALLS):
                here.workspace.faults.clear()
                here.workspace.faults.add(method, kind, nth=nth)
                await bot.alert(f"fault{n}")
                found[method, nth, kind] = await _fate(bot, f"fault{n}")
                await asyncio.sleep(1)  # the digest's channel takes one message a second
    return found


async def _fate(bot: Bot, name: str) -> str:
    """Return "complete", "told" when people know what is missing, or what is wrong."""
    try:
        await bot.opened(name, within_s=15)
    except TimeoutError:
        return "told" if bot.told(name) else f"lost: {', '.join(bot.lacks(name))}"
    await asyncio.sleep(0.3)  # nothing may come to stand twice afterwards
    return f"twice: {', '.join(bot.lacks(name))}" if bot.lacks(name) else "complete"


async def _ask_by_command(workspace: Workspace) -> None:
    await workspace.command(PEOPLE[0], "C0GENERAL", "/incident", "declare sev1 doubled")


async def _ask_by_form(workspace: Workspace) -> None:
    if not workspace.views:
        await workspace.command(PEOPLE[0], "C0GENERAL", "/incident", "declare")
    (view,) = workspace.views
    await workspace.submit(PEOPLE[0], view, {"title": "doubled"})


async def duplicates() -> dict[tuple[str, str], int]:
    """Deliver the same command and the same form twice; returns how many incidents came of it."""
    found: dict[tuple[str, str], int] = {}
    asked: dict[str, Callable[[Workspace], Awaitable[None]]] = {
        "command": _ask_by_command,
        "form": _ask_by_form,
    }
    for what, ask in asked.items():
        for when in ("immediately", "one second later", "after a restart"):
            async with place() as here:
                async with here.bot() as bot:
                    await _deliver(here.workspace, ask, at_once=when == "immediately")
                    await bot.appeared("doubled")
                    await asyncio.sleep(1)
                    if when == "one second later":
                        await _again(here.workspace)
                if when == "after a restart":
                    async with here.bot():
                        await _again(here.workspace)
                await here.workspace.settled()
                found[what, when] = len(bot.channels("doubled"))
    return found


async def _deliver(
    workspace: Workspace, ask: Callable[[Workspace], Awaitable[None]], *, at_once: bool
) -> None:
    """Have the bot asked once, or by two deliveries in the same moment."""
    if not at_once:
        await ask(workspace)
        return
    if ask is _ask_by_form:
        await workspace.command(PEOPLE[0], "C0GENERAL", "/incident", "declare")
    url, workspace.request_url = workspace.request_url, None
    await ask(workspace)
    workspace.request_url = url
    await asyncio.gather(_again(workspace), _again(workspace))


async def _again(workspace: Workspace) -> None:
    """Deliver what a person asked last once more, and give the bot a moment to make a mistake of it."""
    asked = [n for n, delivery in enumerate(workspace.deliveries) if delivery.kind != "events_api"]
    await workspace.redeliver(asked[-1])
    await asyncio.sleep(1)


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a Markdown table."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines)


def _ms(seconds: float) -> str:
    return f"{seconds * 1000:.0f} ms"


def _speeds(found: dict[float, list[Opening]]) -> str:
    goals = {0.1: ("250 ms", "600 ms"), 0.0: ("50 ms", "50 ms")}
    rows: list[list[object]] = []
    for latency_s, (first, *warm) in found.items():
        figures = {
            "card": (first.card, [opening.card for opening in warm]),
            "complete": (first.everything, [opening.everything for opening in warm]),
        }
        for goal, (what, (cold, times)) in zip(goals[latency_s], figures.items(), strict=True):
            measured = [_ms(statistics.median(times)), _ms(max(times)), _ms(cold)]
            rows.append([_ms(latency_s), what, goal, *measured])
    calls = {opening.card_is_call for openings in found.values() for opening in openings}
    return (
        f"From the 202 response to the end of the Slack call, for {TIMES} incidents one after another. "
        "The first is listed separately.\n"
        f"The card is Slack call number {' or '.join(map(str, sorted(calls)))}.\n\n"
        + table(("time per Slack call", "posted", "goal", "median", "worst", "first"), rows)
    )


def _storms(storm: Storm) -> str:
    others = sorted(storm.other_cards)
    at_once = others[: len(others) - storm.waited]
    return table(
        (f"{storm.size} incidents at once, 20 channels a minute", ""),
        (
            ("complete", f"{storm.complete} of {storm.size}"),
            (
                f"card of the {len(storm.urgent_cards)} sev1, which were posted last",
                f"{max(storm.urgent_cards):.1f} s",
            ),
            (f"card of {len(at_once)} others", f"{max(at_once):.1f} s"),
            ("waited for Slack's rate limit", f"{storm.waited} ({storm.told} got a direct message)"),
            ("calls Slack refused", storm.refused_by_slack),
            ("all complete after", f"{storm.seconds:.0f} s"),
        ),
    )


def _survivals(found: dict[tuple[str, int, Kind], str]) -> str:
    rows = [
        [f"`{method}`{f', no. {nth}' if method == 'chat.postMessage' else ''}"]
        + [found[method, nth, kind] for kind, _ in KINDS]
        for method, nth in CALLS
    ]
    survived = sum(fate in {"complete", "told"} for fate in found.values())
    head = ("failing call", *(words for _, words in KINDS))
    return f"{survived} of {len(found)} faults survived.\n\n" + table(head, rows)


def _repeats(found: dict[tuple[str, str], int]) -> str:
    rows = [(what, when, incidents) for (what, when), incidents in found.items()]
    return table(("delivered twice", "second delivery", "incidents"), rows)


async def measured() -> str:
    """Measure everything; returns it as Markdown."""
    parts = [
        "### Time to open\n\n" + _speeds({0.1: await openings(0.1), 0.0: await openings(0.0)}),
        "### Many at once\n\n" + _storms(await storm()),
        "### When a Slack call fails\n\n" + _survivals(await faults()),
        "### Delivered twice\n\n" + _repeats(await duplicates()),
    ]
    when = datetime.now(UTC)
    busy = f"{os.cpu_count()} cores (load {os.getloadavg()[0]:.1f})"
    where = f"{platform.system()}, {busy}, Python {platform.python_version()}"
    return "\n\n".join([f"Measured {when:%Y-%m-%d %H:%M} UTC on {where}.", *parts])


def write(figures: str) -> None:
    """Put the figures between the marks of docs/benchmarks.md."""
    before, _, rest = PAGE.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(f"{before}{BEGIN}\n{figures}\n{END}{after}")


if __name__ == "__main__":
    result = asyncio.run(measured())
    print(result)
    write(result)
