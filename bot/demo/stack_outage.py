"""The outage of 18 February 2024 that led to Firstcheck."""

from datetime import UTC, datetime

from bot.demo.story import Act, Kind, Story
from bot.domain.escalation.ladder import Need, Rung

ALICE, BOB, CAROL = "U0ALICE", "U0BOB", "U0CAROL"


def _act(clock: str, kind: Kind, text: str, person: str = "") -> Act:
    hour, minute = map(int, clock.split(":"))
    return Act(at=datetime(2024, 2, 18, hour, minute, tzinfo=UTC), kind=kind, text=text, person=person)


STACK_OUTAGE = Story(
    name="stack-outage",
    title="Stack Outage",
    # In the outage people escalated at 12:00 and 13:30. These rungs show when each escalation was due.
    ladder=(Rung(after_minutes=30, unless=Need.HYPOTHESIS), Rung(after_minutes=60, unless=Need.RELIEF)),
    acts=(
        _act("10:00", "alert", "Stack Outage"),
        _act(
            "10:00",
            "command",
            "note Issue detected through monitoring alerts indicating a spike in failed authentication "
            "attempts.",
            ALICE,
        ),
        _act(
            "10:15",
            "marked",
            "Investigation started by the DevOps team to identify the source of the authentication failures.",
            ALICE,
        ),
        _act(
            "10:45",
            "command",
            "hypothesis Initial assumption: the issue might be related to the database, leading to a "
            "thorough examination of the database connection and queries. area:database",
            ALICE,
        ),
        _act(
            "11:30",
            "command",
            "refuted 1 Database connection and queries were found to be functioning correctly. "
            "Assumption proven incorrect.",
            ALICE,
        ),
        _act(
            "12:00",
            "command",
            "escalate the development team: the issue seemed to be within the microservice code",
            ALICE,
        ),
        _act("12:10", "message", "Reading the token code now. It has not changed in weeks.", BOB),
        _act(
            "12:30",
            "command",
            "hypothesis Misleading assumption: the codebase might have been compromised, which led to an "
            "unnecessary security audit. area:security",
            BOB,
        ),
        _act("13:00", "command", "refuted 2 The audit found nothing; nobody had broken in.", BOB),
        _act(
            "13:00",
            "command",
            "cause area:config The outage was caused by a misconfiguration in the authentication "
            "microservice, leading to a failure in user token generation.\nThe misconfiguration in the "
            "authentication microservice settings resulted in the incorrect generation of user tokens. "
            "The service was unable to verify user identities, causing authentication failures.",
            BOB,
        ),
        _act(
            "13:00",
            "marked",
            "Further investigation revealed a misconfiguration in the authentication microservice "
            "settings, causing token generation failures.",
            BOB,
        ),
        _act(
            "13:30",
            "command",
            "escalate senior developers and system administrators: a more in-depth analysis",
            BOB,
        ),
        _act("13:58", "recovery", "Stack Outage"),
        _act(
            "14:00",
            "command",
            "resolve The issue was fixed by updating the configuration files with the correct parameters "
            "for token generation. The authentication microservice was redeployed to apply the changes, "
            "restoring normal functionality.",
            CAROL,
        ),
        _act(
            "14:00",
            "marked",
            "Issue resolved by correcting the misconfiguration in the authentication microservice settings.",
            CAROL,
        ),
        _act(
            "14:05",
            "command",
            "impact The user authentication service was down, affecting 30% of users. Users experienced "
            "login failures and were unable to access secured areas of the application.",
            ALICE,
        ),
        _act(
            "14:10",
            "command",
            "improve Enhance monitoring: Implement additional monitoring for authentication services to "
            "detect anomalies in real-time.",
            CAROL,
        ),
        _act(
            "14:11",
            "command",
            "improve Automated testing: Introduce automated testing for configuration settings to "
            "prevent misconfigurations in the future.",
            CAROL,
        ),
        _act(
            "14:12",
            "command",
            "action Patch authentication microservice: Apply the necessary patches to the authentication "
            "microservice to prevent similar misconfigurations.",
            CAROL,
        ),
        _act(
            "14:13",
            "command",
            "action Update documentation: Ensure that the configuration documentation is up-to-date to "
            "guide future deployments accurately.",
            CAROL,
        ),
        _act(
            "14:14",
            "command",
            "action Conduct team training: Provide training sessions to the team on best practices for "
            "configuration management and debugging procedures.",
            CAROL,
        ),
        _act("14:15", "command", "close", CAROL),
    ),
)

STORIES = {STACK_OUTAGE.name: STACK_OUTAGE}
