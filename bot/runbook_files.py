"""runbooks/*.yaml → Runbooks; reports every mistake at once, with its place."""

import re
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Protocol

from bot.domain.runbook import Area, Probe, Runbook, Step
from bot.places import ConfigMistakes, Entry, Mistake, nearest
from bot.yaml_files import read

RUNBOOK_FIELDS = ("title", "service", "match", "owner", "reviewed", "steps")
STEP_FIELDS = (
    *("id", "title", "area", "cause", "minutes", "weight", "look", "fix", "probe", "always_first"),
)
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
    files = sorted(path for path in folder.glob("*.y*ml") if path.suffix in {".yaml", ".yml"})
    runbooks = tuple(_runbook(path, read(path, mistakes), kinds) for path in files)
    return runbooks, sorted(mistakes, key=lambda mistake: (mistake.file, mistake.line, mistake.column))


def _runbook(path: Path, document: Entry, kinds: Kinds | None) -> Runbook:
    given = document.fields(RUNBOOK_FIELDS)
    places = given["steps"].items()
    steps = tuple(_step(place, kinds) for place in places)
    if not steps:
        given["steps"].wrong("a runbook without steps helps nobody — write at least one")
    if not _ID.fullmatch(path.stem):
        document.wrong("the file's name is the runbook's id — use small letters, digits and dashes")
    _refuse_repeats(places, [step.id for step in steps])
    return Runbook(
        id=path.stem,
        title=given["title"].needed(),
        steps=steps,
        service=given["service"].text(),
        match={name: value.text() for name, value in given["match"].entries().items()},
        owner=given["owner"].text(),
        reviewed=_day(given["reviewed"]),
    )


def _refuse_repeats(places: tuple[Entry, ...], ids: list[str]) -> None:
    """Note every step whose id an earlier one has: an outcome could not say which was meant."""
    for at, (place, step_id) in enumerate(zip(places, ids, strict=True)):
        if step_id and step_id in ids[:at]:
            place.wrong(f"the step id {step_id!r} is taken by an earlier step — choose another")


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
    return Step(
        id=step_id,
        title=given["title"].needed(),
        area=given["area"].choice(Area, Area.CONFIG),
        cause=given["cause"].text(),
        minutes=given["minutes"].number(5, least=0.01),
        weight=given["weight"].number(1, least=0.01),
        look=given["look"].text(),
        fix=given["fix"].text(),
        probe=_probe(given["probe"], kinds),
        always_first=given["always_first"].flag(default=False),
    )


def _probe(entry: Entry, kinds: Kinds | None) -> Probe | None:
    if not entry.given:
        return None
    given = entry.entries()
    fields = entry.fields((*PROBE_FIELDS, *given))
    kind = fields["kind"].needed()
    if kind and kinds is not None and kind not in kinds:
        known = ", ".join(sorted(kinds))
        fields["kind"].wrong(f"there is no probe {kind!r}{nearest(kind, kinds)} — write one of {known}")
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
