"""Secrets are redacted, and everything else is kept."""

import json
import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.domain.text.redaction import PIECE, redact
from tests.pauses import longest_wait_beside

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIEow==\nabc+/\n-----END RSA PRIVATE KEY-----"

SECRETS = [
    ("bot xoxb-12345-67890-abcdef here", "bot [redacted] here"),
    ("xapp-1-A0B1-22-deadbeef", "[redacted]"),
    ("xoxe.xoxp-1-Mi0yLTEyMw", "[redacted]"),
    ("https://hooks.slack.com/services/T0/B0/abc", "https://hooks.slack.com/services/[redacted]"),
    ("id AKIAIOSFODNN7EXAMPLE.", "id [redacted]."),
    ("push with ghp_abcdefghijklmnopqrstuvwxyz0123456789", "push with [redacted]"),
    ("glpat-abcdefghij0123456789", "[redacted]"),
    ("eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.s5_x-y", "[redacted]"),
    ("Authorization: Bearer abc.def-123", "Authorization: Bearer [redacted]"),
    ("Authorization: Basic dXNlcjpwYXNz", "Authorization: Basic [redacted]"),
    ('{"authorization": "Basic dXNlcjpw"}', '{"authorization": "Basic [redacted]"}'),
    ("password=hunter2&user=ann", "password=[redacted]&user=ann"),
    ("DB_PASSWORD=s3cret!", "DB_PASSWORD=[redacted]"),
    ("secret: swordfish, then", "secret: [redacted] then"),
    ("*password:* hunter2", "*password:* [redacted]"),
    ("aws_secret_access_key = wJalrXUtnFEMI", "aws_secret_access_key = [redacted]"),
    ("X-Api-Key: 12ab", "X-Api-Key: [redacted]"),
    ("https://a.example/x?token=abc&page=2", "https://a.example/x?token=[redacted]&page=2"),
    ("<https://a.example/?token=abc>", "<https://a.example/?token=[redacted]>"),
    ("access_token: 9f86d081", "access_token: [redacted]"),
    ("token: Bearer abcdef123456", "token: Bearer [redacted]"),
    ("postgresql://app:pa55@db/main", "postgresql://app:[redacted]@db/main"),
    ('{"password": "two words"}', '{"password": "[redacted]"}'),
    ('{"in": "{\\"token\\": \\"abc\\"}"}', '{"in": "{\\"token\\": \\"[redacted]\\"}"}'),
    (r'{"password": "a\"b\\c\u00e4 d&\\"}', '{"password": "[redacted]"}'),
    ("{'secret': 'x'}", "{'secret': '[redacted]'}"),
    ("mysql --password hunter2 -h db", "mysql --password [redacted] -h db"),
    ("deploy --api-token abc now", "deploy --api-token [redacted] now"),
    ("curl -u ann:hunter2 https://a.example", "curl -u ann:[redacted] https://a.example"),
    ("sk-proj-abcdefghij0123456789", "[redacted]"),
    ("sk-ant-api03-abcdefghij0123456789", "[redacted]"),
    ("SG.abcdefghij0123456789.abcdefghij0123456789", "[redacted]"),
    ("npm_abcdefghijklmnopqrstuvwxyz0123456789", "[redacted]"),
    ("hf_abcdefghijklmnopqrstuvwxyz", "[redacted]"),
    ("dop_v1_0123456789abcdef0123456789abcdef", "[redacted]"),
    ("AccountName=a;AccountKey=abc+/==", "AccountName=a;AccountKey=[redacted]"),
    ("https://a.example/b?se=1&sig=abc%3D&sp=r", "https://a.example/b?se=1&sig=[redacted]&sp=r"),
    ("Set-Cookie: sid=abc; Path=/\nnext", "Set-Cookie: [redacted]\nnext"),
    ('{"cookie": "a=1; b=2", "c": 3}', '{"cookie": "[redacted]", "c": 3}'),
    ('password="two words" next', 'password="[redacted]" next'),
    (r'{"a": "password=\"two words\" next"}', r'{"a": "password=\"[redacted]\" next"}'),
    ("postgres://app:p/a@ss@db:5432/main x", "postgres://app:[redacted]@db:5432/main x"),
    ("https://ann:pw@a.example/?to=b@c.example", "https://ann:[redacted]@a.example/?to=b@c.example"),
    ("vault hvs.CAESIJabcdefghij0123456789 x", "vault [redacted] x"),
    (f"pypi-AgEIcHlwaS5vcmc{'a1' * 20}", "[redacted]"),
    ("glsa_abcdefghij0123456789ABCDEFGHIJ_1a2b3c4d", "[redacted]"),
    ("dckr_pat_abcdefghij0123456789", "[redacted]"),
    (f"NRAK-{'A1' * 12}", "[redacted]"),
    (f"shpat_{'a1' * 16}", "[redacted]"),
    ("ATATT3xFfGF0abcdefghij0123456789", "[redacted]"),
    (f"lin_api_{'a1' * 16}", "[redacted]"),
    ("GOCSPX-abcdefghij0123456789", "[redacted]"),
    ("ya29.a0AfH6SMBxabcdefghij0123456789", "[redacted]"),
    ("whsec_abcdefghij0123456789", "[redacted]"),
    (f"AGE-SECRET-KEY-1{'Q' * 58}", "[redacted]"),
    ("sk_test_abcdefghij0123456789", "[redacted]"),
    ("https://discord.com/api/webhooks/12/abc_-d x", "https://discord.com/api/webhooks/[redacted] x"),
    (
        "https://a.webhook.office.com/webhookb2/1-2@3/In/4/5",
        "https://a.webhook.office.com/webhookb2/[redacted]",
    ),
    (
        "https://api.telegram.org/bot12:AAE_-x/sendMessage",
        "https://api.telegram.org/bot[redacted]/sendMessage",
    ),
    ("https://a.example/b?X-Amz-Signature=0a1b&x=1", "https://a.example/b?X-Amz-Signature=[redacted]&x=1"),
    ("https://a.example/b?X-Goog-Signature=0a1b", "https://a.example/b?X-Goog-Signature=[redacted]"),
    ("Authorization: GenieKey 0a1b-2c3d", "Authorization: GenieKey [redacted]"),
    ("DB_PASS=s3cret SMTP_PASS: s3cret", "DB_PASS=[redacted] SMTP_PASS: [redacted]"),
    ('{"pass": "two words"}', '{"pass": "[redacted]"}'),
    ("encryption_key: abc, master-key=abc", "encryption_key: [redacted] master-key=[redacted]"),
    (f'{{"routing_key": "{"a1" * 16}"}}', '{"routing_key": "[redacted]"}'),
    ("sshpass -p hunter2 ssh a", "sshpass -p [redacted] ssh a"),
    ("mysqldump -u root -phunter2 db", "mysqldump -u root -p[redacted] db"),
    ("mysql -h db.example -u root -phunter db", "mysql -h db.example -u root -p[redacted] db"),
    ("mysql --user=root -phunter", "mysql --user=root -p[redacted]"),
    ("mysql orders -ph4nter", "mysql orders -p[redacted]"),
    (f"before\n{KEY}\nafter", "before\n[redacted]\nafter"),
]

