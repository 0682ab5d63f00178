"""Tasks are given only to people who can act."""

from dataclasses import replace

import pytest

from bot.config.settings import Settings
from bot.slack.views import declare
from bot.workspace.people import BOT_USER_ID
from tests.stories.investigating import ALICE, BOB, Search, begun


@pytest.mark.parametrize(
    "typed",
    ["lead {}", "role scribe {}", "escalate {} stuck", "handover 1 {}", "suspect the pool {}", "action x {}"],
)
@pytest.mark.parametrize(
    ("person", "problem"),
    [
        (BOT_USER_ID, "is an app, not a person"),
        ("U0NOBODY", "is not a member of this workspace"),
        (BOB, "is deactivated in Slack"),
    ],
)
async def test_a_task_for_somebody_who_cannot_act(
    settings: Settings, typed: str, person: str, problem: str
) -> None:
    """A task for an app, an unknown or a deactivated person is refused, and changes nothing."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect the database")
        deactivate(search, BOB)
        before = (await search.incident()).version
        answer = await search.types(ALICE, typed.format(f"<@{person}>"))

        assert problem in answer
        assert before == (await search.incident()).version


async def test_a_form_that_names_somebody_who_cannot_act(settings: Settings) -> None:
    """The form says so below the field, without a mention, which forms show as an ID."""
    async with begun(settings) as search:
        await search.types(ALICE, "new")
        view = next(iter(search.workspace.views.values()))
        fields = {"title": "logins fail", declare.COMMANDER: BOT_USER_ID}
        refused = await search.workspace.submit(ALICE, view.id, fields)

        problem = "This account is an app, not a person. Please pick somebody else."
        assert {declare.COMMANDER: problem} == refused["errors"]


async def test_a_task_while_slack_does_not_answer(settings: Settings) -> None:
    """A person that cannot be looked up is accepted, because responding must not wait for Slack."""
    async with begun(settings) as search:
        search.workspace.faults.add("users.info", "error", error="internal_error", times=5)
        await search.types(ALICE, f"lead <@{BOB}>")

        assert BOB == (await search.incident()).commander


def deactivate(search: Search, person: str) -> None:
    """Deactivate a person's account."""
    people = search.workspace.state.people
    people[person] = replace(people[person], deleted=True)
