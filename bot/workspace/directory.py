"""The api.*, auth.*, team.*, users.* and usergroups.* methods."""

from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.pagination import paginate
from bot.workspace.people import BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, TEAM_NAME
from bot.workspace.state import Json, State

ON_CALL_GROUP = "S0ONCALL"


def api_test(_state: State, args: Arguments) -> Json:
    """Perform api.test: echo the arguments, or fail with the given `error`."""
    if args.has("error"):
        raise SlackError(args.text("error"), args=args.values)
    return {"args": args.values}


def auth_test(state: State, _args: Arguments) -> Json:
    """Perform auth.test."""
    return {
        "url": f"{state.url}/",
        "team": TEAM_NAME,
        "team_id": TEAM_ID,
        "user": BOT_NAME,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def get_team(_state: State, _args: Arguments) -> Json:
    """Perform team.info."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": "local"}}


def get_user(state: State, args: Arguments) -> Json:
    """Perform users.info."""
    return {"user": state.get_person(args.text("user")).as_json()}


def list_users(state: State, args: Arguments) -> Json:
    """Perform users.list."""
    people, metadata = paginate(list(state.people.values()), args)
    return {"members": [member.as_json() for member in people], **metadata}


def find_user_by_email(state: State, args: Arguments) -> Json:
    """Perform users.lookupByEmail."""
    email = args.text("email")
    for member in state.people.values():
        if member.email == email and not member.is_bot:
            return {"user": member.as_json()}
    raise SlackError("users_not_found")


def _on_call_ids(state: State) -> list[str]:
    """Return the members of the only user group: the first two people."""
    return [member.id for member in state.people.values() if not member.is_bot][:2]


def list_usergroups(state: State, _args: Arguments) -> Json:
    """Perform usergroups.list."""
    group = {
        "id": ON_CALL_GROUP,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": "On call",
        "handle": "oncall",
        "description": "The people on call",
        "date_delete": 0,
        "user_count": len(_on_call_ids(state)),
    }
    return {"usergroups": [group]}


def list_usergroup_users(state: State, args: Arguments) -> Json:
    """Perform usergroups.users.list."""
    if args.text("usergroup") != ON_CALL_GROUP:
        raise SlackError("no_such_subteam")
    return {"users": _on_call_ids(state)}
