"""The part of the configuration that says who is called in, when, and how: ladders and pagers."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from bot.config import values
from bot.config.yaml_entry import Entry
from bot.domain.escalation.ladder import LADDERS, Ladder, Need, Rung
from bot.domain.recipient import ON_CALL, Named, PagerKind, pager_kind, parse_recipient
from bot.domain.vocabulary import Severity

_AFTER = re.compile(r"(?:(\d{1,3})h)?(?:(\d{1,4})m)?")
PAGER_FIELDS = ("key", "url", "secret")
RUNG_FIELDS = ("after", "unless", "who")


@dataclass(frozen=True, kw_only=True)
class Pager:
    """How one pager is reached."""

    #: What it knows us by: PagerDuty's routing key, Opsgenie's API key; a webhook needs none.
    key: str = field(default="", repr=False)
    #: Another address than the vendor's own, without a slash at the end; a webhook needs one.
    url: str = ""
    #: What acknowledgements are checked with; a webhook's pages are signed with it as well.
    secret: str = field(default="", repr=False)


def parse_pagers(entry: Entry, environ: Mapping[str, str]) -> Mapping[str, Pager]:
    """Return the pagers here by their whole name, such as `pagerduty:auth`; notes mistakes in the entry."""
    return {name: _pager(name, below, environ) for name, below in entry.entries().items()}


def _pager(name: str, entry: Entry, environ: Mapping[str, str]) -> Pager:
    given = entry.fields(PAGER_FIELDS)
    pager = Pager(
        key=values.secret(given["key"], environ),
        url=_safe_url(given["url"]),
        secret=values.secret(given["secret"], environ),
    )
    match pager_kind(name):
        case None:
            entry.wrong(f"{name!r} is no pager — name it like pagerduty:auth; kinds: {', '.join(PagerKind)}")
        case PagerKind.WEBHOOK:
            if not (given["url"].given and given["secret"].given):
                entry.wrong("a webhook needs its url, and the secret that its pages are signed with")
        case PagerKind.PAGERDUTY | PagerKind.OPSGENIE:
            if not given["key"].given:
                entry.wrong('the key is missing — write one like key: "env:PAGER_KEY"')
    return pager


def _safe_url(entry: Entry) -> str:
    """Return the URL here, without a slash at the end; without TLS it must be on this machine."""
    url = values.url(entry).rstrip("/")
    if url.startswith("http:") and urlsplit(url).hostname not in values.LOOPBACK:
        entry.wrong("secrets would travel unencrypted — write https:// (http is for loopback)")
    return url


def parse_ladders(entry: Entry, pager_names: Collection[str]) -> Mapping[Severity, Ladder]:
    """Return the ladder of each severity: the one here, else the usual one; notes mistakes in the entry."""
    found = dict(LADDERS)
    for word, below in entry.entries().items():
        if word in set(Severity):
            found[Severity(word)] = tuple(_rung(rung, pager_names) for rung in below.items())
        else:
            below.wrong(f"there is no severity {word!r} — write one of {', '.join(Severity)}")
    return found


def _rung(entry: Entry, pager_names: Collection[str]) -> Rung:
    given = entry.fields(RUNG_FIELDS)
    if not given["unless"].given:
        given["unless"].wrong(f"is missing — write what must not lack: {', '.join(Need)}")
    who = given["who"].texts()
    for called in who:
        if not _can_be_called(called, pager_names):
            given["who"].wrong(
                f"{called!r} cannot be called — write a member id (U…), a user group's id (S…), #channel, "
                f"{ON_CALL}, or a pager that stands under pagers, such as pagerduty:auth"
            )
    return Rung(
        after_minutes=_minutes(given["after"]), unless=given["unless"].choice(Need, Need.RELIEF), who=who
    )


def _can_be_called(who: str, pager_names: Collection[str]) -> bool:
    if pager_kind(who):
        return who in pager_names
    return not isinstance(parse_recipient(who), Named)


def _minutes(entry: Entry) -> float:
    """Return the minutes of a length like `5m` or `1h30m`."""
    word = entry.written() or entry.needed()
    found = _AFTER.fullmatch(word)
    minutes = int(found[1] or 0) * 60 + int(found[2] or 0) if found else 0
    if word and not minutes:
        like = f"{word}m," if _AFTER.fullmatch(f"{word}m") and word.strip("0") else "one like 5m,"
        entry.wrong(f"{word!r} is no length — write {like} 1h or 1h30m")
    return minutes
