"""What a person enters: from plain answers to the state Slack sends, and what the form itself refuses."""

from typing import Any

from bot.workspace.blocks import elements_of
from bot.workspace.errors import SlackError
from bot.workspace.state import Json

# The field an element reports its value in, and the initial_ field it starts from.
_REPORTED = {
    "plain_text_input": ("value", "initial_value"),
    "email_text_input": ("value", "initial_value"),
    "url_text_input": ("value", "initial_value"),
    "number_input": ("value", "initial_value"),
    "static_select": ("selected_option", "initial_option"),
    "external_select": ("selected_option", "initial_option"),
    "radio_buttons": ("selected_option", "initial_option"),
    "overflow": ("selected_option", "initial_option"),
    "checkboxes": ("selected_options", "initial_options"),
    "multi_static_select": ("selected_options", "initial_options"),
    "users_select": ("selected_user", "initial_user"),
    "multi_users_select": ("selected_users", "initial_users"),
    "conversations_select": ("selected_conversation", "initial_conversation"),
    "multi_conversations_select": ("selected_conversations", "initial_conversations"),
    "channels_select": ("selected_channel", "initial_channel"),
    "multi_channels_select": ("selected_channels", "initial_channels"),
    "datepicker": ("selected_date", "initial_date"),
    "timepicker": ("selected_time", "initial_time"),
    "datetimepicker": ("selected_date_time", "initial_date_time"),
}


def _options(element: Json) -> dict[str, Json]:
    """Return the options a person can choose from, by value."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return {option["value"]: option for option in [*element.get("options", []), *grouped]}


def entered(element: Json, given: Any) -> Json:
    """Return an element's state; `given` is that state itself, or just the value a person chose.

    Raises no_such_option for a choice that is not on the menu.
    """
    kind = element["type"]
    if isinstance(given, dict):
        return {"type": kind, **given}
    if kind not in _REPORTED:
        return {"type": kind}
    field, _ = _REPORTED[kind]
    if given is not None and field in ("selected_option", "selected_options") and kind != "external_select":
        options = _options(element)
        chosen = given if isinstance(given, list) else [given]
        if any(value not in options for value in chosen):
            raise SlackError("no_such_option")
        picked = [options[value] for value in chosen]
        return {"type": kind, field: picked if field == "selected_options" else picked[0]}
    return {"type": kind, field: given}


def _initial(element: Json) -> Json:
    """Return the state of an element nobody touched."""
    field, initial = _REPORTED[element["type"]]
    nothing: Any = [] if field.endswith("s") else None
    return {"type": element["type"], field: element.get(initial, nothing)}


def filled(view: Json, before: Json, answers: Json) -> tuple[Json, dict[str, str]]:
    """Return the state of a whole view and, per block, what the form refuses before the app sees it.

    `answers` maps block ids to {action_id: state or value}, or (when that is enough) action ids to values.
    """
    values: Json = {}
    errors: dict[str, str] = {}
    for block in view.get("blocks", []):
        for element in elements_of(block):
            action_id = element.get("action_id")
            if action_id is None or element["type"] not in _REPORTED:
                continue
            block_id = block["block_id"]
            in_block = answers.get(block_id)
            in_block = in_block if isinstance(in_block, dict) else answers
            if action_id in in_block:
                state = entered(element, in_block[action_id])
            else:
                state = before.get(block_id, {}).get(action_id) or _initial(element)
            values.setdefault(block_id, {})[action_id] = state
            refusal = _refusal(block, element, state) if block["type"] == "input" else None
            if refusal:
                errors[block_id] = refusal
    return values, errors


def _refusal(block: Json, element: Json, state: Json) -> str | None:
    """Return what the form says under a field that may not stay like this."""
    value = state.get(_REPORTED[element["type"]][0])
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"This field must have at least {element['min_length']} characters."
    if isinstance(value, str) and len(value) > element.get("max_length", 3000):
        return f"This field may have at most {element.get('max_length', 3000)} characters."
    return None
