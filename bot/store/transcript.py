"""Updates a saved message as it, its edits and its deletion arrive, in any order and possibly repeatedly."""

from dataclasses import replace
from datetime import datetime

from bot.domain.message import Message

#: How many former texts of a message are kept.
MAX_FORMER_TEXTS = 20


def saved(stored: Message | None, message: Message) -> Message:
    """Return the message after `message` arrived. It may be a redelivery, or arrive after its own edit."""
    whole = _filled(stored, message) if stored else message
    if message.deleted_at:
        return deleted(whole, message.deleted_at)
    return edited(whole, message.text, message.edited_at) if message.edited_at else whole


def edited(stored: Message, text: str, at: datetime) -> Message:
    """Return the message after an edit. An edit older than the current text joins the former texts."""
    if stored.deleted_at or text == stored.text:
        return stored
    is_former = text in stored.former
    if stored.edited_at is None or at > stored.edited_at or (at == stored.edited_at and not is_former):
        return replace(stored, text=text, former=_few((*stored.former, stored.text)), edited_at=at)
    return stored if is_former else replace(stored, former=_few((*stored.former, text)))


def deleted(stored: Message, at: datetime) -> Message:
    """Return the message after its deletion, without any of its texts."""
    return replace(stored, text="", former=(), files=(), deleted_at=stored.deleted_at or at)


def _filled(stored: Message, original: Message) -> Message:
    """Return the message completed by its original, which arrived after its edit or deletion."""
    if stored.incident:
        return stored
    if stored.deleted_at or stored.edited_at is None:
        return deleted(original, stored.deleted_at) if stored.deleted_at else original
    if original.edited_at and original.edited_at >= stored.edited_at:
        return replace(original, former=_other(stored.text, original.text))
    former = (*_other(original.text, stored.text), *stored.former)
    return replace(original, text=stored.text, former=former, edited_at=stored.edited_at)


def _few(former: tuple[str, ...]) -> tuple[str, ...]:
    """Return the first text and the latest ones. Each edit writes all of them, and a bot may edit all day."""
    return former if len(former) <= MAX_FORMER_TEXTS else (former[0], *former[1 - MAX_FORMER_TEXTS :])


def _other(text: str, than: str) -> tuple[str, ...]:
    return () if text == than else (text,)
