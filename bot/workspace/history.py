"""conversations.history and conversations.replies: reading back what was written."""

from bisect import bisect_left, bisect_right
from operator import attrgetter

from bot.workspace import pagination
from bot.workspace.arguments import Arguments
from bot.workspace.conversations import visible
from bot.workspace.errors import SlackError
from bot.workspace.people import BOT_USER_ID
from bot.workspace.state import Channel, Json, Message, State

_seconds = attrgetter("seconds")


def _readable(state: State, args: Arguments) -> Channel:
    """Return the channel if the bot may read it: members only, and archiving ends membership."""
    channel = visible(state, args)
    if BOT_USER_ID not in channel.members:
        raise SlackError("not_in_channel")
    return channel


def _bound(args: Arguments, name: str, default: float) -> float:
    """Return `oldest` or `latest` in seconds; raises invalid_ts_oldest or invalid_ts_latest."""
    try:
        return float(args.text(name, "") or default)
    except ValueError as error:
        raise SlackError(f"invalid_ts_{name}") from error


def _window(messages: list[Message], args: Arguments) -> tuple[int, int]:
    """Return where in `messages` (oldest first) the span from `oldest` to `latest` begins and ends."""
    oldest, latest = _bound(args, "oldest", 0.0), _bound(args, "latest", float("inf"))
    if args.flag("inclusive"):
        return (
            bisect_left(messages, oldest, key=_seconds),
            bisect_right(messages, latest, key=_seconds),
        )
    return bisect_right(messages, oldest, key=_seconds), bisect_left(messages, latest, key=_seconds)


def history(state: State, args: Arguments) -> Json:
    """conversations.history: newest first; replies only where they were also sent to the channel."""
    channel = _readable(state, args)
    limit = args.number("limit", pagination.LIMIT_DEFAULT, pagination.LIMIT_MAX)
    first, end = _window(channel.messages, args)
    before = pagination.place(args)
    if before:
        end = min(end, bisect_left(channel.messages, float(before), key=_seconds))
    chosen: list[Message] = []
    has_more = False
    for index in range(end - 1, first - 1, -1):
        message = channel.messages[index]
        if message.deleted or (message.thread_ts and message.subtype != "thread_broadcast"):
            continue
        if len(chosen) == limit:
            has_more = True
            break
        chosen.append(message)
    with_metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [message.as_json(include_metadata=with_metadata) for message in chosen],
        "has_more": has_more,
        "pin_count": len(channel.pins),
    }
    if has_more:
        answer["response_metadata"] = {"next_cursor": pagination.cursor(chosen[-1].ts)}
    return answer


def replies(state: State, args: Arguments) -> Json:
    """conversations.replies: the root and its replies, oldest first."""
    channel = _readable(state, args)
    root = channel.by_ts.get(args.text("ts"))
    if root is None or (root.deleted and not root.standing_replies()):
        raise SlackError("thread_not_found")
    if root.thread_ts:
        root = channel.by_ts[root.thread_ts]
    first, end = _window(root.replies, args)
    thread = [root, *(reply for reply in root.replies[first:end] if not reply.deleted)]
    chosen, metadata = pagination.page(thread, args)
    with_metadata = args.flag("include_all_metadata")
    answer: Json = {
        "messages": [message.as_json(include_metadata=with_metadata) for message in chosen],
        "has_more": bool(metadata["response_metadata"]["next_cursor"]),
    }
    return answer | (metadata if answer["has_more"] else {})
