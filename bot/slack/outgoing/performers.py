"""Performs the outbox's effects in Slack, and turns Slack's refusals into results.

A performer may be called again for the same effect after a crash or a lost answer (`task.again`). The result
must be the same as after one call.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import get_args

from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.escalation.ladder import Need
from bot.domain.insights.recipients import DirectMessageEvent, direct_recipients
from bot.domain.recipient import is_slack_user
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, effect_of
from bot.slack.api.client import SlackClient, SlackSaidNo
from bot.slack.api.error_codes import judge
from bot.slack.outgoing.channels import Channels
from bot.slack.outgoing.delay_notices import DelayNotices
from bot.slack.outgoing.follow_up import FollowUpPerformers
from bot.slack.outgoing.investigation_messages import InvestigationMessage, render
from bot.slack.outgoing.messages import MessagePoster
from bot.slack.outgoing.results import guarded
from bot.slack.outgoing.tasks import event_of, is_lost
from bot.slack.views import (
    announcement,
    card,
    digest,
    direct_message,
    hypothesis,
    topic,
    update,
)
from bot.slack.views.blocks import Screen
from bot.store import Store

#: Our reaction to a message on the timeline: ✅.
MARKED = "white_check_mark"


@dataclass(frozen=True, kw_only=True)
class SlackPerformers:
    """Performs effects with calls to Slack and the events in the store."""

    slack: SlackClient
    store: Store
    settings: Settings

    def table(self) -> Mapping[type, Performer]:
        """Return the performer of each effect."""
        follow_up = FollowUpPerformers(posts=self.posts)
        rows: Mapping[type, Performer] = {
            effects.OpenChannel: self.open_channel,
            effects.JoinChannel: self.join_channel,
            effects.ShowCard: self.show_card,
            **dict.fromkeys(get_args(InvestigationMessage), self.show_investigation_message),
            effects.RedrawStep: self.redraw_step,
            effects.Announce: self.announce,
            effects.PinCard: self.pin_card,
            effects.ShowMark: self.show_mark,
            effects.SetTopic: self.set_topic,
            effects.InvitePeople: self.invite_people,
            effects.ShowDigest: self.show_digest,
            effects.PublishUpdate: self.publish_update,
            effects.NotifyPeople: self.notify_people,
            effects.NotifyChannel: self.notify_channel,
            effects.SharePostmortem: follow_up.share_postmortem,
            effects.SendPostmortem: follow_up.send_postmortem,
            effects.SendRunbookFeedback: follow_up.send_runbook_feedback,
            effects.OpenSideChannel: self.open_side_channel,
        }
        return {effect: guarded(perform) for effect, perform in rows.items()}

    @cached_property
    def posts(self) -> MessagePoster:
        """Posts and updates messages."""
        return MessagePoster(self.slack, self.settings.command)

    @cached_property
    def delays(self) -> DelayNotices:
        """Collects the notices about delayed channels."""
        return DelayNotices(self.slack.limiter.window_s)

    async def open_channel(self, task: Task) -> Result:
        """Open the channel. A repeated attempt adopts the channel that an earlier one created.

        An incident that ended or recovered while it waited for its channel no longer needs one.
        """
        if task.incident.channel.id:
            return Done()
        if not task.incident.needs_channel:
            return Done(effects=(effects.ShowDigest(),))
        channel, name = await Channels(self.slack, self.store).open(task)
        return Done(events=(events.ChannelOpened(at=task.now, channel=channel, name=name),))

    async def join_channel(self, task: Task) -> Result:
        """Join the channel again. Joining twice changes nothing."""
        channel, name = task.incident.channel.id, task.incident.channel.name
        if not task.incident.channel.lost_reason:
            return Done()
        await self.slack.call("conversations.join", channel=channel)
        return Done(events=(events.ChannelOpened(at=task.now, channel=channel, name=name),))

    async def show_card(self, task: Task) -> Result:
        """Post or update the card. A deleted card is posted again."""
        service = self.settings.services.get(task.incident.service)
        screen = card.card(task.incident, task.now, service.links if service else {})
        return await self._show(task, message_keys.CARD, task.incident.channel.id, screen)

    async def show_investigation_message(self, task: Task) -> Result:
        """Post or update a message about the investigation."""
        if not isinstance(task.effect, InvestigationMessage):
            raise TypeError(f"{type(task.effect).__name__} shows no message of the investigation")
        if rendered := render(task.effect, task.incident):
            return await self._show(task, rendered[0], task.incident.channel.id, rendered[1])
        return Done()

    async def redraw_step(self, task: Task) -> Result:
        """Update the message of a step. A deleted message is not posted again."""
        step_id = effect_of(task, effects.RedrawStep).step
        rendered = render(effects.ShowStep(step=step_id), task.incident)
        posted = task.incident.messages.get(message_keys.step_key(step_id))
        if rendered and posted and not task.incident.channel.lost_reason:
            await self.posts.update(*posted, rendered[1], urgent=False)
        return Done()

    async def show_digest(self, task: Task) -> Result:
        """Post or update the incident's line in the digest channel."""
        channel, _ = task.incident.messages.get(message_keys.DIGEST, (self.settings.digest_channel, ""))
        return await self._show(task, message_keys.DIGEST, channel, digest.digest(task.incident, task.now))

    async def _show(self, task: Task, key: str, channel: str, screen: Screen) -> Done:
        if not channel or is_lost(task.incident, channel):
            return Done()
        posted = task.incident.messages.get(key)
        if posted and await self.posts.update(*posted, screen):
            return Done()
        channel, ts = await self.posts.post(task, channel, screen)
        return Done(events=(events.MessagePosted(at=task.now, what=key, channel=channel, ts=ts),))

    async def announce(self, task: Task) -> Result:
        """Announce an event in the channel. The question for a commander is updated once there is one."""
        event, incident = await event_of(self.store, task), task.incident
        actor = (await self.store.transcript.people()).get(event.by, "")
        screen = announcement.announcement(event, incident, task.now, actor)
        if screen is None or not incident.channel.id or is_lost(incident, incident.channel.id):
            return Done()
        if isinstance(event, events.EscalationDue) and event.lack is Need.COMMANDER:
            key = message_keys.announcement_key(effect_of(task, effects.Announce).version)
            is_due = key in incident.messages or not incident.commander
            return await self._show(task, key, incident.channel.id, screen) if is_due else Done()
        await self.posts.post(task, incident.channel.id, screen)
        return Done()

    async def publish_update(self, task: Task) -> Result:
        """Post an update in the thread of the digest's line and in the update channels.

        If one channel refuses it, the others still get it.
        """
        event, incident = await event_of(self.store, task), task.incident
        actor = (await self.store.transcript.people()).get(event.by, "")
        screen = update.update(event, incident, task.now, actor)
        if screen is None:
            return Done()
        digest_channel, line = incident.messages.get(message_keys.DIGEST, ("", ""))
        targets = [(channel, "") for channel in self.settings.update_channels]
        refusals = []
        for channel, thread in [(digest_channel, line)] * bool(line) + targets:
            if refusal := await self.posts.post_outside(task, channel, screen, thread=thread):
                refusals.append(f"{channel}: {refusal.why}")
        return GiveUp(why=" ".join(refusals)) if refusals else Done()

    async def notify_people(self, task: Task) -> Result:
        """Send each person a direct message. Skip people who can't be reached."""
        event = await event_of(self.store, task)
        if not isinstance(event, DirectMessageEvent):
            return Done()
        people = direct_recipients(event, task.incident)
        if isinstance(event, events.ChannelDelayed):
            return await self._notify_of_delay(task, event, people)
        screen = direct_message.direct_message(event, task.incident)
        for person in people:
            await self.posts.post_outside(task, person, screen)
        return Done()

    async def _notify_of_delay(
        self, task: Task, event: events.ChannelDelayed, people: tuple[str, ...]
    ) -> Result:
        """Notify people of the delayed channel, unless it is open by now and they have been invited to it."""
        if task.incident.channel.id or not task.incident.is_active:
            return Done()
        for person in people:
            if screen := self.delays.message(person, event, task):
                await self.posts.post_outside(task, person, screen)
        return self.delays.later(people, task)

    async def notify_channel(self, task: Task) -> Result:
        """Post in another channel, with a link: an escalation to it, or an incident declared there."""
        channel, event = effect_of(task, effects.NotifyChannel).to, await event_of(self.store, task)
        if isinstance(event, events.ChannelOpened):
            name = (await self.store.transcript.people()).get(task.incident.declared_by, "")
            await self.posts.post(task, channel, direct_message.declared_here(task.incident, name))
        if not isinstance(event, events.EscalationMade):
            return Done()
        screen = direct_message.direct_message(event, task.incident)
        if refusal := await self.posts.post_outside(task, channel, screen):
            failed = events.PageFailed(at=task.now, to=channel, why=refusal.why, rung=event.rung)
            return Done(events=(failed,))
        return Done()

    async def pin_card(self, task: Task) -> Result:
        """Pin the card."""
        channel, ts = task.incident.messages[message_keys.CARD]
        await self.slack.call("pins.add", channel=channel, timestamp=ts)
        return Done()

    async def show_mark(self, task: Task) -> Result:
        """Add our reaction to a message on the timeline, or remove it from one that left the timeline."""
        ref = effect_of(task, effects.ShowMark).ref
        channel, _, ts = ref.partition("/")
        if ref in task.incident.notes:
            await self.slack.call("reactions.add", channel=channel, timestamp=ts, name=MARKED)
        else:
            await self.slack.call("reactions.remove", channel=channel, timestamp=ts, name=MARKED)
        return Done()

    async def set_topic(self, task: Task) -> Result:
        """Set the channel's topic to the incident's status."""
        if task.incident.channel.id and not task.incident.channel.lost_reason:
            text = topic.topic(task.incident)
            await self.slack.call("conversations.setTopic", channel=task.incident.channel.id, topic=text)
        return Done()

    async def invite_people(self, task: Task) -> Result:
        """Invite people, and record who could not be invited and why."""
        people = effect_of(task, effects.InvitePeople).people
        missing = await Channels(self.slack, self.store).invite(task.incident.channel.id, people)
        invited = tuple(person for person in people if person not in missing)
        reasons = tuple(f"{person}: {reason}" for person, reason in missing.items())
        return Done(events=(events.PeopleInvited(at=task.now, people=invited, missing=reasons),))

    async def open_side_channel(self, task: Task) -> Result:
        """Open a hypothesis's private channel, invite its people, and show its status there."""
        number = effect_of(task, effects.OpenSideChannel).number
        current = task.incident.investigation.hypotheses[number]
        channels = Channels(self.slack, self.store)
        channel = current.side_channel or await channels.open_side_channel(task, number)
        people = tuple(filter(is_slack_user, dict.fromkeys((current.owner, current.side_asked_by))))
        screen = hypothesis.side_channel(task.incident, current)
        is_settled = bool(current.side_channel and current.verdict)
        try:
            await channels.invite(channel, () if is_settled else people)
            result = await self._show(task, message_keys.side_channel_key(number), channel, screen)
        except SlackSaidNo as error:
            if not is_settled or judge(error.method, error.error).again:
                raise
            return Done()  # somebody archived the channel
        opened = events.SideChannelOpened(at=task.now, number=number, channel=channel)
        return result if current.side_channel else Done(events=(opened, *result.events))
