"""Takes secrets out of commands before they become events."""

from dataclasses import fields, replace
from typing import Any

from bot.domain.commands import AnyCommand
from bot.domain.text.redaction import redact


def redact_command(command: AnyCommand) -> AnyCommand:
    """Return `command` without the secrets in its text, which an event would keep forever."""
    texts = {field.name: getattr(command, field.name) for field in fields(command)}
    # Only plain text: an enum such as Severity is a str as well.
    clean: dict[str, Any] = {name: redact(text) for name, text in texts.items() if type(text) is str}
    return replace(command, **clean)
