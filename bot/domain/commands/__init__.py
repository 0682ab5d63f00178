"""All commands, which are requests from people, alerts and timers. Each may be refused with a reason."""

from bot.domain.commands.base import *
from bot.domain.commands.escalation import *
from bot.domain.commands.follow_up import *
from bot.domain.commands.investigation import *
from bot.domain.commands.lifecycle import *

AnyCommand = LifecycleCommand | InvestigationCommand | EscalationCommand | FollowUpCommand
