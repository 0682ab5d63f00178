"""Updates a generated document without losing people's edits.

Generated text is in parts between the lines `<!-- firstcheck:begin NAME STAMP -->` and
`<!-- firstcheck:end NAME -->`. Everything else belongs to people. The stamp is a hash of the generated text.
If it does not match, somebody has edited the part: the part stays, and newer facts follow as `NAME-newer`.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from bot.domain.incident.incident import Incident

MAX_SLUG = 60
_PART = re.compile(
    r"^<!-- firstcheck:begin (?P<name>[a-z0-9-]+)(?: (?P<stamp>[0-9a-f]{12}))? -->\n"
    r"(?P<body>.*?)"
    r"^<!-- firstcheck:end (?P=name) -->$",
    re.MULTILINE | re.DOTALL,
)
_NEWER = (
    "**Newer facts.** The section above was edited and is kept as it is. Copy what you need from below.\n\n"
)


def write(text: str, path: Path) -> Path:
    """Write a rendered document to `path`, keep people's edits, and return the path.

    The file is replaced atomically. Raise OSError if it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        raise OSError(
            f"{path} is not a regular file, so it was not replaced. Write the postmortem somewhere else."
        )
    # Bytes that are not UTF-8 are written back unchanged.
    old = path.read_text("utf-8", errors="surrogateescape") if path.exists() else ""
    new = merge(old, text)
    if new != old:
        replace_file(path, new)
    return path


def path_of(folder: Path, incident: Incident) -> Path:
    """Return the path of the document of `incident`, such as `INC-1-stack-outage.md`."""
    title = incident.slug[:MAX_SLUG].rstrip("-")
    return folder / (f"{incident.name}-{title}.md" if title else f"{incident.name}.md")


def merge(old: str, fresh: str) -> str:
    """Return the document `old` with the parts of `fresh`. New parts go to its end."""
    if not old.strip():
        return _PART.sub(lambda found: _part(found["name"], found["body"]), fresh)
    for found in _PART.finditer(fresh):
        old = _placed(old, found["name"], found["body"])
    return old


def _placed(document: str, name: str, fresh: str) -> str:
    """Return the document with `fresh` in the part `name`, or below the part if people edited it."""
    found = next((part for part in _PART.finditer(document) if part["name"] == name), None)
    if found is None:
        return f"{document.rstrip()}\n\n{_part(name, fresh)}\n"
    before, after = document[: found.start()], document[found.end() :]
    if _stamp(found["body"]) == found["stamp"]:
        return f"{before}{_part(name, fresh)}{_without(f'{name}-newer', after)}"
    if _stamp(fresh) == found["stamp"]:
        return document
    # The new stamp records which facts were offered, so that they are not offered again.
    edited = _part(name, found["body"], _stamp(fresh))
    if f"<!-- firstcheck:begin {name}-newer " in after:
        return _placed(f"{before}{edited}{after}", f"{name}-newer", _NEWER + fresh)
    return f"{before}{edited}\n\n{_part(f'{name}-newer', _NEWER + fresh)}{after}"


def _without(name: str, document: str) -> str:
    """Return the document without the part `name`, unless people edited that part."""
    return _PART.sub(
        lambda part: "" if part["name"] == name and _stamp(part["body"]) == part["stamp"] else part[0],
        document,
    )


def _part(name: str, body: str, stamp: str = "") -> str:
    return f"<!-- firstcheck:begin {name} {stamp or _stamp(body)} -->\n{body}<!-- firstcheck:end {name} -->"


def _stamp(body: str) -> str:
    """Return the stamp of a text, ignoring white space at line ends that editors trim or add."""
    text = "\n".join(line.rstrip() for line in body.strip().splitlines())
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def replace_file(path: Path, text: str) -> None:
    """Replace the file, so that a crash leaves the old document or the new one.

    Symbolic links are followed, and permissions are kept.
    """
    path = path.resolve()
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("x", encoding="utf-8", errors="surrogateescape", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            draft.chmod(path.stat().st_mode)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
