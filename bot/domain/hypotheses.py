"""The ledger of suspicions: which area a text speaks of."""

import re
from collections.abc import Mapping

from bot.domain.runbook import Area

#: How words begin that give an area away; the area whose words say the most wins, the first among equals.
AREA_WORDS: Mapping[Area, tuple[str, ...]] = {
    Area.CONFIG: ("config", "setting", "misconfig", "flag", "environment variable", "parameter"),
    Area.CHANGE: ("deploy", "release", "rollout", "commit", "migration", "changed", "merge"),
    Area.IDENTITY: ("login", "token", "certificate", "sso", "oauth", "permission", "credential", "auth"),
    Area.DEPENDENCY: ("upstream", "provider", "third party", "vendor", "api of", "dependency"),
    Area.CAPACITY: ("cpu", "memory", "disk", "load", "overload", "traffic", "quota", "limit", "oom"),
    Area.DATABASE: (
        "database",
        "db",
        "query",
        "queries",
        "postgres",
        "mysql",
        "pool",
        "replica",
        "lock",
        "deadlock",
    ),
    Area.NETWORK: ("network", "dns", "packet", "latency", "firewall", "route", "tls", "load balancer"),
    Area.SECURITY: ("security", "compromise", "breach", "attack", "intrusion", "malicious", "hacked", "ddos"),
}


def guess_area(text: str) -> Area:
    """Return the area a text speaks of; `change` when it gives nothing away (most outages follow one)."""
    lowered = text.lower()
    hits = {
        area: sum(len(word) for word in words if re.search(rf"\b{word}", lowered))
        for area, words in AREA_WORDS.items()
    }
    best = max(hits, key=lambda area: hits[area])
    return best if hits[best] else Area.CHANGE
