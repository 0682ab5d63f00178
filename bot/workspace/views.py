"""The views.* methods: modals and home tabs."""

import json
from typing import Any

from bot.workspace.arguments import Arguments
from bot.workspace.blocks import check_view
from bot.workspace.errors import SlackError, invalid
from bot.workspace.state import Json, State, View

VIEW_BYTES_MAX = 250_000
STACK_MAX = 3


def checked_view(view: Any, kind: str) -> Json:
    """Return a view the app sent; raises invalid_arguments with the places, or view_too_large."""
    if not isinstance(view, dict):
        raise invalid("invalid_arguments", ["missing required field: view"])
    if len(json.dumps(view)) > VIEW_BYTES_MAX:
        raise SlackError("view_too_large")
    check_view(view, kind)
    return view


def _refuse_taken_external_id(state: State, content: Json, view_id: str = "") -> None:
    """An external_id names one view of the workspace."""
    external_id = content.get("external_id")
    if external_id and any(
        view.content.get("external_id") == external_id and view.id != view_id for view in state.views.values()
    ):
        raise SlackError("duplicate_external_id")


def show(state: State, person_id: str, content: Json, previous: View | None = None) -> View:
    """Put a modal in front of a person, on top of `previous`; raises push_limit_reached above three."""
    _refuse_taken_external_id(state, content)
    if previous is not None and len(stack(state, previous)) >= STACK_MAX:
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
    state.show({"type": "view", "view": view.as_json()}, person_id)
    return view


def stack(state: State, view: View) -> list[View]:
    """Return the modals under a view, itself included, the lowest first."""
    return [other for other in state.views.values() if other.root_id == view.root_id]


def replace(state: State, view: View, content: Json) -> View:
    """Draw an open view anew; what was typed stays in blocks that keep their id."""
    _refuse_taken_external_id(state, content, view.id)
    view.content = content
    view.hash = state.next_ts()
    kept = {block.get("block_id") for block in content.get("blocks", [])}
    view.values = {block_id: state_ for block_id, state_ in view.values.items() if block_id in kept}
    state.show({"type": "view", "view": view.as_json()}, view.user)
    return view


def close(state: State, view: View) -> None:
    """Take one view away."""
    state.views.pop(view.id, None)
    state.show({"type": "view_closed", "view": {"id": view.id}}, view.user)


def open_view(state: State, args: Arguments) -> Json:
    """views.open: the trigger is good for three seconds and once."""
    content = checked_view(args.structure("view"), "modal")
    trigger_id = args.text("trigger_id", "") or args.text("interactivity_pointer")
    return {"view": show(state, state.triggers.exchange(trigger_id), content).as_json()}


def push_view(state: State, args: Arguments) -> Json:
    """views.push: on top of the person's open modal."""
    content = checked_view(args.structure("view"), "modal")
    trigger_id = args.text("trigger_id", "") or args.text("interactivity_pointer")
    person_id = state.triggers.exchange(trigger_id)
    under = [view for view in state.views.values() if view.user == person_id]
    if not under:
        raise SlackError("not_found")
    return {"view": show(state, person_id, content, previous=under[-1]).as_json()}


def update_view(state: State, args: Arguments) -> Json:
    """views.update: by view_id or external_id; a stale `hash` raises hash_conflict."""
    content = checked_view(args.structure("view"), "modal")
    view_id, external_id = args.text("view_id", ""), args.text("external_id", "")
    if not view_id and not external_id:
        raise invalid("invalid_arguments", ["missing required field: view_id"])
    for view in state.views.values():
        if view.id == view_id or (external_id and view.content.get("external_id") == external_id):
            if args.has("hash") and args.text("hash") != view.hash:
                raise SlackError("hash_conflict")
            return {"view": replace(state, view, content).as_json()}
    raise SlackError("not_found")


def publish_view(state: State, args: Arguments) -> Json:
    """views.publish: a person's home tab."""
    content = checked_view(args.structure("view"), "home")
    person = state.person(args.text("user_id"))
    before = state.homes.get(person.id)
    if before is not None and args.has("hash") and args.text("hash") != before.hash:
        raise SlackError("hash_conflict")
    view_id = before.id if before else state.next_id("V")
    view = View(id=view_id, user=person.id, content=content, hash=state.next_ts(), root_id=view_id)
    state.homes[person.id] = view
    state.show({"type": "home", "view": view.as_json()}, person.id)
    return {"view": view.as_json()}
