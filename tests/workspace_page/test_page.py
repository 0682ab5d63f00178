"""The workspace page in a real browser."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.workspace import Workspace
from tests.workspace.block_kit import Json, mrkdwn, plain
from tests.workspace_page.browser import Tab, open_tab
from tests.workspace_page.conftest import HOSTILE


def button(text: str, action_id: str, **fields: Any) -> Json:
    """Return a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **fields}


TITLE = {"type": "plain_text_input", "action_id": "text"}
SEVERITY = {
    "type": "static_select",
    "action_id": "pick",
    "options": [{"text": plain("SEV1"), "value": "sev1"}],
}
MODAL = {
    "type": "modal",
    "callback_id": "declare",
    "title": plain("Declare"),
    "submit": plain("Go"),
    "blocks": [
        {"type": "input", "block_id": "title", "label": plain("Title"), "element": TITLE},
        {
            "type": "input",
            "block_id": "sev",
            "label": plain("Sev"),
            "element": SEVERITY,
            "optional": True,
        },
    ],
}


async def test_messages_appear_for_other_people(workspace: Workspace, browser: Tab) -> None:
    """A message typed with a completed mention appears in another window without a reload."""
    alice = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    bob = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0BOB")
    await alice.type("#message-composer textarea", "<b>look</b> @bo")
    await alice.press("Enter")  # takes the suggestion
    await alice.press("Enter")  # sends
    text = await bob.until("document.querySelector('#messages .text')?.textContent")

    assert "<b>look</b> @bob" == text.strip()
    assert "&lt;b&gt;look&lt;/b&gt; <@U0BOB>" == workspace.messages("C0GENERAL")[-1].text.strip()


async def test_posting_scrolls_to_the_end(workspace: Workspace, browser: Tab) -> None:
    """The page opens the channel with the latest message and scrolls to the end when a message is posted."""
    for number in range(60):
        await workspace.say("U0BOB", "C0INCIDENTS", f"line {number}")
    alice = await open_tab(browser, f"{workspace.url}/?as=U0ALICE")
    await alice.until("document.querySelectorAll('#messages .message').length === 60")
    await alice.evaluate("document.getElementById('messages').scrollTop = 0")
    await alice.type("#message-composer textarea", "thanks")
    await alice.press("Enter")
    await alice.until("document.querySelectorAll('#messages .message').length === 61")

    assert await alice.evaluate(
        "((list) => list.scrollHeight - list.scrollTop - list.clientHeight < 5)(messages)"
    )


async def test_message_actions_reach_the_workspace(workspace: Workspace, browser: Tab) -> None:
    """Reactions, pins and thread replies made with the message's buttons reach the workspace."""
    ts = await workspace.say("U0BOB", "C0GENERAL", "the config changed at nine")
    alice = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    await alice.click("React with :pushpin:")
    await alice.until("document.querySelector('.chip.mine') !== null")
    await alice.click("Pin to channel")
    await alice.until("document.querySelector('#pins summary')?.textContent.trim() === '1 pinned'")
    await alice.click("Reply in thread")
    await alice.type("#reply-composer textarea", "who did it?")
    await alice.press("Enter")
    await alice.until("document.querySelectorAll('#replies .message').length === 2")
    parent, reply = workspace.messages("C0GENERAL")

    assert {"pushpin": ["U0ALICE"]} == parent.reactions
    assert [ts] == list(workspace.channels["C0GENERAL"].pins)
    assert (ts, "who did it?") == (reply.thread_ts, reply.text)


