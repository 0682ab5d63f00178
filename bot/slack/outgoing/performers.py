"""Effect → what is asked of Slack: what the outbox has done there, and what Slack's refusals mean for it.

Each performer may be called again for the same effect after a crash or a lost answer, and must then leave
Slack as one call would have: `task.again` says so.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import assert_never, get_args

from bot.config.settings import Settings
from bot.domain import effects, events
from bot.domain.effects import message_keys
from bot.domain.escalation.ladder import Need
from bot.domain.incident.incident import Incident
from bot.domain.insights.learning import feedback_to_runbook
from bot.domain.insights.recipients import DirectMessageEvent, direct_recipients
from bot.domain.recipient import SlackChannel, SlackUser, is_slack_user, parse_recipient
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, backoff, effect_of
from bot.slack.api.client import SlackBusy, SlackClient, SlackSaidNo, SlackUnreachable
from bot.slack.api.error_codes import Judgement, Meaning, judge
from bot.slack.outgoing import investigation_messages
from bot.slack.outgoing.channels import Channels, NameTaken
from bot.slack.outgoing.messages import MessagePoster
from bot.slack.views import announcement, card, digest, direct_message, hypothesis, runbook_feedback, topic
from bot.slack.views.blocks import Screen
from bot.store import Store

#: A shorter wait for a channel is not worth a message.
WORTH_TELLING_S = 2.0


@dataclass(frozen=True, kw_only=True)
class SlackPerformers:
    """What performing needs: the calls, the store to read events from, and what is configured."""

    slack: SlackClient
    store: Store
    settings: Settings

    def table(self) -> Mapping[type, Performer]:
        """Return who performs which effect."""
        rows: Mapping[type, Callable[[Task], Awaitable[Result]]] = {
            effects.OpenChannel: self.open_channel,
            effects.JoinChannel: self.join_channel,
            effects.ShowCard: self.show_card,
            **dict.fromkeys(get_args(investigation_messages.InvestigationMessage), self.show_search),
            effects.RedrawStep: self.redraw_step,
            effects.TellChannel: self.tell_channel,
            effects.PinCard: self.pin_card,
            effects.SetTopic: self.set_topic,
            effects.InvitePeople: self.invite_people,
            effects.ShowDigest: self.show_digest,
            effects.TellPeople: self.tell_people,
            effects.TellPlace: self.tell_place,
            effects.TeachOwner: self.teach_owner,
            effects.OpenSideChannel: self.open_side_channel,
        }
        return {effect: _guarded(perform) for effect, perform in rows.items()}

    @cached_property
    def posts(self) -> MessagePoster:
        """How a message is put up or changed."""
        return MessagePoster(self.slack, self.settings.command)

    async def open_channel(self, task: Task) -> Result:
        """Open the channel; on a second try adopt the one the first made."""
        if task.incident.channel.id:
            return Done()
        try:
            channel, name = await Channels(self.slack, self.store).open(task)
        except NameTaken as taken:
            return GiveUp(why=str(taken))
        return Done(events=(events.ChannelOpened(at=task.now, channel=channel, name=name),))

    async def join_channel(self, task: Task) -> Result:
        """Enter the channel; to enter twice changes nothing."""
        channel, name = task.incident.channel.id, task.incident.channel.name
        if not task.incident.channel.lost_reason:
            return Done()
        await self.slack.call("conversations.join", channel=channel)
        return Done(events=(events.ChannelOpened(at=task.now, channel=channel, name=name),))

    async def show_card(self, task: Task) -> Result:
        """Post the card or bring it up to date; one that people deleted is posted anew."""
        service = self.settings.services.get(task.incident.service)
        screen = card.card(task.incident, task.now, service.links if service else {})
        return await self._show(task, message_keys.CARD, task.incident.channel.id, screen)

    async def show_search(self, task: Task) -> Result:
        """Post a message of the search or bring it up to date."""
        if not isinstance(task.effect, investigation_messages.InvestigationMessage):
            raise TypeError(f"{type(task.effect).__name__} shows nothing of the search")
        found = investigation_messages.render(task.effect, task.incident)
        if found is None:
            return Done()
        what, screen = found
        return await self._show(task, what, task.incident.channel.id, screen)

    async def redraw_step(self, task: Task) -> Result:
        """Bring the message of a step up to date; one that people deleted stays away."""
        step_id = effect_of(task, effects.RedrawStep).step
        found = investigation_messages.render(effects.ShowStep(step=step_id), task.incident)
        known = task.incident.messages.get(message_keys.step_key(step_id))
        if found and known and not task.incident.channel.lost_reason:
            await self.posts.update(*known, found[1], urgent=False)
        return Done()

    async def show_digest(self, task: Task) -> Result:
        """Post the incident's line in the digest channel, or bring it up to date."""
        known, _ = task.incident.messages.get(message_keys.DIGEST, (self.settings.digest_channel, ""))
        return await self._show(task, message_keys.DIGEST, known, digest.digest(task.incident, task.now))

    async def _show(self, task: Task, what: str, channel: str, screen: Screen) -> Done:
        if not channel or _lost(task.incident, channel):
            return Done()
        known = task.incident.messages.get(what)
        if known and await self.posts.update(*known, screen):
            return Done()
        channel, ts = await self.posts.post(task, channel, screen)
        return Done(events=(events.MessagePosted(at=task.now, what=what, channel=channel, ts=ts),))

    async def tell_channel(self, task: Task) -> Result:
        """Say in the channel what an event tells; the question who commands is changed when somebody does."""
        event, incident = await self._event(task), task.incident
        screen = announcement.announcement(event, incident, task.now)
        if screen is None or not incident.channel.id or _lost(incident, incident.channel.id):
            return Done()
        if isinstance(event, events.EscalationDue) and event.lack is Need.COMMANDER:
            what = message_keys.announcement_key(effect_of(task, effects.TellChannel).version)
            matters = what in incident.messages or not incident.commander
            return await self._show(task, what, incident.channel.id, screen) if matters else Done()
        await self.posts.post(task, incident.channel.id, screen)
        return Done()

    async def tell_people(self, task: Task) -> Result:
        """Tell each of the people directly; who cannot be reached does not stop the others."""
        event = await self._event(task)
        if not isinstance(event, DirectMessageEvent):
            return Done()
        screen = direct_message.direct_message(event, task.incident)
        for person in direct_recipients(event, task.incident):
            await self._refused(task, person, screen)
        return Done()

    async def tell_place(self, task: Task) -> Result:
        """Tell another channel who is called in, and where it is talked about."""
        place, event = effect_of(task, effects.TellPlace).to, await self._event(task)
        if not isinstance(event, events.EscalationMade):
            return Done()
        refused = await self._refused(task, place, direct_message.direct_message(event, task.incident))
        if refused is None:
            return Done()
        return Done(events=(events.PageFailed(at=task.now, to=place, why=refused.why, rung=event.rung),))

    async def teach_owner(self, task: Task) -> Result:
        """Tell the runbook's owner what the incident taught; in its channel if they cannot be reached."""
        feedback = feedback_to_runbook(task.incident)
        if feedback is None:
            return Done()
        screen = runbook_feedback.runbook_feedback(feedback, task.incident)
        owner = task.incident.investigation.runbook.owner if task.incident.investigation.runbook else ""
        reachable = isinstance(parse_recipient(owner), SlackUser | SlackChannel)
        if reachable and await self._refused(task, owner, screen) is None:
            return Done()
        if task.incident.channel.id and not task.incident.channel.lost_reason:
            await self.posts.post(task, task.incident.channel.id, screen)
        return Done()

    async def pin_card(self, task: Task) -> Result:
        """Pin the card."""
        channel, ts = task.incident.messages[message_keys.CARD]
        await self.slack.call("pins.add", channel=channel, timestamp=ts)
        return Done()

    async def set_topic(self, task: Task) -> Result:
        """Set the topic to how things stand."""
        if task.incident.channel.id and not task.incident.channel.lost_reason:
            text = topic.topic(task.incident)
            await self.slack.call("conversations.setTopic", channel=task.incident.channel.id, topic=text)
        return Done()

    async def invite_people(self, task: Task) -> Result:
        """Invite people; who cannot be invited is named, and does not keep the others out."""
        people = effect_of(task, effects.InvitePeople).people
        missing = await Channels(self.slack, self.store).invite(task.incident.channel.id, people)
        invited = tuple(person for person in people if person not in missing)
        whys = tuple(f"{person}: {why}" for person, why in missing.items())
        return Done(events=(events.PeopleInvited(at=task.now, people=invited, missing=whys),))

    async def open_side_channel(self, task: Task) -> Result:
        """Open a suspicion's private channel, bring its people in, and have it say how it stands."""
        number = effect_of(task, effects.OpenSideChannel).number
        known = task.incident.investigation.hypotheses[number]
        channels = Channels(self.slack, self.store)
        try:
            channel = known.side_channel or await channels.open_beside(task, number)
        except NameTaken as taken:
            return GiveUp(why=str(taken))
        people = tuple(p for p in dict.fromkeys((known.owner, known.side_asked_by)) if is_slack_user(p))
        screen = hypothesis.side_channel(task.incident, known)
        is_past = bool(known.side_channel and known.verdict)
        try:
            await channels.invite(channel, () if is_past else people)
            shown = await self._show(task, message_keys.side_channel_key(number), channel, screen)
        except SlackSaidNo as no:
            if not is_past or judge(no.method, no.error).again:
                raise
            return Done()  # people put the channel away
        opened = events.SideChannelOpened(at=task.now, number=number, channel=channel)
        return shown if known.side_channel else Done(events=(opened, *shown.events))

    async def _refused(self, task: Task, place: str, screen: Screen) -> Judgement | None:
        """Post outside the incident's channel; returns why that is refused for good, if it is."""
        try:
            await self.posts.post(task, place, screen)
        except SlackSaidNo as no:
            judgement = judge(no.method, no.error)
            if judgement.again:
                raise
            return judgement
        return None

    async def _event(self, task: Task) -> events.AnyEvent:
        effect = task.effect
        if not isinstance(effect, effects.TellChannel | effects.TellPeople | effects.TellPlace):
            raise TypeError(f"{type(effect).__name__} tells of no event")
        recorded = await self.store.log.events(task.incident.number, after=effect.version - 1)
        return recorded[0].event


