"""firstcheck.yaml and the environment become settings, or all mistakes are reported."""

import re
from pathlib import Path

import pytest

from bot.config.settings import AlertSecret, ConfigMistakes, Service, Settings, load
from bot.domain.alerts.routing import Rule
from bot.domain.vocabulary import Severity

ROOT = Path(__file__).parents[2]
FULL = """
port: 9000
slack_api_url: http://localhost:1234/api
digest_channel: "#incidents"
default_severity: sev2
default_invite: ["U0ONCALL"]
routes:
  - match: {alertname: TokenErrorsHigh}
    service: auth
    severity: sev1
    invite: ["U0ANN"]
  - {match: {}, service: web}
services:
  auth:
    owner: platform team
    invite: ["U0BEN"]
    runbook: auth-outage
    links: {settings_url: "http://127.0.0.1:8001/settings"}
alerts:
  alertmanager: {bearer: "env:AM"}
  grafana: {basic: {user: g, password: "p"}, secret: s}
allowed_hosts: [127.0.0.1:8001, Auth.Internal]
postmortems: pm
log_json: yes
command: /inc
"""


def write(folder: Path, text: str) -> Path:
    """Write `text` to a firstcheck.yaml in `folder`."""
    path = folder / "firstcheck.yaml"
    path.write_text(text)
    return path


def mistakes(folder: Path, path: Path | None = None, environ: dict[str, str] | None = None) -> list[str]:
    """Return the mistakes found while loading, without the path of `folder`."""
    with pytest.raises(ConfigMistakes) as raised:
        load(environ or {}, path)
    return str(raised.value).replace(f"{folder}/", "").splitlines()


def test_nothing_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no file and an empty environment, the defaults apply and the shipped folders are used."""
    monkeypatch.chdir(tmp_path)

    settings = load({})

    assert Settings() == settings
    assert settings.runbooks == ROOT / "runbooks"


def test_everything_set(tmp_path: Path) -> None:
    """Every setting of the file is read."""
    settings = load({"AM": "s3cret"}, write(tmp_path, FULL))

    expected = Settings(
        port=9000,
        slack_api_url="http://localhost:1234/api/",
        digest_channel="incidents",
        default_severity=Severity.SEV2,
        default_invite=("U0ONCALL",),
        rules=(
            Rule(
                match={"alertname": "TokenErrorsHigh"},
                service="auth",
                severity=Severity.SEV1,
                invite=("U0ANN",),
            ),
            Rule(service="web"),
        ),
        services={
            "auth": Service(
                owner="platform team",
                invite=("U0BEN",),
                runbook="auth-outage",
                links={"settings_url": "http://127.0.0.1:8001/settings"},
            )
        },
        alerts={
            "alertmanager": AlertSecret(bearer="s3cret"),
            "grafana": AlertSecret(user="g", password="p", secret="s"),
        },
        allowed_hosts=("127.0.0.1:8001", "auth.internal"),
        postmortems=tmp_path / "pm",
        log_json=True,
        command="/inc",
    )
    assert expected == settings


def test_permissions_of_probes(tmp_path: Path) -> None:
    """Networks, paths and commands are kept as written, and the folder of the file is known."""
    text = 'allowed_networks: [10.0.0.0/8]\nallowed_paths: [deploy]\ncommands: [[/bin/check, "1"]]\n'

    settings = load({}, write(tmp_path, text))

    expected = (("10.0.0.0/8",), (Path("deploy"),), (("/bin/check", "1"),), tmp_path)
    assert expected == (
        settings.allowed_networks,
        settings.allowed_paths,
        settings.commands,
        settings.folder,
    )


def test_environment_overrides_the_file(tmp_path: Path) -> None:
    """An environment variable overrides the file, and an empty variable counts as unset."""
    environ = {
        "FIRSTCHECK_CONFIG": str(write(tmp_path, "port: 1\nhost: 0.0.0.0\n")),
        "PORT": "8080",
        "HOST": "",
        "FIRSTCHECK_DATABASE": "sqlite:////data/f.db",
    }

    settings = load(environ)

    expected = (8080, "0.0.0.0", "sqlite:////data/f.db")  # noqa: S104 - an address in a setting; nothing listens on it
    assert expected == (settings.port, settings.host, settings.database)


def test_secrets_are_not_shown(tmp_path: Path) -> None:
    """No secret appears in the repr of the settings, which tracebacks show."""
    environ = {
        "SLACK_BOT_TOKEN": "xoxb-hush",
        "SLACK_APP_TOKEN": "xapp-hush",
        "SLACK_SIGNING_SECRET": "hush",
        "FIRSTCHECK_DATABASE": "sqlite:////data/hush.db",
        "AM": "hush",
    }

    settings = load(environ, write(tmp_path, 'alerts: {alertmanager: {bearer: "env:AM"}}'))

    assert settings.slack_bot_token == "xoxb-hush"
    assert "hush" not in repr(settings)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    """All mistakes are reported in the order of the file, each with its place and what to do."""
    path = write(
        tmp_path,
        "port: 070\n"
        "slack_api_url: http://evil.example/api\n"
        "digest_channel: no\n"
        "databse_url: x\n"
        "services:\n"
        "  auth: {invite: 'U0ANN', links: {settings_url: auth/settings}}\n"
        "  auth: {}\n",
    )

    expected = """\
