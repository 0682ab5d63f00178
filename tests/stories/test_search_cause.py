"""What is held for the cause, and what becomes of it when it is taken back."""

from bot.config import Settings
from bot.documents.drafting import gather
from bot.domain.words import Status
from bot.slack.views import step
from tests.stories.searching import ALICE, BOB, begun


async def test_a_confirmed_hypothesis_is_refuted_after_all(settings: Settings) -> None:
    """It is no cause any more, on the card as in the postmortem, and the search goes on."""
    async with begun(settings) as search:
        await search.types(ALICE, "suspect it is the network")
        await search.types(ALICE, "confirmed 1 loss 40%")
        assert Status.IDENTIFIED is (await search.incident()).status
        assert 1 == len(search.said("*Cause* (network) it is the network"))
        await search.types(BOB, "clear token-settings fine")
        await search.types(ALICE, "refuted 1 no we do not")

        known = await search.incident()
        assert (Status.INVESTIGATING, None) == (known.status, known.cause)
        assert [] == search.said("*Cause* (network) it is the network")
        assert [] == search.said("found: network")
        assert 1 == len(search.said("hypothesis 1 is not the cause"))
        assert 1 == len(
            [
                told
                for told in search.said("What changed in the last 24 hours")
                if step.TAKE in str(told.blocks)
            ]
        )
        facts = await gather(search.bot.store, known, search.bot.names)
        assert None is facts.cause


async def test_another_that_was_confirmed_takes_its_place(settings: Settings) -> None:
    """What another hypothesis or step found holds still."""
    async with begun(settings) as search:
        for text in ("suspect it is the network", "suspect a wrong setting"):
            await search.types(ALICE, text)
        for text in ("confirmed 1", "confirmed 2", "refuted 1"):
            await search.types(ALICE, text)

        known = await search.incident()
        assert Status.IDENTIFIED is known.status
        assert known.cause
        assert "a wrong setting" == known.cause.text
