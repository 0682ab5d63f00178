"""The changes that can happen in a channel. Each one is stored, then sent to the app and the pages."""

from typing import Any

from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID, TEAM_ID
from bot.workspace.state import Channel, Ephemeral, Json, Message, State


def _build_message_event(channel: Channel, message: Json, event_ts: str) -> Json:
    """Return a message object as a message event of the Events API."""
    return {**message, "channel": channel.id, "channel_type": channel.kind, "event_ts": event_ts}


def _required_membership(channel: Channel) -> Channel | None:
    """Return the channel an event is limited to, or None if the bot receives it without being a member."""
    return channel if channel.is_private else None


def require_not_archived(channel: Channel) -> None:
    """Raise is_archived if the channel is archived."""
    if channel.is_archived:
        raise SlackError("is_archived")


def post(state: State, channel: Channel, user: str, text: str, **fields: Any) -> Message:
    """Post a message; `fields` are fields of Message. Raise is_archived or cannot_reply_to_message."""
    require_not_archived(channel)
    thread_ts = fields.get("thread_ts")
    parent = channel.by_ts.get(thread_ts) if thread_ts else None
    if thread_ts and (parent is None or parent.deleted):
        raise SlackError("cannot_reply_to_message")
    if parent is not None and parent.thread_ts:  # a reply to a reply belongs to the thread's parent message
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
    state.publish_event(_build_message_event(channel, event, message.ts), channel)
    if not message.bot and f"<@{BOT_USER_ID}" in text:
        mention: Json = {
            key: event[key] for key in ("user", "text", "ts", "thread_ts", "blocks") if key in event
        }
        state.publish_event(
            {"type": "app_mention", **mention, "channel": channel.id, "event_ts": message.ts}, channel
        )
    state.notify_pages({"type": "message", "channel": channel.id, "ts": message.ts}, None)
    if parent is not None:
        state.notify_pages({"type": "update", "channel": channel.id, "ts": parent.ts}, None)
    return message


def update(state: State, channel: Channel, message: Message, changed: Json) -> None:
    """Change fields of a message and send message_changed, even for the app's own chat.update."""
    before = message.as_json()
    for key, value in changed.items():
        setattr(message, key, value)
    event_ts = state.next_ts()
    if not (message.bot and message.blocks):  # Slack does not mark messages with blocks as edited
        message.edited = event_ts
    event = {
        "type": "message",
        "subtype": "message_changed",
        "hidden": True,
        "ts": event_ts,
        "message": message.as_json(include_metadata=True),
        "previous_message": before,
    }
    state.publish_event(_build_message_event(channel, event, event_ts), channel)
    state.notify_pages({"type": "update", "channel": channel.id, "ts": message.ts}, None)


def delete(state: State, channel: Channel, message: Message) -> None:
    """Delete a message. It stays in the list, so that its thread keeps a parent."""
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
    state.publish_event(_build_message_event(channel, event, event_ts), channel)
    state.notify_pages({"type": "delete", "channel": channel.id, "ts": message.ts}, None)


def post_ephemeral(
    state: State, channel: Channel, user: str, text: str, *, blocks: list[Json], thread_ts: str | None = None
) -> Ephemeral:
    """Show a message to one person only."""
    ephemeral = Ephemeral(
        ts=state.next_ts(), channel=channel.id, user=user, text=text, blocks=blocks, thread_ts=thread_ts
    )
    state.ephemerals.append(ephemeral)
    state.notify_pages({"type": "message", "channel": channel.id, "ts": ephemeral.ts}, user)
    return ephemeral


def _post_system_message(
    state: State, channel: Channel, user: str, subtype: str, text: str, **extra: Any
) -> None:
    """Post a message that Slack itself writes into channels, such as channel_topic."""
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


def add_member(state: State, channel: Channel, user: str, inviter: str | None = None) -> None:
    """Add a member. Adding a member again does nothing. Raise is_archived."""
    require_not_archived(channel)
    if user in channel.members:
        return
    channel.members.append(user)
    invited = {"inviter": inviter} if inviter else {}
    _post_system_message(state, channel, user, "join", f"<@{user}> has joined the channel", **invited)
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": channel.id,
        "channel_type": "G" if channel.is_private else "C",
        "team": TEAM_ID,
        "event_ts": state.next_ts(),
        **invited,
    }
    state.publish_event(event, channel)
    state.notify_pages({"type": "channel", "channel": channel.id}, None)