def _lost(incident: Incident, channel: str) -> bool:
    return bool(incident.channel.lost_reason) and channel == incident.channel.id


def _guarded(perform: Performer) -> Performer:
    """Turn Slack's refusals into what the outbox understands."""

    async def guarded(task: Task) -> Result:
        try:
            return await perform(task)
        except SlackBusy as busy:
            return _later(task, TryLater(why=str(busy), after_s=busy.after_s, counts=False))
        except SlackUnreachable as unreachable:
            return _later(task, TryLater(why=str(unreachable), counts=False))
        except SlackSaidNo as no:
            return _judged(task, no)

    return guarded


def _judged(task: Task, no: SlackSaidNo) -> Result:
    judgement = judge(no.method, no.error)
    match judgement.meaning:
        case Meaning.DONE:
            return Done()
        case Meaning.LATER:
            later = TryLater(why=judgement.why, after_s=judgement.after_s, counts=judgement.counts)
            return _later(task, later)
        case Meaning.NEVER:
            return GiveUp(why=judgement.why)
        case Meaning.CHANNEL_LOST:
            # Another channel than the incident's own (the digest's, an owner's) loses the incident nothing.
            if not task.incident.channel.id or no.channel != task.incident.channel.id:
                return GiveUp(why=judgement.why)
            if task.incident.channel.lost_reason:
                return Done()
            archived = no.error == "is_archived"
            return Done(events=(events.ChannelLost(at=task.now, why=judgement.why, archived=archived),))
        case _:
            assert_never(judgement.meaning)


def _later(task: Task, later: TryLater) -> TryLater:
    """Tell the incident's people, once, when its channel is long in coming."""
    if not isinstance(task.effect, effects.OpenChannel) or task.incident.channel.is_delayed:
        return later
    seconds = backoff(task.job, later).total_seconds()
    if seconds < WORTH_TELLING_S:
        return later
    return replace(later, events=(events.ChannelDelayed(at=task.now, seconds=seconds),))
