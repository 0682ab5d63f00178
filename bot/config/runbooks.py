"""runbooks/*.yaml → Runbooks; reports every mistake at once, with its place."""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import Protocol

import yaml

from bot.config.yaml_entry import ConfigMistakes, Entry, Mistake, closest_match
from bot.config.yaml_reader import files_in, read
from bot.domain.runbooks.runbook import STOPS, Probe, Runbook, Step
from bot.domain.vocabulary import Area, StepOutcome

RUNBOOK_FIELDS = ("title", "service", "match", "owner", "reviewed", "escalate", "steps")
STEP_FIELDS = (
    *("id", "title", "area", "cause", "minutes", "weight", "look", "fix", "probe"),
    *("needs", "always_first", "stop_if"),
)
#: In the place of a step.
INCLUDE_FIELDS = ("include",)
FIX_FIELDS = ("text", "who")
PROBE_FIELDS = ("kind", "auto")

#: Ids travel in buttons and commands, where spaces and capitals get lost.
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,59}")


class KindOfProbe(Protocol):
    """What reading a runbook needs to know of a kind of probe."""

    def mistakes(self, given: Mapping[str, object]) -> Mapping[str, str]:
        """Return what is wrong with the options, by the option's name; "" is all of them together."""


Kinds = Mapping[str, KindOfProbe]


def load_runbooks(folder: Path, kinds: Kinds | None = None) -> tuple[Runbook, ...]:
    """Return the runbooks in `folder`, by file name, which is their id; `kinds` are the probes there are.

    Raises ConfigMistakes with every mistake in every file. Without `kinds` any kind of probe will do.
    """
    runbooks, mistakes = _read(folder, kinds)
    if mistakes:
        raise ConfigMistakes(mistakes)
    return runbooks


def check(folder: Path, kinds: Kinds | None = None) -> list[Mistake]:
    """Return every mistake in the runbooks of `folder`; none means that `load_runbooks` will load them."""
    return _read(folder, kinds)[1]


def _read(folder: Path, kinds: Kinds | None) -> tuple[tuple[Runbook, ...], list[Mistake]]:
    mistakes: list[Mistake] = []
    if not folder.is_dir():
        Entry(file=str(folder), mistakes=mistakes).wrong("there is no such folder — create it")
    documents = {path: read(path, mistakes) for path in files_in(folder)}
    runbooks = tuple(_runbook(path, document, kinds) for path, document in documents.items() if document)
    # A file that several runbooks include is read, and wrong, once for each.
    found = dict.fromkeys(mistakes)
    return runbooks, sorted(found, key=lambda mistake: (mistake.file, mistake.line, mistake.column))


def _runbook(path: Path, document: Entry, kinds: Kinds | None) -> Runbook:
    given = document.fields(RUNBOOK_FIELDS)
    places = tuple(_places(given["steps"], path.parent, {path.resolve()}))
    steps = tuple(_step(place, kinds) for place in places)
    if not given["steps"].items():
        given["steps"].wrong("a runbook without steps helps nobody — write at least one")
    if not _ID.fullmatch(path.stem):
        document.wrong("the file's name is the runbook's id — use small letters, digits and dashes")
    _refuse_repeats(places, [step.id for step in steps])
    _refuse_needs(given["steps"], places, steps)
    return Runbook(
        id=path.stem,
        title=given["title"].needed(),
        steps=steps,
        service=given["service"].text(),
        match={name: value.text() for name, value in given["match"].entries().items()},
        owner=given["owner"].text(),
        reviewed=_day(given["reviewed"]),
        escalate=given["escalate"].texts(),
    )


def _places(steps: Entry, folder: Path, read_already: set[Path]) -> Iterator[Entry]:
    """Yield where each step stands, those of included files in the place of their `include`."""
    for item in steps.items():
        if _names(item) & set(INCLUDE_FIELDS):
            yield from _included(item, folder, read_already)
        else:
            yield item