async def test_untrusted_text_stays_text(workspace: Workspace, app: AsyncApp, browser: Tab) -> None:
    """Names, topics, messages, labels and menus are shown as text, and scripts in them do not run."""
    option = {"text": plain(HOSTILE), "value": "v"}
    menu = {"type": "static_select", "action_id": "menu", "placeholder": plain(HOSTILE), "options": [option]}
    overflow = {"type": "overflow", "action_id": "more", "options": [option]}
    blocks: list[Json] = [
        {"type": "header", "text": plain(HOSTILE)},
        {"type": "section", "text": mrkdwn(HOSTILE), "fields": [mrkdwn(HOSTILE)], "accessory": overflow},
        {"type": "context", "elements": [mrkdwn("<javascript:pwned=1|a link> <https://x.y|ok>")]},
        {"type": "actions", "elements": [button(HOSTILE, "press"), menu]},
        {"type": "image", "image_url": "https://x.y/z.png", "alt_text": HOSTILE, "title": plain(HOSTILE)},
        {
            "type": "markdown",
            "text": f"# {HOSTILE}\n- {HOSTILE}\n\n[a link](javascript:pwned=1)\n```\n{HOSTILE}\n```",
        },
    ]
    await app.client.chat_postMessage(channel="C0INCIDENTS", text="card", blocks=blocks)
    await app.client.conversations_setTopic(channel="C0INCIDENTS", topic=HOSTILE)
    await workspace.say("U0EVE", "C0INCIDENTS", HOSTILE)
    page = await open_tab(browser, f"{workspace.url}/#C0INCIDENTS?as=U0EVE")
    await page.until("document.querySelectorAll('.message').length === 3")
    links = "[...document.querySelectorAll('#messages a')].map((node) => node.href)"

    assert "undefined" == await page.evaluate("typeof pwned")
    assert 0 == await page.evaluate("document.querySelectorAll('body img, body script').length")
    assert HOSTILE == await page.evaluate("document.querySelector('.message h3').textContent")
    assert HOSTILE == await page.evaluate(
        "document.querySelector('#current-user option:checked').textContent"
    )
    assert ["https://x.y/"] == await page.evaluate(links)


async def test_button_with_confirm_dialog(workspace: Workspace, app: AsyncApp, browser: Tab) -> None:
    """A button with a confirm dialog reaches the app after "Yes", and the updated message is shown."""

    async def found(ack: Any, body: Json, client: Any) -> None:
        await ack()
        ts, text = body["message"]["ts"], f"found by <@{body['user']['id']}>"
        await client.chat_update(channel=body["channel"]["id"], ts=ts, text=text)

    app.action("step.found")(found)
    confirm = {
        "title": plain("Sure?"),
        "text": mrkdwn("Ends the hunt"),
        "confirm": plain("Yes"),
        "deny": plain("No"),
    }
    elements = [button("Mark as cause", "step.found", confirm=confirm)]
    blocks = [{"type": "actions", "elements": elements}]
    await app.client.chat_postMessage(channel="C0INCIDENTS", text="step", blocks=blocks)
    page = await open_tab(browser, f"{workspace.url}/#C0INCIDENTS?as=U0ALICE")
    await page.click("Mark as cause")
    await page.click("No")
    await page.click("Mark as cause")
    await page.click("Yes")
    await page.until("document.querySelector('.message')?.textContent.includes('found by @alice')")

    assert 1 == len([sent for sent in workspace.deliveries if sent.kind == "interactive"])


async def test_modal_from_command_to_submission(workspace: Workspace, app: AsyncApp, browser: Tab) -> None:
    """The form shows its own validation errors, then those of the app, and closes after success."""
    submitted: list[str] = []

    async def declare(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=MODAL)

    async def submit(ack: Any, view: Json) -> None:
        submitted.append(view["state"]["values"]["title"]["text"]["value"])
        refusal = {"response_action": "errors", "errors": {"title": "Say what is broken."}}
        await ack(**(refusal if len(submitted) == 1 else {}))

    app.command("/incident")(declare)
    app.view("declare")(submit)
    page = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    error = "document.querySelector('.error:not([hidden])')?.textContent"
    await page.type("#message-composer textarea", "/incident declare")
    await page.press("Enter")
    await page.click("Go")
    await page.until(f"{error} === 'Please complete this required field.'")
    await page.type("dialog input", "checkout")
    await page.click("Go")
    await page.until(f"{error} === 'Say what is broken.'")
    await page.type("dialog input", " is down")
    await page.click("Go")
    await page.until("document.querySelector('dialog') === null")

    assert ["checkout", "checkout is down"] == submitted
