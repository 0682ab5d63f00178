"""One value of the configuration each: what it may be, and what to write where it is not.

Every function notes a mistake with its place in the entry and goes on.
"""

import ipaddress
import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from bot.config.yaml_entry import Entry, closest_match
from bot.config.yaml_reader import files_in
from bot.domain.recipient import is_slack_user
from bot.domain.vocabulary import Role

#: How the URL of a database begins; the path follows.
SQLITE = "sqlite:///"

_HOST = re.compile(r"(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9_.-]+)(:\d{1,5})?")
_COMMAND = re.compile(r"/[a-z0-9_-]{1,31}")
LOOPBACK = {"localhost", "127.0.0.1", "::1"}


def token(entry: Entry, prefix: str) -> str:
    """Return the token of Slack here, which begins with `prefix`."""
    value = entry.text()
    if value and not value.startswith(prefix):
        entry.wrong(
            f"does not begin with {prefix} — copy the right token from api.slack.com/apps", secret=True
        )
    return value


def secret(entry: Entry, environ: Mapping[str, str]) -> str:
    """Return the secret here; `env:NAME` is the variable NAME."""
    value = entry.text()
    if not value.startswith("env:"):
        return value
    name = value.removeprefix("env:")
    if not environ.get(name):
        entry.wrong(f"the variable {name} is not set — set it, or write the secret here", secret=True)
    return environ.get(name, "")


def database(entry: Entry, usual: str) -> str:
    """Return the URL of the database."""
    value = entry.text(usual)
    if not value.removeprefix(SQLITE) or not value.startswith(SQLITE):
        entry.wrong(f"only SQLite is a database we know — write one like {SQLITE}firstcheck.db")
    return value


def url(entry: Entry) -> str:
    """Return the http or https URL here, or nothing."""
    value = entry.text()
    try:
        parts = urlsplit(value)
        sound = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if value and not sound:
        entry.wrong(f"{value!r} is no address — write it with http:// or https://")
        return ""
    return value


def api_url(entry: Entry, usual: str) -> str:
    """Return where Slack's Web API is, with a slash at the end; without TLS it must be on this machine."""
    value = url(entry) or usual
    if value.startswith("http:") and urlsplit(value).hostname not in LOOPBACK:
        entry.wrong("tokens would travel unencrypted — write https:// (http is for loopback)")
    return f"{value.rstrip('/')}/"


def host(entry: Entry) -> str:
    """Return `host` or `host:port`, in small letters."""
    value = entry.text()
    if value and not _HOST.fullmatch(value):
        entry.wrong(f"{value!r} is no host — write host or host:port, without http:// and path")
    return value.lower()


def network(entry: Entry) -> str:
    """Return the network here, such as `10.0.0.0/8`; a single address is one as well."""
    value = entry.text()
    try:
        return str(ipaddress.ip_network(value))
    except ValueError:
        entry.wrong(f"{value!r} is no network — write one like 10.0.0.0/8")
        return "255.255.255.255/32"


def argv(entry: Entry) -> tuple[str, ...]:
    """Return the command here, as a list whose program has its full path."""
    words = entry.texts()
    if not words or not words[0].startswith("/"):
        entry.wrong("is no command — write a list like [/usr/bin/pg_isready, -h, db.internal]")
    return words


def command(entry: Entry, usual: str) -> str:
    """Return the slash command, such as /incident."""
    value = entry.text(usual)
    if not _COMMAND.fullmatch(value):
        entry.wrong(f"{value!r} is no slash command — write one like /incident, small letters, at most 32")
    return value


def folder(entry: Entry, beside: Path, usual: Path) -> Path:
    """Return the folder here, which is meant beside the file."""
    if not entry.given:
        return usual
    named = beside / entry.text()
    if not named.is_dir():
        entry.wrong(f"there is no folder {named} — create it, or remove this line to use what ships")
    return named


def new_folder(entry: Entry, beside: Path, usual: Path) -> Path:
    """Return the folder here, meant beside the file, which is made when something is written into it."""
    if not entry.given:
        return usual
    named = beside / entry.text()
    if named.exists() and not named.is_dir():
        entry.wrong(f"{named} is no folder — name one; it is made when it is needed")
    return named


def runbook(entry: Entry, folder: Path) -> str:
    """Return the id of a runbook, the name of its file in `folder`: another would be replaced in silence."""
    name = entry.text()
    known = [file.stem for file in files_in(folder)]
    if name and folder.is_dir() and name not in known:
        there = ", ".join(known) or "none yet"
        entry.wrong(
            f"there is no runbook {name!r} in {folder}{closest_match(name, known)} — known there: {there}"
        )
    return name


def people(entry: Entry) -> tuple[str, ...]:
    """Return member ids: Slack invites by them only, and a handle would be left out without a word."""
    named = entry.texts()
    for person in named:
        if not is_slack_user(person):
            entry.wrong(f"{person!r} is no member id — write one like U012AB3CD (profile, Copy member ID)")
    return named


def roles(entry: Entry, usual: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of the roles, commander in front; one word each, for people type them."""
    names = tuple(name.lower() for name in entry.texts())
    for name in names:
        if not name.isidentifier():
            entry.wrong(f"{name!r} is no role — write one word each, such as scribe")
    return tuple(dict.fromkeys((Role.COMMANDER, *names))) if names else usual


def texts(entry: Entry) -> Mapping[str, str]:
    """Return a mapping of texts."""
    return {name: value.text() for name, value in entry.entries().items()}
