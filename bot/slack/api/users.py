"""Display names of users, stored so that documents can be written while Slack is down."""

import asyncio
import logging
from collections.abc import Iterable, Mapping

from bot.domain.recipient import is_slack_user
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo
from bot.store import Store

log = logging.getLogger("firstcheck.slack")

#: How long all lookups may take together, because somebody is waiting for the document.
PATIENCE_S = 3.0


async def display_names(
    store: Store, slack: SlackClient, people: Iterable[str], *, patience_s: float = PATIENCE_S
) -> Mapping[str, str]:
    """Return all known display names by id, after asking Slack for the unknown ones among `people`.

    A name that Slack does not return within `patience_s` seconds stays unknown. A document that shows an id
    is better than a late one.
    """
    stored = await store.transcript.people()
    fetched: dict[str, str] = {}
    try:
        async with asyncio.timeout(patience_s):
            for person in {person for person in people if is_slack_user(person)} - stored.keys():
                if name := await _fetch_name(slack, person):
                    fetched[person] = name
    except (TimeoutError, SlackFailed) as error:
        log.info("some names are missing: %s", error or "Slack is slow")
    if fetched:
        await store.transcript.remember_people(fetched)
    return {**stored, **fetched}


async def _fetch_name(slack: SlackClient, person: str) -> str:
    """Return a person's name, or "" if Slack has none. Raise SlackFailed if a later attempt may bring it."""
    try:
        user = (await slack.call("users.info", user=person))["user"]
    except SlackSaidNo as error:
        log.info("no name for %s: %s", person, error.error)
        return ""
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or user.get("real_name") or user.get("name") or person)
