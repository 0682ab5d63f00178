"""Opens an incident's channels, each of them once even if Slack's answer is lost, and invites people."""

from typing import Any

from bot.domain.incident.incident import Incident
from bot.engine.outbox import Task
from bot.slack.api.client import SlackClient, SlackSaidNo
from bot.slack.api.error_codes import Meaning, judge
from bot.store import Store

#: docs.slack.dev/reference/methods/conversations.create: a-z 0-9 - _, at most 80.
MAX_NAME = 80
#: How many names to try: `inc-7-logins`, then `inc-7-logins-2` …
NAMES_TO_TRY = 5
#: User IDs per call of conversations.invite.
MAX_INVITED_PER_CALL = 100


class NameTaken(Exception):
    """All names for the channel are taken."""


class Channels:
    """Opens channels and invites people."""

    def __init__(self, slack: SlackClient, store: Store) -> None:
        self._slack = slack
        self._store = store

    async def open(self, task: Task) -> tuple[str, str]:
        """Return the ID and name of the incident's channel, opened now or by an earlier attempt of this task.

        Raise NameTaken if other channels have all the names to try.
        """
        return await self._create(task, channel_names(task.incident), private=False)

    async def open_side_channel(self, task: Task, number: int) -> str:
        """Open or adopt the private channel of hypothesis `number` as `open` does, and return its ID."""
        first = f"inc-{task.incident.number}-h{number}"
        return (await self._create(task, _numbered(first), private=True))[0]

    async def _create(self, task: Task, names: tuple[str, ...], *, private: bool) -> tuple[str, str]:
        for name in names:
            try:
                answer = await self._slack.call(
                    "conversations.create", urgent=task.job.priority == 1, name=name, is_private=private
                )
            except SlackSaidNo as error:
                if error.error != "name_taken":
                    raise
                if task.again and (ours := await self._ours(task, name, private=private)):
                    return ours, name
            else:
                return str(answer["channel"]["id"]), str(answer["channel"]["name"])
        raise NameTaken(f"The channels {names[0]} to {names[-1]} already exist. Rename or delete them.")

    async def _ours(self, task: Task, name: str, *, private: bool) -> str:
        """Return the ID of the channel `name` if an earlier attempt created it, else ""."""
        kind = "private_channel" if private else "public_channel"
        # The bot is a member of channels it created. conversations.list may take longer than a minute.
        joined = self._slack.paginate("users.conversations", "channels", types=kind, exclude_archived="true")
        async for channel in joined:
            if channel["name"] == name:
                return str(channel["id"]) if await self._created_by(task, channel) else ""
        return ""

    async def _created_by(self, task: Task, channel: dict[str, Any]) -> bool:
        return (
            channel.get("creator") == (await self._slack.identity())["user_id"]
            and float(channel.get("created", 0)) >= task.since.timestamp()
            and await self._store.log.lookup(f"channel:{channel['id']}") is None
        )

    async def invite(self, channel: str, people: tuple[str, ...]) -> dict[str, str]:
        """Invite people. Return those who could not be invited and why. Members are skipped."""
        missing: dict[str, str] = {}
        for start in range(0, len(people), MAX_INVITED_PER_CALL):
            batch = people[start : start + MAX_INVITED_PER_CALL]
            try:
                answer = await self._slack.call(
                    "conversations.invite", channel=channel, users=",".join(batch), force=True
                )
                errors = answer.get("errors", [])
            except SlackSaidNo as refusal:
                if judge(refusal.method, refusal.error).meaning in {Meaning.LATER, Meaning.CHANNEL_LOST}:
                    raise  # the people are not the problem
                errors = (refusal.details or {}).get("errors") or [{"error": refusal.error}]
            missing |= _missing(errors, batch)
        return missing


def _missing(errors: list[dict[str, Any]], people: tuple[str, ...]) -> dict[str, str]:
    """Return the people that errors are about, and why. An error without a user is about all of them."""
    harmless = {"already_in_channel", "cant_invite_self"}
    missing: dict[str, str] = {}
    for error in errors:
        if error.get("ok") or error.get("error") in harmless:
            continue
        for person in (error["user"],) if error.get("user") else people:
            missing[person] = str(error.get("error", "unknown"))
    return missing


def channel_names(incident: Incident) -> tuple[str, ...]:
    """Return the names to try for an incident's channel. The number comes first and is never cut off."""
    name = f"inc-{incident.number}-{incident.slug}"[: MAX_NAME - 2].rstrip("-")
    return _numbered(name)


def _numbered(name: str) -> tuple[str, ...]:
    return (name, *(f"{name}-{suffix}" for suffix in range(2, NAMES_TO_TRY + 1)))
