"""Readers of single values in firstcheck.yaml.

Each one returns the value of an entry. If the value is wrong, it adds a mistake and returns a default.
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from bot.config.yaml_entry import Entry, closest_match
from bot.config.yaml_reader import files_in
from bot.domain.recipient import is_slack_user
from bot.domain.vocabulary import Role

#: The start of a database URL. The path follows.
SQLITE = "sqlite:///"

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?")
_SLASH_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}

Value = TypeVar("Value")


def each(read: Callable[[Entry], Value]) -> Callable[[Entry], tuple[Value, ...]]:
    """Return a reader of a list whose items `read` reads. Empty items are left out."""
    return lambda entry: tuple(value for item in entry.items() if (value := read(item)))


def port(entry: Entry) -> int:
    """Return the port, or 8000 if it is wrong."""
    return int(entry.number(8000, most=65535))


def review_days(entry: Entry) -> int:
    """Return the days until a runbook is overdue for review, or 180 if they are wrong."""
    return int(entry.number(180, least=1))


def channel(entry: Entry) -> str:
    """Return the ID or name of a channel, without #."""
    return entry.text().removeprefix("#")


#: The name of each kind of token and where it belongs, by its prefix.
_TOKENS = {
    "xoxb-": "the bot token — set it as SLACK_BOT_TOKEN",
    "xapp-": "the app-level token — set it as SLACK_APP_TOKEN",
    "xoxp-": "a user token — Firstcheck does not use one",
    "xoxe": "a rotated token — turn token rotation off",
}


def bot_token(entry: Entry) -> str:
    """Return Slack's bot token."""
    return _token(entry, "xoxb-")


def app_token(entry: Entry) -> str:
    """Return Slack's app-level token, for Socket Mode."""
    return _token(entry, "xapp-")


def _token(entry: Entry, prefix: str) -> str:
    value = entry.text()
    if value.startswith(prefix):
        return value
    kind = next((kind for start, kind in _TOKENS.items() if value.startswith(start)), "")
    if kind:
        entry.wrong(f"this is {kind}, and set one with {prefix} here", secret=True)
    else:
        entry.wrong(f"must start with {prefix} — copy the right token from api.slack.com/apps", secret=True)
    return value


def signing_secret(entry: Entry) -> str:
    """Return Slack's signing secret, for HTTP."""
    value = entry.text()
    if kind := next((kind for start, kind in _TOKENS.items() if value.startswith(start)), ""):
        entry.wrong(f"this is {kind}, and set the Signing Secret from Basic Information here", secret=True)
    return value


def secret(entry: Entry) -> str:
    """Return the secret. `env:NAME` reads the environment variable NAME. An empty secret is a mistake."""
    before, value = len(entry.mistakes), entry.text()
    if not value.startswith("env:"):
        if entry.given and not value and len(entry.mistakes) == before:
            entry.wrong("is empty, so anyone could guess it — set a secret", secret=True)
        return value
    name = value.removeprefix("env:").strip()
    value = entry.environ.get(name, "").strip()
    if not value:
        state = "empty" if name in entry.environ else "not set"
        entry.wrong(f"the variable {name} is {state} — set it, or write the secret here", secret=True)
    return value


def database(entry: Entry) -> str:
    """Return the URL of the database."""
    value = entry.text()
    if not value.removeprefix(SQLITE) or not value.startswith(SQLITE):
        entry.wrong(f"only SQLite is supported — write it like {SQLITE}firstcheck.db")
    return value


def url(entry: Entry) -> str:
    """Return the http or https URL, or "" if it is wrong."""
    value = entry.text()
    try:
        parts = urlsplit(value)
        valid = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        valid = False
    if value and not valid:
        entry.wrong(f"{value!r} is not a URL — it must start with http:// or https://")
        return ""
    return value


