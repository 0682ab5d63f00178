"""Runs a command that the configuration lists word for word; it answers as monitoring plugins do."""

from dataclasses import dataclass

from bot.domain.text.redaction import redact
from bot.domain.vocabulary import ProbeVerdict
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed
from bot.probes.processes import run_program

LONGEST_S = 20.0
#: How much of its output is shown.
EXCERPT = 600
#: Exit codes of monitoring plugins: fine, a warning, critical; anything else could not look.
#: https://github.com/monitoring-plugins/monitoring-plugin-guidelines
CLEAR, WRONG = 0, {1, 2}


@dataclass(frozen=True, kw_only=True)
class Options:
    """The command: its program, by an absolute path, and its arguments. No shell reads them."""

    argv: tuple[str, ...]


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Refuse a command that the configuration does not list."""
    if options.argv not in permissions.commands:
        raise ProbeFailed(
            f"{' '.join(options.argv)!r} is not among commands in firstcheck.yaml, word for word, "
            "so it is not run."
        )


async def run(options: Options, permissions: Permissions) -> Finding:
    """Run the command and judge by its exit code: 0 is clear, 1 and 2 are wrong, others say nothing."""
    check_permitted(options, permissions)
    code, written = await run_program(options.argv)
    said = redact(written).strip()[:EXCERPT] or "It wrote nothing."
    if code == CLEAR:
        return Finding(verdict=ProbeVerdict.CLEAR, evidence=said)
    if code in WRONG:
        return Finding(verdict=ProbeVerdict.WRONG, evidence=said)
    raise ProbeFailed(f"{options.argv[0]} ended with {code}, which says nothing of the service: {said}")


KIND = Kind(options=Options, check_permitted=check_permitted, run=run, timeout_s=LONGEST_S)
