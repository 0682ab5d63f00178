"""Checks with Slack that the configured tokens, permissions and channels work."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.config.settings import Settings
from bot.slack.api.client import SlackClient, SlackFailed, SlackSaidNo
from bot.slack.api.error_codes import judge
from bot.slack.manifest import scopes

REINSTALL = "Update the app with `firstcheck manifest`, then install it again."


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One result of the check, as a sentence. For a problem, it includes what to do."""

    text: str
    is_problem: bool = False


async def check_slack(settings: Settings) -> AsyncIterator[Finding]:
    """Yield findings about the bot token, its permissions, the channels and the app token.

    The check only reads. Without a bot token it yields nothing.
    """
    if not settings.slack_bot_token:
        return
    bot = _client(settings, settings.slack_bot_token)
    try:
        identity = await bot.call("auth.test")
    except SlackFailed as failure:
        yield _problem(failure)
    else:
        yield Finding(text=f"Slack: the bot is {identity.get('user')} in the team {identity.get('team')}.")
        yield _permissions(bot)
        async for finding in _channels(bot, settings):
            yield finding
    if settings.slack_app_token:
        yield await _socket_mode(_client(settings, settings.slack_app_token))


def _client(settings: Settings, token: str) -> SlackClient:
    return SlackClient(AsyncWebClient(token=token, base_url=settings.slack_api_url, retry_handlers=[]))


def _permissions(bot: SlackClient) -> Finding:
    if bot.granted_scopes is None:
        return Finding(text="Slack: the permissions are unknown, because Slack did not list them.")
    if missing := sorted(set(scopes()) - bot.granted_scopes):
        text = f"Slack: the bot does not have these permissions: {', '.join(missing)}. {REINSTALL}"
        return Finding(text=text, is_problem=True)
    return Finding(text="Slack: the bot has every permission in the manifest.")


async def _channels(bot: SlackClient, settings: Settings) -> AsyncIterator[Finding]:
    """Yield a finding for each configured channel: whether the bot can post in it."""
    configured = dict.fromkeys(settings.update_channels, "update_channels")
    if settings.digest_channel:
        configured = {settings.digest_channel: "digest_channel", **configured}
    else:
        yield Finding(text="Slack: no digest_channel is configured, so incidents are not listed anywhere.")
    if not configured:
        return
    try:
        joined = {
            name
            async for channel in bot.paginate(
                "users.conversations",
                "channels",
                types="public_channel,private_channel",
                exclude_archived="true",
            )
            for name in (str(channel["id"]), str(channel["name"]))
        }
    except SlackFailed as failure:
        yield _problem(failure)
        return
    for channel, key in configured.items():
        if channel in joined:
            yield Finding(text=f"Slack: the bot is in the channel {channel} ({key}).")
        else:
            yield Finding(text=f"Slack: {await _why_not(bot, key, channel)}", is_problem=True)


async def _why_not(bot: SlackClient, key: str, channel: str) -> str:
    """Return why the bot, which is not a member of the configured channel, can't post there."""
    invite = "Invite it there with `/invite @Firstcheck`"
    try:
        found = (await bot.call("conversations.info", channel=channel)).get("channel") or {}
    except SlackSaidNo:  # a name, or an ID that the bot can't see
        return (
            f"the bot isn't in a channel {channel} ({key}). The channel does not exist, is archived, "
            f"or the bot is not a member. {invite}, or correct {key}."
        )
    except SlackFailed as failure:
        return str(failure)
    if found.get("is_archived"):
        return f"the channel {channel} ({key}) is archived. Unarchive it, or set another one."
    return f"the bot is not a member of the channel {channel} ({key}). {invite}."


async def _socket_mode(app: SlackClient) -> Finding:
    try:
        await app.call("apps.connections.open")
    except SlackFailed as failure:
        return _problem(failure)
    return Finding(text="Slack: the app token opens a Socket Mode connection.")


def _problem(failure: SlackFailed) -> Finding:
    """Return the finding for a failed call, with what to do about it."""
    if isinstance(failure, SlackSaidNo):
        why = f"{judge(failure.method, failure.error).why} ({failure})"
    else:
        why = f"{failure}. Try again, or skip this part with `firstcheck check --offline`."
    return Finding(text=f"Slack: {why}", is_problem=True)