PROSE = [
    "the token service is down",
    "password reset page",
    "token: expired",
    "root cause: the secret was rotated on Tuesday",
    "bearer of bad news, basic authentication is off",
    "token.signing_key_id is '2023-09', expected '2024-01'",
    "routing_key: orders.created, primary_key: id, the pass: 3 of 4, pass=3 fail=1, bypass: no",
    "mysql is slow -probably the disk, mysql pod -prod",
    "mysql -u root -p db, mysql --port 3306, Authorization: denied for ann",
    "token_count: 500, max_tokens=20",
    "https://grafana.example:3000/d/abc?from=1700000000000&to=now",
    "https://grafana.example:3000/d/@ann?to=b@c.example",
    "cookie: users lose theirs, scikit's sk-learn-has-a-long-name, the flag --password",
    'the word "password=" , "secret: " and "token=" in quotes',
    "INC-7 mailto:ann@example.com 12:30",
    '{"token": 5, "secret": null, "password": {"a": true}, "api_key": [1]}',
    '["token=", "password:", {"secret=": "x"}]',
]


@pytest.mark.parametrize(("text", "expected"), SECRETS)
def test_secrets_are_redacted(text: str, expected: str) -> None:
    """A secret is replaced, and the text around it stays."""
    assert expected == redact(text)


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_kept(text: str) -> None:
    """Text that only mentions secrets is not changed."""
    assert text == redact(text)


