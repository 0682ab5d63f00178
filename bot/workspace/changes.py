"""What can happen in a channel: each change is remembered and told to the app and to the page."""

from typing import Any

from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID, TEAM_ID
from bot.workspace.state import Channel, Ephemeral, Json, Message, State


def _message_event(channel: Channel, message: Json, event_ts: str) -> Json:
    """Dress a message object as an Events API message event."""
    return {**message, "channel": channel.id, "channel_type": channel.kind, "event_ts": event_ts}


def _audience(channel: Channel) -> Channel | None:
    """Return whose members hear of a channel's fate: None, everybody, for a public one."""
    return channel if channel.is_private else None


def require_open(channel: Channel) -> None:
    """Refuse what cannot be done in an archived channel."""
    if channel.is_archived:
        raise SlackError("is_archived")


def post(state: State, channel: Channel, user: str, text: str, **fields: Any) -> Message:
    """Add a message; `fields` are those of Message. Raises is_archived, cannot_reply_to_message."""
    require_open(channel)
    thread_ts = fields.get("thread_ts")
    parent = channel.by_ts.get(thread_ts) if thread_ts else None
    if thread_ts and (parent is None or parent.deleted):
        raise SlackError("cannot_reply_to_message")
    if parent is not None and parent.thread_ts:  # a reply to a reply belongs to the thread's root
        fields["thread_ts"] = parent.thread_ts
        parent = channel.by_ts[parent.thread_ts]
    message = Message(ts=state.next_ts(), user=user, text=text, **fields)
    channel.messages.append(message)
    channel.by_ts[message.ts] = message
    event = message.as_json(include_metadata=True)
    if parent is not None:
        parent.replies.append(message)
        event["parent_user_id"] = parent.user
        if message.subtype == "thread_broadcast":
            event["root"] = parent.as_json()
    state.announce(_message_event(channel, event, message.ts), channel)
    if not message.bot and f"<@{BOT_USER_ID}" in text:
        mention: Json = {
            key: event[key] for key in ("user", "text", "ts", "thread_ts", "blocks") if key in event
        }
        state.announce(
            {"type": "app_mention", **mention, "channel": channel.id, "event_ts": message.ts}, channel
        )
    state.show({"type": "message", "channel": channel.id, "ts": message.ts}, None)
    if parent is not None:
        state.show({"type": "update", "channel": channel.id, "ts": parent.ts}, None)
    return message


def update(state: State, channel: Channel, message: Message, changed: Json) -> None:
    """Change fields of a message and tell everybody, as Slack does for the app's own chat.update as well."""
    before = message.as_json()
    for key, value in changed.items():
        setattr(message, key, value)
    event_ts = state.next_ts()
    if not (message.bot and message.blocks):  # Slack marks no edit on messages drawn from blocks
        message.edited = event_ts
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "ts": event_ts,
        "message": message.as_json(include_metadata=True),
        "previous_message": before,
    }
    state.announce(_message_event(channel, event, event_ts), channel)
    state.show({"type": "update", "channel": channel.id, "ts": message.ts}, None)


def delete(state: State, channel: Channel, message: Message) -> None:
    """Delete a message; its place stays, so that threads keep their root."""
    before = message.as_json()
    message.deleted = True
    channel.pins.pop(message.ts, None)
    event_ts = state.next_ts()
    event = {
        "type": "message",
        "subtype": "message_deleted",
        "hidden": True,
        "ts": event_ts,
        "deleted_ts": message.ts,
        "previous_message": before,
    }
    state.announce(_message_event(channel, event, event_ts), channel)
    state.show({"type": "delete", "channel": channel.id, "ts": message.ts}, None)


def whisper(
    state: State, channel: Channel, user: str, text: str, *, blocks: list[Json], thread_ts: str | None = None
) -> Ephemeral:
    """Show a message to one person only."""
    ephemeral = Ephemeral(
        ts=state.next_ts(), channel=channel.id, user=user, text=text, blocks=blocks, thread_ts=thread_ts
    )
    state.ephemerals.append(ephemeral)
    state.show({"type": "message", "channel": channel.id, "ts": ephemeral.ts}, user)
    return ephemeral


def _note(state: State, channel: Channel, user: str, subtype: str, text: str, **extra: Any) -> None:
    """Post one of the messages Slack itself writes into a channel, such as channel_topic."""
    prefix = "group" if channel.is_private else "channel"
    post(
        state,
        channel,
        user,
        text,
        bot=user == BOT_USER_ID,
        subtype=f"{prefix}_{subtype}",
        extra=extra,
    )


