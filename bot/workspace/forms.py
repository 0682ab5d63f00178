"""Form input: turns a person's answers into Slack's view state and validates them like Slack's client."""

from typing import Any

from bot.workspace.blocks import get_elements
from bot.workspace.errors import SlackError
from bot.workspace.state import Json

# For each element type: the field of its state, and the field that holds its initial value.
_STATE_FIELDS = {
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


def _options_by_value(element: Json) -> dict[str, Json]:
    """Return the options of a menu, by value."""
    grouped = [option for group in element.get("option_groups", []) for option in group["options"]]
    return {option["value"]: option for option in [*element.get("options", []), *grouped]}


def build_element_state(element: Json, entered_value: Any) -> Json:
    """Return an element's state; `entered` is that state itself or the value a person chose.

    Raise no_such_option if the menu does not offer the value.
    """
    kind = element["type"]
    if isinstance(entered_value, dict):
        return {"type": kind, **entered_value}
    if kind not in _STATE_FIELDS:
        return {"type": kind}
    field, _ = _STATE_FIELDS[kind]
    if (
        entered_value is not None
        and field in ("selected_option", "selected_options")
        and kind != "external_select"
    ):
        options = _options_by_value(element)
        chosen = entered_value if isinstance(entered_value, list) else [entered_value]
        if any(value not in options for value in chosen):
            raise SlackError("no_such_option")
        chosen_options = [options[value] for value in chosen]
        return {"type": kind, field: chosen_options if field == "selected_options" else chosen_options[0]}
    return {"type": kind, field: entered_value}


def _initial_state(element: Json) -> Json:
    """Return the state of an untouched element."""
    field, initial = _STATE_FIELDS[element["type"]]
    empty: Any = [] if field.endswith("s") else None
    return {"type": element["type"], field: element.get(initial, empty)}


def build_view_state(view: Json, previous: Json, answers: Json) -> tuple[Json, dict[str, str]]:
    """Return the state of a whole view, and the form's own validation errors by block id.

    `answers` maps block ids to {action_id: state or value}, or action ids to values.
    """
    values: Json = {}
    errors: dict[str, str] = {}
    for block in view.get("blocks", []):
        for element in get_elements(block):
            action_id = element.get("action_id")
            if action_id is None or element["type"] not in _STATE_FIELDS:
                continue
            block_id = block["block_id"]
            block_answers = answers.get(block_id)
            block_answers = block_answers if isinstance(block_answers, dict) else answers
            if action_id in block_answers:
                state = build_element_state(element, block_answers[action_id])
            else:
                state = previous.get(block_id, {}).get(action_id) or _initial_state(element)
            values.setdefault(block_id, {})[action_id] = state
            message = _validation_message(block, element, state) if block["type"] == "input" else None
            if message:
                errors[block_id] = message
    return values, errors


def _validation_message(block: Json, element: Json, state: Json) -> str | None:
    """Return the form's message for an invalid field, or None if it is valid."""
    value = state.get(_STATE_FIELDS[element["type"]][0])
    if value in (None, "", []):
        return None if block.get("optional") else "Please complete this required field."
    if isinstance(value, str) and len(value) < element.get("min_length", 0):
        return f"This field must have at least {element['min_length']} characters."
    if isinstance(value, str) and len(value) > element.get("max_length", 3000):
        return f"This field may have at most {element.get('max_length', 3000)} characters."
    return None