environment SLACK_APP_TOKEN: this is the bot token — set it as SLACK_BOT_TOKEN, and set one with xapp- here
firstcheck.yaml:1:7 port: must be a number like 8000, without a leading zero or colon
firstcheck.yaml:2:16 slack_api_url: tokens would be unencrypted — use https:// (http is only for loopback)
firstcheck.yaml:3:17 digest_channel: YAML reads no as a boolean — put it in quotes
firstcheck.yaml:4:14 databse_url: unknown key (did you mean 'database'?)
firstcheck.yaml:7:3 services: duplicate key 'auth' — remove one
""".splitlines()
    assert expected == mistakes(tmp_path, path, {"SLACK_APP_TOKEN": "xoxb-1"})


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("default_severity: sev0", "'sev0' is not valid (did you mean 'sev1'?)"),
        ("default_severity: SEV2", "'SEV2' is not valid (did you mean 'sev2'?)"),
        ("routes: [{match: {a: b}, severity: critical}]", "(did you mean 'sev1'?)"),
        ("routes: [{match: {a: b}, ignore: perhaps}]", "must be true or false"),
        ("port: 99999", "99999 is out of range"),
        ("port: .nan", "must be a number"),
        ("port: 1:30", "must be a number"),
        ("log_json: perhaps", "must be true or false"),
        ("default_invite: [1.10]", "YAML reads 1.10 as a number — put it in quotes"),
        ("default_invite: [~]", "empty item"),
        ("default_invite: ann", "must be a list"),
        ("default_invite: ['@ann']", "'@ann' is not a member ID"),
        ("services: [auth]", "must be a mapping"),
        ("services: {on: {}}", "YAML reads the key on as a boolean"),
        ("services: {a: {links: {x: 'ftp://y'}}}", "'ftp://y' is not a URL"),
        ("routes: [{severity: bad}]", "'bad' is not valid"),
        ("routes: [{match: {a: {b: c}}}]", "must be text, not a list or a mapping"),
        ("services: {a: {runbook: auth-outag}}", "(did you mean 'auth-outage'?)"),
        ("alerts: {x: {bearer: 'env:NO_SUCH'}}", "the variable NO_SUCH is not set"),
        ("alerts: {x: {basic: {user: u}}}", "needs both user and password"),
        ("alerts: {x: }", "has no secret"),
        ("allowed_hosts: ['http://x']", "'http://x' is not a host"),
        ("allowed_networks: [10.0.0.1/8]", "'10.0.0.1/8' is not a network"),
        ("commands: [[pg_isready, -h, db]]", "must be a list that starts with a program's full path"),
        ("commands: [pg_isready]", "must be a list"),
        ("runbooks: nowhere", "does not exist — create it"),
        ("postmortems: firstcheck.yaml", "is not a folder"),
        ("database: 'postgresql://db/main'", "only SQLite is supported"),
        ("database: firstcheck.db", "only SQLite is supported"),
        ("database: 'sqlite:///'", "only SQLite is supported"),
        ("command: incident", "'incident' is not a slash command"),
        ("slack_bot_token: xoxb-1", "set SLACK_BOT_TOKEN in the environment"),
        ("SLACK_BOT_TOKEN: xoxb-1", "do not belong in this file — set SLACK_BOT_TOKEN in the environment"),
        ("PORT: 80", "PORT: is an environment variable — set it in the environment, or write port here"),
        ("FIRSTCHECK_CONFIG: a.yaml", "is an environment variable — set it in the environment"),
        ("qqqqqq: 1", "unknown key; valid keys: database, host, port"),
        ("port:\t80\n\thost: x", "tab character — indent with spaces"),
        ("port: [", "cannot be read: expected the node content"),
        ("a: &x 1\nport: *x", "aliases are not supported — write out the value"),
        ("a: " + "[" * 5000, "nested too deeply"),
        ("port: !!python/name:os.system", "is not supported — remove it"),
        ("? [a]\n: b", "a key must be text"),
        ("--- {}\n--- {}", "cannot be read: but found another document"),
        ("- a", "must be a mapping"),
        ("x: \x00", "cannot be read"),
        ("#" * 1_000_001, "it is larger than 1,000,000 bytes"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, what: str) -> None:
    """Every mistake in the file is reported in a sentence with its place, never in a traceback."""
    found = mistakes(tmp_path, write(tmp_path, text))

    assert [line for line in found if what in line]
    assert all(line.startswith("firstcheck.yaml") for line in found)


def test_bot_token_needs_a_way_to_receive_events(tmp_path: Path) -> None:
    """A bot token alone could post messages but would never receive one."""
    found = mistakes(tmp_path, write(tmp_path, ""), {"SLACK_BOT_TOKEN": "xoxb-1"})

    assert [line for line in found if "SLACK_BOT_TOKEN: is not enough to receive events" in line]


def test_secrets_are_optional_for_commands_without_a_server(tmp_path: Path) -> None:
    """With `secrets=False`, missing secrets are not reported, but all other mistakes are."""
    text = "alerts: {alertmanager: {bearer: 'env:ALERTMANAGER_TOKEN'}}\n"
    environ = {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": ""}

    assert "xoxb-1" == load(environ, write(tmp_path, text), secrets=False).slack_bot_token
    assert 2 == len(mistakes(tmp_path, write(tmp_path, text), environ))
    with pytest.raises(ConfigMistakes, match="port"):
        load(environ, write(tmp_path, text + "port: high"), secrets=False)


def test_named_file_must_exist(tmp_path: Path) -> None:
    """Only the default file may be absent. A path in FIRSTCHECK_CONFIG without a file is a mistake."""
    expected = ["no.yaml: cannot be read: No such file or directory — check its name and permissions"]

    assert expected == mistakes(tmp_path, None, {"FIRSTCHECK_CONFIG": str(tmp_path / "no.yaml")})


def test_runbook_of_a_service_must_exist(tmp_path: Path) -> None:
    """A service with an unknown runbook is a mistake, which lists the runbooks that exist."""
    (tmp_path / "ours").mkdir()
    text = "runbooks: ours\nservices:\n  auth: {runbook: nope}\n"
    none = mistakes(tmp_path, write(tmp_path, text))
    (tmp_path / "ours" / "auth.yaml").touch()
    (tmp_path / "ours" / "general.yml").touch()

    place = "firstcheck.yaml:3:19 services.auth.runbook: there is no runbook 'nope' in ours"
    assert [f"{place} — the folder has no runbooks yet"] == none
    assert [f"{place} — available: auth, general"] == mistakes(tmp_path, write(tmp_path, text))


def test_sample_file_is_valid(tmp_path: Path) -> None:
    """The shipped firstcheck.yaml loads with or without its examples, and shows the real defaults."""
    sample = (ROOT / "firstcheck.yaml").read_text()
    taken = re.sub(r"(?m)^# (?=[ a-z_]+:|  )", "", sample)
    for folder in ("runbooks", "templates"):
        (tmp_path / folder).mkdir()
    (tmp_path / "runbooks" / "auth-outage.yaml").touch()

    untouched = load({}, ROOT / "firstcheck.yaml")
    secrets = ("ALERTMANAGER_TOKEN", "BACKUP_PASSWORD", "PAGERDUTY_KEY", "PAGERDUTY_SECRET")
    settings = load(dict.fromkeys(secrets, "made-up"), write(tmp_path, taken))

    assert Settings() == untouched
    assert settings.services["auth"].runbook == "auth-outage"
    usual = ("database", "host", "port", "command", "log_json", "default_severity")
    assert [getattr(untouched, name) for name in usual] == [getattr(settings, name) for name in usual]


def test_own_severities_and_roles(tmp_path: Path) -> None:
    """A team's words for severities are added to the usual ones, and its roles always include a commander."""
    file = tmp_path / "firstcheck.yaml"
    file.write_text("severities: {Disaster: sev1}\nroles: [scribe, legal]\n")

    settings = load({}, file)

    assert (Severity.SEV1, Severity.SEV3) == (settings.severities["disaster"], settings.severities["warning"])
    assert ("commander", "scribe", "legal") == settings.roles
