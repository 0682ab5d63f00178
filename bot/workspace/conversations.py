"""The conversations.* methods that change or describe channels."""

import re

from bot.workspace import changes
from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.pagination import paginate
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import GENERAL_ID, Channel, Json, State

MAX_NAME, MAX_TOPIC, MAX_INVITES = 80, 250, 100


def get_visible_channel(state: State, args: Arguments) -> Channel:
    """Return the requested channel. Raise channel_not_found for a private one that the bot is not in."""
    channel = state.get_channel(args.text("channel"))
    if channel.is_private and BOT_USER_ID not in channel.members and not channel.is_archived:
        raise SlackError("channel_not_found")
    return channel


def get_joined_channel(state: State, args: Arguments) -> Channel:
    """Return the requested channel if the bot can post there. Raise is_archived or not_in_channel."""
    channel = get_visible_channel(state, args)
    changes.require_not_archived(channel)
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _get_joined_non_im(state: State, args: Arguments) -> Channel:
    """Return a joined channel that is not a direct message."""
    channel = get_joined_channel(state, args)
    if channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    return channel


def parse_new_name(state: State, args: Arguments) -> str:
    """Return an unused channel name. Raise name_taken or one of Slack's invalid_name errors."""
    if not str(args.values.get("name") or ""):
        raise SlackError("invalid_name_required")
    name = args.text("name")
    if len(name) > MAX_NAME:
        raise SlackError("invalid_name_maxlength")
    if not re.search(r"[^\W_]", name):
        raise SlackError("invalid_name_punctuation")
    if not re.fullmatch(r"[a-z0-9_-]+", name):
        raise SlackError("invalid_name_specials")
    if name in state.channel_ids_by_name:
        raise SlackError("name_taken")
    return name


def create(state: State, args: Arguments) -> Json:
    """Perform conversations.create. The bot becomes creator and member."""
    name = parse_new_name(state, args)
    channel = changes.open_channel(state, name, BOT_USER_ID, is_private=args.boolean("is_private"))
    return {"channel": channel.as_json(state.clock())}


def rename(state: State, args: Arguments) -> Json:
    """Perform conversations.rename. Only the creator may rename a channel."""
    channel = _get_joined_non_im(state, args)
    name = parse_new_name(state, args)
    if channel.creator != BOT_USER_ID:
        raise SlackError("not_authorized")
    changes.rename_channel(state, channel, BOT_USER_ID, name)
    return {"channel": channel.as_json(state.clock())}


def _set_description(state: State, args: Arguments, field: str) -> Json:
    """Set the topic or purpose, of at most 250 characters."""
    channel = _get_joined_non_im(state, args)
    value = str(args.values.get(field) or "")
    if len(value) > MAX_TOPIC:
        raise SlackError("too_long")
    changes.set_description(state, channel, BOT_USER_ID, field, value)
    return {"channel": channel.as_json(state.clock()), field: value}


def set_topic(state: State, args: Arguments) -> Json:
    """Perform conversations.setTopic."""
    return _set_description(state, args, "topic")


def set_purpose(state: State, args: Arguments) -> Json:
    """Perform conversations.setPurpose."""
    return _set_description(state, args, "purpose")


def _invitation_error(state: State, channel: Channel, user: str) -> str | None:
    """Return the error code if this person cannot be invited, else None."""
    if user == BOT_USER_ID:
        return "cant_invite_self"
    if user not in state.people:
        return "user_not_found"
    return "already_in_channel" if user in channel.members else None


def invite(state: State, args: Arguments) -> Json:
    """Perform conversations.invite: everyone or no one, unless `force` is set."""
    channel = _get_joined_non_im(state, args)
    users = args.text_list("users")
    if not users:
        raise SlackError("no_user")
    if len(users) > MAX_INVITES:
        raise SlackError("too_many_users")
    errors_by_user = {user: error for user in users if (error := _invitation_error(state, channel, user))}
    invited = [user for user in users if user not in errors_by_user]
    errors = [{"user": user, "ok": False, "error": error} for user, error in errors_by_user.items()]
    if errors and not (args.boolean("force") and invited):
        raise SlackError(next(iter(errors_by_user.values())), errors=errors)
    for user in invited:
        changes.add_member(state, channel, user, inviter=BOT_USER_ID)
    response: Json = {"channel": channel.as_json(state.clock())}
    return response | ({"errors": errors} if errors else {})


