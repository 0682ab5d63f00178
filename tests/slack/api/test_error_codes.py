"""What Slack's refusals mean for us."""

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
def test_meaning(method: str, code: str, meaning: Meaning) -> None:
    """What is so already is done; what passes is tried again; what never will be is not."""
    assert meaning is judge(method, code).meaning


def test_a_busy_slack_uses_up_no_try() -> None:
    """It says nothing against what was asked."""
    assert not judge("chat.update", "ratelimited").counts


def test_a_refused_token_loses_nothing() -> None:
    """Until somebody repairs the token, everything waits; the sentence says what to do."""
    judgement = judge("chat.postMessage", "token_revoked")

    assert (OPERATOR_S, False) == (judgement.after_s, judgement.counts)
    assert "install the app again" in judgement.why


def test_an_unknown_code_is_given_up_in_the_end() -> None:
    """It uses up a try each time, and is named, so that it can be looked up."""
    judgement = judge("chat.postMessage", "a_code_of_next_year")

    assert (True, True) == (judgement.again, judgement.counts)
    assert "chat.postMessage: a_code_of_next_year" in judgement.why


def test_every_end_has_a_sentence() -> None:
    """Whatever is not done is explained to people."""
    judgements = [*CODES.values(), *METHODS.values()]

    assert [] == [
        judgement for judgement in judgements if judgement.meaning is not Meaning.DONE and not judgement.why
    ]


@pytest.mark.skipif(not SHARED.exists(), reason="shared/slack does not stand beside the clone")
def test_the_codes_by_method_are_slacks() -> None:
    """A row for one method is for an error that Slack lists there."""
    methods = json.loads((SHARED / "methods.json").read_text())
    everywhere = {"no_permission", "missing_scope", "not_allowed_token_type"}
    everywhere |= {"invalid_auth", "not_authed", "token_revoked"}

    assert [] == [
        (method, code)
        for method, code in METHODS
        if code not in methods[method]["errors"] and code not in everywhere
    ]
