"""Saves the last known good settings in files that can be committed, because they contain no secrets."""

import hashlib
import json
import re
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from bot.probes.interface import Permissions, ProbeFailed
from bot.probes.service_settings import display, flatten, is_same, is_secret

#: scrypt's cost: fast enough to hash a hundred secrets in a second, too slow to guess them from the file.
_COST = 2**13
_HASHED = "scrypt:"
#: The valid names of known good settings.
NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")


class NothingSaved(ProbeFailed):
    """No settings of that name are saved yet."""


def differences(
    name: str, settings: Mapping[str, object], permissions: Permissions, ignore: Collection[str]
) -> list[str]:
    """Return a sentence for each difference from the known good settings of that name.

    Settings at or below a path in `ignore` may differ. Raise NothingSaved, or ProbeFailed for a broken file.
    """
    salt, known_good = _load(_file(name, permissions), name)
    before = _relevant(known_good, ignore)
    now = _relevant(dict(flatten(settings)), ignore)
    return [
        sentence for path in sorted({*before, *now}) if (sentence := _difference(path, before, now, salt))
    ]


def save(name: str, settings: Mapping[str, object], permissions: Permissions) -> Path:
    """Save `settings` as the known good ones and return the file. Secrets are saved as salted hashes."""
    salt = secrets.token_hex(16)
    hashed = {
        path: _hashed(value, salt) if is_secret(path, value) else value for path, value in flatten(settings)
    }
    file = _file(name, permissions)
    text = json.dumps({"salt": salt, "settings": hashed}, indent=2, sort_keys=True, default=str)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text + "\n")
    except OSError as error:
        raise ProbeFailed(f"{file} cannot be written: {error.strerror}.") from error
    return file


def _file(name: str, permissions: Permissions) -> Path:
    return permissions.folder / permissions.known_good / f"{name}.json"


def _load(file: Path, name: str) -> tuple[str, Mapping[str, object]]:
    """Return the salt, and the settings by path."""
    try:
        saved: dict[str, Any] = json.loads(file.read_text())
        salt, settings = str(saved["salt"]), dict(saved["settings"])
    except FileNotFoundError as error:
        raise NothingSaved(
            f"No known good settings have been saved for {name} yet. Run firstcheck probe --save-known-good."
        ) from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ProbeFailed(
            f"{file.name} cannot be read. Save it again with firstcheck probe --save-known-good."
        ) from error
    return salt, settings


def _relevant(settings: Mapping[str, object], ignore: Collection[str]) -> Mapping[str, object]:
    return {
        path: value
        for path, value in settings.items()
        if not any(path == one or path.startswith(f"{one}.") for one in ignore)
    }


def _difference(path: str, before: Mapping[str, object], now: Mapping[str, object], salt: str) -> str:
    """Return how the setting at `path` differs, or "" if it doesn't.

    A secret is reported without its value.
    """
    hidden = str(before.get(path)).startswith(_HASHED) or is_secret(path, now.get(path))
    if path not in now:
        return f"{path} is missing" + ("" if hidden else f" (was {display(before[path])})")
    if path not in before:
        return f"{path} is new" + ("" if hidden else f": {display(now[path])}")
    if hidden:
        return "" if before[path] == _hashed(now[path], salt) else f"{path} has changed (not shown)"
    if is_same(before[path], now[path]):
        return ""
    return f"{path} is {display(now[path])} (was {display(before[path])})"


def _hashed(value: object, salt: str) -> str:
    text = json.dumps(value, sort_keys=True, default=str)
    return _HASHED + hashlib.scrypt(text.encode(), salt=salt.encode(), n=_COST, r=8, p=1, dklen=24).hex()
