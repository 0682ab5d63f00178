"""Turns failures of Slack during an effect into results for the outbox."""

from dataclasses import replace
from typing import assert_never

from bot.domain import effects, events
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, backoff
from bot.slack.api.client import SlackBusy, SlackSaidNo, SlackUnreachable
from bot.slack.api.error_codes import Meaning, judge
from bot.slack.outgoing.channels import NameTaken

#: People are not notified of a shorter delay of the channel.
MIN_REPORTED_DELAY_S = 2.0


def guarded(perform: Performer) -> Performer:
    """Return a performer that turns Slack's failures into results."""

    async def performed(task: Task) -> Result:
        try:
            return await perform(task)
        except NameTaken as taken:
            return GiveUp(why=str(taken))
        except SlackBusy as busy:
            return _later(task, TryLater(why=str(busy), after_s=busy.after_s, counts=False))
        except SlackUnreachable as unreachable:
            return _later(task, TryLater(why=str(unreachable), counts=False))
        except SlackSaidNo as error:
            return _result_of_refusal(task, error)

    return performed


def _result_of_refusal(task: Task, error: SlackSaidNo) -> Result:
    judgement = judge(error.method, error.error)
    match judgement.meaning:
        case Meaning.DONE:
            return Done()
        case Meaning.LATER:
            later = TryLater(why=judgement.why, after_s=judgement.after_s, counts=judgement.counts)
            return _later(task, later)
        case Meaning.NEVER:
            return GiveUp(why=judgement.why)
        case Meaning.CHANNEL_LOST:
            # It may be another channel, such as the digest's or a runbook owner's.
            if not task.incident.channel.id or error.channel != task.incident.channel.id:
                return GiveUp(why=judgement.why)
            if task.incident.channel.lost_reason:
                return Done()
            archived = error.error == "is_archived"
            return Done(events=(events.ChannelLost(at=task.now, why=judgement.why, archived=archived),))
        case _:
            assert_never(judgement.meaning)


def _later(task: Task, later: TryLater) -> TryLater:
    """Return `later`.

    The first time opening the incident's channel is delayed noticeably, add a ChannelDelayed event.
    """
    if not isinstance(task.effect, effects.OpenChannel) or task.incident.channel.is_delayed:
        return later
    seconds = backoff(task.job, later).total_seconds()
    if seconds < MIN_REPORTED_DELAY_S:
        return later
    return replace(later, events=(events.ChannelDelayed(at=task.now, seconds=seconds),))
