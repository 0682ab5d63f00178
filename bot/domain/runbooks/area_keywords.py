"""Guesses the area of a hypothesis from keywords in its text."""

import re

from bot.domain.vocabulary import Area

#: Beginnings of words that suggest an area. The area with the longest matches in total wins, and the first of
#: equal ones.
_WORDS = {
    Area.CONFIG: "config, setting, misconfig, flag, toggle, environment variable, env var, parameter, yaml, "
    "feature switch",
    Area.CHANGE: "deploy, release, rollout, rolled out, commit, migration, changed, merge, upgrade, update, "
    "new version, pull request",
    Area.IDENTITY: "login, log in, sign-in, sign in, token, certificate, expired, sso, saml, oauth, jwt, "
    "permission, credential, auth, signing key",
    Area.DEPENDENCY: "upstream, downstream, provider, third party, third-party, vendor, api of, dependency, "
    "dependencies, external service",
    Area.CAPACITY: "cpu, memory, disk, load, overload, traffic, quota, limit, rate limit, oom, throttl, "
    "saturat, queue, too many requests, autoscal",
    Area.DATABASE: "database, db, sql, query, queries, postgres, mysql, pool, connection pool, replica, "
    "replication, lock, deadlock, transaction, table, index",
    Area.NETWORK: "network, dns, packet, latency, timeout, firewall, route, routing, tls, load balancer, "
    "proxy, vpn, unreachable, connectivity",
    Area.SECURITY: "security, compromise, breach, attack, intrusion, intruder, malicious, malware, hacked, "
    "ddos, exploit, vulnerab, broke in, break-in, leaked, brute force",
}
AREA_WORDS = {area: tuple(words.split(", ")) for area, words in _WORDS.items()}


def guess_area(text: str) -> Area | None:
    """Return the area that a text suggests, or None if it has no keyword."""
    lower = text.lower()
    hits = {
        area: sum(len(word) for word in words if re.search(rf"\b{word}", lower))
        for area, words in AREA_WORDS.items()
    }
    best = max(hits, key=lambda area: hits[area])
    return best if hits[best] else None
