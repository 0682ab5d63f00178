"""Values in a YAML file with their places, so that each mistake is reported with file, line and column."""

import difflib
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from enum import StrEnum
from pathlib import Path
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
#: The prefix of YAML's own tags.
TAG = "tag:yaml.org,2002:"
KNOWN_TAGS = {
    f"{TAG}{kind}" for kind in ("str", "int", "float", "bool", "null", "map", "seq", "merge", "value")
}

Choice = TypeVar("Choice", bound=StrEnum)


@dataclass(frozen=True, kw_only=True)
class Mistake:
    """One mistake in the configuration. `line` and `column` count from 1; 0 if there is no place."""

    file: str
    line: int = 0
    column: int = 0
    field: str = ""
    what: str
    #: Whether it concerns a secret. Commands that need no secrets ignore such mistakes.
    secret: bool = False

    def __str__(self) -> str:
        """`firstcheck.yaml:12:3 services.auth.invite: what is wrong — what to do`."""
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return f"{place} {self.field}: {self.what}" if self.field else f"{place}: {self.what}"


class ConfigMistakes(ActionableError, ValueError):
    """All mistakes at once. The text has one line per mistake."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A value and its place. Reading a value of the wrong type adds a mistake and returns the default."""

    file: str
    mistakes: list[Mistake]
    #: The environment, to which `env:NAME` refers.
    environ: Mapping[str, str] = dataclass_field(default_factory=dict, repr=False)
    field: str = ""
    node: yaml.Node | None = None
    mark: yaml.Mark | None = None

    @property
    def given(self) -> bool:
        """Whether there is a value. `key:` without one counts as absent."""
        return self.node is not None and self.node.tag != f"{TAG}null"

    @property
    def folder(self) -> Path:
        """Return the folder of the file, where relative paths start."""
        return Path(self.file).parent

    def wrong(self, what: str, *, secret: bool = False) -> None:
        """Add a mistake: `what` states the problem and what to do."""
        line, column = (self.mark.line + 1, self.mark.column + 1) if self.mark else (0, 0)
        self.mistakes.append(
            Mistake(file=self.file, line=line, column=column, field=self.field, what=what, secret=secret)
        )

    def text(self, default: str = "") -> str:
        """Return the text. Refuse an unquoted `no` or `1.10`, which YAML 1.1 reads as false and 1.1."""
        if not self.given:
            return default
        if not isinstance(self.node, yaml.ScalarNode):
            self.wrong("must be text, not a list or a mapping")
        elif self.node.tag != f"{TAG}str":
            self.wrong(f"YAML reads {self.node.value} as {kind(self.node)} — put it in quotes")
        else:
            return str(self.node.value).strip()
        return default

    def written(self) -> str:
        """Return a scalar as written, whatever type YAML gives it, or "" for a list or a mapping."""
        return str(self.node.value).strip() if self.given and isinstance(self.node, yaml.ScalarNode) else ""

    def needed(self) -> str:
        """Return the text, which is required."""
        before = len(self.mistakes)
        text = self.text()
        if not text and len(self.mistakes) == before:
            self.wrong("is missing — add it")
        return text

    def number(self, default: float, *, least: float = 0, most: float = 1e9) -> float:
        """Return the number, which must be from `least` to `most`."""
        if not self.given:
            return default
        value = _number(self.node)
        if value is None:
            self.wrong(f"must be a number like {default or 5:g}, without a leading zero or colon")
        elif not least <= value <= most:
            self.wrong(f"{value:g} is out of range — use a number from {least:g} to {most:,.10g}")
        else:
            return value
        return default

    def flag(self, *, default: bool = False) -> bool:
        """Return the boolean."""
        if not self.given:
            return default
        value = _FLAGS.get(str(self.node.value).lower()) if isinstance(self.node, yaml.ScalarNode) else None
        if value is None:
            self.wrong("must be true or false")
        return default if value is None else value

    def choice(self, choices: Iterable[Choice], default: Choice) -> Choice:
        """Return the member of `choices` with the given value."""
        text = self.text()
        if not text:
            return default
        by_value = {str(choice): choice for choice in choices}
        if text not in by_value:
            valid = ", ".join(by_value)
            self.wrong(f"{text!r} is not valid{closest_match(text, by_value)} — use one of {valid}")
        return by_value.get(text, default)

    def items(self) -> tuple["Entry", ...]:
        """Return the entries of the list."""
        if not self.given:
            return ()
        if not isinstance(self.node, yaml.SequenceNode):
            self.wrong("must be a list — write [one, two], or lines that start with a dash")
            return ()
        return tuple(
            self._below(f"{self.field}[{index}]", node) for index, node in enumerate(self.node.value)
        )

    def texts(self) -> tuple[str, ...]:
        """Return the list of texts."""
        texts = []
        for item in self.items():
            if not item.given:
                item.wrong("empty item — remove it, or put the text in quotes")
            elif text := item.text():
                texts.append(text)
        return tuple(texts)

    def entries(self) -> Mapping[str, "Entry"]:
        """Return the entries of the mapping, by key."""
        if not self.given:
            return {}
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("must be a mapping — write `name: value` lines below it")
            return {}
        below = f"{self.field}." if self.field else ""
        return {str(key.value): self._below(f"{below}{key.value}", value) for key, value in self.node.value}

    def fields(self, keys: Iterable[str], misplaced: Mapping[str, str] | None = None) -> "Fields":
        """Return the mapping's entries by key. A key that is not in `keys` is a mistake.

        `misplaced` has the message for each key that belongs somewhere else.
        """
        keys, entries, misplaced = tuple(keys), self.entries(), misplaced or {}
        for name, entry in entries.items():
            if name in misplaced:
                entry.wrong(misplaced[name])
            elif name not in keys:
                hint = closest_match(name, keys) or f"; valid keys: {', '.join(keys)}"
                entry.wrong(f"unknown key{hint}")
        return Fields(self, entries)

    def plain(self) -> object:
        """Return the value as JSON data, for options whose types are checked elsewhere."""
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
        return replace(self, field=field, node=node, mark=node.start_mark)


@dataclass(frozen=True)
class Fields:
    """The entries of one mapping, by key."""

    of: Entry
    entries: Mapping[str, Entry]

    def __getitem__(self, name: str) -> Entry:
        """Return the entry of that key, or an empty one at the place of the mapping if it is absent."""
        field = f"{self.of.field}.{name}" if self.of.field else name
        return self.entries.get(name) or replace(self.of, field=field, node=None)


def closest_match(word: str, choices: Iterable[str]) -> str:
    """Return ` (did you mean …?)` with the choice most similar to `word`, or "" if none is."""
    close = difflib.get_close_matches(word, [str(choice) for choice in choices], n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


def kind(node: yaml.Node) -> str:
    """Return the name of the type that YAML gives `node`."""
    tag = node.tag.removeprefix(TAG)
    return {"bool": "a boolean", "int": "a number", "float": "a number", "null": "nothing"}.get(tag, tag)


def _number(node: yaml.Node | None) -> float | None:
    """Return the number in `node`. int(…, 0) refuses 0755 and 1:30, which YAML 1.1 reads as 493 and 90."""
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
