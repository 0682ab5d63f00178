"""The board of areas."""

from dataclasses import replace

from bot.domain import events
from bot.domain.vocabulary import StepOutcome
from bot.slack.dates import moment
from bot.slack.views import board, card
from bot.slack.views.wording import areas
from tests.domain.given import CLEARED, FOUND, NOW, SUSPECTED, at, incident_after
from tests.slack.lives import words
from tests.slack.oracle import take

TAKEN = events.StepTaken(at=at(30), by="U1", step="settings")


def test_the_board() -> None:
    """The board lists each area with its coverage, and who has been checking it for how long."""
    screen = board.areas(incident_after(TAKEN, SUSPECTED), NOW)

    take(screen)
    assert (
        "*INC-7 logins fail: areas checked*\n"
        "○ *config* unchecked\n"
        "      <@U1> for 12 min: “Settings of auth”\n"
        "○ *change* unchecked\n"
        "○ *identity* unchecked\n"
        "○ *dependency* unchecked\n"
        "○ *capacity* unchecked\n"
        "⚠ *database* suspect\n"
        "      <@U2> for 42 min: hypothesis 1, the pool is full\n"
        "○ *network* unchecked\n"
        "○ *security* unchecked"
    ) == words(screen)


def test_the_board_in_one_line() -> None:
    """The board in one line is empty until an area has been checked."""
    assert "" == areas(incident_after())
    assert (
        "areas clear: config; unchecked: change, identity, dependency, capacity, database, network, security"
        == areas(incident_after(CLEARED))
    )
    assert areas(incident_after(FOUND)).startswith("areas found: config; unchecked: change")


def test_the_card_shows_steps_in_progress() -> None:
    """The card shows who is checking which step, the next step, and the skipped ones."""
    skipped = replace(CLEARED, outcome=StepOutcome.SKIPPED)

    in_progress = words(card.card(incident_after(TAKEN), NOW))
    assert f"*In progress:* 1. Settings of auth (config) — <@U1> since {moment(at(30))}\n" in in_progress
    assert "\n*Next check:* 2. Connection pool" in in_progress
    assert "runbook: 0 of 2 steps checked, skipped: Settings of auth" in words(
        card.card(incident_after(skipped), NOW)
    )
