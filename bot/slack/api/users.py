"""Users' display names and profiles. Names are stored, for documents written while Slack is down."""

import asyncio
import logging
import math
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.domain.recipient import is_slack_user
from bot.engine.bounded import BoundedDict
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo
from bot.store import Store

log = logging.getLogger("firstcheck.slack")

#: Seconds that all lookups may take together, because somebody is waiting for the document.
PATIENCE_S = 3.0
#: Seconds a lookup of a profile may take. Slack waits 3 seconds for the answer to a command.
PROFILE_PATIENCE_S = 1.5
PROFILE_VALID_S = 3600.0
MAX_PROFILES = 5000
NO_SUCH_PERSON = {"user_not_found", "user_not_visible", "users_not_found"}
SLACKBOT = "USLACKBOT"


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


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What commands need to know about a person: their time zone, and why they can't be given a task."""

    zone: tzinfo = UTC
    problem: str = ""


class Profiles:
    """The profiles of people. They may change, so each is fetched again after an hour."""

    def __init__(self, slack: SlackClient) -> None:
        self._slack = slack
        self._known = BoundedDict[str, tuple[float, Profile]](MAX_PROFILES)

    async def zone_of(self, person: str) -> tzinfo:
        """Return the person's time zone; if Slack does not answer soon, the last known one, or UTC."""
        return (await self._of(person)).zone

    async def problem_of(self, person: str) -> str:
        """Return why the person can't be given a task, or "" if they can.

        If Slack doesn't answer in time, the last known profile is used.
        """
        return (await self._of(person)).problem

    async def _of(self, person: str) -> Profile:
        asked_at, profile = self._known.get(person, (-math.inf, Profile()))
        if time.monotonic() - asked_at < PROFILE_VALID_S:
            return profile
        try:
            async with asyncio.timeout(PROFILE_PATIENCE_S):
                profile = _profile((await self._slack.call("users.info", user=person))["user"])
        except SlackSaidNo as error:
            if error.error not in NO_SUCH_PERSON:
                return profile
            profile = Profile(problem="is not a member of this workspace")
        except (TimeoutError, SlackFailed, ZoneInfoNotFoundError, ValueError) as error:
            log.info("no profile of %s: %s", person, error or "Slack is slow")
            return profile
        self._known[person] = time.monotonic(), profile
        return profile


def _profile(user: Mapping[str, Any]) -> Profile:
    """Return the profile of a user object. Raise ZoneInfoNotFoundError or ValueError for an unknown zone."""
    problem = ""
    if user.get("deleted"):
        problem = "is deactivated in Slack"
    elif user.get("is_bot") or user.get("id") == SLACKBOT:
        problem = "is an app, not a person"
    return Profile(zone=ZoneInfo(str(user.get("tz") or "UTC")), problem=problem)
