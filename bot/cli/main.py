"""`firstcheck …`: the table of commands. A command's module is imported when the command runs."""

import sys
from importlib import import_module
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
        module, _, attribute = self.target.partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Return a context of the loaded command, which click then runs."""
        return self.load().make_context(info_name, args, parent, **extra)


#: The short help is the first sentence of each command's own help.
COMMANDS = (
    LazyCommand("cancel", "bot.cli.incidents:cancel", "Cancel INCIDENT as a false alarm."),
    LazyCommand(
        "check", "bot.cli.configuration:check", "Check the configuration, the runbooks and the template."
    ),
    LazyCommand("close", "bot.cli.reports:close", "Close INCIDENT and draft its postmortem."),
    LazyCommand("declare", "bot.cli.declare:declare", "Declare an incident."),
    LazyCommand("demo", "bot.cli.serving:demo", "Run an outage on this machine, without Slack."),
    LazyCommand("list", "bot.cli.incidents:list_", "List open incidents."),
    LazyCommand("manifest", "bot.cli.configuration:manifest", "Print the app manifest for Slack."),
    LazyCommand("note", "bot.cli.incidents:note", "Add TEXT to the timeline of INCIDENT."),
    LazyCommand(
        "postmortem",
        "bot.cli.reports:postmortem",
        "Write the postmortem of INCIDENT again, keeping your edits.",
    ),
    LazyCommand(
        "probe", "bot.cli.configuration:probe", "Run the probes of a runbook or a service, or all probes."
    ),
    LazyCommand(
        "quarantine", "bot.cli.quarantine:quarantine", "List alert bodies that could not be read, and why."
    ),
    LazyCommand("reopen", "bot.cli.incidents:reopen", "Reopen INCIDENT."),
    LazyCommand("resolve", "bot.cli.incidents:resolve", "Resolve INCIDENT: the fix is permanent."),
    LazyCommand("schema", "bot.cli.configuration:schema", "Print the JSON Schema of a runbook."),
    LazyCommand("serve", "bot.cli.serving:serve", "Accept alerts and talk to Slack until stopped."),
    LazyCommand(
        "show", "bot.cli.reports:show", "Show INCIDENT: its timeline, current step and pending work."
    ),
    LazyCommand(
        "simulate", "bot.cli.configuration:simulate", "Measure how soon RUNBOOK's order finds the cause."
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
        click.echo(str(error), err=True)
        sys.exit(1)