def join(state: State, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Make somebody a member; raises is_archived. Joining twice changes nothing."""
    require_open(channel)
    if user in channel.members:
        return
    channel.members.append(user)
    invited = {"inviter": inviter} if inviter else {}
    _note(state, channel, user, "join", f"<@{user}> has joined the channel", **invited)
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": TEAM_ID,
        "event_ts": state.next_ts(),
        **invited,
    }
    state.announce(event, channel)
    state.show({"type": "channel", "channel": channel.id}, None)


def leave(state: State, channel: Channel, user: str) -> None:
    """Take somebody out of a channel."""
    _note(state, channel, user, "leave", f"<@{user}> has left the channel")
    event: Json = {"channel": channel.id, "event_ts": state.next_ts()}
    if user == BOT_USER_ID:  # who leaves hears channel_left, who stays member_left_channel
        event |= {"type": "group_left" if channel.is_private else "channel_left"}
    else:
        kind = "G" if channel.is_private else "C"
        event |= {"type": "member_left_channel", "user": user, "channel_type": kind, "team": TEAM_ID}
    state.announce(event, channel)
    channel.members.remove(user)
    state.show({"type": "channel", "channel": channel.id}, None)


def open_channel(state: State, name: str, creator: str, *, is_private: bool = False) -> Channel:
    """Create a channel with its creator in it; the name has been checked."""
    channel = state.add_channel(
        Channel(
            id=state.next_id("C"),
            name=name,
            creator=creator,
            created=int(state.clock()),
            is_private=is_private,
        )
    )
    created = {"id": channel.id, "name": name, "created": channel.created, "creator": creator}
    if not is_private:
        state.announce({"type": "channel_created", "channel": created, "event_ts": state.next_ts()}, None)
    join(state, channel, creator)
    return channel


def describe(state: State, channel: Channel, user: str, field: str, value: str) -> None:
    """Set the `topic` or `purpose` of a channel."""
    require_open(channel)
    setattr(channel, field, value)
    _note(state, channel, user, field, f"<@{user}> set the channel {field}: {value}", **{field: value})
    state.show({"type": "channel", "channel": channel.id}, None)


def rename(state: State, channel: Channel, user: str, name: str) -> None:
    """Give a channel another name, which has been checked; the old one becomes free."""
    require_open(channel)
    old_name = channel.name
    del state.names[old_name]
    channel.name = name
    state.names[name] = channel.id
    _note(
        state,
        channel,
        user,
        "name",
        f'has renamed the channel from "{old_name}" to "{name}"',
        old_name=old_name,
        name=name,
    )
    renamed = {"id": channel.id, "name": name, "name_normalized": name, "created": channel.created}
    event = {"type": "group_rename" if channel.is_private else "channel_rename", "channel": renamed}
    state.announce({**event, "event_ts": state.next_ts()}, _audience(channel))
    state.show({"type": "channel", "channel": channel.id}, None)


def set_archived(state: State, channel: Channel, user: str, *, is_archived: bool) -> None:
    """Archive a channel or bring it back; archiving takes the bot out of it, as it does at Slack."""
    verb = "archive" if is_archived else "unarchive"
    channel.is_archived = False
    _note(state, channel, user, verb, f"<@{user}> {verb}d the channel")
    prefix = "group" if channel.is_private else "channel"
    event = {"type": f"{prefix}_{verb}", "channel": channel.id, "user": user, "event_ts": state.next_ts()}
    state.announce(event, _audience(channel))
    channel.is_archived = is_archived
    if is_archived and BOT_USER_ID in channel.members:
        channel.members.remove(BOT_USER_ID)
    state.show({"type": "channel", "channel": channel.id}, None)


def react(state: State, channel: Channel, message: Message, user: str, name: str) -> None:
    """Add an emoji; raises already_reacted."""
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise SlackError("already_reacted")
    users.append(user)
    _tell_item(state, channel, message, {"type": "reaction_added", "user": user, "reaction": name})


def unreact(state: State, channel: Channel, message: Message, user: str, name: str) -> None:
    """Take an emoji back; raises no_reaction."""
    users = message.reactions.get(name, [])
    if user not in users:
        raise SlackError("no_reaction")
    users.remove(user)
    if not users:
        del message.reactions[name]
    _tell_item(state, channel, message, {"type": "reaction_removed", "user": user, "reaction": name})


def _tell_item(state: State, channel: Channel, message: Message, event: Json) -> None:
    """Announce a reaction with the item it is about."""
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    state.announce({**event, "item_user": message.user, "item": item, "event_ts": state.next_ts()}, channel)
    state.show({"type": "reaction", "channel": channel.id, "ts": message.ts}, None)


def pin(state: State, channel: Channel, message: Message, user: str, *, is_pinned: bool) -> None:
    """Pin a message or take the pin away; raises already_pinned, no_pin or too_many_pins."""
    require_open(channel)
    if is_pinned == (message.ts in channel.pins):
        raise SlackError("already_pinned" if is_pinned else "no_pin")
    if is_pinned and len(channel.pins) >= 100:
        raise SlackError("too_many_pins")
    if is_pinned:
        channel.pins[message.ts] = int(state.clock())
    else:
        del channel.pins[message.ts]
    item = {"type": "message", "channel": channel.id, "message": message.as_json(), "created_by": user}
    event = {
        "type": "pin_added" if is_pinned else "pin_removed",
        "user": user,
        "channel_id": channel.id,
        "item": item,
        "event_ts": state.next_ts(),
    }
    state.announce(event, channel)
    state.show({"type": "pin", "channel": channel.id, "ts": message.ts}, None)


def unwhisper(state: State, channel: Channel, ts: str | None) -> None:
    """Take away a message one person saw."""
    for ephemeral in [one for one in state.ephemerals if one.ts == ts]:
        state.ephemerals.remove(ephemeral)
        state.show({"type": "delete", "channel": channel.id, "ts": ephemeral.ts}, ephemeral.user)
