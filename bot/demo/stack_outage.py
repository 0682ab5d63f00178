"""The outage of 18 February 2024 that led to Firstcheck."""

from pathlib import Path

import msgspec.yaml

from bot.demo.story import Story

STACK_OUTAGE = msgspec.yaml.decode(Path(__file__).with_suffix(".yaml").read_bytes(), type=Story)

STORIES = {STACK_OUTAGE.name: STACK_OUTAGE}
