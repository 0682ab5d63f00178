"""The text of Block Kit blocks and attachments, as Slack shows it."""

from typing import Any

import pytest

from bot.slack.incoming.message_text import PLACEHOLDER, text_of

Element = dict[str, Any]


def words(text: str, **style: bool) -> Element:
    """Return plain words of a rich text."""
    return {"type": "text", "text": text, "style": style}


def section(*elements: Element) -> Element:
    """Return a paragraph, or an item of a list."""
    return {"type": "rich_text_section", "elements": list(elements)}


def listed(style: str, indent: int, *items: str, offset: int = 0) -> Element:
    """Return a list."""
    elements = [section(words(item)) for item in items]
    return {
        "type": "rich_text_list",
        "style": style,
        "indent": indent,
        "offset": offset,
        "elements": elements,
    }


def block(kind: str, **fields: Any) -> Element:
    """Return a block."""
    return {"type": kind, **fields}


def plain(text: str) -> Element:
    """Return a plain text object."""
    return {"type": "plain_text", "text": text}


@pytest.mark.parametrize(
    ("elements", "text"),
    [
        (
            [
                section(words("we saw:")),
                listed("bullet", 0, "5xx", "timeouts"),
                listed("ordered", 1, "a", "b", offset=2),
            ],
            "we saw:\n• 5xx\n• timeouts\n    3. a\n    4. b",
        ),
        (
            [{"type": "rich_text_quote", "elements": [words("it is down\nfor us")]}],
            "&gt; it is down\n&gt; for us",
        ),
        (
            [
                section(words("log:")),
                {"type": "rich_text_preformatted", "elements": [words("select 1;\n  from <b>")]},
            ],
            "log:\n```\nselect 1;\n  from &lt;b&gt;\n```",
        ),
        (
            [
                section(
                    words("ask ", bold=True),
                    {"type": "user", "user_id": "U0BOB"},
                    {"type": "usergroup", "usergroup_id": "S1"},
                    {"type": "channel", "channel_id": "C1"},
                    {"type": "broadcast", "range": "here"},
                    {"type": "emoji", "name": "+1", "skin_tone": 3},
                    {"type": "date", "timestamp": 1700000000, "format": "{date}", "fallback": "Nov 14"},
                    {"type": "link", "url": "https://x.example/a", "text": "graph"},
                    {"type": "color", "value": "#FF0000"},
                )
            ],
            "ask <@U0BOB><!subteam^S1><#C1><!here>:+1::skin-tone-3:Nov 14<https://x.example/a|graph>",
        ),
        ([section(words("<!channel> a & b"))], "&lt;!channel&gt; a &amp; b"),
    ],
    ids=["lists", "quote", "code", "inline", "markup"],
)
def test_rich_text(elements: list[Element], text: str) -> None:
    """Rich text becomes the text that Slack itself would store, and nobody is mentioned by plain words."""
    assert text == text_of({"blocks": [block("rich_text", elements=elements)]})


@pytest.mark.parametrize(
    ("blocks", "text"),
    [
        (
            [
                block("section", text={"type": "mrkdwn", "text": "*Deploy* 41"}),
                block("divider"),
                block(
                    "context",
                    elements=[block("image", alt_text="face"), {"type": "mrkdwn", "text": "by ben"}],
                ),
                block("actions", elements=[block("button", text=plain("Roll back"))]),
            ],
            "*Deploy* 41\nby ben",
        ),
        ([block("image", alt_text="p99 latency", title=plain("p99"))], "p99"),
        ([block("image", alt_text="p99 latency")], "p99 latency"),
        (
            [block("header", text=plain("a < b & <!channel> :fire:"))],
            "a &lt; b &amp; &lt;!channel&gt; :fire:",
        ),
        ([block("markdown", text="# Deploy\n- a")], "# Deploy\n- a"),
        (
            [
                block(
                    "table",
                    rows=[
                        [block("raw_text", text="host"), block("raw_text", text="errors")],
                        [
                            block("raw_text", text="a"),
                            block("rich_text", elements=[section(words("12%"))]),
                        ],
                    ],
                )
            ],
            "host | errors\na | 12%",
        ),
    ],
    ids=["controls", "image", "untitled-image", "plain", "markdown", "table"],
)
def test_blocks(blocks: list[Element], text: str) -> None:
    """Blocks of apps have the text that people see, without buttons and icons."""
    assert text == text_of({"text": PLACEHOLDER, "blocks": blocks})


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (
            {
                "attachments": [
                    {
                        "pretext": "Build failed",
                        "title": "web #41",
                        "title_link": "https://ci.example/41",
                        "fields": [{"title": "Branch", "value": "main"}, {"title": "By", "value": "ben"}],
                        "fallback": "[fail] web",
                    }
                ]
            },
            "Build failed\n<https://ci.example/41|web #41>\nBranch: main\nBy: ben",
        ),
        (
            {"text": "Alert", "bot_id": "B1", "attachments": [{"title": "5xx", "text": "12%"}]},
            "Alert\n5xx: 12%",
        ),
        (
            {
                "text": "see it",
                "bot_id": "B1",
                "attachments": [{"from_url": "https://x.example", "title": "X"}],
            },
            "see it",
        ),
        ({"blocks": [block("divider")], "attachments": [{"title": "5xx"}]}, "5xx"),
        ({"attachments": [{"image_url": "https://x.example/g.png"}]}, "https://x.example/g.png"),
        (
            {
                "attachments": [
                    {
                        "is_share": True,
                        "author_name": "Ben",
                        "message_blocks": [
                            {
                                "message": {
                                    "blocks": [block("rich_text", elements=[section(words("the key"))])]
                                }
                            }
                        ],
                        "fallback": "[10:02] ben: the key",
                    }
                ]
            },
            "Ben: the key",
        ),
        (
            {
                "attachments": [
                    {
                        "is_share": True,
                        "author_subname": "Grafana",
                        "attachments": [{"title": "5xx", "text": "12%"}],
                    }
                ]
            },
            "Grafana: 5xx: 12%",
        ),
    ],
    ids=["fields", "app", "unfurled", "only-blocks", "image", "forwarded-blocks", "forwarded-app"],
)
def test_attachments(message: Element, text: str) -> None:
    """An app's attachments and forwarded messages are read, and unfurled links are not."""
    assert text == text_of(message)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ({"id": "F1", "name": "Untitled", "title": "Auth plan", "filetype": "quip"}, "Auth plan"),
        ({"id": "F1", "mode": "tombstone"}, "deleted file"),
        ({"id": "F1", "file_access": "check_file_info"}, "F1"),
        ({"name": None, "title": None}, "file"),
    ],
    ids=["canvas", "deleted", "not-shared", "nameless"],
)
def test_files(file: Element, text: str) -> None:
    """Every file has a name."""
    assert f"(file: {text})" == text_of({"text": "", "files": [file, None]})
