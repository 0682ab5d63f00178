"""The meaning of Slack's error codes."""

import json
from pathlib import Path

import pytest

from bot.slack.api.error_codes import CODES, METHODS, OPERATOR_S, Meaning, judge

SHARED = Path(__file__).parents[4] / "shared" / "slack"


@pytest.mark.parametrize(
    ("method", "code", "meaning"),
    [
        ("conversations.invite", "already_in_channel", Meaning.DONE),
        ("pins.add", "already_pinned", Meaning.DONE),
        ("chat.postMessage", "ratelimited", Meaning.LATER),
        ("chat.postMessage", "internal_error", Meaning.LATER),
        ("chat.postMessage", "invalid_auth", Meaning.LATER),
        ("chat.postMessage", "a_code_of_next_year", Meaning.LATER),
        ("chat.postMessage", "is_archived", Meaning.CHANNEL_LOST),
        ("chat.update", "channel_not_found", Meaning.CHANNEL_LOST),
        ("conversations.open", "channel_not_found", Meaning.NEVER),
        ("chat.postMessage", "invalid_blocks", Meaning.NEVER),
        ("pins.add", "too_many_pins", Meaning.NEVER),
        ("conversations.create", "restricted_action", Meaning.NEVER),
    ],
)
def test_the_meaning_of_a_code(method: str, code: str, meaning: Meaning) -> None:
    """Each error code means that the work is done, should be retried, or is impossible."""
    assert meaning is judge(method, code).meaning


def test_a_rate_limit_does_not_count_as_an_attempt() -> None:
    """A rate limit does not count towards the limit of attempts."""
    assert not judge("chat.update", "ratelimited").counts


def test_a_refused_token_loses_nothing() -> None:
    """With an invalid token all work waits, and the message says what to do."""
    judgement = judge("chat.postMessage", "token_revoked")

    assert (OPERATOR_S, False) == (judgement.after_s, judgement.counts)
    assert "Install the app again" in judgement.why


def test_an_unknown_code_counts_as_an_attempt() -> None:
    """An unknown code is retried a limited number of times, and the message names it."""
    judgement = judge("chat.postMessage", "a_code_of_next_year")

    assert (True, True) == (judgement.again, judgement.counts)
    assert "chat.postMessage: a_code_of_next_year" in judgement.why


def test_every_code_has_a_message() -> None:
    """Every meaning except "done" has a message for people."""
    judgements = [*CODES.values(), *METHODS.values()]

    assert [] == [
        judgement for judgement in judgements if judgement.meaning is not Meaning.DONE and not judgement.why
    ]


@pytest.mark.skipif(not SHARED.exists(), reason="shared/slack does not stand beside the clone")
def test_the_codes_by_method_are_documented() -> None:
    """Each code listed for one method is documented for it by Slack."""
    methods = json.loads((SHARED / "methods.json").read_text())
    everywhere = {"no_permission", "missing_scope", "not_allowed_token_type"}
    everywhere |= {"invalid_auth", "not_authed", "token_revoked"}

    assert [] == [
        (method, code)
        for method, code in METHODS
        if code not in methods[method]["errors"] and code not in everywhere
    ]
