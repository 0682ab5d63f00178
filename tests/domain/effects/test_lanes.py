"""The lanes of effects, and which waiting effects are performed as one."""

from typing import get_args

from bot.domain import effects

LANES = {
    "OpenChannel": "channel",
    "JoinChannel": "setup",
    "ShowCard": "channel",
    "SendRunbookFeedback": "channel",
    "ShowStep": "channel",
    "RedrawStep": "redraw",
    "ShowHypothesis": "channel",
    "ShowHint": "channel",
    "ShowTimeBox": "channel",
    "ShowRunbookEnd": "channel",
    "Announce": "channel",
    "PinCard": "setup",
    "ShowMark": "redraw",
    "SetTopic": "setup",
    "InvitePeople": "setup",
    "ShowDigest": "digest",
    "PublishUpdate": "digest",
    "NotifyPeople": "people",
    "NotifyChannel": "people",
    "Page": "pager",
    "EndPage": "pager",
    "RunProbe": "probe",
    "DraftPostmortem": "document",
    "SharePostmortem": "channel",
    "SendPostmortem": "document",
    "RefreshCard": "timer",
    "ChooseLadder": "timer",
    "ClimbLadder": "timer",
    "Remind": "timer",
    "EndTimeBox": "timer",
    "OpenSideChannel": "side",
}
COALESCED = {
    "ShowCard",
    "SendRunbookFeedback",
    "RedrawStep",
    "ShowMark",
    "SetTopic",
    "ShowDigest",
    "DraftPostmortem",
    "SharePostmortem",
    "RefreshCard",
    "Remind",
}


def test_lanes() -> None:
    """Messages that people read in order share a lane, and nothing else waits for them."""
    assert {kind.__name__: kind.lane.value for kind in get_args(effects.AnyEffect)} == LANES


def test_coalesced_effects() -> None:
    """Several requests for an effect that renders the current incident are performed once."""
    assert {kind.__name__ for kind in get_args(effects.AnyEffect) if kind.coalesced} == COALESCED
