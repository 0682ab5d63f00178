"""The conversations.history and conversations.replies methods."""

from bisect import bisect_left, bisect_right
from operator import attrgetter

from bot.workspace import pagination
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import get_visible_channel
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import Channel, Json, Message, State

_by_time = attrgetter("posted_at")


def _get_readable_channel(state: State, args: Arguments) -> Channel:
    """Return the channel if the bot may read it. It must be a member, and archiving ends its membership."""
    channel = get_visible_channel(state, args)
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _parse_timestamp(args: Arguments, name: str, default: float) -> float:
    """Return `oldest` or `latest` in seconds. Raise invalid_ts_oldest or invalid_ts_latest."""
    try:
        return float(args.text(name, "") or default)
    except ValueError as error:
        raise SlackError(f"invalid_ts_{name}") from error


def _find_range(messages: list[Message], args: Arguments) -> tuple[int, int]:
    """Return the index range of the messages (sorted oldest first) between `oldest` and `latest`."""
    oldest, latest = _parse_timestamp(args, "oldest", 0.0), _parse_timestamp(args, "latest", float("inf"))
    if args.boolean("inclusive"):
        return (
            bisect_left(messages, oldest, key=_by_time),
            bisect_right(messages, latest, key=_by_time),
        )
    return bisect_right(messages, oldest, key=_by_time), bisect_left(messages, latest, key=_by_time)


def get_history(state: State, args: Arguments) -> Json:
    """Perform conversations.history: newest message first, without replies unless they were broadcast."""
    channel = _get_readable_channel(state, args)
    limit = args.count("limit", pagination.DEFAULT_LIMIT, pagination.MAX_LIMIT)
    first, end = _find_range(channel.messages, args)
    older_than = pagination.decode_cursor(args)
    if older_than:
        end = min(end, bisect_left(channel.messages, float(older_than), key=_by_time))
    page: list[Message] = []
    has_more = False
    for index in range(end - 1, first - 1, -1):
        message = channel.messages[index]
        if message.deleted or (message.thread_ts and message.subtype != "thread_broadcast"):
            continue
        if len(page) == limit:
            has_more = True
            break
        page.append(message)
    with_metadata = args.boolean("include_all_metadata")
    response: Json = {
        "messages": [message.as_json(include_metadata=with_metadata) for message in page],
        "has_more": has_more,
        "pin_count": len(channel.pins),
    }
    if has_more:
        response["response_metadata"] = {"next_cursor": pagination.encode_cursor(page[-1].ts)}
    return response


def get_replies(state: State, args: Arguments) -> Json:
    """Perform conversations.replies: the parent and its replies, oldest first."""
    channel = _get_readable_channel(state, args)
    parent = channel.by_ts.get(args.text("ts"))
    if parent is None or (parent.deleted and not parent.visible_replies()):
        raise SlackError("thread_not_found")
    if parent.thread_ts:
        parent = channel.by_ts[parent.thread_ts]
    first, end = _find_range(parent.replies, args)
    thread = [parent, *(reply for reply in parent.replies[first:end] if not reply.deleted)]
    page, metadata = pagination.paginate(thread, args)
    with_metadata = args.boolean("include_all_metadata")
    response: Json = {
        "messages": [message.as_json(include_metadata=with_metadata) for message in page],
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
    }
    return response | (metadata if response["has_more"] else {})
