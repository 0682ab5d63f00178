"""The Block Kit builders: no text makes an invalid message."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.dates import moment
from bot.slack.mrkdwn import escape
from bot.slack.views import blocks
from bot.slack.views.blocks import Block
from tests.domain.given import TEN
from tests.slack.oracle import take, take_blocks, take_modal

#: Any text: empty, blank, with control characters or surrogates, and longer than every limit.
ANY = st.one_of(
    st.text(alphabet=st.characters()),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=9), st.integers(1, 700)),
)


@given(ANY)
@settings(deadline=None)
def test_any_text_makes_a_valid_message(text: str) -> None:
    """Every builder makes a valid block from any text."""
    take(
        blocks.screen(
            escape(text),
            blocks.header(text),
            blocks.section(escape(text)),
            blocks.fields(*[escape(text)] * 12),
            blocks.context(*[escape(text)] * 12),
            blocks.actions(
                blocks.button(text, "screen.verb", text, style="danger", confirm=text),
                blocks.menu("screen.choose", {"a": text, "b": text}, initial="b"),
                blocks.person_menu("screen.person", text),
                block_id="7 1",
            ),
        )
    )


@given(text=ANY, names=st.lists(ANY, max_size=120))
@settings(deadline=None)
def test_any_text_makes_a_valid_form(text: str, names: list[str]) -> None:
    """Every form field is a valid block with any text."""
    options = {blocks.cut(name, blocks.MAX_OPTION_VALUE): name for name in [text, *names]}
    fields = [
        blocks.text_input("text", text, initial=text, placeholder=text),
        blocks.select("choice", text, options, initial=text),
        blocks.person_select("person", text, initial="U1"),
    ]

    take_modal(blocks.modal("form.submit", text, text, fields, metadata="7 settings"))


@given(st.lists(st.sampled_from(["a", "b", "c", None]), max_size=120))
@settings(deadline=None)
def test_any_number_of_blocks_fits(ids: list[str | None]) -> None:
    """No message has more than MAX_BLOCKS blocks or a repeated block ID."""
    many: list[Block] = [{**blocks.section("x"), **({"block_id": id_} if id_ else {})} for id_ in ids]

    fitted = blocks.fit(many)

    assert min(len(many), blocks.MAX_BLOCKS) == len(fitted)
    take_blocks(fitted)


def test_blocks_left_out_are_counted() -> None:
    """The last block gives the number of blocks left out."""
    assert blocks.context("… and 11 more") == blocks.fit([blocks.section("x")] * 60)[-1]


def test_a_cut_text_ends_in_an_ellipsis() -> None:
    """A text that is too long is cut at the limit and ends in an ellipsis."""
    assert "abcd…" == blocks.cut("abcdefgh", 5)
    assert "abcde" == blocks.cut("abcde", 5)


@pytest.mark.parametrize("limit", range(1, 60))
def test_a_cut_leaves_no_half_mention(limit: int) -> None:
    """Cutting keeps a mention, a date or an entity whole or removes it; half of one would be shown raw."""
    cut = blocks.cut_mrkdwn(f"a &amp; b <@U123> {moment(TEN)} c", limit)

    assert len(cut) <= limit
    assert cut.count("<") == cut.count(">")
    assert cut.count("&") == cut.count(";")


def test_an_empty_text_becomes_a_dash() -> None:
    """An empty text becomes a dash, because Slack rejects empty texts."""
    assert [blocks.NOTHING] * 3 == [blocks.cut(text, 9) for text in ("", " \n", "\x00\x07")]


def test_screens_leave_out_missing_blocks() -> None:
    """A screen leaves out blocks that are None."""
    paragraph = blocks.section("x")

    assert (paragraph,) == blocks.screen("x", None, paragraph, blocks.actions()).blocks
