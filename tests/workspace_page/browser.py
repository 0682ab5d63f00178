"""Drives Chromium over its DevTools protocol, as far as the page tests need it."""

import asyncio
import itertools
import json
import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from websockets.asyncio.client import ClientConnection, connect

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)
TIMEOUT_S = 20


class Tab:
    """An open page, or the browser itself if `session` is None."""

    def __init__(
        self, connection: ClientConnection, session: str | None, command_ids: "itertools.count[int]"
    ) -> None:
        self._connection = connection
        self._session = session
        self._command_ids = command_ids

    async def send_command(self, method: str, **params: Any) -> dict[str, Any]:
        """Send a DevTools command and return its result. Events that arrive meanwhile are ignored."""
        command_id = next(self._command_ids)
        address = {"sessionId": self._session} if self._session else {}
        await self._connection.send(
            json.dumps({"id": command_id, "method": method, "params": params, **address})
        )
        async for line in self._connection:
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == command_id:
                assert "error" not in answer, answer
                return dict(answer["result"])
        raise AssertionError("Chromium closed the connection.")

    async def evaluate(self, script: str) -> Any:
        """Return the value of a JavaScript expression or its promise. Fail if it throws."""
        answer = await self.send_command(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until a JavaScript expression is true and return its value."""
        async with asyncio.timeout(TIMEOUT_S):
            while not (value := await self.evaluate(script)):
                await asyncio.sleep(0.02)
        return value

    async def press(self, key: str) -> None:
        """Press a named key, such as Enter."""
        text = {"text": "\r"} if key == "Enter" else {}
        await self.send_command("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **text)
        await self.send_command("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    async def type(self, selector: str, text: str) -> None:
        """Type into the field that a selector matches, as soon as it can be focused."""
        field = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{field} && ({field}.focus(), document.activeElement === {field})")
        await self.send_command("Input.insertText", text=text)

    async def click(self, label: str) -> None:
        """Click the button or link with exactly this text or label, as soon as it can be clicked."""
        script = f"""[...document.querySelectorAll("button:enabled, a, summary")].reverse().find((node) =>
            node.checkVisibility() &&
            {json.dumps(label)} === (node.ariaLabel ?? node.textContent.trim()))"""
        await self.until(f"((node) => node && (node.click(), true))({script})")


@asynccontextmanager
async def start_browser(profile: Path) -> AsyncIterator[Tab]:
    """Start Chromium with a profile in an empty directory and yield the browser. See `open_tab`."""
    assert CHROMIUM is not None
    # Chromium does not start with a sandbox as root, the usual user in containers.
    sandbox_flags = ("--no-sandbox",) if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *FLAGS,
        *sandbox_flags,
        f"--user-data-dir={profile}",
        "about:blank",
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(TIMEOUT_S):
            line = ""
            while "DevTools listening on " not in line:
                line = (await process.stderr.readline()).decode()
        address = line.rpartition(" ")[2].strip()
        async with connect(address, max_size=None) as connection:
            browser = Tab(connection, None, itertools.count(1))
            yield browser
            await connection.send(json.dumps({"id": 0, "method": "Browser.close"}))
            await asyncio.wait_for(process.communicate(), TIMEOUT_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def open_tab(browser: Tab, url: str) -> Tab:
    """Open a page in its own browser context and return it after it has been drawn."""
    context = (await browser.send_command("Target.createBrowserContext"))["browserContextId"]
    target = await browser.send_command("Target.createTarget", url=url, browserContextId=context)
    attached = await browser.send_command("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    tab = Tab(browser._connection, attached["sessionId"], browser._command_ids)
    await tab.until("document.querySelector('#message-composer textarea') !== null")
    return tab
