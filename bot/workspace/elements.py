"""Interactive elements with Slack's limits (docs.slack.dev/reference/block-kit/block-elements)."""

import re
from collections.abc import Mapping

from bot.workspace.schema import (
    Check,
    anything,
    by_type,
    choice,
    flag,
    items,
    number,
    string,
    text,
    thing,
)

PLAIN = ("plain_text",)
EITHER = ("plain_text", "mrkdwn")
ID_MAX = 255

_confirm = thing(
    {
        "title": text(100, *PLAIN),
        "text": text(300, *EITHER),
        "confirm": text(30, *PLAIN),
        "deny": text(30, *PLAIN),
    },
    {"style": choice("primary", "danger")},
)
_common: Mapping[str, Check] = {"action_id": string(ID_MAX)}
_confirmed: Mapping[str, Check] = {**_common, "confirm": _confirm, "focus_on_load": flag}
_prompted: Mapping[str, Check] = {**_confirmed, "placeholder": text(150, *PLAIN)}


def _option(*kinds: str, **more: Check) -> Check:
    """An option of a menu; its value may have 150 characters."""
    return thing({"text": text(75, *kinds), "value": string(150)}, {"description": text(75, *kinds), **more})


_plain_option = _option(*PLAIN)
_rich_option = _option(*EITHER)
_group = thing({"label": text(75, *PLAIN), "options": items(_plain_option, 100)})


def _either_options(shape: Check) -> Check:
    """A static menu has options or option_groups, and not both."""

    def check(value: object, at: str, problems: list[str]) -> None:
        shape(value, at, problems)
        if isinstance(value, dict) and ("options" in value) == ("option_groups" in value):
            problems.append(f"must have either options or option_groups [json-pointer:{at}]")

    return check


_menu: Mapping[str, Check] = {
    **_prompted,
    "options": items(_plain_option, 100),
    "option_groups": items(_group, 100),
}
_many: Mapping[str, Check] = {"max_selected_items": number(1)}
_listed: Mapping[str, Check] = {
    "response_url_enabled": flag,
    "default_to_current_conversation": flag,
    "filter": anything,
}
_ids = items(string(ID_MAX), 100, 0)
_date = string(10, pattern=re.compile(r"\d{4}-\d{2}-\d{2}").fullmatch)
_time = string(5, pattern=re.compile(r"\d{2}:\d{2}").fullmatch)
_dispatch = thing({"trigger_actions_on": items(choice("on_enter_pressed", "on_character_entered"), 2)})


def _text_input(most: int, **more: Check) -> Check:
    """A field to type into."""
    optional = {
        **_common,
        "placeholder": text(150, *PLAIN),
        "initial_value": string(most, 0),
        "focus_on_load": flag,
        "dispatch_action_config": _dispatch,
        **more,
    }
    return thing({}, optional)


_button = thing(
    {"text": text(75, *PLAIN)},
    {
        **_common,
        "confirm": _confirm,
        "url": string(3000),
        "value": string(2000),
        "style": choice("primary", "danger"),
        "accessibility_label": string(75),
    },
)
_overflow = thing({"options": items(_option(*PLAIN, url=string(3000)), 5)}, {**_common, "confirm": _confirm})
_image = thing({"alt_text": string(2000)}, {"image_url": string(3000), "slack_file": anything})

PICKERS: Mapping[str, Check] = {
    "static_select": _either_options(thing({}, {**_menu, "initial_option": _plain_option})),
    "external_select": thing(
        {}, {**_prompted, "initial_option": _plain_option, "min_query_length": number(0)}
    ),
    "users_select": thing({}, {**_prompted, "initial_user": string(ID_MAX)}),
    "conversations_select": thing({}, {**_prompted, **_listed, "initial_conversation": string(ID_MAX)}),
    "channels_select": thing({}, {**_prompted, **_listed, "initial_channel": string(ID_MAX)}),
    "datepicker": thing({}, {**_prompted, "initial_date": _date}),
    "timepicker": thing({}, {**_prompted, "initial_time": _time, "timezone": string(ID_MAX)}),
    "datetimepicker": thing({}, {**_confirmed, "initial_date_time": number(0)}),
    "checkboxes": thing(
        {"options": items(_rich_option, 10)}, {**_confirmed, "initial_options": items(_rich_option, 10)}
    ),
    "radio_buttons": thing(
        {"options": items(_rich_option, 10)}, {**_confirmed, "initial_option": _rich_option}
    ),
}
MULTIPLE: Mapping[str, Check] = {
    "multi_static_select": _either_options(
        thing({}, {**_menu, **_many, "initial_options": items(_plain_option, 100)})
    ),
    "multi_users_select": thing({}, {**_prompted, **_many, "initial_users": _ids}),
    "multi_conversations_select": thing({}, {**_prompted, **_listed, **_many, "initial_conversations": _ids}),
    "multi_channels_select": thing({}, {**_prompted, **_many, "initial_channels": _ids}),
}
TYPED: Mapping[str, Check] = {
    "plain_text_input": _text_input(
        3000, multiline=flag, min_length=number(0, 3000), max_length=number(1, 3000)
    ),
    "email_text_input": _text_input(3000),
    "url_text_input": _text_input(3000),
    "number_input": _text_input(3000, is_decimal_allowed=flag, min_value=anything, max_value=anything),
}
IN_ACTIONS = by_type({"button": _button, "overflow": _overflow, **PICKERS})
IN_SECTION = by_type({"button": _button, "overflow": _overflow, "image": _image, **PICKERS, **MULTIPLE})
IN_INPUT = by_type({**PICKERS, **MULTIPLE, **TYPED})
IN_CONTEXT = by_type({"image": _image, "plain_text": text(3000, *PLAIN), "mrkdwn": text(3000, "mrkdwn")})
