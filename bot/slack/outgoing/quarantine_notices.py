"""Announces requests in quarantine in the digest channel, so that no unreadable alert goes unnoticed."""

import asyncio
import logging
from collections.abc import Sequence

from bot.slack.api.client import SlackClient, SlackFailed
from bot.slack.mrkdwn import escape_line
from bot.slack.views.blocks import cut
from bot.store import JournalRow, StoreError
from bot.store.interface import Journal

log = logging.getLogger("firstcheck.slack")

#: How long an unreadable request can wait for its notice, in seconds.
POLL_S = 5.0
#: The shortest time between two notices, in seconds, so that a broken sender does not flood the channel.
INTERVAL_S = 10 * 60.0
MAX_REASON = 200
MAX_COUNTED = 1000


class QuarantineNotices:
    """Posts one line about all requests that were quarantined since the last notice."""

    def __init__(self, journal: Journal, slack: SlackClient, channel: str) -> None:
        self._journal = journal
        self._slack = slack
        #: The digest channel. If empty, nothing is posted.
        self._channel = channel

    async def run(self) -> None:
        """Post notices until cancelled."""
        while self._channel:
            try:
                posted = await self.post()
            except (SlackFailed, StoreError) as failure:
                log.warning("could not announce requests in quarantine, will retry: %s", failure)
                posted = False
            await asyncio.sleep(INTERVAL_S if posted else POLL_S)

    async def post(self) -> bool:
        """Post a notice if there is anything new; return whether one was posted.

        Raise SlackFailed if the post fails, and StoreError if the database fails. A crash between the post
        and its record repeats the notice.
        """
        rows = await self._journal.unannounced(MAX_COUNTED)
        if not rows or not self._channel:
            return False
        await self._slack.call("chat.postMessage", channel=self._channel, text=_text(rows))
        await self._journal.mark_announced(rows[0].id)
        return True


def _text(rows: Sequence[JournalRow]) -> str:
    """Return the notice about rows in quarantine, of which the newest is the first."""
    requests = "An alert request" if len(rows) == 1 else f"{len(rows)} alert requests"
    newest = rows[0]
    reason = cut(escape_line(newest.detail), MAX_REASON)
    return (
        f"⚠ {requests} could not be read completely, so an incident may be missing. "
        f"The latest came from {newest.source}: {reason} "
        "Everything is saved. To see them: `firstcheck quarantine`."
    )