def remove_member(state: State, channel: Channel, user: str) -> None:
    """Remove a member from a channel."""
    _post_system_message(state, channel, user, "leave", f"<@{user}> has left the channel")
    event: Json = {"channel": channel.id, "event_ts": state.next_ts()}
    if user == BOT_USER_ID:  # the app receives channel_left for itself, member_left_channel for others
        event |= {"type": "group_left" if channel.is_private else "channel_left"}
    else:
        kind = "G" if channel.is_private else "C"
        event |= {"type": "member_left_channel", "user": user, "channel_type": kind, "team": TEAM_ID}
    state.publish_event(event, channel)
    channel.members.remove(user)
    state.notify_pages({"type": "channel", "channel": channel.id}, None)


def open_channel(state: State, name: str, creator: str, *, is_private: bool = False) -> Channel:
    """Create a channel and add its creator. The caller has validated the name."""
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
        state.publish_event(
            {"type": "channel_created", "channel": created, "event_ts": state.next_ts()}, None
        )
    add_member(state, channel, creator)
    return channel


def set_description(state: State, channel: Channel, user: str, field: str, value: str) -> None:
    """Set the `topic` or `purpose` of a channel."""
    require_not_archived(channel)
    setattr(channel, field, value)
    _post_system_message(
        state, channel, user, field, f"<@{user}> set the channel {field}: {value}", **{field: value}
    )
    state.notify_pages({"type": "channel", "channel": channel.id}, None)


def rename_channel(state: State, channel: Channel, user: str, name: str) -> None:
    """Rename a channel, which frees the old name. The caller has validated the new name."""
    require_not_archived(channel)
    old_name = channel.name
    del state.channel_ids_by_name[old_name]
    channel.name = name
    state.channel_ids_by_name[name] = channel.id
    _post_system_message(
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
    state.publish_event({**event, "event_ts": state.next_ts()}, _required_membership(channel))
    state.notify_pages({"type": "channel", "channel": channel.id}, None)


def set_archived(state: State, channel: Channel, user: str, *, is_archived: bool) -> None:
    """Archive or unarchive a channel. Archiving removes the bot from it, as in Slack."""
    verb = "archive" if is_archived else "unarchive"
    channel.is_archived = False
    _post_system_message(state, channel, user, verb, f"<@{user}> {verb}d the channel")
    prefix = "group" if channel.is_private else "channel"
    event = {"type": f"{prefix}_{verb}", "channel": channel.id, "user": user, "event_ts": state.next_ts()}
    state.publish_event(event, _required_membership(channel))
    channel.is_archived = is_archived
    if is_archived and BOT_USER_ID in channel.members:
        channel.members.remove(BOT_USER_ID)
    state.notify_pages({"type": "channel", "channel": channel.id}, None)


def add_reaction(state: State, channel: Channel, message: Message, user: str, name: str) -> None:
    """Add a reaction. Raise already_reacted."""
    users = message.reactions.setdefault(name, [])
    if user in users:
        raise SlackError("already_reacted")
    users.append(user)
    _publish_reaction(state, channel, message, {"type": "reaction_added", "user": user, "reaction": name})


def remove_reaction(state: State, channel: Channel, message: Message, user: str, name: str) -> None:
    """Remove a reaction. Raise no_reaction."""
    users = message.reactions.get(name, [])
    if user not in users:
        raise SlackError("no_reaction")
    users.remove(user)
    if not users:
        del message.reactions[name]
    _publish_reaction(state, channel, message, {"type": "reaction_removed", "user": user, "reaction": name})


def _publish_reaction(state: State, channel: Channel, message: Message, event: Json) -> None:
    """Send a reaction event with the message it refers to."""
    item = {"type": "message", "channel": channel.id, "ts": message.ts}
    state.publish_event(
        {**event, "item_user": message.user, "item": item, "event_ts": state.next_ts()}, channel
    )
    state.notify_pages({"type": "reaction", "channel": channel.id, "ts": message.ts}, None)


def set_pinned(state: State, channel: Channel, message: Message, user: str, *, is_pinned: bool) -> None:
    """Pin or unpin a message. Raise already_pinned, no_pin or too_many_pins."""
    require_not_archived(channel)
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
    state.publish_event(event, channel)
    state.notify_pages({"type": "pin", "channel": channel.id, "ts": message.ts}, None)


def delete_ephemeral(state: State, channel: Channel, ts: str | None) -> None:
    """Delete an ephemeral message."""
    for ephemeral in [ephemeral for ephemeral in state.ephemerals if ephemeral.ts == ts]:
        state.ephemerals.remove(ephemeral)
        state.notify_pages({"type": "delete", "channel": channel.id, "ts": ephemeral.ts}, ephemeral.user)
