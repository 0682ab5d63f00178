"""Slack's mrkdwn."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import mrkdwn
from bot.slack.dates import moment


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("token.id is '<a>', expected ['b', 'c']", "`token.id` is `'&lt;a&gt;'`, expected `['b', 'c']`"),
        ("auth.example.com:443 answered 500 in 3.5 ms.", "`auth.example.com:443` answered 500 in 3.5 ms."),
        ("see https://wiki.example.com/a.b", "see https://wiki.example.com/a.b"),
        ("the service's and the owner's", "the service's and the owner's"),
        ("run `x.y` for 'z'", "run `x.y` for 'z'"),
        ('"it\'s" is new', '`"it\'s"` is new'),
    ],
)
def test_names_and_values_are_code(text: str, expected: str) -> None:
    """Names and values are shown as code, so that Slack neither links nor reformats them."""
    assert expected == mrkdwn.with_code(text)


def test_exactly_three_characters_are_escaped() -> None:
    """An alert label cannot notify the channel, and nothing else in it is changed."""
    assert "&lt;!channel&gt; a &amp; b *c* _d_" == mrkdwn.escape("<!channel> a & b *c* _d_")


@given(st.text())
def test_unescape_undoes_escape(text: str) -> None:
    """Any text is the same after it is escaped and unescaped."""
    assert text == mrkdwn.unescape(mrkdwn.escape(text))


@given(st.text())
def test_escaped_text_has_no_brackets(text: str) -> None:
    """Escaped text contains no mention and no link."""
    assert not set("<>") & set(mrkdwn.escape(text))


def test_mentions_of_people_can_be_kept() -> None:
    """Mentions of people are kept, and everything else is escaped."""
    assert "<@U1> saw &lt;!here&gt; &amp; &lt;@x&gt;" == mrkdwn.escape_keeping_mentions(
        "<@U1> saw <!here> & <@x>"
    )


def test_a_refusal_keeps_mentions_and_dates() -> None:
    """A refusal shows mentions and times in the reader's time zone, and nothing else is left unescaped."""
    at = moment(datetime(2026, 11, 22, 10, 0, tzinfo=UTC))

    assert f"by <@U1> at {at} &lt;!here&gt;" == mrkdwn.escape_refusal(f"by <@U1> at {at} <!here>")
    assert "&lt;!date^1^{time}^https://x.example|now&gt;" == mrkdwn.escape_refusal(
        "<!date^1^{time}^https://x.example|now>"
    )


@pytest.mark.parametrize(
    ("delivered", "plain"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("<@U1|ann> and <@W2>", "<@U1> and <@W2>"),
        ("see <#C1|general>", "see #general"),
        ("<https://x.example/a?b=1&amp;c|x.example>", "https://x.example/a?b=1&c"),
        ("<mailto:a@b.example|a@b.example>", "a@b.example"),
        ("<!subteam^S1|@ops> and <!here>", "@ops and @here"),
        ("  note  ", "note"),
    ],
)
def test_a_message_from_slack_as_plain_text(delivered: str, plain: str) -> None:
    """A message is unescaped, with mentions of people kept as IDs."""
    assert plain == mrkdwn.to_plain(delivered)


def test_mentions_in_a_text() -> None:
    """Each person is returned once, in order, with or without the name that Slack adds."""
    assert ("U1", "W2") == mrkdwn.mentions_in("<@U1|ann> <@W2> <@U1> <@nobody> @U3")


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ("U123", "<@U123>"),
        ("S0SENIORS", "<!subteam^S0SENIORS>"),
        ("cli:ada", "ada (CLI)"),
        ("the team of <@U1>", "the team of <@U1>"),
        ("alertmanager", "alertmanager"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_mention(person: str, expected: str) -> None:
    """A Slack user or group is mentioned, and anyone else is named in words."""
    assert expected == mrkdwn.mention(person)


def test_one_line_has_only_visible_characters() -> None:
    """Line breaks and characters that hide or reverse text are removed from a title."""
    assert "logins fail now" == mrkdwn.one_line(" logins\u202e fa\u200bil\n\n now\u0000 ")


def test_only_web_links_are_links() -> None:
    """A URL that is not http becomes plain text, and a label cannot end its link early."""
    assert "<https://x.example/?a=1&amp;b=2|a ¦ &lt;b&gt;>" == mrkdwn.link(
        "https://x.example/?a=1&b=2", "a | <b>"
    )
    assert "click" == mrkdwn.link("javascript:alert(1)", "click")
    assert "click" == mrkdwn.link("https://x.example|<!channel>", "click")
    assert "click" == mrkdwn.link("https://\x1b", "click")


def test_markdown_of_a_runbook() -> None:
    """Bold, links, lists and headings are converted, code is kept, and mentions are escaped."""
    text = "# Look\n- read **key** in [conf](https://x.example/a)\n- `a ** b <c>` <!here>"

    assert (
        "*Look*\n• read *key* in <https://x.example/a|conf>\n• `a ** b &lt;c&gt;` &lt;!here&gt;"
        == mrkdwn.from_markdown(text)
    )
