"""`firstcheck …`: the table of commands. A command's module is imported when the command runs."""

import sys
from importlib import import_module
from typing import Any

import click

from bot.domain.errors import ActionableError


class LazyCommand(click.Command):
    """Stands for the command at `target` (`module:attribute`) in the group's help, and loads it to run it."""

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
    LazyCommand("cancel", "bot.cli.incidents:cancel", "Say that INCIDENT was none, and why."),
    LazyCommand(
        "check", "bot.cli.configuration:check", "Check firstcheck.yaml, the runbooks and the template."
    ),
    LazyCommand("close", "bot.cli.reports:close", "End the response to INCIDENT; the postmortem is drafted."),
    LazyCommand("declare", "bot.cli.declare:declare", "Declare an incident."),
    LazyCommand("demo", "bot.cli.serving:demo", "Run an outage on this machine, without Slack."),
    LazyCommand("list", "bot.cli.incidents:list_", "List the open incidents."),
    LazyCommand("manifest", "bot.cli.configuration:manifest", "Print the app manifest to paste into Slack."),
    LazyCommand("note", "bot.cli.incidents:note", "Put TEXT on the timeline of INCIDENT."),
    LazyCommand("postmortem", "bot.cli.reports:postmortem", "Write the postmortem of INCIDENT."),
    LazyCommand("probe", "bot.cli.configuration:probe", "Run the probes of a runbook, a service, or all."),
    LazyCommand(
        "quarantine",
        "bot.cli.quarantine:quarantine",
        "List the bodies of alerts that could not be read, and why.",
    ),
    LazyCommand("reopen", "bot.cli.incidents:reopen", "Say that INCIDENT is not over after all."),
    LazyCommand("resolve", "bot.cli.incidents:resolve", "Say that INCIDENT is over and the fix stands."),
    LazyCommand("schema", "bot.cli.configuration:schema", "Print the JSON Schema of a runbook, for editors."),
    LazyCommand("serve", "bot.cli.serving:serve", "Serve alerts and Slack until told to end."),
    LazyCommand("show", "bot.cli.reports:show", "Show INCIDENT and its timeline."),
    LazyCommand(
        "simulate",
        "bot.cli.configuration:simulate",
        "Measure how soon the order of RUNBOOK finds the cause.",
    ),
)


@click.group(commands=COMMANDS)
@click.version_option(package_name="firstcheck")
def cli() -> None:
    """Firstcheck opens the incident channel and finds the cause before the database is blamed."""


def main() -> None:
    """Run the command line. Exit with 1 and a sentence if the command fails, with 2 if it was mistyped."""
    try:
        cli(standalone_mode=True)
    except (ActionableError, OSError) as error:
        click.echo(str(error), err=True)
        sys.exit(1)
