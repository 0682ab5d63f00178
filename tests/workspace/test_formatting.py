"""How typed text is formatted for the app."""

import pytest

from bot.workspace.formatting import format_user_text
from bot.workspace.people import PEOPLE
from bot.workspace.state import State

STATE = State(PEOPLE, lambda: 0.0)


@pytest.mark.parametrize(
    ("typed", "in_message", "in_command"),
    [
        ("1 < 2 && 3 > 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2", "1 &lt; 2 &amp;&amp; 3 &gt; 2"),
        ("@alice", "<@U0ALICE>", "<@U0ALICE|alice>"),
        ("<@U0ALICE> look", "<@U0ALICE> look", "<@U0ALICE|alice> look"),
        ("@nobody", "@nobody", "@nobody"),
        ("mail bob@alice.example", "mail bob@alice.example", "mail bob@alice.example"),
        ("@here!", "<!here>!", "<!here>!"),
        ("<!channel>", "<!channel>", "<!channel>"),
        (
            "see https://x.example/?a=1&b=2.",
            "see <https://x.example/?a=1&amp;b=2>.",
            "see <https://x.example/?a=1&amp;b=2>.",
        ),
        ("<script>", "&lt;script&gt;", "&lt;script&gt;"),
        ("#nowhere", "#nowhere", "#nowhere"),
    ],
)
def test_text_is_escaped_and_names_become_tokens(typed: str, in_message: str, in_command: str) -> None:
    """Messages contain bare ids; commands (with should_escape) contain ids and names."""
    assert in_message == format_user_text(STATE, typed, with_names=False)
    assert in_command == format_user_text(STATE, typed, with_names=True)
