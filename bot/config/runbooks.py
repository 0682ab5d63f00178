"""Reads runbooks from YAML files, and reports all mistakes in them at once, each with its place."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import yaml

from bot.config.runbook_keys import ID, INCLUDE, RUNBOOK, SHARED, Kinds, read_keys, read_step
from bot.config.yaml_entry import ConfigMistakes, Entry, Mistake, closest_match
from bot.config.yaml_reader import files_in, read
from bot.domain.runbooks.runbook import Runbook, Step


def load_runbooks(folder: Path, kinds: Kinds | None = None) -> tuple[Runbook, ...]:
    """Return the runbooks in `folder`, sorted by file name. Without `kinds` any kind of probe is valid.

    Raise ConfigMistakes with all mistakes in all files.
    """
    runbooks, mistakes = _read(folder, kinds)
    if mistakes:
        raise ConfigMistakes(mistakes)
    return runbooks


def check(folder: Path, kinds: Kinds | None = None) -> list[Mistake]:
    """Return all mistakes in the runbooks of `folder`, for which `load_runbooks` would raise."""
    return _read(folder, kinds)[1]


def _read(folder: Path, kinds: Kinds | None) -> tuple[tuple[Runbook, ...], list[Mistake]]:
    mistakes: list[Mistake] = []
    if not folder.is_dir():
        Entry(file=str(folder), mistakes=mistakes).wrong("this folder does not exist — create it")
    documents = {path: read(path, mistakes) for path in files_in(folder)}
    runbooks = tuple(_runbook(path, document, kinds) for path, document in documents.items() if document)
    # A file that several runbooks include is read once for each of them.
    unique = dict.fromkeys(mistakes)
    return runbooks, sorted(unique, key=lambda mistake: (mistake.file, mistake.line, mistake.column))


def _runbook(path: Path, document: Entry, kinds: Kinds | None) -> Runbook:
    values = read_keys(document, RUNBOOK)
    all_steps = document.fields(RUNBOOK)["steps"]
    entries = tuple(_step_entries(all_steps, path.parent, {path.resolve()}))
    steps = tuple(read_step(entry, kinds) for entry in entries)
    if not values["steps"]:
        all_steps.wrong("a runbook needs at least one step")
    if not ID.fullmatch(path.stem):
        document.wrong("the file name is the runbook's ID — use lowercase letters, digits and dashes")
    _report_repeated_ids(entries, [step.id for step in steps])
    _report_unmet_needs(all_steps, entries, steps)
    return Runbook(**{**values, "id": path.stem, "steps": steps})


def _step_entries(steps: Entry, folder: Path, already_read: set[Path]) -> Iterator[Entry]:
    """Yield the entry of each step, with the steps of an included file in the place of its `include`."""
    for item in steps.items():
        if "include" in _keys(item):
            yield from _included(item, folder, already_read)
        else:
            yield item


def _included(item: Entry, folder: Path, already_read: set[Path]) -> Iterator[Entry]:
    entry = item.fields(INCLUDE)["include"]
    name = entry.needed()
    path = (folder / name).resolve()
    if not name:
        return
    if not path.is_relative_to(folder.resolve()):
        entry.wrong(f"{name!r} is outside the runbooks folder — move it inside")
    elif path in already_read:
        entry.wrong(f"{name!r} is already included, or includes itself — include it once")
    elif not path.is_file():
        entry.wrong(f"the runbooks folder has no file {name!r} — correct the name")
    else:
        already_read.add(path)
        document = read(folder / name, entry.mistakes)
        if document is None:
            return
        steps = document.fields(SHARED)["steps"]
        if not steps.items():
            steps.wrong("an included file needs at least one step")
        yield from _step_entries(steps, folder, already_read)


def _keys(entry: Entry) -> set[str]:
    """Return the keys of the mapping, or nothing if the entry is not a mapping."""
    return set(entry.entries()) if isinstance(entry.node, yaml.MappingNode) else set()


def _report_repeated_ids(entries: tuple[Entry, ...], ids: list[str]) -> None:
    """Report every step with the ID of an earlier step."""
    for index, (entry, step_id) in enumerate(zip(entries, ids, strict=True)):
        if step_id and step_id in ids[:index]:
            entry.wrong(f"an earlier step already has the ID {step_id!r} — choose another")


def _report_unmet_needs(all_steps: Entry, entries: tuple[Entry, ...], steps: tuple[Step, ...]) -> None:
    """Report every need for a step that does not exist, and steps that wait for each other."""
    ids = [step.id for step in steps]
    for entry in entries:
        for need in entry.entries()["needs"].items() if "needs" in _keys(entry) else ():
            if need.text() not in ids:
                hint = closest_match(need.text(), ids) or f" — use one of {', '.join(filter(None, ids))}"
                need.wrong(f"this runbook has no step {need.text()!r}{hint}")
    try:
        TopologicalSorter({step.id: step.needs for step in steps}).prepare()
    except CycleError as error:
        all_steps.wrong(
            f"these steps wait for each other: {' → '.join(error.args[1])} — remove one of the needs"
        )
