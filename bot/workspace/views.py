"""The views.* methods: modals and home tabs."""

import json
from typing import Any

from bot.workspace.arguments import Arguments
from bot.workspace.blocks import check_view
from bot.workspace.errors import SlackError, validation_error
from bot.workspace.state import Json, State, View

MAX_VIEW_BYTES = 250_000
MAX_STACK = 3


def parse_view(view: Any, kind: str) -> Json:
    """Return the view that the app sent. Raise view_too_large, or invalid_arguments with the locations."""
    if not isinstance(view, dict):
        raise validation_error("invalid_arguments", ["missing required field: view"])
    if len(json.dumps(view)) > MAX_VIEW_BYTES:
        raise SlackError("view_too_large")
    check_view(view, kind)
    return view


def _require_unique_external_id(state: State, content: Json, view_id: str = "") -> None:
    """Raise duplicate_external_id if another open view has the same external_id."""
    external_id = content.get("external_id")
    if external_id and any(
        view.content.get("external_id") == external_id and view.id != view_id for view in state.views.values()
    ):
        raise SlackError("duplicate_external_id")


def add_view(state: State, person_id: str, content: Json, previous: View | None = None) -> View:
    """Open a modal, on top of `previous` if given. Raise push_limit_reached above three levels."""
    _require_unique_external_id(state, content)
    if previous is not None and len(get_stack(state, previous)) >= MAX_STACK:
        raise SlackError("push_limit_reached")
    view_id = state.next_id("V")
    view = View(
        id=view_id,
        user=person_id,
        content=content,
        hash=state.next_ts(),
        root_id=previous.root_id if previous else view_id,
        previous_id=previous.id if previous else None,
    )
    state.views[view_id] = view
    state.notify_pages({"type": "view", "view": view.as_json()}, person_id)
    return view


def get_stack(state: State, view: View) -> list[View]:
    """Return the modals in the same stack as a view, lowest first."""
    return [other for other in state.views.values() if other.root_id == view.root_id]


def replace_view(state: State, view: View, content: Json) -> View:
    """Replace the content of an open view. Input stays in blocks that keep their id."""
    _require_unique_external_id(state, content, view.id)
    view.content = content
    view.hash = state.next_ts()
    block_ids = {block.get("block_id") for block in content.get("blocks", [])}
    view.values = {
        block_id: block_state for block_id, block_state in view.values.items() if block_id in block_ids
    }
    state.notify_pages({"type": "view", "view": view.as_json()}, view.user)
    return view


def close_view(state: State, view: View) -> None:
    """Close one view."""
    state.views.pop(view.id, None)
    state.notify_pages({"type": "view_closed", "view": {"id": view.id}}, view.user)


def open_view(state: State, args: Arguments) -> Json:
    """Perform views.open. The trigger id is valid once, for three seconds."""
    content = parse_view(args.json_value("view"), "modal")
    trigger_id = args.text("trigger_id", "") or args.text("interactivity_pointer")
    return {"view": add_view(state, state.triggers.exchange(trigger_id), content).as_json()}


def push_view(state: State, args: Arguments) -> Json:
    """Perform views.push, on top of the person's open modal."""
    content = parse_view(args.json_value("view"), "modal")
    trigger_id = args.text("trigger_id", "") or args.text("interactivity_pointer")
    person_id = state.triggers.exchange(trigger_id)
    open_views = [view for view in state.views.values() if view.user == person_id]
    if not open_views:
        raise SlackError("not_found")
    return {"view": add_view(state, person_id, content, previous=open_views[-1]).as_json()}


def update_view(state: State, args: Arguments) -> Json:
    """Perform views.update by view_id or external_id. Raise hash_conflict for an outdated `hash`."""
    content = parse_view(args.json_value("view"), "modal")
    view_id, external_id = args.text("view_id", ""), args.text("external_id", "")
    if not view_id and not external_id:
        raise validation_error("invalid_arguments", ["missing required field: view_id"])
    for view in state.views.values():
        if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
            if args.has("hash") and args.text("hash") != view.hash:
                raise SlackError("hash_conflict")
            return {"view": replace_view(state, view, content).as_json()}
    raise SlackError("not_found")


def publish_view(state: State, args: Arguments) -> Json:
    """Perform views.publish: set a person's home tab."""
    content = parse_view(args.json_value("view"), "home")
    person = state.get_person(args.text("user_id"))
    previous = state.homes.get(person.id)
    if previous is not None and args.has("hash") and args.text("hash") != previous.hash:
        raise SlackError("hash_conflict")
    view_id = previous.id if previous else state.next_id("V")
    view = View(id=view_id, user=person.id, content=content, hash=state.next_ts(), root_id=view_id)
    state.homes[person.id] = view
    state.notify_pages({"type": "home", "view": view.as_json()}, person.id)
    return {"view": view.as_json()}
