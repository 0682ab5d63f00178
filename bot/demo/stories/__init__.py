"""The outages that the demo can replay, one file each."""

from pathlib import Path

import msgspec.yaml

from bot.demo.story import Story

STORIES = {
    path.stem: msgspec.yaml.decode(path.read_bytes(), type=Story)
    for path in sorted(Path(__file__).parent.glob("*.yaml"))
}
#: The outage of 18 February 2024 that led to Firstcheck.
STACK_OUTAGE = STORIES["stack-outage"]
