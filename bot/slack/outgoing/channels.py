"""The incident's channel: opened once, even when the first try's answer was lost, and people brought in."""

from typing import Any

from bot.domain.incident.incident import Incident
from bot.domain.text.slug import slug
from bot.engine.outbox import Task
from bot.slack.api.client import SlackClient, SlackSaidNo
from bot.slack.api.error_codes import Meaning, judge
from bot.store import Store

#: docs.slack.dev/reference/methods/conversations.create: a-z 0-9 - _, 80 at the most.
MAX_NAME = 80
#: `inc-7-logins`, then `inc-7-logins-2` … before we say that no name is to be had.
NAMES_TO_TRY = 5
#: Ids an invitation may name at once (conversations.invite).
INVITE_AT_ONCE = 100


class NameTaken(Exception):
    """No name for the channel is to be had."""


class Channels:
    """Opens channels and invites people."""

    def __init__(self, slack: SlackClient, store: Store) -> None:
        self._slack = slack
        self._store = store

    async def open(self, task: Task) -> tuple[str, str]:
        """Return id and name of the incident's channel, opened now or by an earlier try of this task.

        Raises NameTaken when every name we would use belongs to somebody else.
        """
        return await self._create(task, channel_names(task.incident), private=False)

    async def open_beside(self, task: Task, number: int) -> str:
        """Return the id of the private channel of suspicion `number`, likewise. Raises NameTaken."""
        first = f"inc-{task.incident.number}-h{number}"
        return (await self._create(task, _numbered(first), private=True))[0]

    async def _create(self, task: Task, names: tuple[str, ...], *, private: bool) -> tuple[str, str]:
        for name in names:
            try:
                answer = await self._slack.call(
                    "conversations.create", urgent=task.job.priority == 1, name=name, is_private=private
                )
            except SlackSaidNo as no:
                if no.error != "name_taken":
                    raise
                if task.again and (ours := await self._ours(task, name, private=private)):
                    return ours, name
            else:
                return str(answer["channel"]["id"]), str(answer["channel"]["name"])
        raise NameTaken(f"Slack has channels named {names[0]} to {names[-1]} already; rename or delete them.")

    async def _ours(self, task: Task, name: str, *, private: bool) -> str:
        """Return the id of the channel `name` if an earlier try of this task made it, else nothing."""
        kind = "private_channel" if private else "public_channel"
        # Not conversations.list: we are in what we made, and a large workspace has more pages than a minute.
        mine = self._slack.paginate("users.conversations", "channels", types=kind, exclude_archived="true")
        async for channel in mine:
            if channel["name"] == name:
                return str(channel["id"]) if await self._made_by_this(task, channel) else ""
        return ""

    async def _made_by_this(self, task: Task, channel: dict[str, Any]) -> bool:
        return (
            channel.get("creator") == (await self._slack.identity())["user_id"]
            and float(channel.get("created", 0)) >= task.since.timestamp()
            and await self._store.log.lookup(f"channel:{channel['id']}") is None
        )

    async def invite(self, channel: str, people: tuple[str, ...]) -> dict[str, str]:
        """Invite people; returns who could not be invited and why. Who is there already is fine."""
        missing: dict[str, str] = {}
        for start in range(0, len(people), INVITE_AT_ONCE):
            some = people[start : start + INVITE_AT_ONCE]
            try:
                answer = await self._slack.call(
                    "conversations.invite", channel=channel, users=",".join(some), force=True
                )
                errors = answer.get("errors", [])
            except SlackSaidNo as no:
                if judge(no.method, no.error).meaning in {Meaning.LATER, Meaning.CHANNEL_LOST}:
                    raise  # it says nothing against these people
                errors = (no.details or {}).get("errors") or [{"error": no.error}]
            missing |= _missing(errors, some)
        return missing


def _missing(errors: list[dict[str, Any]], people: tuple[str, ...]) -> dict[str, str]:
    """Return the people an invitation's errors are about; an error that names nobody is about all."""
    fine = {"already_in_channel", "cant_invite_self"}
    found: dict[str, str] = {}
    for error in errors:
        if error.get("ok") or error.get("error") in fine:
            continue
        for person in (error["user"],) if error.get("user") else people:
            found[person] = str(error.get("error", "unknown"))
    return found


def channel_names(incident: Incident) -> tuple[str, ...]:
    """Return the names to try for an incident's channel, the number first so that cutting never hides it."""
    name = f"inc-{incident.number}-{slug(incident.title)}"[: MAX_NAME - 2].rstrip("-")
    return _numbered(name)


def _numbered(name: str) -> tuple[str, ...]:
    return (name, *(f"{name}-{n}" for n in range(2, NAMES_TO_TRY + 1)))
