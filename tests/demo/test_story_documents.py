"""The postmortem of every story shows the facts that its published report has, in every template."""

import re
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import assembled
from bot.config.monitoring import OPEN_TO_LOOPBACK
from bot.config.settings import Settings, shipped
from bot.demo.replay import MovedClock, Replay
from bot.demo.stories import STORIES
from bot.documents.drafting import gather
from bot.documents.render import render
from bot.domain.insights.postmortem.facts import PostmortemFacts
from bot.slack.api.rate_limits import Limiter
from bot.slack.incoming.http import PATH
from bot.web.server import serve_app
from bot.workspace import Workspace
from tests.demo.story_facts import FACTS, WRONG

TEMPLATES = ("stack", "google", "atlassian", "pagerduty")


async def told(name: str, folder: Path) -> PostmortemFacts:
    """Return the facts after a story was replayed. A command that is refused fails the replay."""
    story = STORIES[name]
    clock = MovedClock(story.acts[0].at)
    workspace = Workspace(clock=clock.seconds)
    async with AsyncExitStack() as stack:
        page = await stack.enter_async_context(serve_app(workspace.asgi))
        settings = Settings(
            database=f"sqlite:///{folder / 'firstcheck.db'}",
            slack_bot_token="xoxb-local",
            slack_signing_secret="local-signing-secret",
            slack_api_url=f"{page}/api/",
            alerts=OPEN_TO_LOOPBACK,
            postmortems=folder / "postmortems",
        )
        limiter = Limiter(clock=clock.seconds)
        bot = await stack.enter_async_context(assembled(settings, clock=clock.now, limiter=limiter))
        url = await stack.enter_async_context(serve_app(bot.asgi))
        workspace.request_url = url + PATH
        replay = Replay(story, clock, workspace, url, bot.work, bot.store.outbox.next_due)
        await replay.play(lambda _act: None)
        return await gather(bot.store, await bot.recorder.load(1), bot.names)


@pytest.mark.parametrize("name", sorted(FACTS))
async def test_the_document_shows_every_fact(name: str, tmp_path: Path) -> None:
    """Each fact of the report is in the document, in every template, and nothing in it is wrong."""
    facts = await told(name, tmp_path)
    for template in TEMPLATES:
        document = render(facts, shipped("templates"), template)
        plain = re.sub(r"\\(?=\W)", "", document)
        assert [] == [fact for fact in FACTS[name] if fact not in plain], template
        assert [] == [wrong for wrong in WRONG.get(name, ()) if wrong in plain], template
    assert [] == list(facts.milestones.contradictions)


def test_every_story_has_facts() -> None:
    """Every story that ships has a list of facts, apart from the one that test_demo checks."""
    assert set(STORIES) - {"stack-outage"} == set(FACTS)
