"""Display names and time zones of users. Names are stored, for documents written while Slack is down."""

import asyncio
import logging
import math
import time
from collections.abc import Iterable, Mapping
from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.recipient import is_slack_user
from bot.engine.bounded import BoundedDict
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo
from bot.store import Store

log = logging.getLogger("firstcheck.slack")

#: Seconds that all lookups may take together, because somebody is waiting for the document.
PATIENCE_S = 3.0
#: Seconds a lookup of a time zone may take. Slack waits 3 seconds for the answer to a command.
ZONE_PATIENCE_S = 1.5
ZONE_VALID_S = 3600.0
MAX_ZONES = 5000


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
    """Return a person's name, or "" if Slack has none. Raise SlackFailed if a later attempt may succeed."""
    try:
        user = (await slack.call("users.info", user=person))["user"]
    except SlackSaidNo as error:
        log.info("no name for %s: %s", person, error.error)
        return ""
    profile = user.get("profile") or {}
    return str(profile.get("display_name") or user.get("real_name") or user.get("name") or person)


class TimeZones:
    """The time zones in people's profiles. Each is fetched again when needed, because people change them."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack
        self._known = BoundedDict[str, tuple[float, tzinfo]](MAX_ZONES)

    async def of(self, person: str) -> tzinfo:
        """Return the person's time zone; if Slack does not answer soon, the last known one, or UTC."""
        asked_at, zone = self._known.get(person, (-math.inf, UTC))
        if time.monotonic() - asked_at < ZONE_VALID_S:
            return zone
        try:
            async with asyncio.timeout(ZONE_PATIENCE_S):
                user = (await self._slack.call("users.info", user=person))["user"]
            zone = ZoneInfo(str(user.get("tz") or "UTC"))
        except (TimeoutError, SlackFailed, ZoneInfoNotFoundError, ValueError) as error:
            log.info("no time zone for %s: %s", person, error or "Slack is slow")
            return zone
        self._known[person] = time.monotonic(), zone
        return zone
