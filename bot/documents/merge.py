"""Writes a document again and again without losing what people wrote in it.

What we generate stands in parts between two lines, `<!-- firstcheck:begin NAME STAMP -->` and
`<!-- firstcheck:end NAME -->`; all else is people's. The stamp is a hash of our text: where it does not fit,
somebody edited the part, which then stays, and facts that changed since are put below it as `NAME-newer`.
"""

import hashlib
import os
import re
import secrets
from pathlib import Path

from bot.domain.incident.incident import Incident
from bot.domain.text.slug import slug

MAX_SLUG = 60
_PART = re.compile(
    r"^<!-- firstcheck:begin (?P<name>[a-z0-9-]+)(?: (?P<stamp>[0-9a-f]{12}))? -->\n"
    r"(?P<body>.*?)"
    r"^<!-- firstcheck:end (?P=name) -->$",
    re.MULTILINE | re.DOTALL,
)
_NEWER = (
    "**Newer facts.** The part above was edited by hand, so it stays; take over what you need of this.\n\n"
)


def write(text: str, path: Path) -> Path:
    """Write a rendered document to `path` and keep what people wrote in it; return the path.

    The file is replaced in one step, so nobody ever reads half of it. Raises OSError.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and not path.is_file():
        raise OSError(f"{path} is no file: the postmortem would take its place. Write it elsewhere.")
    # Bytes that are not UTF-8 are somebody's too: they go back as they came.
    old = path.read_text("utf-8", errors="surrogateescape") if path.exists() else ""
    new = merge(old, text)
    if new != old:
        _replace(path, new)
    return path


def path_of(folder: Path, incident: Incident) -> Path:
    """Return where the document of `incident` stands: `INC-1-stack-outage.md`."""
    title = slug(incident.title)[:MAX_SLUG].rstrip("-")
    return folder / (f"{incident.name}-{title}.md" if title else f"{incident.name}.md")


def merge(old: str, fresh: str) -> str:
    """Return document `old` with the parts of `fresh`; parts that `old` does not have come at its end."""
    if not old.strip():
        return _PART.sub(lambda found: _part(found["name"], found["body"]), fresh)
    for found in _PART.finditer(fresh):
        old = _placed(old, found["name"], found["body"])
    return old


def _placed(document: str, name: str, fresh: str) -> str:
    """Return the document with the text `fresh` in part `name`, or below it if people edited the part."""
    found = next((part for part in _PART.finditer(document) if part["name"] == name), None)
    if found is None:
        return f"{document.rstrip()}\n\n{_part(name, fresh)}\n"
    before, after = document[: found.start()], document[found.end() :]
    if _stamp(found["body"]) == found["stamp"]:
        return f"{before}{_part(name, fresh)}{_without(f'{name}-newer', after)}"
    if _stamp(fresh) == found["stamp"]:
        return document
    # The new stamp remembers which facts were offered, so that a person who took them over is left alone.
    edited = _part(name, found["body"], _stamp(fresh))
    if f"<!-- firstcheck:begin {name}-newer " in after:
        return _placed(f"{before}{edited}{after}", f"{name}-newer", _NEWER + fresh)
    return f"{before}{edited}\n\n{_part(f'{name}-newer', _NEWER + fresh)}{after}"


def _without(name: str, document: str) -> str:
    """An offer of newer facts that nobody touched is outdated once the part itself is up to date again."""
    return _PART.sub(
        lambda part: "" if part["name"] == name and _stamp(part["body"]) == part["stamp"] else part[0],
        document,
    )


def _part(name: str, body: str, stamp: str = "") -> str:
    return f"<!-- firstcheck:begin {name} {stamp or _stamp(body)} -->\n{body}<!-- firstcheck:end {name} -->"


def _stamp(body: str) -> str:
    """Editors that trim or add white space at the ends have not edited anything."""
    text = "\n".join(line.rstrip() for line in body.strip().splitlines())
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:12]


def _replace(path: Path, text: str) -> None:
    """On disk before it takes the name; a crash leaves the old document or the new one.

    A link still leads there afterwards, and who could read it still can.
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
