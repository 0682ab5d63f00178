"""Runs a command that the configuration lists. Its exit codes are those of monitoring plugins."""

from dataclasses import dataclass

from bot.domain.text.redaction import redact
from bot.probes.interface import Finding, Kind, Permissions, ProbeFailed, ok, problem
from bot.probes.processes import run_program

LONGEST_S = 20.0
#: How many characters of the command's output the evidence shows.
EXCERPT = 600
#: Exit codes of monitoring plugins: 0 is OK, 1 a warning, 2 critical. Anything else is unknown.
#: https://github.com/monitoring-plugins/monitoring-plugin-guidelines
CLEAR, WRONG = 0, {1, 2}


@dataclass(frozen=True, kw_only=True)
class Options:
    """The command: the full path of its program, and its arguments. It runs without a shell."""

    argv: tuple[str, ...]


def check_permitted(options: Options, permissions: Permissions) -> None:
    """Raise ProbeFailed if the configuration does not list the command."""
    if options.argv not in permissions.commands:
        raise ProbeFailed(
            f"{' '.join(options.argv)!r} is not listed under commands in firstcheck.yaml. "
            "The whole list must match exactly."
        )


async def run(options: Options, permissions: Permissions) -> Finding:
    """Run the command. Exit code 0 is OK, 1 and 2 are a problem found. Raise ProbeFailed for any other."""
    check_permitted(options, permissions)
    code, written = await run_program(options.argv)
    text = redact(written).strip()[:EXCERPT] or "No output."
    if code == CLEAR:
        return ok(text)
    if code in WRONG:
        return problem(text)
    raise ProbeFailed(f"{options.argv[0]} exited with {code}, so the state is unknown: {text}")


KIND = Kind(options=Options, check_permitted=check_permitted, run=run, timeout_s=LONGEST_S)
