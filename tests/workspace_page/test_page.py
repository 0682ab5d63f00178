"""The page of the workspace, in a real browser: what people see and do there."""

from typing import Any

from slack_bolt.async_app import AsyncApp

from bot.workspace import Workspace
from tests.workspace_page.browser import Tab, open_tab
from tests.workspace_page.conftest import HOSTILE

Json = dict[str, Any]


def plain(text: str) -> Json:
    """Return a plain_text object."""
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    """Return a mrkdwn object."""
    return {"type": "mrkdwn", "text": text}


def button(text: str, action_id: str, **more: Any) -> Json:
    """Return a button."""
    return {"type": "button", "text": plain(text), "action_id": action_id, **more}


async def test_what_one_person_writes_another_sees_at_once(workspace: Workspace, browser: Tab) -> None:
    """Typed with a completed mention, sent with Enter, drawn in the other window without a reload."""
    alice = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    bob = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0BOB")
    await alice.write("#write textarea", "<b>look</b> @bo")
    await alice.press("Enter")  # takes the suggestion
    await alice.press("Enter")  # sends
    shown = await bob.until("document.querySelector('#messages .text')?.textContent")

    assert "<b>look</b> @bob" == shown.strip()
    assert "&lt;b&gt;look&lt;/b&gt; <@U0BOB>" == workspace.messages("C0GENERAL")[-1].text.strip()


async def test_who_speaks_sees_the_answer(workspace: Workspace, browser: Tab) -> None:
    """The page opens where something was said last; who reads further up and speaks is taken to the end."""
    for n in range(60):
        await workspace.say("U0BOB", "C0INCIDENTS", f"line {n}")
    alice = await open_tab(browser, f"{workspace.url}/?as=U0ALICE")
    await alice.until("document.querySelectorAll('#messages .message').length === 60")
    await alice.run("document.getElementById('messages').scrollTop = 0")
    await alice.write("#write textarea", "thanks")
    await alice.press("Enter")
    await alice.until("document.querySelectorAll('#messages .message').length === 61")

    assert await alice.run("((m) => m.scrollHeight - m.scrollTop - m.clientHeight < 5)(messages)")


async def test_a_thread_a_reaction_and_a_pin(workspace: Workspace, browser: Tab) -> None:
    """What is done by pointing at a message reaches the workspace."""
    ts = await workspace.say("U0BOB", "C0GENERAL", "the config changed at nine")
    alice = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    await alice.click("React with :pushpin:")
    await alice.until("document.querySelector('.chip.mine') !== null")
    await alice.click("Pin to channel")
    await alice.until("document.querySelector('#pins summary')?.textContent.trim() === '1 pinned'")
    await alice.click("Reply in thread")
    await alice.write("#answer textarea", "who did it?")
    await alice.press("Enter")
    await alice.until("document.querySelectorAll('#replies .message').length === 2")
    asked, reply = workspace.messages("C0GENERAL")

    assert {"pushpin": ["U0ALICE"]} == asked.reactions
    assert [ts] == list(workspace.channels["C0GENERAL"].pins)
    assert (ts, "who did it?") == (reply.thread_ts, reply.text)


async def test_foreign_text_stays_text(workspace: Workspace, app: AsyncApp, browser: Tab) -> None:
    """Names, topics, messages, labels and menus are shown as they are written, and nothing in them runs."""
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

    assert "undefined" == await page.run("typeof pwned")
    assert 0 == await page.run("document.querySelectorAll('body img, body script').length")
    assert HOSTILE == await page.run("document.querySelector('.message h3').textContent")
    assert HOSTILE == await page.run("document.querySelector('#me option:checked').textContent")
    assert ["https://x.y/"] == await page.run(links)


async def test_a_button_asks_first_and_changes_its_message(
    workspace: Workspace, app: AsyncApp, browser: Tab
) -> None:
    """A press with a confirm dialog reaches the app after the yes, and the changed message is drawn."""

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
    elements = [button("Found it", "step.found", confirm=confirm)]
    blocks = [{"type": "actions", "elements": elements}]
    await app.client.chat_postMessage(channel="C0INCIDENTS", text="step", blocks=blocks)
    page = await open_tab(browser, f"{workspace.url}/#C0INCIDENTS?as=U0ALICE")
    await page.click("Found it")
    await page.click("No")
    await page.click("Found it")
    await page.click("Yes")
    await page.until("document.querySelector('.message')?.textContent.includes('found by @alice')")

    assert 1 == len([sent for sent in workspace.deliveries if sent.kind == "interactive"])


async def test_a_modal_from_command_to_submission(workspace: Workspace, app: AsyncApp, browser: Tab) -> None:
    """The form refuses what is missing, the app what it dislikes, each under its field; then it closes."""
    submitted: list[str] = []
    title = {"type": "plain_text_input", "action_id": "text"}
    severity = {
        "type": "static_select",
        "action_id": "pick",
        "options": [{"text": plain("SEV1"), "value": "sev1"}],
    }
    view = {
        "type": "modal",
        "callback_id": "declare",
        "title": plain("Declare"),
        "submit": plain("Go"),
        "blocks": [
            {"type": "input", "block_id": "title", "label": plain("Title"), "element": title},
            {
                "type": "input",
                "block_id": "sev",
                "label": plain("Sev"),
                "element": severity,
                "optional": True,
            },
        ],
    }

    async def declare(ack: Any, body: Json, client: Any) -> None:
        await ack()
        await client.views_open(trigger_id=body["trigger_id"], view=view)

    async def submit(ack: Any, view: Json) -> None:
        submitted.append(view["state"]["values"]["title"]["text"]["value"])
        refusal = {"response_action": "errors", "errors": {"title": "Say what is broken."}}
        await ack(**(refusal if len(submitted) == 1 else {}))

    app.command("/incident")(declare)
    app.view("declare")(submit)
    page = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    error = "document.querySelector('.error:not([hidden])')?.textContent"
    await page.write("#write textarea", "/incident declare")
    await page.press("Enter")
    await page.click("Go")
    await page.until(f"{error} === 'Please complete this required field.'")
    await page.write("dialog input", "checkout")
    await page.click("Go")
    await page.until(f"{error} === 'Say what is broken.'")
    await page.write("dialog input", " is down")
    await page.click("Go")
    await page.until("document.querySelector('dialog') === null")

    assert ["checkout", "checkout is down"] == submitted
