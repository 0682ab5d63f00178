"""What the sentences of the timeline are made of."""

from bot.domain.escalation.ladder import is_user_group
from bot.domain.incident.incident import is_slack_user


def with_more(what: str, more: str) -> str:
    """Return a sentence, with what more there is to say behind a dash."""
    return f"{what} — {more}" if more else what


def mention(who: str) -> str:
    """Return Slack's markup for a person or a user group, anything else as it stands."""
    if is_slack_user(who):
        return f"<@{who}>"
    return f"<!subteam^{who}>" if is_user_group(who) else who


def current_text(text: str, *, deleted: bool) -> str:
    """Return what a marked message says now, after edits or its deletion."""
    return "(message deleted)" if deleted else text
