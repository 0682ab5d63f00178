"""Pagers: one module for each kind, listed in PAGERS."""

from collections.abc import Mapping

from bot.domain.recipient import PagerKind
from bot.pagers import opsgenie, pagerduty, webhook
from bot.pagers.interface import Kind

PAGERS: Mapping[PagerKind, Kind] = {
    PagerKind.PAGERDUTY: pagerduty.KIND,
    PagerKind.OPSGENIE: opsgenie.KIND,
    PagerKind.WEBHOOK: webhook.KIND,
}
