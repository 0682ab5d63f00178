"""The last known good settings: kept in files that can be committed, without a secret in them."""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bot.probes.interface import Permissions, ProbeFailed
from bot.probes.service_settings import display, flatten, is_same, is_secret

#: Small enough for a hundred secrets in a second, dear enough that guessing from the file does not pay.
_COST = 2**13
_HASHED = "scrypt:"
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


class NothingSaved(ProbeFailed):
    """No settings of that name were kept so far."""


def is_valid_name(name: str) -> bool:
    """Whether `name` may be that of a file here."""
    return bool(_NAME.fullmatch(name))


def differences(
    name: str, settings: Mapping[str, object], permissions: Permissions, ignore: Collection[str]
) -> list[str]:
    """Return how `settings` differ from the known good ones of that name, one sentence each.

    What is at or below a path in `ignore` may differ. Raises NothingKept, and ProbeFailed for a broken file.
    """
    salt, known = _kept(_file(name, permissions), name)
    before = _relevant(known, ignore)
    now = _relevant(dict(flatten(settings)), ignore)
    return [
        sentence for path in sorted({*before, *now}) if (sentence := _difference(path, before, now, salt))
    ]


def save(name: str, settings: Mapping[str, object], permissions: Permissions) -> Path:
    """Write down `settings` as the known good ones, of a secret only a salted hash, and return the file."""
    salt = secrets.token_hex(16)
    known = {path: _kept_value(path, value, salt) for path, value in flatten(settings)}
    file = _file(name, permissions)
    text = json.dumps({"salt": salt, "settings": known}, indent=2, sort_keys=True, default=str)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
    except OSError as error:
        raise ProbeFailed(f"{file} cannot be written: {error.strerror}.") from error
    return file


def _file(name: str, permissions: Permissions) -> Path:
    return permissions.folder / permissions.known_good / f"{name}.json"


def _kept(file: Path, name: str) -> tuple[str, Mapping[str, object]]:
    """Return the salt and the settings by their paths."""
    try:
        kept: dict[str, Any] = json.loads(file.read_text())
        salt, settings = str(kept["salt"]), dict(kept["settings"])
    except FileNotFoundError as error:
        raise NothingSaved(
            f"No known good settings of {name} are kept yet: run firstcheck probe --save-known-good."
        ) from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ProbeFailed(f"{file.name} cannot be read: save it again with --save-known-good.") from error
    return salt, settings


def _relevant(settings: Mapping[str, object], ignore: Collection[str]) -> Mapping[str, object]:
    return {
        path: value
        for path, value in settings.items()
        if not any(path == one or path.startswith(f"{one}.") for one in ignore)
    }


def _difference(path: str, before: Mapping[str, object], now: Mapping[str, object], salt: str) -> str:
    """Return how the setting at `path` differs, or nothing; a secret is said to, and not shown."""
    hidden = _is_hash(before.get(path)) or is_secret(path, now.get(path))
    if path not in now:
        return f"{path} is gone" + ("" if hidden else f", it was {display(before[path])}")
    if path not in before:
        return f"{path} is new" + ("" if hidden else f": {display(now[path])}")
    if hidden:
        return "" if before[path] == _hashed(now[path], salt) else f"{path} has changed (not shown)"
    return (
        ""
        if is_same(before[path], now[path])
        else f"{path} is {display(now[path])}, it was {display(before[path])}"
    )


def _kept_value(path: str, value: object, salt: str) -> object:
    return _hashed(value, salt) if is_secret(path, value) else value


def _is_hash(value: object) -> bool:
    return isinstance(value, str) and value.startswith(_HASHED)


def _hashed(value: object, salt: str) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return _HASHED + hashlib.scrypt(text.encode(), salt=salt.encode(), n=_COST, r=8, p=1, dklen=24).hex()
