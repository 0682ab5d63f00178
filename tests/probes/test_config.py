"""The probe compares the settings of a service with the expected ones."""

import json
from typing import Any

import pytest

RIGHT = {
    "token": {"algorithm": "HS256", "issuer": "auth", "ttl_seconds": 900, "signing_key_id": "2024-01"},
    "client_secret": "hunter2",
    "hosts": ["a", "b"],
    "on": True,
}
EXPECT = {"token.signing_key_id": "2024-01", "token.algorithm": "HS256", "token.ttl_seconds": 900}


async def test_wrong_setting_of_the_outage(service: Any) -> None:
    """The setting that caused the outage is shown with its actual and its expected value."""
    service.answer(json.dumps(RIGHT).replace("2024-01", "2023-09").encode())

    result = await service.probe(expect=EXPECT)

    expected = "token.signing_key_id is '2023-09', expected '2024-01'"
    assert expected == result.evidence
    assert result.verdict == "wrong"


@pytest.mark.parametrize(
    "options", [{"expect": {"db": "?"}}, {"schema": {"properties": {"db": {"const": "?"}}}}]
)
async def test_no_part_of_a_secret_is_shown(service: Any, options: Any) -> None:
    """A password in a long value is removed before the value is cut."""
    service.answer(json.dumps({"db": f"postgres://app:{'hunter2' * 20}@db.internal/main"}).encode())

    result = await service.probe(**options)

    assert "db is 'postgres://app:[redacted]@db.internal/main'" in result.evidence
    assert "hunter2" not in result.evidence


async def test_right_settings(service: Any) -> None:
    """If all settings are as expected the result is OK, and the evidence has their number."""
    service.answer(json.dumps(RIGHT).encode())

    result = await service.probe(expect=EXPECT)

    expected = ("clear", "The settings are as expected (3 compared).")
    assert expected == (result.verdict, result.evidence)
    assert 0 < result.seconds < 5


@pytest.mark.parametrize(
    ("expect", "evidence"),
    [
        ({"token": {"issuer": "sso"}}, "token.issuer is 'auth', expected 'sso'"),
        ({"token.ttl_seconds": "900"}, "token.ttl_seconds is 900, expected '900'"),
        ({"on": 1}, "on is True, expected 1"),
        ({"hosts": ["a"]}, "hosts is ['a', 'b'], expected ['a']"),
        ({"hosts.1": "c"}, "hosts.1 is 'b', expected 'c'"),
        ({"hosts.7": "c"}, "hosts.7 is missing, expected 'c'"),
        ({"token.issuer.deeper": 1}, "token.issuer.deeper is missing, expected 1"),
        ({"token": "x"}, "token is not as expected (not shown)"),
        ({"client_secret": "hunter3"}, "client_secret is not as expected (not shown)"),
        ({"other_secret": "hunter3"}, "other_secret is missing"),
        (
            dict.fromkeys("abcdefg", 1),
            "; ".join([*(f"{name} is missing, expected 1" for name in "abcde"), "and 2 more"]),
        ),
    ],
)
async def test_wrong_settings(service: Any, expect: dict[str, object], evidence: str) -> None:
    """Each wrong setting is reported, also one of the wrong type, and no secret is shown."""
    service.answer(json.dumps(RIGHT).encode())

    result = await service.probe(expect=expect)

    assert ("wrong", evidence) == (result.verdict, result.evidence)


async def test_keys_with_dots(service: Any) -> None:
    """A setting whose key contains dots is found too."""
    service.answer(b'{"token.ttl_seconds": 900}')

    result = await service.probe(expect={"token.ttl_seconds": 900})

    assert result.verdict == "clear"


