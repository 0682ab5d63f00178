"""The meanings of Slack's error codes: already done, worth retrying, or final.

Codes: docs.slack.dev/reference/methods. The same code may mean different things to different methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """The consequence of a refusal for the refused effect."""

    DONE = "done"
    LATER = "later"
    NEVER = "never"
    #: Final, and the bot can no longer write to the channel: record ChannelLost.
    CHANNEL_LOST = "channel_lost"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """The meaning of a refusal. `why` is a sentence for the card. If `after_s` is None, back off."""

    meaning: Meaning
    why: str = ""
    after_s: float | None = None
    #: Whether the attempt counts towards the limit. It does not if the request itself was fine.
    counts: bool = True

    @property
    def again(self) -> bool:
        """Whether to try again later."""
        return self.meaning is Meaning.LATER


#: Seconds to wait for an operator to grant a permission or set a token.
OPERATOR_S = 60.0

DONE = Judgement(meaning=Meaning.DONE)
BUSY = Judgement(meaning=Meaning.LATER, why="Slack is busy.", counts=False)


def _never(why: str) -> Judgement:
    return Judgement(meaning=Meaning.NEVER, why=why)


def _lost(why: str) -> Judgement:
    return Judgement(meaning=Meaning.CHANNEL_LOST, why=why)


def _operator(why: str) -> Judgement:
    return Judgement(meaning=Meaning.LATER, why=why, after_s=OPERATOR_S, counts=False)


_APP_TOKEN = _operator(
    "Slack does not accept SLACK_APP_TOKEN. Create one with connections:write in the app's Basic Information."
)
_NO_SCOPE = "The bot is missing a permission. Update the app with `firstcheck manifest` and install it again."
_NO_PERSON = _never("There is no such person in this workspace, or they can't be reached.")
_RESTRICTED = _never("A workspace setting prevents apps from doing this. A workspace owner can change it.")

#: Judgements, and the codes that have this meaning for every method that is not in METHODS.
_MEANINGS: Mapping[Judgement, str] = {
    DONE: "already_in_channel cant_invite_self already_pinned already_reacted no_reaction",
    BUSY: "ratelimited rate_limited message_limit_exceeded too_many_requests internal_error fatal_error "
    "service_unavailable request_timeout team_added_to_org org_login_required external_channel_migrating "
    "accesslimited",
    _operator("Slack does not accept SLACK_BOT_TOKEN. Install the app again and set the new token."): (
        "invalid_auth not_authed account_inactive token_revoked token_expired"
    ),
    _never(_NO_SCOPE): (
        "missing_scope not_allowed_token_type no_permission access_denied team_access_not_granted"
    ),
    _lost("The bot was removed from the channel. Invite it to bring it back."): "not_in_channel",
    _lost("The channel was archived."): "is_archived",
    _lost("The channel was deleted, or made private without the bot."): "channel_not_found",
    _lost("The bot has no access to the channel."): "channel_is_limited_access",
    _never("Slack rejected the message. This is a bug in Firstcheck."): (
        "invalid_blocks invalid_blocks_format msg_blocks_too_long msg_too_long no_text metadata_too_large "
        "too_long view_too_large invalid_arguments"
    ),
    _NO_PERSON: "user_not_found no_user user_disabled user_not_visible cannot_dm_bot messages_tab_disabled "
    "users_not_found",
    _never("The message was deleted or can no longer be changed."): (
        "message_not_found edit_window_closed cant_update_message is_inactive thread_not_found not_found"
    ),
    _RESTRICTED: "restricted_action cannot_create_channel user_is_restricted ekm_access_denied is_bot "
    "posting_to_channel_denied enterprise_is_restricted restricted_action_read_only_channel",
    _never("Slack rejected the channel's name."): (
        "invalid_name invalid_name_maxlength invalid_name_required invalid_name_punctuation "
        "invalid_name_specials"
    ),
    _never("A channel with that name already exists."): "name_taken",
    _never("Firstcheck took longer than the 3 seconds that Slack allows. Please click again."): (
        "expired_trigger_id"
    ),
    _never("This click was already answered. Please click again."): "exchanged_trigger_id",
    _never("The channel has reached Slack's limit of pins."): "too_many_pins",
    _never("Slack does not allow this message to be pinned."): "not_pinnable",
}
#: The meaning of a code for every method that is not in METHODS.
CODES = {code: judgement for judgement, codes in _MEANINGS.items() for code in codes.split()}

_NO_REACTION = {
    "reactions.add": (
        *("missing_scope", "message_not_found", "not_reactable", "too_many_emoji", "too_many_reactions"),
        *("is_archived", "channel_not_found", "no_item_specified", "thread_locked"),
    ),
    "reactions.remove": ("missing_scope", "message_not_found", "channel_not_found", "no_item_specified"),
}
_BAD_APP_TOKEN = ("invalid_auth", "not_authed", "token_revoked", "not_allowed_token_type", "missing_scope")
#: Codes that have another meaning for one method.
METHODS: Mapping[tuple[str, str], Judgement] = {
    **{("apps.connections.open", code): _APP_TOKEN for code in _BAD_APP_TOKEN},
    # Opening a direct message cannot lose a channel.
    ("conversations.open", "channel_not_found"): _NO_PERSON,
    # A bot can only join a private channel by invitation.
    ("conversations.join", "method_not_supported_for_channel_type"): _never("The channel is private."),
    ("conversations.create", "no_permission"): _RESTRICTED,
    # Without these permissions nothing works and nobody can be notified, so wait for the operator.
    ("conversations.create", "missing_scope"): _operator(_NO_SCOPE),
    ("chat.postMessage", "missing_scope"): _operator(_NO_SCOPE),
    # A reaction only confirms a mark, so a missing one is not worth a message.
    **{(method, code): DONE for method, codes in _NO_REACTION.items() for code in codes},
}


def judge(method: str, code: str) -> Judgement:
    """Return the meaning of the error `code` from `method`.

    An unknown code is retried until the attempts are used up.
    """
    judgement = METHODS.get((method, code)) or CODES.get(code)
    return judgement or Judgement(meaning=Meaning.LATER, why=f"Slack refused {method}: {code}.")
