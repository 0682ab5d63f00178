"""What Firstcheck could not do, in words."""

#: What could not be done, in plain words, by effect.
FAILED = {
    "OpenChannel": "the channel could not be opened",
    "JoinChannel": "Firstcheck could not come back to the channel; invite it",
    "ShowCard": "the card could not be posted",
    "ShowStep": "a step of the runbook could not be posted",
    "RedrawStep": "a step of the runbook could not be brought up to date",
    "ShowHypothesis": "a hypothesis could not be posted",
    "ShowNudge": "a hint could not be posted",
    "ShowTimeBox": "nobody could be asked at the end of a time-box",
    "ShowRunbookEnd": "it could not be said that no step of the runbook is left",
    "TellChannel": "a message could not be posted",
    "PinCard": "the card could not be pinned",
    "SetTopic": "the topic could not be set",
    "InvitePeople": "people could not be invited",
    "ShowDigest": "the line in the channel of all incidents could not be posted",
    "TellPeople": "people could not be told directly",
    "RunProbe": "a probe could not be run",
    "DraftPostmortem": "the postmortem could not be drafted",
    "RefreshCard": "the card could not be refreshed",
    "EndTimeBox": "nobody could be asked at the end of a time-box",
    "OpenSideChannel": "a private channel could not be opened",
    "TellPlace": "another channel could not be told",
    "TeachOwner": "the runbook's owner could not be told what this taught",
    "Page": "nobody could be paged",
    "EndPage": "a page could not be ended at its pager",
    "ChooseLadder": "who is called in, and when, could not be looked up",
    "ClimbLadder": "a rung of the ladder could not be taken",
    "Remind": "a reminder could not be given",
}


def failure(effect: str) -> str:
    """Return what was not done, as a sentence begins; `effect` is its internal name."""
    return FAILED.get(effect, f"{effect} could not be done")
