"""Text as Slack writes it."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import mrkdwn
from bot.slack.dates import moment


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("token.id is '<a>', expected ['b', 'c']", "`token.id` is `'&lt;a&gt;'`, expected `['b', 'c']`"),
        ("auth.example.com:443 answered 500 in 3.5 ms.", "`auth.example.com:443` answered 500 in 3.5 ms."),
        ("see https://wiki.example.com/a.b", "see https://wiki.example.com/a.b"),
        ("the service's and the owner's", "the service's and the owner's"),
        ("run `x.y` for 'z'", "run `x.y` for 'z'"),
        ('"it\'s" is new', '`"it\'s"` is new'),
    ],
)
def test_what_a_machine_wrote_is_code(text: str, shown: str) -> None:
    """Slack makes no link of a setting's name, and breaks no value."""
    assert shown == mrkdwn.with_code(text)


def test_escapes_exactly_three_characters() -> None:
    """An alert label cannot page the channel, and nothing else of it is changed."""
    assert "&lt;!channel&gt; a &amp; b *c* _d_" == mrkdwn.escape("<!channel> a & b *c* _d_")


@given(st.text())
def test_escaped_text_comes_back(text: str) -> None:
    """Unescaping undoes escaping, whatever the text."""
    assert text == mrkdwn.unescape(mrkdwn.escape(text))


@given(st.text())
def test_escaped_text_holds_no_bracket(text: str) -> None:
    """Whatever comes from outside, Slack sees no mention and no link in it."""
    assert not set("<>") & set(mrkdwn.escape(text))


def test_said_keeps_people_alive() -> None:
    """What a person said mentions people still, and only people."""
    assert "<@U1> saw &lt;!here&gt; &amp; &lt;@x&gt;" == mrkdwn.escape_keeping_mentions(
        "<@U1> saw <!here> & <@x>"
    )


def test_a_refusal_keeps_our_moments_alive() -> None:
    """Who clicks too late reads when it was on their own clock; nothing else comes alive by it."""
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
def test_typed_is_what_people_meant(delivered: str, plain: str) -> None:
    """What Slack delivers escaped becomes plain text, with people's mentions kept as ids."""
    assert plain == mrkdwn.to_plain(delivered)


def test_mentions_in_a_text() -> None:
    """Each person once, in order, with or without the name Slack adds."""
    assert ("U1", "W2") == mrkdwn.mentions_in("<@U1|ann> <@W2> <@U1> <@nobody> @U3")


@pytest.mark.parametrize(
    ("person", "shown"),
    [
        ("U123", "<@U123>"),
        ("cli:ada", "ada (CLI)"),
        ("alertmanager", "alertmanager"),
        ("<!channel>", "&lt;!channel&gt;"),
    ],
)
def test_mention(person: str, shown: str) -> None:
    """A Slack user is mentioned, anybody else is named in words."""
    assert shown == mrkdwn.mention(person)


def test_one_line_shows_what_is_there() -> None:
    """No line break, and no character that hides or turns text, gets into a title."""
    assert "logins fail now" == mrkdwn.one_line(" logins\u202e fa\u200bil\n\n now\u0000 ")


def test_links_lead_to_the_web_only() -> None:
    """A link that is none of http is plain text; the label cannot break out of it."""
    assert "<https://x.example/?a=1&amp;b=2|a ¦ &lt;b&gt;>" == mrkdwn.link(
        "https://x.example/?a=1&b=2", "a | <b>"
    )
    assert "click" == mrkdwn.link("javascript:alert(1)", "click")
    assert "click" == mrkdwn.link("https://x.example|<!channel>", "click")
    assert "click" == mrkdwn.link("https://\x1b", "click")


def test_markdown_of_a_runbook() -> None:
    """Bold, links, lists and headings become Slack's; code stays as it is; nothing outside is left alive."""
    text = "# Look\n- read **key** in [conf](https://x.example/a)\n- `a ** b <c>` <!here>"

    assert (
        "*Look*\n• read *key* in <https://x.example/a|conf>\n• `a ** b &lt;c&gt;` &lt;!here&gt;"
        == mrkdwn.from_markdown(text)
    )
