"""The options of a probe are checked when a runbook is loaded and when the probe runs."""

import asyncio
import dataclasses
import time

import pytest

from bot.domain.runbooks.runbook import Probe
from bot.probes import PROBES, run
from bot.probes.interface import Permissions
from tests.docs.reading import GUIDES, under
from tests.probes.conftest import Service, run_probe


@pytest.mark.parametrize(
    ("kind", "options", "expected"),
    [
        ("tcp", {"host": "a", "port": 1.0}, {}),
        ("tcp", {"host": "a", "port": None}, {"port": "is missing — add it"}),
        ("tcp", {"host": "a", "port": 1.5}, {"port": "must be a whole number"}),
        ("tcp", {"host": "a", "port": "1"}, {"port": "must be a whole number"}),
        ("tcp", {"host": "a", "port": True}, {"port": "must be a whole number"}),
        ("tcp", {"host": 7, "port": 1}, {"host": "must be text"}),
        (
            "tcp",
            {"host": "a", "port": 1, "prot": 1},
            {"prot": "this probe has no such option (did you mean 'port'?)"},
        ),
        (
            "tcp",
            {"host": "a", "port": 1, "xyz": 1},
            {"xyz": "this probe has no such option; valid options: host, port"},
        ),
        ("http", {"url": "x", "within_s": 1}, {}),
        ("http", {"url": "x", "within_s": 11}, {"": "within_s must be more than 0 and at most 10 seconds"}),
        ("http", {"url": "x", "within_s": "soon"}, {"within_s": "must be a number"}),
        ("dns", {"name": "a", "expect": ["b"]}, {}),
        ("dns", {"name": "a", "expect": "b"}, {"expect": "must be a list of texts"}),
        ("dns", {"name": "a", "expect": [1]}, {"expect": "must be a list of texts"}),
        (
            "dns",
            {"name": "a", "type": "ANY"},
            {"": "type must be one of A, AAAA, CNAME, MX, NS, SRV, TXT"},
        ),
        ("command", {"argv": "true"}, {"argv": "must be a list of texts"}),
        (
            "prometheus",
            {"url": "x", "query": "up"},
            {"": "needs above or below, the threshold for a problem"},
        ),
        ("change", {"url": "x", "repository": "y"}, {"": "needs either url or repository"}),
        ("change", {"url": "x", "hours": 0}, {"": "hours must be more than 0 and at most a year"}),
        ("config", {"file": "x", "schema": []}, {"schema": "must be a mapping"}),
        ("config", {"expect": {"a": 1}}, {"": "needs either url or file"}),
        (
            "config",
            {"file": "x", "known_good": "../x"},
            {"": "known_good must be a name of lowercase letters, digits, dots and dashes"},
        ),
    ],
)
def test_options(kind: str, options: dict[str, object], expected: dict[str, str]) -> None:
    """Each mistake in the options is reported in a sentence with the option's name."""
    assert expected == PROBES[kind].mistakes(options)


@pytest.mark.parametrize("kind", sorted(PROBES))
def test_guide_explains_each_option(kind: str) -> None:
    """The guide explains every option under the heading of its kind."""
    documented = {
        child.content for token in under(GUIDES / "probes.md", kind) for child in token.children or ()
    }

    assert set() == {field.name for field in dataclasses.fields(PROBES[kind].options)} - documented


@pytest.mark.parametrize("kind", sorted(PROBES))
async def test_probe_with_an_unknown_option_fails(kind: str) -> None:
    """A probe fails if its options are wrong, for example in a runbook stored by another version."""
    verdict, evidence = await run_probe(kind, Permissions(), nonsense=1)

    assert ("failed", True) == (verdict, "nonsense: this probe has no such option" in evidence)


async def test_probes_run_concurrently(service: Service) -> None:
    """Probes that wait do not wait for each other."""
    service.answer(b"{", path="/")
    service.waits_s = 1
    probe = Probe(kind="http", options={"url": f"{service.url}/", "within_s": 0.5})
    began = time.monotonic()

    waiting = (run(probe, links={}, permissions=Permissions(hosts=["127.0.0.1"])) for _ in range(20))
    results = await asyncio.gather(*waiting)

    assert {"wrong"} == {result.verdict for result in results}
    assert time.monotonic() - began < 3
