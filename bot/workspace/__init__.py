"""A local Slack workspace, as strict as Slack itself. The tests, the drills and the demo run against it."""

from bot.workspace.dispatcher import Delivery
from bot.workspace.errors import SlackError
from bot.workspace.interactions import CommandAnswer
from bot.workspace.people import PEOPLE, Person
from bot.workspace.state import Channel, Ephemeral, Message, View
from bot.workspace.web_api import Call
from bot.workspace.workspace import Workspace

__all__ = [
    "PEOPLE",
    "Call",
    "Channel",
    "CommandAnswer",
    "Delivery",
    "Ephemeral",
    "Message",
    "Person",
    "SlackError",
    "View",
    "Workspace",
]
