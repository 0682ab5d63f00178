"""The chat.* methods: what the bot writes."""

import json

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.blocks import check_blocks
from bot.workspace.conversations import joined, visible
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import Channel, Json, Message, State

TEXT_MAX, UPDATE_MAX, MARKDOWN_MAX = 40_000, 4_000, 12_000
METADATA_MAX = 8_192  # characters of JSON; Slack names the error, not the figure


def content(args: Arguments) -> Json:
    """Return text, blocks, attachments and metadata, checked; raises no_text, invalid_blocks and more."""
    blocks = args.structure("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    text, markdown_text = args.text("text", ""), args.text("markdown_text", "")
    if markdown_text and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown_text) > MARKDOWN_MAX:
        raise SlackError("msg_too_long")
    check_blocks(blocks, "message")
    attachments = args.structure("attachments", "invalid_attachments") or []
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    if not (text or markdown_text or blocks or attachments):
        raise SlackError("no_text")
    return {
        "text": (text or markdown_text)[:TEXT_MAX],  # Slack truncates here and refuses in chat.update
        "blocks": blocks,
        "attachments": attachments,
        "metadata": _metadata(args),
    }


def _metadata(args: Arguments) -> Json | None:
    """Return message metadata; raises invalid_metadata_format or metadata_too_large."""
    metadata = args.structure("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > METADATA_MAX:
        raise SlackError("metadata_too_large")
    return metadata


def _destination(state: State, args: Arguments) -> Channel:
    """Return where to post: a channel the bot is in, by id or #name, or a person's direct messages."""
    asked_for = args.text("channel")
    if asked_for in state.people:
        return state.direct_messages(asked_for)
    by_name = state.names.get(asked_for.removeprefix("#"))
    if asked_for not in state.channels and by_name is not None:
        return joined(state, Arguments({"channel": by_name}))
    return joined(state, args)


def post_message(state: State, args: Arguments) -> Json:
    """chat.postMessage."""
    channel = _destination(state, args)
    fields = content(args)
    text = fields.pop("text")
    thread_ts = args.text("thread_ts", "") or None
    subtype = "thread_broadcast" if thread_ts and args.flag("reply_broadcast") else None
    message = changes.post(
        state, channel, BOT_USER_ID, text, bot=True, thread_ts=thread_ts, subtype=subtype, **fields
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _own(state: State, args: Arguments, error: str) -> tuple[Channel, Message]:
    """Return a message the bot wrote; raises `error` for somebody else's."""
    channel = visible(state, args)
    message = channel.message(args.text("ts"))
    if not message.bot:
        raise SlackError(error)
    return channel, message


def update(state: State, args: Arguments) -> Json:
    """chat.update: own messages only, texts of 4,000 characters at most."""
    channel, message = _own(state, args, "cant_update_message")
    changes.require_open(channel)
    fields = content(args)
    if len(fields["text"]) > UPDATE_MAX:
        raise SlackError("msg_too_long")
    # Blocks left out stay, unless a text takes their place (docs.slack.dev/reference/methods/chat.update).
    kept = [name for name in ("metadata", "attachments") if not args.has(name)]
    if not fields["text"]:
        kept += ["text"] + ([] if args.has("blocks") else ["blocks"])
    for name in kept:
        del fields[name]
    changes.update(state, channel, message, fields)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json()}


def delete(state: State, args: Arguments) -> Json:
    """chat.delete: own messages only."""
    channel, message = _own(state, args, "cant_delete_message")
    changes.delete(state, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(state: State, args: Arguments) -> Json:
    """chat.postEphemeral: both the bot and the person have to be in the channel."""
    channel = joined(state, args)
    user = args.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    fields = content(args)
    if len(fields["text"]) > UPDATE_MAX:
        raise SlackError("msg_too_long")
    thread_ts = args.text("thread_ts", "") or None
    shown = changes.whisper(
        state, channel, user, fields["text"], blocks=fields["blocks"], thread_ts=thread_ts
    )
    return {"message_ts": shown.ts}


def get_permalink(state: State, args: Arguments) -> Json:
    """chat.getPermalink: a link the local page opens."""
    channel = visible(state, args)
    message = channel.message(args.text("message_ts"))
    return {"channel": channel.id, "permalink": f"{state.url}/#{channel.id}/{message.ts}"}
