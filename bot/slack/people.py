"""Who is who: display names, remembered so that documents can be written while Slack is down."""

import logging
from collections.abc import Iterable, Mapping

from bot.domain.incident import is_slack_user
from bot.slack.calls import SlackCalls, SlackFailed, SlackSaidNo
from bot.store import Store

log = logging.getLogger("firstcheck.people")


async def names(store: Store, slack: SlackCalls, people: Iterable[str]) -> Mapping[str, str]:
    """Return the display names we know, having asked Slack for those of `people` that we do not.

    Who cannot be asked for stays unknown: a document with an id in it beats none.
    """
    known = await store.people()
    learned: dict[str, str] = {}
    for person in {person for person in people if is_slack_user(person)} - known.keys():
        try:
            user = (await slack.call("users.info", user=person))["user"]
        except SlackSaidNo as no:
            log.info("no name for %s: %s", person, no.error)
            continue
        except SlackFailed as error:
            log.info("names are missing: %s", error)
            break
        profile = user.get("profile") or {}
        name = profile.get("display_name") or user.get("real_name") or user.get("name") or person
        learned[person] = str(name)
    if learned:
        await store.remember_people(learned)
    return {**known, **learned}
