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
    "password: expired!",
    "password: see 1Password",
    "password: I changed it",
    "password: 2 hosts still use the old one",
    "private key: 4096 bits",
    "password: (see the vault)",
    "password: rejected (401)",
    "password: rejected, see log",
    "password: n/a",
    "password: ???",
    "password: …",
    "password: ✅",
    "password: 👍 rotated by ops",
    "password: *changed* everywhere",
    "password: geändert von Ops",
    "password: ask @ben",
    "secret: 3 of 5 pods have it",
    "token: 401s from 3 pods",
    "token: v2",
    "the token: 30 min",
    "password was changed",
    "the password is 12 characters long",
    "pass: 12 fail: 3",
    "PWD=/srv/deploy",
    "pwd: ~/src",
    "Authorization: Bearer is missing",
    "authorization: bearer token expired",
    "password:\nrotated everywhere",
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
    ("password: “changed everywhere”", "everywhere"),
    ("password: Tr0ub4dor&3xyz", "3xyz"),
    ("password: Tr0ub4dor&amp;3xyz", "3xyz"),
    ("password=abc123&lt;zz9", "zz9"),
    ("`password: hunter2` works", "hunter2"),
    ("`password`: `hunter2`", "hunter2"),
    ("password: *hunter2*", "hunter2"),
    ("pw: hunter2", "hunter2"),
    ("pass: hunter2", "hunter2"),
    ("the password is `hunter2`", "hunter2"),
    ("password was hunter2, now changed", "hunter2"),
    ("password -> hunter2", "hunter2"),
    ("password:\nhunter2", "hunter2"),
    ("password:\n```\nhunter2\n```", "hunter2"),
    ("password:\xa0hunter2", "hunter2"),
    ("password: <mailto:p4ss@word.com|p4ss@word.com>", "p4ss"),
    ("aws secret key: wJalrXUtnFEMIK7", "wJalr"),
    ("auth token is 9f86d081884c7d65", "9f86d"),
    ("redis-cli -h cache -a swordfish ping", "swordfish"),
    ("Passwort: swordfish", "swordfish"),
    ("mot de passe : swordfish", "swordfish"),
    ("contraseña: swordfish", "swordfish"),
    ("パスワード：swordfish", "swordfish"),
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("`password: hunter2` works", "`password: [redacted]` works"),
        ("```password: hunter2``` works", "```password: [redacted]``` works"),
        ("/login?password=hunter2&user=ann", "/login?password=[redacted]&user=ann"),
        ("/login?password=hunter2&amp;user=ann", "/login?password=[redacted]&amp;user=ann"),
    ],
)
def test_what_follows_a_secret_stays(text: str, expected: str) -> None:
    """The end of code and the next parameter of a URL are kept."""
    assert expected == redact(text)