def _included(item: Entry, folder: Path, read_already: set[Path]) -> Iterator[Entry]:
    entry = item.fields(INCLUDE_FIELDS)["include"]
    name = entry.needed()
    path = (folder / name).resolve()
    if not name:
        return
    if not path.is_relative_to(folder.resolve()):
        entry.wrong(f"{name!r} lies outside the folder of the runbooks — move it inside")
    elif path in read_already:
        entry.wrong(f"{name!r} is included already, or includes itself — include it once")
    elif not path.is_file():
        entry.wrong(f"there is no file {name!r} in the folder of the runbooks — correct the name")
    else:
        read_already.add(path)
        document = read(folder / name, entry.mistakes)
        if document is None:
            return
        steps = document.fields(("steps",))["steps"]
        if not steps.items():
            steps.wrong("no steps are here to be included — write at least one")
        yield from _places(steps, folder, read_already)


def _names(entry: Entry) -> set[str]:
    """The keys here, none where something else than a mapping stands."""
    return set(entry.entries()) if isinstance(entry.node, yaml.MappingNode) else set()


def _refuse_repeats(places: tuple[Entry, ...], ids: list[str]) -> None:
    """Note every step whose id an earlier one has: an outcome could not say which was meant."""
    for at, (place, step_id) in enumerate(zip(places, ids, strict=True)):
        if step_id and step_id in ids[:at]:
            place.wrong(f"the step id {step_id!r} is taken by an earlier step — choose another")


def _refuse_needs(all_steps: Entry, places: tuple[Entry, ...], steps: tuple[Step, ...]) -> None:
    """Note every need that no step meets, and steps that wait for each other."""
    ids = [step.id for step in steps]
    for place in places:
        for need in place.entries()["needs"].items() if "needs" in _names(place) else ():
            if need.text() not in ids:
                guess = closest_match(need.text(), ids)
                need.wrong(f"there is no step {need.text()!r}{guess} — name one of this runbook")
    try:
        TopologicalSorter({step.id: step.needs for step in steps}).prepare()
    except CycleError as error:
        all_steps.wrong(f"steps wait for each other: {' → '.join(error.args[1])} — take one need out")


def _day(entry: Entry) -> str:
    day = entry.text()
    try:
        date.fromisoformat(day or "2024-03-07")
    except ValueError:
        entry.wrong(f"{day!r} is no day — write it like 2024-03-07")
    return day


def _step(entry: Entry, kinds: Kinds | None) -> Step:
    given = entry.fields(STEP_FIELDS)
    step_id = given["id"].needed()
    if step_id and not _ID.fullmatch(step_id):
        given["id"].wrong(f"{step_id!r} is no id — use small letters, digits and dashes, at most 60")
    if not given["area"].given:
        given["area"].wrong(f"is missing — write one of {', '.join(Area)}")
    fix, fix_by = _fix(given["fix"])
    return Step(
        id=step_id,
        title=given["title"].needed(),
        area=given["area"].choice(Area, Area.CONFIG),
        cause=given["cause"].text(),
        minutes=given["minutes"].number(5, least=0.01),
        weight=given["weight"].number(1, least=0.01),
        look=given["look"].text(),
        fix=fix,
        fix_by=fix_by,
        probe=_probe(given["probe"], kinds),
        needs=given["needs"].texts(),
        always_first=given["always_first"].flag(default=False),
        stop_if=given["stop_if"].choice(STOPS, StepOutcome.FOUND),
    )


def _fix(entry: Entry) -> tuple[str, str]:
    """The fix and who may do it; words alone are a fix that anyone may do."""
    if not isinstance(entry.node, yaml.MappingNode):
        return entry.text(), ""
    given = entry.fields(FIX_FIELDS)
    return given["text"].needed(), given["who"].text()


def _probe(entry: Entry, kinds: Kinds | None) -> Probe | None:
    if not entry.given:
        return None
    given = entry.entries()
    fields = entry.fields((*PROBE_FIELDS, *given))
    kind = fields["kind"].needed()
    if kind and kinds is not None and kind not in kinds:
        known = ", ".join(sorted(kinds))
        fields["kind"].wrong(f"there is no probe {kind!r}{closest_match(kind, kinds)} — write one of {known}")
    before = len(entry.mistakes)
    options = {name: value.plain() for name, value in given.items() if name not in PROBE_FIELDS}
    if kinds and kind in kinds and len(entry.mistakes) == before:
        for name, what in kinds[kind].mistakes(options).items():
            (fields[name] if name else entry).wrong(what)
    return Probe(
        kind=kind,
        options=options,
        auto=fields["auto"].flag(default=False),
    )
