"""What waits for what, and what ten of are done as one."""

from typing import get_args

from bot.domain import effects

LANES = {
    "OpenChannel": "channel",
    "JoinChannel": "setup",
    "ShowCard": "channel",
    "TeachOwner": "channel",
    "ShowStep": "channel",
    "RedrawStep": "redraw",
    "ShowHypothesis": "channel",
    "ShowNudge": "channel",
    "ShowTimeBox": "channel",
    "ShowRunbookEnd": "channel",
    "TellChannel": "channel",
    "PinCard": "setup",
    "SetTopic": "setup",
    "InvitePeople": "setup",
    "ShowDigest": "digest",
    "TellPeople": "people",
    "TellPlace": "people",
    "Page": "pager",
    "EndPage": "pager",
    "RunProbe": "probe",
    "DraftPostmortem": "document",
    "RefreshCard": "timer",
    "ChooseLadder": "timer",
    "ClimbLadder": "timer",
    "Remind": "timer",
    "EndTimeBox": "timer",
    "OpenSideChannel": "side",
}
COALESCED = {
    "ShowCard",
    "TeachOwner",
    "RedrawStep",
    "SetTopic",
    "ShowDigest",
    "DraftPostmortem",
    "RefreshCard",
    "Remind",
}


def test_lanes() -> None:
    """What people read is in order, and nothing else waits for Slack's channel."""
    assert {kind.__name__: kind.lane.value for kind in get_args(effects.AnyEffect)} == LANES


def test_what_is_done_as_one() -> None:
    """What is drawn from the incident as it stands need not be drawn twice."""
    assert {kind.__name__ for kind in get_args(effects.AnyEffect) if kind.coalesced} == COALESCED
