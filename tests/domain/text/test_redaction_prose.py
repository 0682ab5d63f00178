"""Prose about passwords stays, and what looks like a password goes."""

import pytest

from bot.domain.text.redaction import redact

#: Sentences that responders write. None of them contains a secret.
PROSE = [
    "password: changed everywhere",
    "Password: changed everywhere",
    "secret: rotated by ops",
    "secret: rotated",
    "password: reset.",
    "Passwords: all rotated, see the ticket",
    "the password: it was the old one",
    "private key: missing on auth-3",
    "api key: revoked for the vendor",
    "api_key: expired, ask Ben",
    "secret: the vault is sealed",
    "password: wrong on two of three hosts",
    "root password: unknown to everybody here",
    "*password:* changed everywhere",
    "secret: none",
    "encryption key: unchanged",
    "master key: in the vault, as always",
    "access key: used by the backup job only",
    "passphrase: asked Ann for it",
    "we reset the password and restarted auth",
    "password rotation ran at 10:00",
    "the secret is that nobody tested it",
    "token: expired",
    "the token is expired",
    "the token: it is the old one",
    "bearer tokens are rejected with 401",
    "basic auth is off",
    "basic checks passed",
    "cookie: the browser drops it",
    "user: ann saw it too",
    "key: value pairs are missing",
    "signing key is 2023-09, expected 2024-01",
    "secret santa: cancelled",
    "pwd: done",
    "Password: to be changed after the incident",
    "the account key: see the runbook",
    "pass the ball to the database team",
    "mysql -h db shows 300 connections",
    "compass: north of the lake",
    "bypass: enabled for the EU",
    "secret: TBD",
]
SECRETS = [
    ("password: hunter2", "hunter2"),
    ("password: hunter2 everywhere", "hunter2"),
    ("password: swordfish", "swordfish"),
    ("secret: swordfish, then", "swordfish"),
    ("password: Tr0ub4dor&3", "Tr0ub4dor"),
    ("password: correct-horse-battery", "correct-horse-battery"),
    ("password=changed", "changed"),
    ("password = changed", "changed"),
    ("password:changed", "changed"),
    ("password: changed1", "changed1"),
    ("password: changed!x", "changed!x"),
    ("secret: aGVsbG8gd29ybGQ", "aGVsbG8gd29ybGQ"),
    ("api_key: Zx81kk now", "Zx81kk"),
    ("DB_PASSWORD: swordfish", "swordfish"),
    ('password: "changed everywhere"', "changed everywhere"),
    ("xoxb-12345-67890-abcdefpassword=hunter2.txt", "hunter2"),
    ("glpat-abcdefghij0123456789secret=swordfish.log", "swordfish"),
    ("AKIAIOSFODNN7EXAMPLEghp_abcdefghijklmnopqrstuvwxyz0123456789.png", "ghp_abc"),
    ("AKIAIOSFODNN7EXAMPLEghp_abcdefghijklmnopqrstuvwxyz0123456789.png", "AKIA"),
]


@pytest.mark.parametrize("sentence", PROSE)
def test_prose_stays(sentence: str) -> None:
    """Ordinary sentences about passwords, keys and tokens are kept word for word."""
    assert sentence == redact(sentence)


@pytest.mark.parametrize(("text", "secret"), SECRETS)
def test_what_looks_like_a_secret_goes(text: str, secret: str) -> None:
    """A value that looks like a secret is redacted, also one without a gap after another secret."""
    assert secret not in redact(text)
    assert redact(text) == redact(redact(text))
