"""Redacts secrets in commands before events are made of them."""

from dataclasses import fields, replace
from typing import Any

from bot.domain.commands import AnyCommand
from bot.domain.text.redaction import redact


def redact_command(command: AnyCommand) -> AnyCommand:
    """Return `command` with the secrets in its text redacted, because events are kept forever."""
    texts = {field.name: getattr(command, field.name) for field in fields(command)}
    # Only plain text: an enum such as Severity is also a str.
    clean: dict[str, Any] = {name: redact(text) for name, text in texts.items() if type(text) is str}
    return replace(command, **clean)
