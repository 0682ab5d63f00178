"""Reads YAML files that people write, within bounds, and refuses what YAML takes in silence."""

from dataclasses import replace
from pathlib import Path

import yaml

from bot.config.yaml_entry import KNOWN_TAGS, TAG, Entry, Mistake, kind

#: A file people write by hand is small; what is bigger is another file.
LARGEST_FILE_BYTES = 1_000_000
#: Deeper than anything meant, and far below where the recursion of the composer ends.
DEEPEST_LEVEL = 30


def read(path: Path, mistakes: list[Mistake]) -> Entry | None:
    """Return the document in the file at `path`; None, and why is noted in `mistakes`, if it cannot be read.

    Aliases are not read: nobody needs them in files this small, and they are how YAML bombs are built.
    """
    entry = Entry(file=str(path), mistakes=mistakes)
    try:
        node = yaml.compose(_content(path), Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        place = replace(entry, mark=error.problem_mark or error.context_mark)
        tab = "\\t" in (error.problem or "")
        place.wrong(
            "a tab — indent with spaces" if tab else f"cannot be read: {error.problem or error.context}"
        )
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        entry.wrong(f"cannot be read: {str(error).splitlines()[0]} — save it as plain UTF-8 text")
    except OSError as error:
        entry.wrong(f"cannot be read: {error.strerror} — check its name and permissions")
    else:
        if node is not None:
            _look_for_traps(entry, node)
            return replace(entry, node=node, mark=node.start_mark)
        return entry
    return None


def files_in(folder: Path) -> list[Path]:
    """Return the YAML files in `folder`, by name; those of its subfolders are not among them."""
    return sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})


def parse(text: str) -> object:
    """Return what YAML `text` of a machine says, without aliases and within bounds; raises YAMLError."""
    return yaml.load(text, Loader=_Loader)  # noqa: S506 - _Loader is a SafeLoader with narrower bounds


def _content(path: Path) -> str:
    with path.open("rb") as file:
        body = file.read(LARGEST_FILE_BYTES + 1)
    if len(body) > LARGEST_FILE_BYTES:
        raise ValueError(f"it is larger than {LARGEST_FILE_BYTES:,} bytes")
    return body.decode("utf-8-sig")


class _Loader(yaml.SafeLoader):
    """Reads plain data only: no aliases, no depths, and dates stay the words they are."""

    depth = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose one node, within bounds."""
        mark = self.peek_event().start_mark  # type: ignore[no-untyped-call]  # types-PyYAML gives it no types
        if self.check_event(yaml.AliasEvent):
            raise yaml.MarkedYAMLError(problem="an alias — write the value out", problem_mark=mark)
        if self.depth == DEEPEST_LEVEL:
            raise yaml.MarkedYAMLError(problem="nested too deeply — make it flatter", problem_mark=mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != f"{TAG}timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _look_for_traps(at: Entry, node: yaml.Node) -> None:
    """Note duplicate keys, keys that are no text, and tags: what YAML takes in silence."""
    here = replace(at, node=node, mark=node.start_mark)
    if node.tag not in KNOWN_TAGS:
        here.wrong(f"the tag {node.tag} is not read here — remove it")
    if isinstance(node, yaml.SequenceNode):
        for place, item in enumerate(node.value):
            _look_for_traps(replace(at, field=f"{at.field}[{place}]"), item)
    if not isinstance(node, yaml.MappingNode):
        return
    seen: set[str] = set()
    for key, value in node.value:
        name = replace(here, mark=key.start_mark)
        if not isinstance(key, yaml.ScalarNode):
            name.wrong("a key is one word — write it without brackets")
        elif key.tag in {f"{TAG}bool", f"{TAG}null"}:
            name.wrong(f"YAML reads the key {key.value} as {kind(key)} — put it in quotes")
        elif key.value in seen:
            name.wrong(f"{key.value!r} stands here twice, and only one would count — remove one")
        seen.add(str(key.value))
        _look_for_traps(replace(at, field=f"{at.field}.{key.value}".lstrip(".")), value)
