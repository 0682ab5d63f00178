"""The chat.* methods."""

import json

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.blocks import MAX_MARKDOWN, check_blocks
from bot.workspace.conversations import get_joined_channel, get_visible_channel
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import Channel, Json, Message, State

MAX_TEXT, MAX_UPDATE_TEXT = 40_000, 4_000
MAX_METADATA = 8_192  # characters of JSON; Slack documents the error but not the limit


def parse_content(args: Arguments) -> Json:
    """Return the checked text, blocks, attachments and metadata. Raise Slack's error if one is invalid."""
    blocks = args.json_value("blocks", "invalid_blocks_format") or []
    if not isinstance(blocks, list):
        raise SlackError("invalid_blocks_format")
    text, markdown_text = args.text("text", ""), args.text("markdown_text", "")
    if markdown_text and (text or blocks):
        raise SlackError("markdown_text_conflict")
    if len(markdown_text) > MAX_MARKDOWN:
        raise SlackError("msg_too_long")
    check_blocks(blocks, "message")
    attachments = args.json_value("attachments", "invalid_attachments") or []
    if len(attachments) > 100:
        raise SlackError("too_many_attachments")
    if not (text or markdown_text or blocks or attachments):
        raise SlackError("no_text")
    return {
        "text": (text or markdown_text)[
            :MAX_TEXT
        ],  # Slack truncates here but rejects long texts in chat.update
        "blocks": blocks,
        "attachments": attachments,
        "metadata": _parse_metadata(args),
    }


def _parse_metadata(args: Arguments) -> Json | None:
    """Return message metadata. Raise invalid_metadata_format or metadata_too_large."""
    metadata = args.json_value("metadata", "invalid_metadata_format")
    if metadata is None:
        return None
    if (
        not isinstance(metadata, dict)
        or not isinstance(metadata.get("event_type"), str)
        or not isinstance(metadata.get("event_payload"), dict)
    ):
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > MAX_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _get_destination(state: State, args: Arguments) -> Channel:
    """Return the channel to post to, given as an id, as #name, or as the user id of a direct message."""
    channel_arg = args.text("channel")
    if channel_arg in state.people:
        return state.get_im(channel_arg)
    named_id = state.channel_ids_by_name.get(channel_arg.removeprefix("#"))
    if channel_arg not in state.channels and named_id is not None:
        return get_joined_channel(state, Arguments({"channel": named_id}))
    return get_joined_channel(state, args)


def post_message(state: State, args: Arguments) -> Json:
    """Perform chat.postMessage."""
    channel = _get_destination(state, args)
    fields = parse_content(args)
    text = fields.pop("text")
    thread_ts = args.text("thread_ts", "") or None
    subtype = "thread_broadcast" if thread_ts and args.boolean("reply_broadcast") else None
    message = changes.post(
        state, channel, BOT_USER_ID, text, bot=True, thread_ts=thread_ts, subtype=subtype, **fields
    )
    return {"channel": channel.id, "ts": message.ts, "message": message.as_json()}


def _get_own_message(state: State, args: Arguments, error: str) -> tuple[Channel, Message]:
    """Return a message that the bot wrote. Raise `error` if someone else wrote it."""
    channel = get_visible_channel(state, args)
    message = channel.message(args.text("ts"))
    if not message.bot:
        raise SlackError(error)
    return channel, message


def update(state: State, args: Arguments) -> Json:
    """Perform chat.update, for the bot's own messages and texts of at most 4,000 characters."""
    channel, message = _get_own_message(state, args, "cant_update_message")
    changes.require_not_archived(channel)
    fields = parse_content(args)
    if len(fields["text"]) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    # Without `blocks` the old ones stay unless `text` is given: docs.slack.dev/reference/methods/chat.update
    unchanged = [name for name in ("metadata", "attachments") if not args.has(name)]
    if not fields["text"]:
        unchanged += ["text"] + ([] if args.has("blocks") else ["blocks"])
    for name in unchanged:
        del fields[name]
    changes.update(state, channel, message, fields)
    return {"channel": channel.id, "ts": message.ts, "text": message.text, "message": message.as_json()}


def delete(state: State, args: Arguments) -> Json:
    """Perform chat.delete, for the bot's own messages."""
    channel, message = _get_own_message(state, args, "cant_delete_message")
    changes.delete(state, channel, message)
    return {"channel": channel.id, "ts": message.ts}


def post_ephemeral(state: State, args: Arguments) -> Json:
    """Perform chat.postEphemeral. The bot and the person must both be in the channel."""
    channel = get_joined_channel(state, args)
    user = args.text("user")
    if user not in channel.members:
        raise SlackError("user_not_in_channel")
    fields = parse_content(args)
    if len(fields["text"]) > MAX_UPDATE_TEXT:
        raise SlackError("msg_too_long")
    thread_ts = args.text("thread_ts", "") or None
    ephemeral = changes.post_ephemeral(
        state, channel, user, fields["text"], blocks=fields["blocks"], thread_ts=thread_ts
    )
    return {"message_ts": ephemeral.ts}


def get_permalink(state: State, args: Arguments) -> Json:
    """Perform chat.getPermalink. The link opens the local page."""
    channel = get_visible_channel(state, args)
    message = channel.message(args.text("message_ts"))
    return {"channel": channel.id, "permalink": f"{state.url}/#{channel.id}/{message.ts}"}
