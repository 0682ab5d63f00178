"""How a saved message changes when it, an edit or its deletion arrives, in any order and however often."""

from dataclasses import replace
from datetime import datetime

from bot.domain.message import Message

#: Texts of a message that are kept besides its current one.
MAX_FORMER_TEXTS = 20


def saved(known: Message | None, message: Message) -> Message:
    """Return the message after `message` arrived. It may be a redelivery, or arrive after its own edit."""
    if known is None:
        return deleted(message, message.deleted_at) if message.deleted_at else message
    if message.deleted_at:
        return deleted(_filled(known, message), message.deleted_at)
    if message.edited_at:
        return edited(_filled(known, message), message.text, message.edited_at)
    return _filled(known, message)


def edited(known: Message, text: str, at: datetime) -> Message:
    """Return the message after an edit. An edit older than the current text joins the former texts."""
    if known.deleted_at or text == known.text:
        return known
    if (
        known.edited_at is None
        or at > known.edited_at
        or (at == known.edited_at and text not in known.former)
    ):
        return replace(known, text=text, former=_few((*known.former, known.text)), edited_at=at)
    return known if text in known.former else replace(known, former=_few((*known.former, text)))


def deleted(known: Message, at: datetime) -> Message:
    """Return the message after its deletion, without any of its texts."""
    return replace(known, text="", former=(), files=(), deleted_at=known.deleted_at or at)


def _filled(known: Message, original: Message) -> Message:
    """Return the message completed by its original, which arrived after its edit or deletion."""
    if known.incident:
        return known
    if known.deleted_at or known.edited_at is None:
        return deleted(original, known.deleted_at) if known.deleted_at else original
    if original.edited_at and original.edited_at >= known.edited_at:
        return replace(original, former=_other(known.text, original.text))
    former = (*_other(original.text, known.text), *known.former)
    return replace(original, text=known.text, former=former, edited_at=known.edited_at)


def _few(former: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first text and the latest ones. Each edit writes all of them, and a bot may edit all day."""
    return former if len(former) <= MAX_FORMER_TEXTS else (former[0], *former[1 - MAX_FORMER_TEXTS :])


def _other(text: str, than: str) -> tuple[str, ...]:
    return () if text == than else (text,)