@pytest.mark.parametrize(
    ("schema", "verdict", "evidence"),
    [
        ({"required": ["token"]}, "clear", "The settings are as expected (valid against the schema)."),
        (
            {"properties": {"token": {"properties": {"ttl_seconds": {"maximum": 600}}}}},
            "wrong",
            "token.ttl_seconds is 900, which violates maximum: 600",
        ),
        (
            {"required": ["redis"]},
            "wrong",
            "the settings is a mapping of 4, which violates required: ['redis']",
        ),
        (
            {"properties": {"client_secret": {"minLength": 20}}},
            "wrong",
            "client_secret violates the schema (not shown)",
        ),
        ({"type": "nonsense"}, "failed", "The probe's schema is not a valid JSON Schema."),
        (
            {"$ref": "http://127.0.0.1:9/x"},
            "failed",
            "The probe's schema is not a valid JSON Schema.",
        ),
    ],
)
async def test_schema(service: Any, schema: dict[str, object], verdict: str, evidence: str) -> None:
    """Settings are checked against a JSON Schema, and no other schema is fetched."""
    service.answer(json.dumps(RIGHT).encode())

    result = await service.probe(schema=schema)

    assert (verdict, evidence) == (result.verdict, result.evidence)


async def test_yaml_settings(service: Any) -> None:
    """A service may return its settings as YAML."""
    service.answer(b"token:\n  ttl_seconds: 60\n  since: 2024-01-01\n", kind="application/yaml")

    result = await service.probe(expect={"token": {"ttl_seconds": 900, "since": "2024-01-01"}})

    assert result.evidence == "token.ttl_seconds is 60, expected 900"


@pytest.mark.parametrize(
    ("body", "kind", "evidence"),
    [
        (b"<html>hello: [</html>", "text/html", "The settings are neither valid JSON nor valid YAML."),
        (b"token: 1", "application/json", "The settings are neither valid JSON nor valid YAML."),
        (b"\xff\xfe", "application/json", "The settings are neither valid JSON nor valid YAML."),
        (b"[" * 200_000, "application/json", "The settings are neither valid JSON nor valid YAML."),
        (b"a: &a [1]\nb: *a\n", "text/yaml", "The settings are neither valid JSON nor valid YAML."),
        (b"a: !!bool maybe", "text/yaml", "The settings are neither valid JSON nor valid YAML."),
        (b"!!python/name:os.system x", "text/yaml", "The settings are neither valid JSON nor valid YAML."),
        (b"[1, 2]", "application/json", "The settings are not a mapping."),
        (b"just text", "text/plain", "The settings are not a mapping."),
        (b'{"a": NaN}', "application/json", "The settings contain NaN, which is not valid JSON."),
    ],
)
async def test_responses_that_are_not_settings(service: Any, body: bytes, kind: str, evidence: str) -> None:
    """The probe fails if the response can't be read as settings."""
    service.answer(body, kind=kind)

    result = await service.probe(expect=EXPECT)

    assert ("failed", evidence) == (result.verdict, result.evidence)


@pytest.mark.parametrize(
    ("options", "evidence"),
    [
        ({"expcet": {"a": 1}}, "expcet: this probe has no such option (did you mean 'expect'?)"),
        ({"expect": [1]}, "expect: must be a mapping"),
        ({}, "needs something to compare with: expect, schema or known_good"),
        (
            {"url": "{no_such}/x", "expect": {"a": 1}},
            "The service has no link 'no_such'. Add it under services.<name>.links in firstcheck.yaml.",
        ),
    ],
)
async def test_mistakes_in_options(service: Any, options: dict[str, object], evidence: str) -> None:
    """A probe with wrong options fails, and the evidence says what to change."""
    result = await service.probe(**options)

    assert ("failed", evidence) == (result.verdict, result.evidence)
    assert not service.requests


async def test_unexpected_error(service: Any, caplog: pytest.LogCaptureFixture) -> None:
    """An unexpected error is the verdict `failed`, and its traceback is logged."""
    endless: dict[str, object] = {}
    endless["deeper"] = endless
    service.answer(json.dumps(RIGHT).encode())

    result = await service.probe(expect=endless)

    expected = "The probe failed unexpectedly. See Firstcheck's log."
    assert expected == result.evidence
    assert "RecursionError" in caplog.text