def safe_url(entry: Entry, what: str) -> str:
    """Return the URL without a slash at the end.

    `what` is sent there, so http is only allowed on this machine.
    """
    value = url(entry).rstrip("/")
    if value.startswith("http:") and urlsplit(value).hostname not in LOOPBACK:
        entry.wrong(f"{what} would be unencrypted — use https:// (http is only for loopback)")
    return value


def api_url(entry: Entry) -> str:
    """Return the URL of Slack's Web API, with a slash at the end."""
    return f"{safe_url(entry, 'tokens')}/"


def host(entry: Entry) -> str:
    """Return the host as `host` or `host:port`, in lowercase."""
    value = entry.text()
    if value and not _HOST.fullmatch(value):
        entry.wrong(f"{value!r} is not a host — write host or host:port, without http:// or a path")
    return value.lower()


def network(entry: Entry) -> str:
    """Return the network, such as `10.0.0.0/8`. A single address is a network too."""
    value = entry.text()
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        entry.wrong(f"{value!r} is not a network — write it like 10.0.0.0/8")
        return "255.255.255.255/32"


def argv(entry: Entry) -> tuple[str, ...]:
    """Return the command: a list that starts with a program's full path."""
    arguments = entry.texts()
    if not arguments or not arguments[0].startswith("/"):
        example = "[/usr/bin/pg_isready, -h, db.internal]"
        entry.wrong(f"must be a list that starts with a program's full path, like {example}")
    return arguments


def command(entry: Entry) -> str:
    """Return the slash command, such as /incident."""
    value = entry.text()
    if not _SLASH_COMMAND.fullmatch(value):
        like = "write it like /incident, in lowercase, at most 32 characters"
        entry.wrong(f"{value!r} is not a slash command — {like}")
    return value


def path(entry: Entry) -> Path:
    """Return the path as written."""
    return Path(entry.text())


def paths(entry: Entry) -> tuple[Path, ...]:
    """Return the paths as written."""
    return tuple(Path(text) for text in entry.texts())


def folder(entry: Entry) -> Path:
    """Return the folder, which must exist. A relative path starts at the file's folder."""
    named = entry.folder / entry.text()
    if not named.is_dir():
        entry.wrong(f"the folder {named} does not exist — create it, or remove this line to use the default")
    return named


def new_folder(entry: Entry) -> Path:
    """Return the folder, which is created when something is written to it."""
    named = entry.folder / entry.text()
    if named.exists() and not named.is_dir():
        entry.wrong(f"{named} is not a folder — use another name; the folder is created when needed")
    return named


def check_runbook(entry: Entry, folder: Path) -> None:
    """Report a runbook ID that has no file in `folder`.

    If the folder doesn't exist, that is reported elsewhere.
    """
    runbook = entry.text()
    ids = [file.stem for file in files_in(folder)]
    if runbook and folder.is_dir() and runbook not in ids:
        listed = f"available: {', '.join(ids)}" if ids else "the folder has no runbooks yet"
        entry.wrong(f"there is no runbook {runbook!r} in {folder}{closest_match(runbook, ids)} — {listed}")


def people(entry: Entry) -> tuple[str, ...]:
    """Return Slack member IDs. If given a handle, Slack would invite nobody and report no error."""
    members = entry.texts()
    for member in members:
        if not is_slack_user(member):
            like = "write it like U012AB3CD (in the Slack profile: ⋮, Copy member ID)"
            entry.wrong(f"{member!r} is not a member ID — {like}")
    return members


def roles(entry: Entry) -> tuple[str, ...]:
    """Return the roles, with the commander first. Each is one word, because people type it."""
    names = tuple(name.lower() for name in entry.texts())
    for name in names:
        if not name.isidentifier():
            entry.wrong(f"{name!r} is not a role — use one word, such as scribe")
    return tuple(dict.fromkeys((Role.COMMANDER, *names))) if names else tuple(Role)


def texts(entry: Entry) -> Mapping[str, str]:
    """Return a mapping of texts."""
    return {name: value.text() for name, value in entry.entries().items()}
