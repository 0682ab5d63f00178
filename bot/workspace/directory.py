"""The auth.*, team.*, users.* and usergroups.* methods: who is here."""

from bot.workspace.arguments import Arguments
from bot.workspace.errors import SlackError
from bot.workspace.pagination import page
from bot.workspace.people import BOT_ID, BOT_NAME, BOT_USER_ID, TEAM_ID, TEAM_NAME
from bot.workspace.state import Json, State

ON_CALL = "S0ONCALL"


def api_test(_state: State, args: Arguments) -> Json:
    """api.test: fails with the `error` it is given."""
    if args.has("error"):
        raise SlackError(args.text("error"), args=args.values)
    return {"args": args.values}


def auth_test(state: State, _args: Arguments) -> Json:
    """auth.test."""
    return {
        "url": f"{state.url}/",
        "team": TEAM_NAME,
        "team_id": TEAM_ID,
        "user": BOT_NAME,
        "user_id": BOT_USER_ID,
        "bot_id": BOT_ID,
        "is_enterprise_install": False,
    }


def team_info(_state: State, _args: Arguments) -> Json:
    """team.info."""
    return {"team": {"id": TEAM_ID, "name": TEAM_NAME, "domain": "local"}}


def user_info(state: State, args: Arguments) -> Json:
    """users.info."""
    return {"user": state.person(args.text("user")).as_json()}


def users(state: State, args: Arguments) -> Json:
    """users.list."""
    chosen, paging = page(list(state.people.values()), args)
    return {"members": [person.as_json() for person in chosen], **paging}


def user_by_email(state: State, args: Arguments) -> Json:
    """users.lookupByEmail."""
    email = args.text("email")
    for person in state.people.values():
        if person.email == email and not person.is_bot:
            return {"user": person.as_json()}
    raise SlackError("users_not_found")


def _on_call(state: State) -> list[str]:
    """Return who is in the one user group: the first two people."""
    return [person.id for person in state.people.values() if not person.is_bot][:2]


def usergroups(state: State, _args: Arguments) -> Json:
    """usergroups.list."""
    group = {
        "id": ON_CALL,
        "team_id": TEAM_ID,
        "is_usergroup": True,
        "name": "On call",
        "handle": "oncall",
        "description": "Who is on call",
        "date_delete": 0,
        "user_count": len(_on_call(state)),
    }
    return {"usergroups": [group]}


def usergroup_users(state: State, args: Arguments) -> Json:
    """usergroups.users.list."""
    if args.text("usergroup") != ON_CALL:
        raise SlackError("no_such_subteam")
    return {"users": _on_call(state)}
