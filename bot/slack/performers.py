"""Effect → what is asked of Slack: what the outbox has done there, and what Slack's refusals mean for it.

Each performer may be called again for the same effect after a crash or a lost answer, and must then leave
Slack as one call would have: `task.again` says so.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import assert_never, get_args

from bot.config import Settings
from bot.domain import effects as f
from bot.domain import events as e
from bot.domain import posts
from bot.domain.calling import told_directly
from bot.domain.experience import teaching
from bot.domain.incident import Incident, is_slack_user
from bot.domain.ladder import Lack, is_place
from bot.engine.outbox import Done, GiveUp, Performer, Result, Task, TryLater, backoff, effect_of
from bot.slack import search_screens
from bot.slack.calls import SlackBusy, SlackCalls, SlackSaidNo, SlackUnreachable
from bot.slack.channels import Channels, NameTaken
from bot.slack.errors import Judgement, Meaning, judge
from bot.slack.posts import Posts
from bot.slack.views import announcement, card, digest, direct, hypothesis, lesson, topic
from bot.slack.views.blocks import Screen
from bot.store import Store

#: A shorter wait for a channel is not worth a message.
WORTH_TELLING_S = 2.0


@dataclass(frozen=True, kw_only=True)
class SlackPerformers:
    """What performing needs: the calls, the store to read events from, and what is configured."""

    slack: SlackCalls
    store: Store
    settings: Settings

    def table(self) -> Mapping[type, Performer]:
        """Return who performs which effect."""
        rows: Mapping[type, Callable[[Task], Awaitable[Result]]] = {
            f.OpenChannel: self.open_channel,
            f.JoinChannel: self.join_channel,
            f.ShowCard: self.show_card,
            **dict.fromkeys(get_args(search_screens.OfSearch), self.show_search),
            f.RedrawStep: self.redraw_step,
            f.TellChannel: self.tell_channel,
            f.PinCard: self.pin_card,
            f.SetTopic: self.set_topic,
            f.InvitePeople: self.invite_people,
            f.ShowDigest: self.show_digest,
            f.TellPeople: self.tell_people,
            f.TellPlace: self.tell_place,
            f.TeachOwner: self.teach_owner,
            f.OpenSideChannel: self.open_side_channel,
        }
        return {effect: _guarded(perform) for effect, perform in rows.items()}

    @cached_property
    def posts(self) -> Posts:
        """How a message is put up or changed."""
        return Posts(self.slack, self.settings.command)

    async def open_channel(self, task: Task) -> Result:
        """Open the channel; on a second try adopt the one the first made."""
        if task.incident.channel:
            return Done()
        try:
            channel, name = await Channels(self.slack, self.store).open(task)
        except NameTaken as taken:
            return GiveUp(why=str(taken))
        return Done(events=(e.ChannelOpened(at=task.now, channel=channel, name=name),))

    async def join_channel(self, task: Task) -> Result:
        """Enter the channel; to enter twice changes nothing."""
        channel, name = task.incident.channel, task.incident.channel_name
        if not task.incident.channel_lost:
            return Done()
        await self.slack.call("conversations.join", channel=channel)
        return Done(events=(e.ChannelOpened(at=task.now, channel=channel, name=name),))

    async def show_card(self, task: Task) -> Result:
        """Post the card or bring it up to date; one that people deleted is posted anew."""
        service = self.settings.services.get(task.incident.service)
        screen = card.card(task.incident, task.now, service.links if service else {})
        return await self._show(task, posts.CARD, task.incident.channel, screen)

    async def show_search(self, task: Task) -> Result:
        """Post a message of the search or bring it up to date."""
        if not isinstance(task.effect, search_screens.OfSearch):
            raise TypeError(f"{type(task.effect).__name__} shows nothing of the search")
        found = search_screens.shown(task.effect, task.incident)
        if found is None:
            return Done()
        what, screen = found
        return await self._show(task, what, task.incident.channel, screen)

    async def redraw_step(self, task: Task) -> Result:
        """Bring the message of a step up to date; one that people deleted stays away."""
        step_id = effect_of(task, f.RedrawStep).step
        found = search_screens.shown(f.ShowStep(step=step_id), task.incident)
        known = task.incident.posts.get(posts.of_step(step_id))
        if found and known and not task.incident.channel_lost:
            await self.posts.change(*known, found[1], urgent=False)
        return Done()

    async def show_digest(self, task: Task) -> Result:
        """Post the incident's line in the digest channel, or bring it up to date."""
        known, _ = task.incident.posts.get(posts.DIGEST, (self.settings.digest_channel, ""))
        return await self._show(task, posts.DIGEST, known, digest.digest(task.incident, task.now))

    async def _show(self, task: Task, what: str, channel: str, screen: Screen) -> Done:
        if not channel or _lost(task.incident, channel):
            return Done()
        known = task.incident.posts.get(what)
        if known and await self.posts.change(*known, screen):
            return Done()
        channel, ts = await self.posts.put_up(task, channel, screen)
        return Done(events=(e.MessagePosted(at=task.now, what=what, channel=channel, ts=ts),))

    async def tell_channel(self, task: Task) -> Result:
        """Say in the channel what an event tells; the question who commands is changed when somebody does."""
        event, incident = await self._event(task), task.incident
        screen = announcement.announcement(event, incident, task.now)
        if screen is None or not incident.channel or _lost(incident, incident.channel):
            return Done()
        if isinstance(event, e.EscalationDue) and event.lack is Lack.COMMANDER:
            what = posts.of_ask(effect_of(task, f.TellChannel).version)
            matters = what in incident.posts or not incident.commander
            return await self._show(task, what, incident.channel, screen) if matters else Done()
        await self.posts.put_up(task, incident.channel, screen)
        return Done()

    async def tell_people(self, task: Task) -> Result:
        """Tell each of the people directly; who cannot be reached does not stop the others."""
        event = await self._event(task)
        screen = direct.direct(event, task.incident)
        if screen is None:
            return Done()
        for person in told_directly(event, task.incident):
            await self._refused(task, person, screen)
        return Done()

    async def tell_place(self, task: Task) -> Result:
        """Tell another channel who is called in, and where it is talked about."""
        place, event = effect_of(task, f.TellPlace).to, await self._event(task)
        screen = direct.direct(event, task.incident)
        if screen is None or not isinstance(event, e.EscalationMade):
            return Done()
        refused = await self._refused(task, place, screen)
        if refused is None:
            return Done()
        return Done(events=(e.PageFailed(at=task.now, to=place, why=refused.why, rung=event.rung),))

    async def teach_owner(self, task: Task) -> Result:
        """Tell the runbook's owner what the incident taught; in its channel if they cannot be reached."""
        taught = teaching(task.incident)
        if taught is None:
            return Done()
        screen = lesson.lesson(taught, task.incident)
        owner = task.incident.runbook.owner if task.incident.runbook else ""
        reachable = is_slack_user(owner) or is_place(owner)
        if reachable and await self._refused(task, owner, screen) is None:
            return Done()
        if task.incident.channel and not task.incident.channel_lost:
            await self.posts.put_up(task, task.incident.channel, screen)
        return Done()

    async def pin_card(self, task: Task) -> Result:
        """Pin the card."""
        channel, ts = task.incident.posts[posts.CARD]
        await self.slack.call("pins.add", channel=channel, timestamp=ts)
        return Done()

    async def set_topic(self, task: Task) -> Result:
        """Set the topic to how things stand."""
        if task.incident.channel and not task.incident.channel_lost:
            text = topic.topic(task.incident)
            await self.slack.call("conversations.setTopic", channel=task.incident.channel, topic=text)
        return Done()

    async def invite_people(self, task: Task) -> Result:
        """Invite people; who cannot be invited is named, and does not keep the others out."""
        people = effect_of(task, f.InvitePeople).people
        missing = await Channels(self.slack, self.store).invite(task.incident.channel, people)
        invited = tuple(person for person in people if person not in missing)
        whys = tuple(f"{person}: {why}" for person, why in missing.items())
        return Done(events=(e.PeopleInvited(at=task.now, people=invited, missing=whys),))

    async def open_side_channel(self, task: Task) -> Result:
        """Open a suspicion's private channel, bring its people in, and have it say how it stands."""
        number = effect_of(task, f.OpenSideChannel).number
        known = task.incident.hypotheses[number]
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
            shown = await self._show(task, posts.of_side_channel(number), channel, screen)
        except SlackSaidNo as no:
            if not is_past or judge(no.method, no.error).again:
                raise
            return Done()  # people put the channel away
        opened = e.SideChannelOpened(at=task.now, number=number, channel=channel)
        return shown if known.side_channel else Done(events=(opened, *shown.events))

    async def _refused(self, task: Task, place: str, screen: Screen) -> Judgement | None:
        """Post outside the incident's channel; returns why that is refused for good, if it is."""
        try:
            await self.posts.put_up(task, place, screen)
        except SlackSaidNo as no:
            judgement = judge(no.method, no.error)
            if judgement.again:
                raise
            return judgement
        return None

    async def _event(self, task: Task) -> e.AnyEvent:
        effect = task.effect
        if not isinstance(effect, f.TellChannel | f.TellPeople | f.TellPlace):
            raise TypeError(f"{type(effect).__name__} tells of no event")
        recorded = await self.store.log.events(task.incident.number, after=effect.version - 1)
        return recorded[0].event


def _lost(incident: Incident, channel: str) -> bool:
    return bool(incident.channel_lost) and channel == incident.channel


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
            if not task.incident.channel or no.channel != task.incident.channel:
                return GiveUp(why=judgement.why)
            if task.incident.channel_lost:
                return Done()
            archived = no.error == "is_archived"
            return Done(events=(e.ChannelLost(at=task.now, why=judgement.why, archived=archived),))
        case _:
            assert_never(judgement.meaning)


def _later(task: Task, later: TryLater) -> TryLater:
    """Tell the incident's people, once, when its channel is long in coming."""
    if not isinstance(task.effect, f.OpenChannel) or task.incident.channel_delayed:
        return later
    seconds = backoff(task.job, later).total_seconds()
    if seconds < WORTH_TELLING_S:
        return later
    return replace(later, events=(e.ChannelDelayed(at=task.now, seconds=seconds),))
