"""Checks for block elements, with Slack's limits (docs.slack.dev/reference/block-kit/block-elements)."""

import re
from collections.abc import Mapping
from typing import Any

from bot.workspace.schema import (
    Check,
    Problems,
    add_problem,
    any_value,
    array,
    boolean,
    by_type,
    json_object,
    number,
    one_of,
    string,
    text_object,
)

PLAIN_TEXT = ("plain_text",)
ANY_TEXT = ("plain_text", "mrkdwn")
MAX_ID = 255

_confirm = json_object(
    {
        "title": text_object(100, *PLAIN_TEXT),
        "text": text_object(300, *ANY_TEXT),
        "confirm": text_object(30, *PLAIN_TEXT),
        "deny": text_object(30, *PLAIN_TEXT),
    },
    {"style": one_of("primary", "danger")},
)
_common: Mapping[str, Check] = {"action_id": string(MAX_ID)}
_with_confirm: Mapping[str, Check] = {**_common, "confirm": _confirm, "focus_on_load": boolean}
_with_placeholder: Mapping[str, Check] = {**_with_confirm, "placeholder": text_object(150, *PLAIN_TEXT)}


def _option(*kinds: str, **extra: Check) -> Check:
    """Return the check for a menu option. Its value has at most 150 characters."""
    return json_object(
        {"text": text_object(75, *kinds), "value": string(150)},
        {"description": text_object(75, *kinds), **extra},
    )


_plain_option = _option(*PLAIN_TEXT)
_rich_option = _option(*ANY_TEXT)
_group = json_object({"label": text_object(75, *PLAIN_TEXT), "options": array(_plain_option, 100)})


def _require_options(object_check: Check) -> Check:
    """Return a check that also requires either `options` or `option_groups`, but not both."""

    def check(value: Any, pointer: str, problems: Problems) -> None:
        object_check(value, pointer, problems)
        if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
            add_problem(problems, pointer, "must have either options or option_groups")

    return check


_menu: Mapping[str, Check] = {
    **_with_placeholder,
    "options": array(_plain_option, 100),
    "option_groups": array(_group, 100),
}
_multi_select: Mapping[str, Check] = {"max_selected_items": number(1)}
_conversation_select: Mapping[str, Check] = {
    "response_url_enabled": boolean,
    "default_to_current_conversation": boolean,
    "filter": any_value,
}
_id_list = array(string(MAX_ID), 100, 0)
_date = string(10, pattern=re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch)
_time = string(5, pattern=re.compile(r"\d{2}:\d{2}").fullmatch)
_dispatch_config = json_object(
    {"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 2)}
)


def _text_input(maximum: int, **extra: Check) -> Check:
    """Return the check for a text input."""
    optional = {
        **_common,
        "placeholder": text_object(150, *PLAIN_TEXT),
        "initial_value": string(maximum, 0),
        "focus_on_load": boolean,
        "dispatch_action_config": _dispatch_config,
        **extra,
    }
    return json_object({}, optional)


_button = json_object(
    {"text": text_object(75, *PLAIN_TEXT)},
    {
        **_common,
        "confirm": _confirm,
        "url": string(3000),
        "value": string(2000),
        "style": one_of("primary", "danger"),
        "accessibility_label": string(75),
    },
)
_overflow = json_object(
    {"options": array(_option(*PLAIN_TEXT, url=string(3000)), 5)}, {**_common, "confirm": _confirm}
)
_image = json_object({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": any_value})

SHARED_ELEMENTS: Mapping[str, Check] = {
    "static_select": _require_options(json_object({}, {**_menu, "initial_option": _plain_option})),
    "external_select": json_object(
        {}, {**_with_placeholder, "initial_option": _plain_option, "min_query_length": number(0)}
    ),
    "users_select": json_object({}, {**_with_placeholder, "initial_user": string(MAX_ID)}),
    "conversations_select": json_object(
        {}, {**_with_placeholder, **_conversation_select, "initial_conversation": string(MAX_ID)}
    ),
    "channels_select": json_object(
        {}, {**_with_placeholder, **_conversation_select, "initial_channel": string(MAX_ID)}
    ),
    "datepicker": json_object({}, {**_with_placeholder, "initial_date": _date}),
    "timepicker": json_object({}, {**_with_placeholder, "initial_time": _time, "timezone": string(MAX_ID)}),
    "datetimepicker": json_object({}, {**_with_confirm, "initial_date_time": number(0)}),
    "checkboxes": json_object(
        {"options": array(_rich_option, 10)}, {**_with_confirm, "initial_options": array(_rich_option, 10)}
    ),
    "radio_buttons": json_object(
        {"options": array(_rich_option, 10)}, {**_with_confirm, "initial_option": _rich_option}
    ),
}
MULTI_SELECTS: Mapping[str, Check] = {
    "multi_static_select": _require_options(
        json_object({}, {**_menu, **_multi_select, "initial_options": array(_plain_option, 100)})
    ),
    "multi_users_select": json_object({}, {**_with_placeholder, **_multi_select, "initial_users": _id_list}),
    "multi_conversations_select": json_object(
        {}, {**_with_placeholder, **_conversation_select, **_multi_select, "initial_conversations": _id_list}
    ),
    "multi_channels_select": json_object(
        {}, {**_with_placeholder, **_multi_select, "initial_channels": _id_list}
    ),
}
TEXT_INPUTS: Mapping[str, Check] = {
    "plain_text_input": _text_input(
        3000, multiline=boolean, min_length=number(0, 3000), max_length=number(1, 3000)
    ),
    "email_text_input": _text_input(3000),
    "url_text_input": _text_input(3000),
    "number_input": _text_input(3000, is_decimal_allowed=boolean, min_value=any_value, max_value=any_value),
}
ACTIONS_ELEMENT = by_type({"button": _button, "overflow": _overflow, **SHARED_ELEMENTS})
SECTION_ACCESSORY = by_type(
    {"button": _button, "overflow": _overflow, "image": _image, **SHARED_ELEMENTS, **MULTI_SELECTS}
)
INPUT_ELEMENT = by_type({**SHARED_ELEMENTS, **MULTI_SELECTS, **TEXT_INPUTS})
CONTEXT_ELEMENT = by_type(
    {"image": _image, "plain_text": text_object(3000, *PLAIN_TEXT), "mrkdwn": text_object(3000, "mrkdwn")}
)
