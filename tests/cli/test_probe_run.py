"""`firstcheck probe` on the command line, with the wrong setting of the demo's outage and the right one."""

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
from bot.probes.interface import ProbeResult
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
    """A folder with a configuration and runbooks, and the auth service they are about."""

    folder: Path
    auth: AuthService

    async def run(self, *arguments: str, program: tuple[str, ...] = ()) -> tuple[int | None, str]:
        """Run `firstcheck` with these arguments and return its exit code and output."""
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
    """The repository, with its service running and its right settings saved as the known good ones."""
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


async def test_wrong_setting_fails_and_fixed_one_passes(repository: Repository) -> None:
    """The wrong key of the outage ends with exit code 1 and its name, and the right one with 0."""
    kept = await repository.run("probe", "--save-known-good")
    repository.auth.redeploy(BROKEN)
    red = await repository.run("probe", "auth")
    not_kept = await repository.run("probe", "--save-known-good")
    repository.auth.redeploy(TokenSettings())
    green = await repository.run("probe", "auth-settings")

    assert (0, 1, 1, 0) == (kept[0], red[0], not_kept[0], green[0]), (kept, red, not_kept, green)
    assert "token.signing_key_id is '2023-09', expected '2024-01'" in red[1]
    # `expect` and the last known good settings agree on this setting.
    assert 1 == red[1].count("token.signing_key_id")
    assert "not saved: token.signing_key_id is '2023-09'" in not_kept[1]
    assert "0 wrong, 2 clear, 0 failed" in green[1]


async def test_before_settings_are_saved(repository: Repository) -> None:
    """The first run compares the settings with `expect`, and shows how to save the known good ones."""
    repository.auth.redeploy(BROKEN)
    red = await repository.run("probe", "auth")
    repository.auth.redeploy(TokenSettings())
    green = await repository.run("probe", "auth")
    runbook = repository.folder / "runbooks" / "auth-settings.yaml"
    runbook.write_text(RUNBOOK.replace('      expect: {token.signing_key_id: "2024-01"}\n', ""))
    alone = await repository.run("probe", "auth")

    assert (1, 0, 2) == (red[0], green[0], alone[0]), (red, green, alone)
    assert "token.signing_key_id is '2023-09', expected '2024-01'" in red[1]
    assert "Run firstcheck probe --save-known-good." in green[1]
    assert "Run firstcheck probe --save-known-good. The result is unknown." in alone[1]


async def test_sample_ci_job(repository: Repository) -> None:
    """The CI job in the guide fails on the wrong setting, and its report shows why."""
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


async def test_probe_that_could_not_run_does_not_pass(repository: Repository) -> None:
    """A probe that could not run ends with exit code 2, and the output says that it proves nothing."""
    file = repository.folder / "firstcheck.yaml"
    file.write_text(file.read_text().replace("127.0.0.1]", "elsewhere.example.com]"))

    code, printed = await repository.run("probe", "--format", "json")
    _, text = await repository.run("probe")

    message = json.loads(printed)
    assert (2, 0, 0, 2) == (code, message["wrong"], message["clear"], message["failed"])
    assert "is not listed under allowed_hosts" in message["probes"][0]["evidence"]
    assert "The result is unknown." in text


async def test_two_probes_with_the_same_known_good(repository: Repository) -> None:
    """Two probes that would save their settings under the same name end with exit code 1."""
    (repository.folder / "runbooks" / "again.yaml").write_text(RUNBOOK)

    message = await repository.run("probe", "auth", "--save-known-good")

    assert (1, "Two probes save their settings as 'auth'. Give each its own name.\n") == message


async def test_unknown_name(repository: Repository) -> None:
    """An unknown runbook or service ends with exit code 2, because nothing was checked."""
    code, message = await repository.run("probe", "auht")

    assert 2 == code
    assert "There is no runbook or service 'auht' (did you mean 'auth'?)." in message


async def test_service_that_only_a_runbook_mentions(repository: Repository) -> None:
    """A service without settings in firstcheck.yaml can be probed, and its missing link is reported."""
    (repository.folder / "firstcheck.yaml").write_text("runbooks: runbooks")

    code, message = await repository.run("probe", "auth")

    assert 2 == code
    assert "The service has no link 'settings_url'" in message


async def test_check_reports_wrong_options(repository: Repository) -> None:
    """`firstcheck check` reports an unknown option and one of the wrong type with file, line and field."""
    runbook = repository.folder / "runbooks" / "auth-settings.yaml"
    runbook.write_text(RUNBOOK.replace("body: alive", "bdy: alive, within_s: soon"))

    code, printed = await repository.run("check")

    assert 1 == code
    assert (
        "auth-settings.yaml:17:51 steps[1].probe.bdy: this probe has no such option (did you mean" in printed
    )
    assert "steps[1].probe.within_s: must be a number" in printed


def test_reason_of_a_failed_probe_ends_with_a_period() -> None:
    """The reason of a probe that could not run becomes a sentence, even if it has no period."""
    why = ProbeResult(verdict=ProbeVerdict.FAILED, evidence="the query was refused: parse error", seconds=0)
    check = Check(
        runbook="auth", service="", step="errors", title="", probe=Probe(kind="prometheus"), result=why
    )

    message = "failed  auth/errors, 0.00 s: the query was refused: parse error. The result is unknown."
    assert message == probe_report.text([check]).splitlines()[0]
