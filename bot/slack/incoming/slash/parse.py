"""What a person means who types the slash command: which incident, which word, and what is shown instead."""

from bot.domain.commands import AnyCommand
from bot.domain.errors import Refused, no_incident
from bot.domain.rules.decide.hypotheses import ExistingHypothesis
from bot.slack.incoming.slash.arguments import first_word, split_incident
from bot.slack.incoming.slash.requests import (
    Show,
    ShowDeclareForm,
    ShowHelp,
    ShowStatus,
    SlashRequest,
    require_incident,
)
from bot.slack.incoming.slash.table import BY_WORD, SUBCOMMANDS
from bot.slack.mrkdwn import to_plain
from bot.slack.views.command_help import nearest_command


def read(ask: SlashRequest) -> AnyCommand | Show:
    """Return what a person asks for: a command, or something to show.

    Raises Refused with a sentence for the person.
    """
    number, text = split_incident(to_plain(ask.text))
    meant = ask.incident
    if number is not None and (meant is None or meant.number != number):
        raise no_incident(f"INC-{number}")
    word, rest = first_word(text)
    if not word:
        return ShowStatus() if meant else ShowHelp()
    row = BY_WORD.get(word.lower().rstrip(":"))
    if row is None:
        return _unknown(word, text, ask)
    if row.needs_incident:
        this = require_incident(ask.incident)
        rest = rest if number is not None else _of_this(rest, this.number, row.words[0])
    found = row.read(rest, ask)
    if ask.hypothesis and number is None and row.needs_incident:
        _refuse_to_leak(found, word, ask)
    return found


def _refuse_to_leak(found: AnyCommand | Show, word: str, ask: SlashRequest) -> None:
    """Refuse in a private channel what all would read, save what becomes of its hypothesis."""
    if not isinstance(found, Show | ExistingHypothesis):
        name = require_incident(ask.incident).name
        raise Refused(
            f"This channel is private, and everybody in {name} would read that. If you mean it, write "
            f"`/incident {name} {word} …`."
        )


def _of_this(text: str, number: int, word: str) -> str:
    """Return the text without the name of this incident. Raises Refused when it names another first."""
    named, rest = split_incident(text)
    if named not in {None, number}:
        raise Refused(
            f"This is INC-{number}. Write `/incident INC-{named} {word} …` for INC-{named}, "
            f"or `/incident INC-{number} {word} INC-{named} …` if you mean this one."
        )
    return rest


def _unknown(word: str, text: str, ask: SlashRequest) -> Show:
    """Take prose outside an incident for a title; anything else is a slip."""
    prose = " " in text and not nearest_command(word, SUBCOMMANDS)
    return ShowDeclareForm(title=text) if prose and ask.incident is None else ShowHelp(word=word)