def kick(state: State, args: Arguments) -> Json:
    """Perform conversations.kick."""
    channel = _get_joined_non_im(state, args)
    user = args.text("user")
    if user == BOT_USER_ID:
        raise SlackError("cant_kick_self")
    if channel.id == GENERAL_ID:
        raise SlackError("cant_kick_from_general")
    if user not in channel.members:
        raise SlackError("not_in_channel" if user in state.people else "user_not_found")
    changes.remove_member(state, channel, user)
    return {}


def leave(state: State, args: Arguments) -> Json:
    """Perform conversations.leave. Leaving twice is not an error."""
    channel = get_visible_channel(state, args)
    changes.require_not_archived(channel)
    if channel.id == GENERAL_ID:
        raise SlackError("cant_leave_general")
    if BOT_USER_ID not in channel.members:
        return {"not_in_channel": True}
    changes.remove_member(state, channel, BOT_USER_ID)
    return {}


def join(state: State, args: Arguments) -> Json:
    """Perform conversations.join, for public channels."""
    channel = get_visible_channel(state, args)
    if channel.is_private or channel.is_im:
        raise SlackError("method_not_supported_for_channel_type")
    was_member = BOT_USER_ID in channel.members
    changes.add_member(state, channel, BOT_USER_ID)
    response: Json = {"channel": channel.as_json(state.clock())}
    return response | ({"warning": "already_in_channel"} if was_member else {})


def archive(state: State, args: Arguments) -> Json:
    """Perform conversations.archive."""
    channel = get_visible_channel(state, args)
    if channel.is_archived:
        raise SlackError("already_archived")
    if channel.id == GENERAL_ID:
        raise SlackError("cant_archive_general")
    _get_joined_non_im(state, args)
    changes.set_archived(state, channel, BOT_USER_ID, is_archived=True)
    return {}


def unarchive(state: State, args: Arguments) -> Json:
    """Perform conversations.unarchive. It always fails, because archiving removed the bot."""
    channel = get_visible_channel(state, args)
    if not channel.is_archived:
        raise SlackError("not_archived")
    raise SlackError("not_in_channel")


def get_info(state: State, args: Arguments) -> Json:
    """Perform conversations.info."""
    return {"channel": get_visible_channel(state, args).as_json(state.clock())}


def list_channels(state: State, args: Arguments) -> Json:
    """Perform conversations.list. By default it returns public channels only."""
    return _paginate_channels(
        state, args, [channel for channel in state.channels.values() if _is_visible_to_bot(channel)]
    )


def list_bot_channels(state: State, args: Arguments) -> Json:
    """Perform users.conversations: the channels that the bot is in."""
    return _paginate_channels(
        state, args, [channel for channel in state.channels.values() if BOT_USER_ID in channel.members]
    )


def _is_visible_to_bot(channel: Channel) -> bool:
    """Return whether the channel is public or the bot is in it."""
    return channel.kind == "channel" or BOT_USER_ID in channel.members


def _paginate_channels(state: State, args: Arguments, channels: list[Channel]) -> Json:
    """Return a page of the channels, filtered by `types` and `exclude_archived`."""
    kinds_by_type = {"public_channel": "channel", "private_channel": "group", "im": "im", "mpim": "mpim"}
    types = args.text_list("types") or ["public_channel"]
    if not set(types) <= set(kinds_by_type):
        raise SlackError("invalid_types")
    kinds_wanted = {kinds_by_type[name] for name in types}
    matching = [
        channel
        for channel in channels
        if channel.kind in kinds_wanted and not (channel.is_archived and args.boolean("exclude_archived"))
    ]
    found_page, metadata = paginate(matching, args)
    return {"channels": [channel.as_json(state.clock()) for channel in found_page], **metadata}


def list_members(state: State, args: Arguments) -> Json:
    """Perform conversations.members."""
    member_ids, metadata = paginate(get_visible_channel(state, args).members, args)
    return {"members": member_ids, **metadata}


def open_direct_message(state: State, args: Arguments) -> Json:
    """Perform conversations.open, for a direct message with one person."""
    users = args.text_list("users")
    if not users:
        raise SlackError("users_list_not_supplied")
    if len(users) > 1:
        raise SlackError("too_many_users")
    channel = state.get_im(users[0])
    return {"channel": channel.as_json(state.clock()) if args.boolean("return_im") else {"id": channel.id}}
