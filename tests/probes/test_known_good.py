"""The probe compares settings with the last known good ones, which are saved without secrets."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.domain.runbooks.runbook import Probe
from bot.domain.vocabulary import ProbeVerdict
from bot.probes import config, options_of
from bot.probes.interface import Finding, Permissions, ProbeFailed
from tests.probes.conftest import run_probe

GOOD: dict[str, Any] = {
    "token": {"key_id": "2024-01", "ttl": 900},
    "database": {"password": "hunter2", "url": "postgres://app:hunter3@db/app", "pool": 5},
    "hosts": ["a", "b"],
    "redeployed_at": "2026-02-18",
}


@pytest.fixture
def here(tmp_path: Path) -> Permissions:
    """Permission to read the folder with the settings."""
    (tmp_path / "settings.json").write_text(json.dumps(GOOD))
    return Permissions(folder=tmp_path, paths=[Path()])


async def save_known_good(permissions: Permissions, **more: object) -> Path | Finding:
    """Save the settings as the known good ones."""
    given = {"file": "settings.json", "known_good": "auth", **more}
    _, options = options_of(Probe(kind="config", options=given), {})
    return await config.save_known_good(options, permissions)


async def change(permissions: Permissions, **changes: object) -> tuple[str, str]:
    """Change the settings (None removes one) and compare them with the saved ones."""
    settings = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    (permissions.folder / "settings.json").write_text(json.dumps(settings))
    return await run_probe(
        "config", permissions, file="settings.json", known_good="auth", ignore=["redeployed_at"]
    )


@pytest.mark.parametrize(
    ("changes", "verdict", "evidence"),
    [
        ({}, "clear", "The settings are as expected (same as the last known good)."),
        ({"redeployed_at": "later"}, "clear", "The settings are as expected (same as the last known good)."),
        (
            {"token": {"key_id": "2023-09", "ttl": 900}},
            "wrong",
            "token.key_id is '2023-09' (was '2024-01')",
        ),
        ({"token": {"key_id": "2024-01"}}, "wrong", "token.ttl is missing (was 900)"),
        ({"hosts": ["a"]}, "wrong", "hosts is ['a'] (was ['a', 'b'])"),
        ({"flag": True}, "wrong", "flag is new: True"),
        ({"hosts": None}, "wrong", "hosts is missing (was ['a', 'b'])"),
        ({"api_key": "s3cret"}, "wrong", "api_key is new"),
        (
            {"database": {**GOOD["database"], "password": "hunter4"}},
            "wrong",
            "database.password has changed (not shown)",
        ),
        (
            {"database": {"password": "hunter2", "url": "postgres://app:hunter4@db/app", "pool": "5"}},
            "wrong",
            "database.pool is '5' (was 5); database.url has changed (not shown)",
        ),
        ({"database": {"url": GOOD["database"]["url"], "pool": 5}}, "wrong", "database.password is missing"),
    ],
)
async def test_differences(
    here: Permissions, changes: dict[str, object], verdict: str, evidence: str
) -> None:
    """New, missing and different settings are shown. The value of a secret is not."""
    await save_known_good(here)

    assert (verdict, evidence) == await change(here, **changes)


async def test_saved_file_contains_no_secret(here: Permissions) -> None:
    """The file can be committed: secrets are salted hashes, and everything else is readable."""
    file = await save_known_good(here)
    once = (here.folder / "known-good" / "auth.json").read_text()
    await save_known_good(here)
    again = (here.folder / "known-good" / "auth.json").read_text()

    assert here.folder / "known-good" / "auth.json" == file
    assert "hunter" not in once
    assert json.loads(once)["settings"]["token.key_id"] == "2024-01"
    hashes = [json.loads(text)["settings"]["database.password"] for text in (once, again)]
    assert hashes[0] != hashes[1]
    assert all(kept.startswith("scrypt:") for kept in hashes)


async def test_wrong_settings_are_not_saved(here: Permissions) -> None:
    """Settings in which `expect` finds a problem are not saved as known good."""
    found = await save_known_good(here, expect={"token.ttl": 60})

    assert Finding(verdict=ProbeVerdict.WRONG, evidence="token.ttl is 900, expected 60") == found
    assert not (here.folder / "known-good").exists()


async def test_nothing_saved_yet(here: Permissions) -> None:
    """The probe fails until settings are saved, and the evidence says how to save them."""
    found = await change(here)
    await save_known_good(here)
    broken = []
    for text in ("{", "{}", "[]", '{"salt": "x", "settings": 7}'):
        (here.folder / "known-good" / "auth.json").write_text(text)
        broken.append(await change(here))

    message = "No known good settings have been saved for auth yet. Run firstcheck probe --save-known-good."
    assert ("failed", message) == found
    assert {
        ("failed", "auth.json cannot be read. Save it again with firstcheck probe --save-known-good.")
    } == set(broken)


@pytest.mark.parametrize(
    ("against", "expected"),
    [
        ({"expect": {"token.ttl": 60}}, ("wrong", "token.ttl is 900, expected 60")),
        (
            {"schema": {"required": ["token"], "properties": {"hosts": {"maxItems": 1}}}},
            ("wrong", "hosts is"),
        ),
        (
            {"expect": {"token.ttl": 900}},
            ("clear", "The settings are as expected (1 compared). No known good"),
        ),
        (
            {"schema": {"required": ["token"]}},
            ("clear", "The settings are as expected (valid against the schema). No"),
        ),
    ],
)
async def test_expect_and_schema_work_before_anything_is_saved(
    here: Permissions, against: dict[str, object], expected: tuple[str, str]
) -> None:
    """Until settings are saved, `expect` and `schema` are enough, and the evidence says how to save them."""
    verdict, evidence = await run_probe("config", here, file="settings.json", known_good="auth", **against)

    assert (expected[0], True) == (verdict, evidence.startswith(expected[1])), evidence
    assert (verdict == "clear") == ("Run firstcheck probe --save-known-good." in evidence)


async def test_each_setting_is_reported_once(here: Permissions) -> None:
    """A setting that differs from `expect` and from the saved ones is reported once."""
    await save_known_good(here)
    (here.folder / "settings.json").write_text(json.dumps({**GOOD, "hosts": [], "token": {"ttl": 60}}))
    given = {"file": "settings.json", "known_good": "auth", "expect": {"token.ttl": 900}}
    _, evidence = await run_probe("config", here, **given)

    assert 1 == evidence.count("token.ttl")
    assert "hosts" in evidence


async def test_broken_saved_file(here: Permissions) -> None:
    """If the saved file is broken, wrong settings are still reported and right ones do not pass."""
    file = await save_known_good(here)
    assert isinstance(file, Path)
    file.write_text("{")
    given = {"file": "settings.json", "known_good": "auth"}
    wrong = await run_probe("config", here, **given, expect={"token.ttl": 60})
    right = await run_probe("config", here, **given, expect={"token.ttl": 900})

    assert ("wrong", "token.ttl is 900, expected 60") == wrong
    assert (
        "failed",
        "auth.json cannot be read. Save it again with firstcheck probe --save-known-good.",
    ) == right


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("a.toml", '[token]\nkey_id = "x"\n', ("wrong", "token.key_id is 'x', expected 'y'")),
        ("a.yaml", "token: {key_id: y}\n", ("clear", "The settings are as expected (1 compared).")),
        ("a.toml", "[token", ("failed", "The settings are neither valid JSON nor valid YAML.")),
        (
            "a.json",
            " " * 1_000_001,
            ("failed", "a.json is larger than 1,000,000 bytes, the most a probe reads."),
        ),
    ],
)
async def test_settings_in_files(here: Permissions, name: str, text: str, expected: tuple[str, str]) -> None:
    """Settings may be in a JSON, YAML or TOML file, with the same size limit."""
    (here.folder / name).write_text(text)

    assert expected == await run_probe("config", here, file=name, expect={"token.key_id": "y"})


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("none.json", "There is no file none.json."),
        (
            "../secrets.json",
            "../secrets.json is not under any path listed in allowed_paths in firstcheck.yaml.",
        ),
        ("/etc/passwd", "/etc/passwd is not under any path listed in allowed_paths in firstcheck.yaml."),
        ("escape", "escape is not under any path listed in allowed_paths in firstcheck.yaml."),
        ("loop", "loop is not a valid path."),
        ("device", "device is not under any path listed in allowed_paths in firstcheck.yaml."),
        (".", "There is no file .."),
        ("a\0b", "a\0b is not a valid path."),
    ],
)
async def test_files_outside_allowed_paths(here: Permissions, name: str, message: str) -> None:
    """Only files inside allowed_paths are read. A link counts as its target, and devices are refused."""
    (here.folder / "escape").symlink_to("/etc/passwd")
    (here.folder / "loop").symlink_to("loop")
    (here.folder / "device").symlink_to("/dev/zero")

    assert ("failed", message) == await run_probe("config", here, file=name, expect={"a": 1})


async def test_folder_that_cannot_be_written(here: Permissions) -> None:
    """If saving fails, the reason is a sentence."""
    (here.folder / "known-good").write_text("a file where the folder should be")

    with pytest.raises(ProbeFailed, match=r"auth\.json cannot be written"):
        await save_known_good(here)
