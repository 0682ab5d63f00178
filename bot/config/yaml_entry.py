"""Values people wrote, each with its place, so that every mistake is named with file, line and column."""

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import yaml

from bot.domain.errors import ActionableError

_FLAGS = {
    "true": True,
    "yes": True,
    "on": True,
    "1": True,
    "false": False,
    "no": False,
    "off": False,
    "0": False,
}
#: What YAML puts before the names of its own types.
TAG = "tag:yaml.org,2002:"
KNOWN_TAGS = {
    f"{TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "merge", "value")
}

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One thing wrong in what a person configured; `line` and `column` count from 1, and 0 is no place."""

    file: str
    line: int = 0
    column: int = 0
    field: str = ""
    what: str
    #: Whether it is about a secret, which not every command needs.
    secret: bool = False

    def __str__(self) -> str:
        """`firstcheck.yaml:12:3 services.auth.invite: what is wrong — what to do`."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place} {self.field}: {self.what}" if self.field else f"{place}: {self.what}"


class ConfigMistakes(ActionableError, ValueError):
    """Every mistake at once; its text has one sentence a line."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A value and its place; reading it as the wrong type notes a mistake and gives the default instead."""

    file: str
    mistakes: list[Mistake]
    field: str = ""
    node: yaml.Node | None = None
    mark: yaml.Mark | None = None

    @property
    def given(self) -> bool:
        """Whether there is a value; `key:` with nothing behind it is none."""
        return self.node is not None and self.node.tag != f"{TAG}null"

    def wrong(self, what: str, *, secret: bool = False) -> None:
        """Note that this entry is wrong: `what` says what it is, and what to do."""
        line, column = (self.mark.line + 1, self.mark.column + 1) if self.mark else (0, 0)
        self.mistakes.append(
            Mistake(file=self.file, line=line, column=column, field=self.field, what=what, secret=secret)
        )

    def text(self, default: str = "") -> str:
        """Return the words here; YAML 1.1 reads an unquoted no as false and 1.10 as 1.1: refused."""
        if not self.given:
            return default
        if not isinstance(self.node, yaml.ScalarNode):
            self.wrong("a text is wanted here, not a list or a mapping — write one value")
        elif self.node.tag != f"{TAG}str":
            self.wrong(f"YAML reads {self.node.value} as {kind(self.node)} — put it in quotes")
        else:
            return str(self.node.value).strip()
        return default

    def written(self) -> str:
        """Return the one word here as it is written, whatever YAML takes it for, or nothing."""
        return str(self.node.value).strip() if self.given and isinstance(self.node, yaml.ScalarNode) else ""

    def needed(self) -> str:
        """Return the words here, which must be there."""
        before = len(self.mistakes)
        word = self.text()
        if not word and len(self.mistakes) == before:
            self.wrong("is missing — write it")
        return word

    def number(self, default: float, *, least: float = 0, most: float = 1e9) -> float:
        """Return the number here, from `least` to `most`."""
        if not self.given:
            return default
        value = _number(self.node)
        if value is None:
            like = f"write it like {default or 5:g}, with no leading zero or colon"
            self.wrong(f"a plain decimal number is wanted — {like}")
        elif not least <= value <= most:
            self.wrong(f"{value:g} is out of range — write a number from {least:g} to {most:g}")
        else:
            return value
        return default

    def flag(self, *, default: bool) -> bool:
        """Return the boolean here."""
        if not self.given:
            return default
        value = _FLAGS.get(str(self.node.value).lower()) if isinstance(self.node, yaml.ScalarNode) else None
        if value is None:
            self.wrong("yes or no is wanted — write true or false")
        return default if value is None else value

    def choice(self, choices: Iterable[Choice], default: Choice) -> Choice:
        """Return the member of `choices` named here."""
        word = self.text()
        if not word:
            return default
        known = {str(one): one for one in choices}
        if word not in known:
            self.wrong(f"{word!r} is not known{closest_match(word, known)} — write one of {', '.join(known)}")
        return known.get(word, default)

    def items(self) -> tuple["Entry", ...]:
        """Return the entries of the list here."""
        if not self.given:
            return ()
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong("a list is wanted — write [one, two] or lines that begin with a dash")
            return ()
        return tuple(
            self._below(f"{self.field}[{incident}]", node) for incident, node in enumerate(self.node.value)
        )

    def texts(self) -> tuple[str, ...]:
        """Return the words of the list here."""
        found = []
        for item in self.items():
            if not item.given:
                item.wrong("an empty item — remove it, or put the word in quotes")
            elif word := item.text():
                found.append(word)
        return tuple(found)

    def entries(self) -> Mapping[str, "Entry"]:
        """Return the entries of the mapping here, by key."""
        if not self.given:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("a mapping is wanted — write lines of `name: value` below it")
            return {}
        below = f"{self.field}." if self.field else ""
        return {str(key.value): self._below(f"{below}{key.value}", value) for key, value in self.node.value}

    def fields(self, known: Iterable[str], elsewhere: Mapping[str, str] | None = None) -> "Fields":
        """Return the mapping here for access by name; a key that is not `known` is a mistake.

        `elsewhere` says of keys that people look for here where they belong.
        """
        known, entries, elsewhere = tuple(known), self.entries(), elsewhere or {}
        for name, entry in entries.items():
            if name in elsewhere:
                entry.wrong(elsewhere[name])
            elif name not in known:
                hint = closest_match(name, known) or f"; known here: {', '.join(known)}"
                entry.wrong(f"there is no such setting{hint} — correct it")
        return Fields(self, entries)

    def plain(self) -> object:
        """Return the value here as JSON has it, for options that only their reader knows."""
        if isinstance(self.node, yaml.MappingNode):
            return {name: entry.plain() for name, entry in self.entries().items()}
        if isinstance(self.node, yaml.SequenceNode):
            return [entry.plain() for entry in self.items()]
        if not self.given:
            return None
        if self.node is not None and self.node.tag == f"{TAG}bool":
            return self._plain_flag(str(self.node.value))
        if self.node is not None and self.node.tag in {f"{TAG}int", f"{TAG}float"}:
            return self.number(0, least=-1e300, most=1e300)
        return self.text()

    def _plain_flag(self, word: str) -> bool:
        if word.lower() not in {"true", "false"}:
            self.wrong(f"YAML reads {word} as a boolean — put it in quotes, or write true or false")
        return _FLAGS[word.lower()]

    def _below(self, field: str, node: yaml.Node) -> "Entry":
        return Entry(file=self.file, mistakes=self.mistakes, field=field, node=node, mark=node.start_mark)


