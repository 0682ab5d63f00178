"""Drives Chromium over its DevTools protocol: as much of it as the tests of the page need."""

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
QUIET = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--remote-debugging-port=0",
)
PATIENCE_S = 20


class Tab:
    """One open page; `session` is None for the browser itself."""

    def __init__(
        self, connection: ClientConnection, session: str | None, numbers: "itertools.count[int]"
    ) -> None:
        self._connection = connection
        self._session = session
        self._numbers = numbers

    async def order(self, method: str, **params: Any) -> dict[str, Any]:
        """Send one DevTools command and return its result; events that come in between are of no interest."""
        number = next(self._numbers)
        address = {"sessionId": self._session} if self._session else {}
        await self._connection.send(json.dumps({"id": number, "method": method, "params": params, **address}))
        async for line in self._connection:
            answer: dict[str, Any] = json.loads(line)
            if answer.get("id") == number:
                assert "error" not in answer, answer
                return dict(answer["result"])
        raise AssertionError("Chromium hung up.")

    async def run(self, script: str) -> Any:
        """Return what a JavaScript expression (or its promise) comes to; a thrown error fails the test."""
        answer = await self.order(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        assert "exceptionDetails" not in answer, answer["exceptionDetails"]
        return answer["result"].get("value")

    async def until(self, script: str) -> Any:
        """Wait until an expression is true and return it."""
        async with asyncio.timeout(PATIENCE_S):
            while not (found := await self.run(script)):
                await asyncio.sleep(0.02)
        return found

    async def press(self, key: str) -> None:
        """Press a named key, such as Enter, where the focus is."""
        text = {"text": "\r"} if key == "Enter" else {}
        await self.order("Input.dispatchKeyEvent", type="keyDown", key=key, code=key, **text)
        await self.order("Input.dispatchKeyEvent", type="keyUp", key=key, code=key)

    async def write(self, selector: str, text: str) -> None:
        """Type into the field a selector names, once it is there and can be seen."""
        field = f"document.querySelector({json.dumps(selector)})"
        await self.until(f"{field} && ({field}.focus(), document.activeElement === {field})")
        await self.order("Input.insertText", text=text)

    async def click(self, words: str) -> None:
        """Click the button or link with exactly these words or this label, once it can be clicked."""
        script = f"""[...document.querySelectorAll("button:enabled, a, summary")].reverse().find((node) =>
            node.checkVisibility() &&
            {json.dumps(words)} === (node.ariaLabel ?? node.textContent.trim()))"""
        await self.until(f"((node) => node && (node.click(), true))({script})")


@asynccontextmanager
async def browsing(profile: Path) -> AsyncIterator[Tab]:
    """Start Chromium with its profile in an empty directory; yields the browser, see `open_tab`."""
    assert CHROMIUM is not None
    # Chromium refuses its sandbox to root, which is who runs tests in containers.
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    process = await asyncio.create_subprocess_exec(
        CHROMIUM,
        *QUIET,
        *sandbox,
        f"--user-data-dir={profile}",
        "about:blank",
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    try:
        async with asyncio.timeout(PATIENCE_S):
            line = ""
            while "DevTools listening on " not in line:
                line = (await process.stderr.readline()).decode()
        address = line.rpartition(" ")[2].strip()
        async with connect(address, max_size=None) as connection:
            browser = Tab(connection, None, itertools.count(1))
            yield browser
            await connection.send(json.dumps({"id": 0, "method": "Browser.close"}))
            await asyncio.wait_for(process.communicate(), PATIENCE_S)
    finally:
        if process.returncode is None:
            process.kill()
            await process.communicate()


async def open_tab(browser: Tab, url: str) -> Tab:
    """Open a page that shares nothing with the others but the browser; returns once it is drawn."""
    context = (await browser.order("Target.createBrowserContext"))["browserContextId"]
    target = await browser.order("Target.createTarget", url=url, browserContextId=context)
    attached = await browser.order("Target.attachToTarget", targetId=target["targetId"], flatten=True)
    tab = Tab(browser._connection, attached["sessionId"], browser._numbers)
    await tab.until("document.querySelector('#write textarea') !== null")
    return tab
