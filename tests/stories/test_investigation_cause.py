"""The root cause, and what happens when it is withdrawn."""

from bot.config.settings import Settings
from bot.documents.drafting import gather
from bot.domain import events
from bot.domain.vocabulary import Status
from bot.slack.views import runbook_end, step
from tests.stories.investigating import ALICE, BOB, TWO_PROBES, begun, begun_with

DAVE = "U0DAVE"


async def test_ruling_out_a_hypothesis_withdraws_the_cause(settings: Settings) -> None:
    """Ruling out a confirmed hypothesis removes the cause from card and postmortem and resumes the steps."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect it is the network")
        await search.types(ALICE, "confirmed 1 loss 40%")
        assert Status.IDENTIFIED is (await search.incident()).status
        # On the card, and in the announcement.
        assert 2 == len(search.posts("*Cause* (network): it is the network"))
        await search.types(BOB, "clear token-settings fine")
        await search.types(ALICE, "refuted 1 no we do not")

        incident = await search.incident()
        assert (Status.INVESTIGATING, None) == (incident.status, incident.investigation.cause)
        assert 1 == len(search.posts("*Cause* (network): it is the network"))
        assert [] == search.posts("found: network")
        # The card shows it as the latest update, and one message in the channel says all of it.
        assert 1 == len(search.posts("hypothesis 1 is not the cause"))
        assert 1 == len(search.posts("no we do not\\nThere is no cause now. The investigation continues."))
        assert 1 == len(
            [
                message
                for message in search.posts("What changed in the last 24 hours")
                if step.TAKE in str(message.blocks)
            ]
        )
        facts = await gather(search.bot.store, incident, search.bot.names)
        assert None is facts.cause


async def test_steps_are_taken_after_the_cause_was_named(settings: Settings) -> None:
    """Taking a step while there is a cause is refused with commands that work."""
    async with begun(settings) as search:
        await search.types(ALICE, "found token-settings: the old key")
        await search.types(ALICE, "resolve the new key")
        await search.types(ALICE, "close")
        assert "INC-1 is closed. To reopen it" in await search.types(BOB, "take")
        await search.types(BOB, "reopen it fails again")

        refusal = await search.types(BOB, "take")
        assert "INC-1 already has a cause: " in refusal
        assert "To withdraw it: `/incident clear token-settings: why`." in refusal
        named = refusal.rpartition("`/incident take ")[2].partition("`")[0]
        await search.types(BOB, f"take {named}")
        assert BOB == (await search.incident()).investigation.state_of(named).taken_by
        await search.types(ALICE, "clear token-settings: it is right now")
        await search.types(ALICE, "take")
        taken = (await search.incident()).investigation.steps.values()
        assert {ALICE, BOB} <= {state.taken_by for state in taken}


async def test_another_confirmed_hypothesis_does_not_take_its_place(settings: Settings) -> None:
    """If the cause is ruled out, the card asks about the other confirmed hypothesis, and asserts nothing."""
    async with begun(settings) as search:
        for text in ("suspect it is the network", "suspect a wrong setting"):
            await search.types(ALICE, text)
        for text in ("confirmed 1", "confirmed 2", "refuted 1"):
            await search.types(ALICE, text)

        incident = await search.incident()
        assert (Status.INVESTIGATING, None) == (incident.status, incident.investigation.cause)
        [card] = search.posts("*Confirmed, but no cause is recorded:* hypothesis 2. a wrong setting")
        assert "Record it: `/incident confirmed 2`." in str(card.blocks)
        await search.types(BOB, "confirmed 2")
        incident = await search.incident()
        assert incident.investigation.cause
        assert ("a wrong setting", BOB) == (
            incident.investigation.cause.text,
            incident.investigation.cause.by,
        )


async def test_a_named_cause_is_corrected_or_withdrawn(settings: Settings) -> None:
    """A cause can be corrected or withdrawn. Then steps are offered again, and the timeline shows it all."""
    async with begun(settings) as search:
        await search.types(ALICE, "cause the pool was full")
        await search.types(ALICE, "cause the old key area:config")
        assert "the old key" in str(search.posts("*Cause*")[-1].blocks)
        await search.types(BOB, "clear token-settings: all fine")
        assert [] == search.posts("What changed in the last 24 hours")
        assert "" == await search.types(BOB, "cause none: it fails with the new one too")

        incident = await search.incident()
        assert incident.investigation.cause is None
        assert 1 == len(search.posts("bob withdrew the cause: it fails with the new one too"))
        assert 1 == len(search.posts("*What changed in the last 24 hours"))
        facts = await gather(search.bot.store, incident, search.bot.names)
        entries = [entry.text for entry in facts.timeline]
        for line in (
            "Cause found: the pool was full",
            "Cause found (config): the old key",
            "Cause withdrawn — it fails with the new one too",
        ):
            assert line in entries


async def test_no_step_found_the_cause(settings: Settings) -> None:
    """After the last step, the channel and the card offer to escalate with one click."""
    async with begun_with(settings, TWO_PROBES) as search:
        for name in ("announce", "key", "ttl"):
            await search.types(ALICE, f"clear {name}: fine")
        assert [] == search.posts("No runbook steps left")
        await search.types(ALICE, "skip database: no access")

        end, card = search.posts("No runbook steps left")[::-1]
        assert "Skipped: Ask the database." in str(end.blocks)
        for message in (end, card):
            assert f"Escalate to <@{DAVE}>." in str(message.blocks)
        await search.click(BOB, end, runbook_end.CALL_IN)

        (escalation,) = [
            escalation
            for escalation in await search.happened(events.EscalationMade)
            if escalation.who == DAVE
        ]
        assert (BOB, DAVE) == (escalation.by, escalation.who)
        (end,) = search.posts("no cause found.*")
        assert f"Escalated to: <@{DAVE}>." in str(end.blocks)
        assert runbook_end.CALL_IN not in str(end.blocks)


async def test_a_cause_found_after_the_last_step(settings: Settings) -> None:
    """Once a cause is found, the message about the runbook's end offers no escalation anymore."""
    async with begun_with(settings, TWO_PROBES) as search:
        for name in ("announce", "key", "ttl", "database"):
            await search.types(ALICE, f"clear {name}: fine")
        await search.types(BOB, "found key: it is the old one")

        assert [] == search.posts("No runbook steps left")
        (end,) = search.posts("The runbook ended here")
        assert runbook_end.CALL_IN not in str(end.blocks)
