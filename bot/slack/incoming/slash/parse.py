"""Parses the slash command: splits its text once, then reads the request as a command or a screen."""

import re
from dataclasses import replace

from bot.domain.commands import AnyCommand
from bot.domain.errors import Refused, no_incident
from bot.domain.rules.decide.hypotheses import ExistingHypothesis
from bot.slack.incoming.slash import requests
from bot.slack.incoming.slash.arguments import first_word, split_incident
from bot.slack.incoming.slash.requests import Show, SlashContext, SlashRequest, require_incident
from bot.slack.incoming.slash.table import BY_WORD, SUBCOMMANDS
from bot.slack.mrkdwn import groups_in, to_plain
from bot.slack.views.command_help import nearest_command


def split(text: str, person: str) -> SlashRequest:
    """Return the parts of the text after `/incident`, as Slack delivers it (escaped) from `person`."""
    number, remainder = split_incident(re.sub(r"[^\S\n]", " ", to_plain(text)))  # including no-break spaces
    word, rest = first_word(remainder)
    return SlashRequest(person=person, incident_number=number, word=word, rest=rest, groups=groups_in(text))


def read(request: SlashRequest, context: SlashContext) -> AnyCommand | Show:
    """Return the command for a request, or the screen to show instead.

    Raise Refused if the request is invalid.
    """
    number, incident = request.incident_number, context.incident
    if number is not None and (incident is None or incident.number != number):
        raise no_incident(f"INC-{number}")
    if not request.word:
        return requests.ShowStatus() if incident else requests.ShowHelp()
    row = BY_WORD.get(request.word.lower().rstrip(":"))
    if row is None:
        return _unknown(request, context)
    if row.needs_incident:
        this = require_incident(incident).number
        request = request if number is not None else _without_own_name(request, this, row.words[0])
    result = row.read(request, context)
    if context.hypothesis and number is None and row.needs_incident:
        _refuse_to_leak(result, request.word, context)
    return result


def _refuse_to_leak(result: AnyCommand | Show, word: str, context: SlashContext) -> None:
    """Raise Refused for a command that would reveal a private channel, except about its own hypothesis."""
    words = getattr(result, "note", None)
    if words or not isinstance(result, Show | ExistingHypothesis):
        name = require_incident(context.incident).name
        raise Refused(
            f"This channel is private, and everyone in {name} would see that. "
            f"To do it anyway, type `/incident {name} {word} …`."
        )


def _without_own_name(request: SlashRequest, number: int, word: str) -> SlashRequest:
    """Remove the incident's own name from the front of the text. Raise Refused if it names another one."""
    named, rest = split_incident(request.rest)
    if named not in {None, number}:
        raise Refused(
            f"This is the channel of INC-{number}. For INC-{named}, type `/incident INC-{named} {word} …`. "
            f"If you mean INC-{number}, type `/incident INC-{number} {word} INC-{named} …`."
        )
    return replace(request, rest=rest)


def _unknown(request: SlashRequest, context: SlashContext) -> Show:
    """Treat prose outside an incident's channel as a title, and anything else as a mistyped command."""
    is_prose = bool(request.rest) and not nearest_command(request.word, SUBCOMMANDS)
    if is_prose and context.incident is None:
        return requests.ShowDeclareForm(title=f"{request.word} {request.rest}")
    return requests.ShowHelp(word=request.word)
