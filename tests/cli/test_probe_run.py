"""`firstcheck probe` from the command line: the outage's wrong setting is red, put right it is green."""

import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from bot.cli import probe_report
from bot.cli.probe_run import Check
from bot.demo.auth_service import AuthService, TokenSettings
from bot.demo.guided import BROKEN
from bot.domain.runbooks.runbook import Probe
from bot.domain.vocabulary import ProbeVerdict
from bot.engine.record import utc_now
from bot.probes import ProbeResult
from bot.web.server import serve_app
from tests.docs.reading import GUIDES, ROOT, blocks

RUNBOOK = """
title: The settings of auth
service: auth
steps:
  - id: settings
    title: Are the settings right?
    area: config
    probe:
      kind: config
      url: "{settings_url}"
      expect: {token.signing_key_id: "2024-01"}
      known_good: auth
      ignore: [redeployed_at]
  - id: health
    title: Does it answer?
    area: dependency
    probe: {kind: http, url: "{health_url}", body: alive}
"""


@dataclass(kw_only=True)
class Repository:
    """A folder with a configuration and runbooks, and the auth service that it is about."""

    folder: Path
    auth: AuthService

    async def run(self, *arguments: str, program: tuple[str, ...] = ()) -> tuple[int | None, str]:
        """Run `firstcheck` with these arguments; returns the exit code and what it printed."""
        process = await asyncio.create_subprocess_exec(
            *(program or (sys.executable, "-m", "bot", *arguments)),
            cwd=self.folder,
            env={"PYTHONPATH": str(ROOT), "PATH": f"{self.folder}:{os.environ['PATH']}"},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        printed, _ = await process.communicate()
        return process.returncode, printed.decode()


@pytest.fixture
async def repository(tmp_path: Path) -> AsyncIterator[Repository]:
    """The repository, its service running with the right settings, and those kept as the known good ones."""
    auth = AuthService(clock=utc_now, admin_token="made-up")
    async with serve_app(auth.asgi) as url:
        runbooks = tmp_path / "runbooks"
        runbooks.mkdir()
        (runbooks / "auth-settings.yaml").write_text(RUNBOOK)
        links = f'{{settings_url: "{url}/settings", health_url: "{url}/healthz"}}'
        (tmp_path / "firstcheck.yaml").write_text(
            f"runbooks: runbooks\nallowed_hosts: [127.0.0.1]\nservices:\n  auth:\n    links: {links}\n"
        )
        yield Repository(folder=tmp_path, auth=auth)


async def test_the_outage_is_red_and_its_repair_green(repository: Repository) -> None:
    """The wrong key of the outage ends with 1 and its name, and the right one with 0."""
    kept = await repository.run("probe", "--save-known-good")
    repository.auth.redeploy(BROKEN)
    red = await repository.run("probe", "auth")
    not_kept = await repository.run("probe", "--save-known-good")
    repository.auth.redeploy(TokenSettings())
    green = await repository.run("probe", "auth-settings")

    assert (0, 1, 1, 0) == (kept[0], red[0], not_kept[0], green[0]), (kept, red, not_kept, green)
    assert "token.signing_key_id is '2023-09', expected '2024-01'" in red[1]
    # What is expected and the last known good say the same of it.
    assert 1 == red[1].count("token.signing_key_id")
    assert "not kept: token.signing_key_id is '2023-09'" in not_kept[1]
    assert "0 wrong, 2 clear, 0 failed" in green[1]


async def test_before_anything_is_kept(repository: Repository) -> None:
    """The first run holds the settings against `expect`; right ones pass, and how to keep them is said."""
    repository.auth.redeploy(BROKEN)
    red = await repository.run("probe", "auth")
    repository.auth.redeploy(TokenSettings())
    green = await repository.run("probe", "auth")
    runbook = repository.folder / "runbooks" / "auth-settings.yaml"
    runbook.write_text(RUNBOOK.replace('      expect: {token.signing_key_id: "2024-01"}\n', ""))
    alone = await repository.run("probe", "auth")

    assert (1, 0, 2) == (red[0], green[0], alone[0]), (red, green, alone)
    assert "token.signing_key_id is '2023-09', expected '2024-01'" in red[1]
    assert "run firstcheck probe --save-known-good." in green[1]
    assert "run firstcheck probe --save-known-good. This is evidence of nothing." in alone[1]


async def test_the_sample_job(repository: Repository) -> None:
    """The job that the guide shows for CI turns red on the wrong setting, and its report says why."""
    await repository.run("probe", "--save-known-good")
    shim = repository.folder / "firstcheck"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m bot "$@"\n')
    shim.chmod(0o755)
    job = blocks(GUIDES / "ci.md", "yml")[0]
    steps = [line.split("run: ")[1] for line in job.splitlines() if "run: firstcheck" in line]

    repository.auth.redeploy(BROKEN)
    red = [await repository.run(program=("sh", "-c", step)) for step in steps]
    report = ET.parse(repository.folder / "probes.xml").getroot()  # noqa: S314 - the XML is our own
    repository.auth.redeploy(TokenSettings())
    green = [await repository.run(program=("sh", "-c", step)) for step in steps]

    assert ([0, 1], [0, 0]) == ([code for code, _ in red], [code for code, _ in green]), (red, green)
    assert ("2", "1", "0") == tuple(report.attrib[name] for name in ("tests", "failures", "errors"))
    failure = report.find("./testsuite[@name='auth-settings (auth)']/testcase/failure")
    assert failure is not None
    assert "expected '2024-01'" in failure.attrib["message"]


async def test_what_could_not_look_is_no_pass(repository: Repository) -> None:
    """A probe that failed ends with 2 and is said to be evidence of nothing."""
    file = repository.folder / "firstcheck.yaml"
    file.write_text(file.read_text().replace("127.0.0.1]", "elsewhere.example.com]"))

    code, printed = await repository.run("probe", "--format", "json")
    _, text = await repository.run("probe")

    said = json.loads(printed)
    assert (2, 0, 0, 2) == (code, said["wrong"], said["clear"], said["failed"])
    assert "is not among allowed_hosts" in said["probes"][0]["evidence"]
    assert "This is evidence of nothing." in text


async def test_two_known_goods_of_one_name_are_a_sentence(repository: Repository) -> None:
    """Two probes that would keep their settings under one name end with 1."""
    (repository.folder / "runbooks" / "again.yaml").write_text(RUNBOOK)

    said = await repository.run("probe", "auth", "--save-known-good")

    assert (1, "Two probes keep their settings as 'auth': give each a name of its own.\n") == said


async def test_a_name_that_is_not_there(repository: Repository) -> None:
    """It ends with 2, as what was typed is wrong: nothing was looked at."""
    code, said = await repository.run("probe", "auht")

    assert 2 == code
    assert "There is no runbook and no service 'auht' (did you mean 'auth'?)." in said


async def test_a_service_that_only_a_runbook_names(repository: Repository) -> None:
    """It may be named without a line in firstcheck.yaml; what then lacks for a look is said."""
    (repository.folder / "firstcheck.yaml").write_text("runbooks: runbooks")

    code, said = await repository.run("probe", "auth")

    assert 2 == code
    assert "The service has no link 'settings_url'" in said


async def test_mistakes_in_options_are_named_when_a_runbook_is_loaded(repository: Repository) -> None:
    """`firstcheck check` says file, line and field of an option that is unknown or of the wrong type."""
    runbook = repository.folder / "runbooks" / "auth-settings.yaml"
    runbook.write_text(RUNBOOK.replace("body: alive", "bdy: alive, within_s: soon"))

    code, printed = await repository.run("check")

    assert 1 == code
    assert (
        "auth-settings.yaml:17:51 steps[1].probe.bdy: the probe has no such option (did you mean" in printed
    )
    assert "steps[1].probe.within_s: a number is wanted here" in printed


def test_what_could_not_look_says_why_in_a_sentence() -> None:
    """Also where the words are another's, which end with no stop."""
    why = ProbeResult(verdict=ProbeVerdict.FAILED, evidence="the query was refused: parse error", seconds=0)
    check = Check(
        runbook="auth", service="", step="errors", title="", probe=Probe(kind="prometheus"), result=why
    )

    said = "failed  auth/errors, 0.00 s: the query was refused: parse error. This is evidence of nothing."
    assert said == probe_report.text([check]).splitlines()[0]
