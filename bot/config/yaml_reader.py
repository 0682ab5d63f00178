"""Reads YAML files written by people, within limits, and reports mistakes that YAML accepts silently."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import yaml

from bot.config.yaml_entry import KNOWN_TAGS, TAG, Entry, Mistake, kind

#: A file written by hand is small. A larger one was probably chosen by mistake.
LARGEST_FILE_BYTES = 1_000_000
#: Deeper than any real configuration, and far below the recursion limit of PyYAML's composer.
DEEPEST_LEVEL = 30


def read(path: Path, mistakes: list[Mistake], environ: Mapping[str, str] | None = None) -> Entry | None:
    """Return the document in the file at `path`, or None after adding to `mistakes` why it can't be read.

    Aliases are refused: files this small don't need them, and YAML bombs consist of them.
    """
    entry = Entry(file=str(path), mistakes=mistakes, environ=environ or {})
    try:
        node = yaml.compose(_content(path), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = replace(entry, mark=error.problem_mark or error.context_mark)
        tab = "\\t" in (error.problem or "")
        place.wrong(
            "tab character — indent with spaces"
            if tab
            else f"cannot be read: {error.problem or error.context}"
        )
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        entry.wrong(f"cannot be read: {str(error).splitlines()[0]} — save it as plain UTF-8 text")
    except OSError as error:
        entry.wrong(f"cannot be read: {error.strerror} — check its name and permissions")
    else:
        if node is not None:
            _report_traps(entry, node)
            return replace(entry, node=node, mark=node.start_mark)
        return entry
    return None


def files_in(folder: Path) -> list[Path]:
    """Return the YAML files in `folder`, sorted by name, without those in its subfolders."""
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})


def parse(text: str) -> object:
    """Return the data in a program's YAML, with the same limits. Raise YAMLError if `text` is not valid."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader with narrower bounds


def _content(path: Path) -> str:
    with path.open("rb") as file:
        body = file.read(LARGEST_FILE_BYTES + 1)
    if len(body) > LARGEST_FILE_BYTES:
        raise ValueError(f"it is larger than {LARGEST_FILE_BYTES:,} bytes")
    return body.decode("utf-8-sig")


class _Loader(yaml.SafeLoader):
    """Loads plain data only: no aliases, limited depth, and dates stay text."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node. Raise MarkedYAMLError for an alias or if it is nested too deeply."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # types-PyYAML gives it no types
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(
                problem="aliases are not supported — write out the value", problem_mark=mark
            )
        if self.depth == DEEPEST_LEVEL:
            raise yaml.MarkedYAMLError(
                problem=f"nested too deeply — use at most {DEEPEST_LEVEL} levels", problem_mark=mark
            )
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{TAG}timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _report_traps(at: Entry, node: yaml.Node) -> None:
    """Report duplicate keys, keys that are not text, and tags, all of which YAML accepts silently."""
    here = replace(at, node=node, mark=node.start_mark)
    if node.tag not in KNOWN_TAGS:
        here.wrong(f"the tag {node.tag} is not supported — remove it")
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _report_traps(replace(at, field=f"{at.field}[{place}]"), item)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = replace(here, mark=key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            name.wrong("a key must be text — remove the brackets")
        elif key.tag in {f"{TAG}bool", f"{TAG}null"}:
            name.wrong(f"YAML reads the key {key.value} as {kind(key)} — put it in quotes")
        elif key.value in seen:
            name.wrong(f"duplicate key {key.value!r} — remove one")
        seen.add(str(key.value))
        _report_traps(replace(at, field=f"{at.field}.{key.value}".lstrip(".")), value)
