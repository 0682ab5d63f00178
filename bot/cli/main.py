"""`firstcheck …`: the table of commands. A command's module is imported when the command runs."""

import sys
from pkgutil import resolve_name
from typing import Any

import click

from bot.domain.errors import ActionableError


class LazyCommand(click.Command):
    """A stand-in for the command at `target` (`module:attribute`) in the group's help, imported when run."""

    def __init__(self, name: str, target: str, short_help: str) -> None:
        super().__init__(name, short_help=short_help)
        self.target = target

    def load(self) -> click.Command:
        """Import and return the command."""
        command: click.Command = resolve_name(f"bot.cli.{self.target}")
        return command

    def make_context(self, *arguments: Any, **extra: Any) -> click.Context:
        """Return a context of the loaded command, which click then runs."""
        return self.load().make_context(*arguments, **extra)


#: The short help is the first sentence of each command's own help.
COMMANDS = (
    LazyCommand("cancel", "incidents:cancel", "Cancel INCIDENT as a false alarm."),
    LazyCommand(
        "check",
        "configuration:check",
        "Check the configuration, the runbooks and the template, and ask Slack whether the tokens work.",
    ),
    LazyCommand("close", "reports:close", "Close INCIDENT and draft its postmortem."),
    LazyCommand("declare", "declare:declare", "Declare an incident."),
    LazyCommand("demo", "serving:demo", "Run an outage on this machine, without Slack."),
    LazyCommand(
        "lint",
        "lint:lint",
        "Report the gaps in a postmortem: a Markdown FILE, or the document and the record of INCIDENT.",
    ),
    LazyCommand("list", "incidents:list_", "List open incidents."),
    LazyCommand("manifest", "configuration:manifest", "Print the app manifest for Slack."),
    LazyCommand("milestone", "incidents:milestone", "Set when INCIDENT reached a milestone, and HOW."),
    LazyCommand("note", "incidents:note", "Add TEXT to INCIDENT's timeline."),
    LazyCommand("postmortem", "reports:postmortem", "Write INCIDENT's postmortem again, keeping your edits."),
    LazyCommand("probe", "configuration:probe", "Run the probes of a runbook or a service, or all probes."),
    LazyCommand("quarantine", "quarantine:quarantine", "List alert bodies that could not be read, and why."),
    LazyCommand("reopen", "incidents:reopen", "Reopen INCIDENT."),
    LazyCommand("resolve", "incidents:resolve", "Resolve INCIDENT: the fix is permanent."),
    LazyCommand("schema", "configuration:schema", "Print the JSON Schema of a runbook."),
    LazyCommand("serve", "serving:serve", "Accept alerts and talk to Slack until stopped."),
    LazyCommand("show", "reports:show", "Show INCIDENT: its timeline, current step and pending work."),
    LazyCommand("simulate", "configuration:simulate", "Measure how soon RUNBOOK's order finds the cause."),
    LazyCommand(
        "transcript",
        "transcript:transcript",
        "Print what was said in INCIDENT's channel, with replies below their messages.",
    ),
)


@click.group(commands=COMMANDS)
@click.version_option(package_name="firstcheck")
def cli() -> None:
    """Slack incident bot: alerts, runbooks, timeline, postmortem."""


def main() -> None:
    """Run the command line. Exit with 1 and a message if the command fails, and with 2 if it was mistyped."""
    try:
        cli(standalone_mode=True)
    except (ActionableError, OSError) as error:
        from bot.cli.console import echo  # noqa: PLC0415 - it imports the settings, which --help does not need

        echo(str(error), err=True)
        sys.exit(1)
