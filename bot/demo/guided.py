"""The guided outage: a small real auth service fails, and a scripted responder fixes it."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import TypeVar

import httpx

from bot.demo.auth_service import CREDENTIALS, AuthService, TokenSettings
from bot.demo.login_monitor import LoginMonitor
from bot.demo.replay import StoryFailed, incident_channel
from bot.domain.effects import message_keys
from bot.domain.incident.incident import Incident
from bot.domain.vocabulary import ProbeVerdict
from bot.engine.background import background
from bot.engine.record import utc_now
from bot.slack.views import card, step
from bot.workspace import Channel, Message, Workspace

#: A key that does not exist: the wrong setting of the outage.
BROKEN = TokenSettings(signing_key_id="2023-09")
#: The most seconds one part can take before the demo fails.
TIMEOUT_S = 20.0
#: Seconds between two actions of the responder, so that people can follow.
PACE_S = 1.2
RESPONDER = "U0ALICE"

T = TypeVar("T")


@dataclass(kw_only=True)
class Guided:
    """One run of the outage; `incident` returns the current INC-1, and `tell` prints what happens."""

    workspace: Workspace
    auth: AuthService
    auth_url: str
    admin_token: str
    bot_url: str
    incident: Callable[[], Awaitable[Incident]]
    tell: Callable[[str], None]
    pace_s: float = PACE_S

    async def play(self) -> None:
        """Break the auth service and respond until the postmortem is written, or raise StoryFailed."""
        async with httpx.AsyncClient(trust_env=False) as client:
            monitor = LoginMonitor(
                client=client,
                auth_url=self.auth_url,
                alerts_url=f"{self.bot_url}/alerts/alertmanager",
                clock=utc_now,
                every_s=0.1,
            )
            if not await self._login(client):
                raise StoryFailed("Logins fail although nothing is broken yet.")
            self.tell("Logins work. Now a deploy gives the auth service a wrong setting …")
            self.auth.redeploy(BROKEN)
            async with background(monitor.watch()):
                channel = await self._find_cause()
                await self._fix(client, channel)
                await self._close(channel)

    async def _find_cause(self) -> Channel:
        """Wait until Firstcheck has opened the channel and its first step has found the wrong setting."""
        channel = await self._until("the channel", self._channel)
        self.tell(f"An alert arrived over HTTP. Firstcheck opened [bold]#{channel.name}[/bold]")
        incident = await self._until("the first step's probe", self._probed)
        first = incident.investigation.current_step
        if first is None or incident.investigation.state_of(first.id).probe_verdict is not ProbeVerdict.WRONG:
            raise StoryFailed(f"The first step found no problem: {first}")
        evidence = incident.investigation.state_of(first.id).probe_evidence
        self.tell(f"It checked the settings first: [bold red]{evidence}[/bold red]")
        return channel

    async def _fix(self, client: httpx.AsyncClient, channel: Channel) -> None:
        """Become incident commander, mark the cause, fix the setting and resolve the incident."""
        await asyncio.sleep(self.pace_s)
        await self._click(channel, card.TAKE_COMMAND)
        await self.workspace.say(
            RESPONDER, channel.id, "I'm on it. Changing the signing key back to 2024-01."
        )
        await self._click(channel, step.FOUND)
        self.tell("Alice becomes incident commander and marks the step as the cause")
        await asyncio.sleep(self.pace_s)
        answer = await client.put(
            f"{self.auth_url}/settings",
            json={"token": asdict(TokenSettings())},
            headers={"Authorization": f"Bearer {self.admin_token}"},
        )
        if not answer.is_success or not await self._login(client):
            raise StoryFailed(
                f"Logins still fail after the setting was fixed (response {answer.status_code})."
            )
        self.tell("She fixes the setting, and logins work again")
        await self._until("the alert to resolve", self._recovered)
        self.tell("The alert has resolved")
        await self._command(channel, "resolve The signing key is 2024-01 again; auth was redeployed.")

    async def _close(self, channel: Channel) -> None:
        """Add the facts that the postmortem needs, and close the incident."""
        for text in (
            "impact Logins failed for 100% of users.",
            "improve Automated testing: check the settings of auth in CI, with the probe of this runbook.",
            "action Guard the key: refuse to start auth with a signing key that does not exist <@U0BOB>",
            "close",
        ):
            await asyncio.sleep(self.pace_s)
            await self._command(channel, text)
        self.tell("The incident is closed")
        await self._until("the postmortem", self._drafted)

    async def _channel(self) -> Channel | None:
        return incident_channel(self.workspace)

    async def _probed(self) -> Incident | None:
        incident = await self.incident()
        investigation = incident.investigation
        step = investigation.current_step
        is_posted = step and message_keys.step_key(step.id) in incident.messages
        is_probed = any(state.probe_verdict for state in investigation.steps.values())
        return incident if is_posted and is_probed else None

    async def _recovered(self) -> Incident | None:
        incident = await self.incident()
        return incident if incident.all_alerts_resolved else None

    async def _drafted(self) -> Incident | None:
        incident = await self.incident()
        return incident if incident.follow_up.postmortem_path else None

    async def _until(self, what: str, check: Callable[[], Awaitable[T | None]]) -> T:
        try:
            async with asyncio.timeout(TIMEOUT_S):
                while (found := await check()) is None:  # noqa: ASYNC110 - the bot sends no event that it could wait for
                    await asyncio.sleep(0.02)
                return found
        except TimeoutError as error:
            raise StoryFailed(f"Timed out after waiting {TIMEOUT_S:.0f} s for {what}.") from error

    async def _click(self, channel: Channel, action_id: str) -> None:
        """Click the newest button with that action."""

        async def button() -> Message | None:
            messages = reversed(self.workspace.messages(channel.id))
            return next((message for message in messages if action_id in str(message.blocks)), None)

        message = await self._until(f"the button {action_id}", button)
        status = await self.workspace.click(RESPONDER, channel.id, message.ts, action_id)
        if status != httpx.codes.OK:
            raise StoryFailed(f"The click on {action_id} got the response {status}.")

    async def _command(self, channel: Channel, text: str) -> None:
        answered = await self.workspace.command(RESPONDER, channel.id, "/incident", text)
        if answered.status != httpx.codes.OK or answered.text:
            raise StoryFailed(f"/incident {text}: {answered.text or answered.status}")

    async def _login(self, client: httpx.AsyncClient) -> bool:
        answer = await client.post(f"{self.auth_url}/login", json=CREDENTIALS)
        return answer.is_success
