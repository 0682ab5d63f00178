"""What a Slack message says, wherever it says it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.incoming.message_text import text_of

GRAPH = {"name": "graph.png", "permalink": "https://team.example/files/F1/graph.png"}
LINK = "<https://team.example/files/F1/graph.png|graph.png>"


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"text": "restarted auth"}, "restarted auth"),
        ({"text": "", "files": [GRAPH]}, f"(file: {LINK})"),
        ({"text": "look", "files": [GRAPH, {"name": "a<b.txt"}]}, f"look (file: {LINK}, a&lt;b.txt)"),
        (
            {"text": "", "attachments": [{"title": "5xx rate high", "text": "12% on web", "fallback": "x"}]},
            "5xx rate high: 12% on web",
        ),
        ({"attachments": [{"fallback": "[FIRING] 5xx"}]}, "[FIRING] 5xx"),
        (
            {
                "blocks": [
                    {"type": "header", "text": {"type": "plain_text", "text": "Deploy 41"}},
                    {"type": "section", "fields": [{"type": "mrkdwn", "text": "*by* ben"}]},
                ]
            },
            "Deploy 41\n*by* ben",
        ),
        ({"attachments": [{"blocks": [{"type": "section", "text": {"text": "in a block"}}]}]}, "in a block"),
        (
            {
                "blocks": [
                    {
                        "type": "rich_text",
                        "elements": [
                            {
                                "type": "rich_text_section",
                                "elements": [
                                    {"type": "text", "text": "see "},
                                    {"type": "link", "url": "https://x.example"},
                                ],
                            }
                        ],
                    }
                ]
            },
            "see <https://x.example>",
        ),
        (
            {
                "text": "",
                "attachments": [{"is_share": True, "author_name": "Ben", "text": "it is the key"}],
            },
            "Ben: it is the key",
        ),
        (
            {
                "text": "look",
                "attachments": [{"is_msg_unfurl": True, "author_name": "Ben", "text": "the key"}],
            },
            "look\nBen: the key",
        ),
        (
            {"text": "see https://x.example", "attachments": [{"title": "X", "text": "y"}]},
            "see https://x.example",
        ),
        ({}, ""),
    ],
)
def test_the_text_of_a_message(message: dict[str, Any], text: str) -> None:
    """Files, attachments, blocks and forwarded messages have a text."""
    assert text == text_of(message)


FIELDS = ["text", "blocks", "attachments", "elements", "fields", "files", "title", "type"]
wild = st.recursive(
    st.none() | st.text() | st.integers() | st.booleans(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["text", "blocks", "attachments", "elements", "fields", "files", "title", "type"]
            ),
            inner,
        )
    ),
)


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments", "files"]), wild))
def test_any_message_has_a_text(message: dict[str, Any]) -> None:
    """A message of any shape has a text of bounded length, besides its own text and its files."""
    attached = text_of({name: value for name, value in message.items() if name in {"blocks", "attachments"}})
    assert isinstance(text_of(message), str)
    assert len(attached) <= 100_000