@dataclass(frozen=True)
class Fields:
    """The named fields of one mapping."""

    of: Entry
    entries: Mapping[str, Entry]

    def __getitem__(self, name: str) -> Entry:
        """Return the entry of that name; one that is not given stands where its mapping does."""
        field = f"{self.of.field}.{name}" if self.of.field else name
        absent = Entry(file=self.of.file, mistakes=self.of.mistakes, field=field, mark=self.of.mark)
        return self.entries.get(name, absent)


def closest_match(word: str, known: Iterable[str]) -> str:
    """Return ` (did you mean …?)` with the known word most like `word`, or nothing."""
    close = difflib.get_close_matches(word, [str(name) for name in known], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def kind(node: yaml.Node) -> str:
    """Return what YAML takes `node` for, in words."""
    tag = node.tag.removeprefix(TAG)
    return {"bool": "a boolean", "int": "a number", "float": "a number", "null": "nothing"}.get(tag, tag)


def _number(node: yaml.Node | None) -> float | None:
    """The decimal number in `node`; int(…, 0) refuses 0755 and 1:30, which YAML 1.1 reads as 493 and 90."""
    if not isinstance(node, yaml.ScalarNode):
        return None
    for reader in (lambda word: int(word, 0), float):
        try:
            value = reader(node.value)
            return value if math.isfinite(value) else None
        except (ValueError, OverflowError):
            if node.tag == f"{TAG}int":
                return None
    return None
