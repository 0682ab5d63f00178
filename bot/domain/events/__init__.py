"""Every event that can happen in an incident.

Stored names and fields are permanent: add, never rename (see store/codec.py). `at` is when the event happened
(UTC), which may be before it was recorded. `by` identifies the person or program that caused it: a Slack user
ID, `alertmanager`, `cli:ada` or `firstcheck`.
"""

from bot.domain.events.base import *
from bot.domain.events.escalation import *
from bot.domain.events.follow_up import *
from bot.domain.events.investigation import *
from bot.domain.events.lifecycle import *
from bot.domain.events.slack import *

AnyEvent = LifecycleEvent | SlackEvent | RunbookEvent | HypothesisEvent | EscalationEvent | FollowUpEvent
