"""Performs the effects after an incident: sharing its postmortem and sending the runbook feedback."""

from dataclasses import dataclass
from pathlib import Path

from bot.domain import effects
from bot.domain.incident.incident import Incident
from bot.domain.insights.learning import feedback_to_runbook
from bot.domain.recipient import SlackChannel, SlackUser, parse_recipient
from bot.engine.outbox import Done, Result, Task, effect_of
from bot.slack.api.client import SlackSaidNo
from bot.slack.api.error_codes import judge
from bot.slack.mrkdwn import escape
from bot.slack.outgoing.messages import MessagePoster
from bot.slack.views import runbook_feedback
from bot.slack.views.blocks import paragraph
from bot.slack.views.wording import title


@dataclass(frozen=True, kw_only=True)
class FollowUpPerformers:
    """Performs SharePostmortem, SendPostmortem and SendRunbookFeedback."""

    posts: MessagePoster

    async def share_postmortem(self, task: Task) -> Result:
        """Post the postmortem in the incident's channel."""
        channel = task.incident.channel.id
        if not channel or task.incident.channel.lost_reason:
            return Done()
        comment = (
            f"The postmortem draft is ready. Edit it on the server: {_path(task.incident)}. "
            "To get the file with the latest edits: `/incident postmortem`"
        )
        return await self._upload(task, channel, comment)

    async def send_postmortem(self, task: Task) -> Result:
        """Send the postmortem to the person who asked for it."""
        to, incident = effect_of(task, effects.SendPostmortem).to, task.incident
        comment = (
            f"The postmortem for {title(incident)}, with the edits so far. On the server: {_path(incident)}"
        )
        return await self._upload(task, to, comment)

    async def _upload(self, task: Task, recipient: str, comment: str) -> Done:
        """Post the postmortem as a file. If Slack refuses it, post the comment and the reason."""
        try:
            await self.posts.upload(task, recipient, Path(task.incident.follow_up.postmortem_path), comment)
        except OSError as error:
            reason = f"It could not be read: {error.strerror}."
        except SlackSaidNo as error:
            judgement = judge(error.method, error.error)
            if judgement.again:
                raise
            reason = judgement.why
        else:
            return Done()
        await self.posts.post(task, recipient, paragraph(f"{comment}\n⚠ The file is not attached. {reason}"))
        return Done()

    async def send_runbook_feedback(self, task: Task) -> Result:
        """Send the feedback to the runbook's owner, or post it in the channel if they can't be reached."""
        feedback = feedback_to_runbook(task.incident)
        if feedback is None:
            return Done()
        screen = runbook_feedback.runbook_feedback(feedback, task.incident)
        runbook = task.incident.investigation.runbook
        owner = runbook.owner if runbook else ""
        reachable = isinstance(parse_recipient(owner), SlackUser | SlackChannel)
        if reachable and await self.posts.post_outside(task, owner, screen) is None:
            return Done()
        if task.incident.channel.id and not task.incident.channel.lost_reason:
            await self.posts.post(task, task.incident.channel.id, screen)
        return Done()


def _path(incident: Incident) -> str:
    return f"`{escape(incident.follow_up.postmortem_path)}`"
