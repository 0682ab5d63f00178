"""Recipients, read from the text that settings, runbooks, commands and events hold."""

import pytest

from bot.domain.recipient import (
    Named,
    OnCall,
    Pager,
    PagerKind,
    Recipient,
    SlackChannel,
    SlackUser,
    UserGroup,
    is_slack_user,
    parse_recipient,
)


@pytest.mark.parametrize(
    ("text", "recipient"),
    [
        ("U0ADA", SlackUser("U0ADA")),
        ("S0SENIORS", UserGroup("S0SENIORS")),
        ("SRE", Named("SRE")),
        ("#auth", SlackChannel("#auth")),
        ("#", Named("#")),
        ("pagerduty:auth", Pager(PagerKind.PAGERDUTY, "pagerduty:auth")),
        ("pagerduty:", Named("pagerduty:")),
        ("cli:ada", Named("cli:ada")),
        ("oncall", OnCall()),
        ("OnCall", OnCall()),
        ("senior developers", Named("senior developers")),
        ("", Named("")),
    ],
)
def test_text_is_read_as_a_recipient(text: str, recipient: Recipient) -> None:
    """Each kind of recipient is recognized by its form; anything else is plain words."""
    assert recipient == parse_recipient(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("U0ADA", True),
        ("W0ADA", True),
        ("", False),
        ("ada", False),
        ("Uwe", False),
        ("U", False),
        ("UÉ", False),
    ],
)
def test_slack_member_ids(text: str, expected: bool) -> None:
    """A member ID has capital letters and digits, and starts with U or W."""
    assert expected is is_slack_user(text)
