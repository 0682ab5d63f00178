"""What Slack's error codes mean for us: done all the same, worth another try, or not.

Codes: docs.slack.dev/reference/methods. The same code may mean different things to different methods.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Meaning(StrEnum):
    """What to make of a refusal."""

    DONE = "done"
    LATER = "later"
    NEVER = "never"
    #: Never, and the channel is not ours to write to any more: record ChannelLost.
    CHANNEL_LOST = "channel_lost"


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """What a refusal means; `why` is a sentence for the card, `after_s` None backs off by the tries."""

    meaning: Meaning
    why: str = ""
    after_s: float | None = None
    #: Whether trying again uses up a try: not when the code says nothing against what was asked.
    counts: bool = True

    @property
    def again(self) -> bool:
        """Whether to try again."""
        return self.meaning is Meaning.LATER


#: How long a bot without rights waits: somebody has to change it by hand.
OPERATOR_S = 60.0

DONE = Judgement(meaning=Meaning.DONE)
BUSY = Judgement(meaning=Meaning.LATER, why="Slack is busy.", counts=False)


def _never(why: str) -> Judgement:
    return Judgement(meaning=Meaning.NEVER, why=why)


def _lost(why: str) -> Judgement:
    return Judgement(meaning=Meaning.CHANNEL_LOST, why=why)


def _operator(why: str) -> Judgement:
    return Judgement(meaning=Meaning.LATER, why=why, after_s=OPERATOR_S, counts=False)


_TOKEN = _operator(
    "Slack does not accept SLACK_BOT_TOKEN: install the app again and give Firstcheck the new token."
)
_APP_TOKEN = _operator(
    "Slack does not accept SLACK_APP_TOKEN: make one with connections:write in the app's Basic Information."
)
_NO_SCOPE = "The bot lacks a permission: install the app again from `firstcheck manifest`."
_SCOPE = _never(_NO_SCOPE)
_UNFIT = _never("Slack does not take the message as it is; this is a bug in Firstcheck.")
_NO_PERSON = _never("Slack knows no such person here, or they cannot be reached.")
_GONE = _never("The message is gone, or no longer ours to change.")
_NAME = _never("Slack does not take the channel's name.")
_RESTRICTED = _never("A setting of the workspace forbids it to apps; its owner can allow it.")

#: What a code means, whatever the method.
CODES: Mapping[str, Judgement] = {
    **dict.fromkeys(("ratelimited", "rate_limited", "message_limit_exceeded", "too_many_requests"), BUSY),
    **dict.fromkeys(("internal_error", "fatal_error", "service_unavailable", "request_timeout"), BUSY),
    **dict.fromkeys(
        ("team_added_to_org", "org_login_required", "external_channel_migrating", "accesslimited"), BUSY
    ),
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"), _TOKEN
    ),
    **dict.fromkeys(
        (
            "missing_scope",
            "not_allowed_token_type",
            "no_permission",
            "access_denied",
            "team_access_not_granted",
        ),
        _SCOPE,
    ),
    "not_in_channel": _lost("The bot was removed from the channel; invite it to bring it back."),
    "is_archived": _lost("The channel was archived."),
    "channel_not_found": _lost("The channel was deleted, or made private without the bot."),
    "channel_is_limited_access": _lost("The channel's access is limited, and the bot has none."),
    **dict.fromkeys(
        ("invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "msg_too_long"), _UNFIT
    ),
    **dict.fromkeys(
        ("no_text", "metadata_too_large", "too_long", "view_too_large", "invalid_arguments"), _UNFIT
    ),
    **dict.fromkeys(("user_not_found", "no_user", "user_disabled", "user_not_visible"), _NO_PERSON),
    **dict.fromkeys(("cannot_dm_bot", "messages_tab_disabled", "users_not_found"), _NO_PERSON),
    **dict.fromkeys(("message_not_found", "edit_window_closed", "cant_update_message", "is_inactive"), _GONE),
    **dict.fromkeys(("thread_not_found", "not_found"), _GONE),
    **dict.fromkeys(("restricted_action", "cannot_create_channel", "user_is_restricted"), _RESTRICTED),
    **dict.fromkeys(
        (
            "ekm_access_denied",
            "posting_to_channel_denied",
            "is_bot",
            "enterprise_is_restricted",
            "restricted_action_read_only_channel",
        ),
        _RESTRICTED,
    ),
    **dict.fromkeys(("invalid_name", "invalid_name_maxlength", "invalid_name_required"), _NAME),
    **dict.fromkeys(("invalid_name_punctuation", "invalid_name_specials"), _NAME),
    "name_taken": _never("Slack has a channel of that name already."),
    "expired_trigger_id": _never("It took longer than the 3 seconds Slack gives; click again."),
    "exchanged_trigger_id": _never("It was answered already; click again."),
    "already_in_channel": DONE,
    "cant_invite_self": DONE,
    "already_pinned": DONE,
    "too_many_pins": _never("The channel has as many pins as Slack allows."),
    "not_pinnable": _never("Slack does not let the message be pinned."),
}

#: Where a code means something else to one method.
METHODS: Mapping[tuple[str, str], Judgement] = {
    **dict.fromkeys(
        [
            ("apps.connections.open", code)
            for code in (
                "invalid_auth",
                "not_authed",
                "token_revoked",
                "not_allowed_token_type",
                "missing_scope",
            )
        ],
        _APP_TOKEN,
    ),
    # Opening a channel or a direct message loses none.
    ("conversations.open", "channel_not_found"): _NO_PERSON,
    # A private channel, which only an invitation opens.
    ("conversations.join", "method_not_supported_for_channel_type"): _never("The channel is private."),
    ("conversations.create", "no_permission"): _RESTRICTED,
    # Without these nothing works, and nobody could be told: wait for the operator.
    ("conversations.create", "missing_scope"): _operator(_NO_SCOPE),
    ("chat.postMessage", "missing_scope"): _operator(_NO_SCOPE),
}


def judge(method: str, code: str) -> Judgement:
    """Return what it means that `method` failed with `code`.

    A code nobody here knows is tried again, and given up when the tries are used up.
    """
    known = METHODS.get((method, code)) or CODES.get(code)
    return known or Judgement(meaning=Meaning.LATER, why=f"Slack refuses {method}: {code}.")