PIECES = st.sampled_from(
    [
        *(
            "password",
            "secret",
            "token",
            "api_key",
            "Bearer ",
            "basic ",
            "Authorization",
            "xoxb-123456-ab",
            "--",
            "-u ",
            "mysql ",
            " -p",
            "_pass",
            "master_key",
            "routing_key",
            "webhook.office.com/webhookb2/",
            "cookie",
            "?sig=",
            "/",
            "AKIA" + "A" * 16,
        ),
        *("eyJabcdefgh", ".abcdefgh.", "://", "user:", "@", "[redacted]", "-----", KEY, KEY[:40], "9f86d081"),
        *(":", "=", ": ", '"', "'", "\\", '\\"', ",", "}", "]", "&", " ", "\n", "\\n", "<", ">", "ä", "\x00"),
    ]
)
TEXTS = st.one_of(st.lists(PIECES, max_size=12).map("".join), st.text())
DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=8,
)


@given(TEXTS)
@example("AKIAAAAAAAAAAAAAAAAAxoxb-123456-ab")
def test_redacting_twice_changes_nothing(text: str) -> None:
    """Redacting a redacted text changes nothing."""
    assert redact(text) == redact(redact(text))


@given(DOCUMENTS, st.booleans())
def test_json_stays_json(document: object, nested: bool) -> None:
    """A redacted JSON body is valid and keeps its shape, even if it is nested in strings."""
    body = json.dumps(json.dumps(document)) if nested else json.dumps(document)

    parsed = json.loads(redact(body))

    assert type(json.loads(body)) is type(parsed)


@settings(max_examples=20, deadline=None)
@given(st.lists(TEXTS, min_size=1, max_size=3))
def test_a_long_list_is_redacted_like_its_entries(texts: list[str]) -> None:
    """Searching a text piece by piece misses no secret."""
    entries = [json.dumps({"title": text, "password": text, "labels": {"token": text}}) for text in texts]
    many = entries * (2 * PIECE // len("".join(entries)) + 1)

    assert f"[{', '.join(map(redact, many))}]" == redact(f"[{', '.join(many)}]")


@pytest.mark.parametrize(("text", "expected"), SECRETS)
def test_a_secret_across_two_pieces_is_redacted(text: str, expected: str) -> None:
    """A secret is found wherever the boundary between two pieces is."""
    for before in (1, len(text) // 2, len(text) - 1):
        filler = " " * (PIECE - before)

        assert filler + expected + filler == redact(filler + text + filler)


@pytest.mark.parametrize(
    ("begin", "end"),
    [("password=", ""), ("-----BEGIN PRIVATE KEY-----", "-----END PRIVATE KEY-----"), ('"cookie: a=', '"')],
)
def test_a_secret_longer_than_a_piece_is_redacted(begin: str, end: str) -> None:
    """A very long secret, such as a key file in an alert, is redacted to its end."""
    assert "abc" not in redact(f"{begin}{'abc' * PIECE}{end}")


def test_redaction_does_not_block_the_event_loop() -> None:
    """While a thread redacts a huge text, the event loop keeps running."""
    assert longest_wait_beside(lambda: redact("://" * 300_000)) < 1 / 3


@given(st.text(alphabet="abcdefghij0123456789", min_size=4), st.sampled_from(["password", "client_secret"]))
def test_no_value_survives(value: str, name: str) -> None:
    """The value of a key for a secret is redacted in JSON, forms and settings alike."""
    texts = [json.dumps({name: value}), f"a=1&{name}={value}&b=2", f"{name.upper()}: {value}\n"]

    left = [text for text in texts if value in redact(text).replace(name, "").replace("redacted", "")]

    assert not left


@pytest.mark.parametrize(
    "piece",
    [
        "password",
        "token:",
        "://a:",
        "eyJabcdefgh-",
        "Bearer ",
        "-----BEGIN PRIVATE KEY-----",
        "\\",
        "xoxb-",
        "sk-",
        "SG.",
        "cookie:a=",
        "-u a:",
        "--password",
        "://a:@",
        "-",
        "mysql ",
        "mysql -",
        "_pass:",
        "pypi-",
        "a" * 9,
    ],
)
def test_time_is_linear(piece: str) -> None:
    """Redacting half a megabyte of the worst-case text stays well within the time limit."""
    text = piece * (500_000 // len(piece))

    began = time.process_time()
    redact(text)

    assert time.process_time() - began < 5
