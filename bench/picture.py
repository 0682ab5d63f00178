"""Takes docs/picture.png: the demo's incident channel, just after the first step found the cause.

Needs Chromium, and a font with emoji (Noto Color Emoji, say) for the picture to be whole.
A palette makes it small: `convert docs/picture.png -strip -colors 200 png8:docs/picture.png`.
"""

import asyncio
import base64
import tempfile
from pathlib import Path

from rich.console import Console

from bot.demo.demo import Demo
from bot.engine.background import background
from tests.workspace_page.browser import Tab, open_tab, start_browser

PICTURE = Path(__file__).parents[1] / "docs" / "picture.png"
PORT = 3999
WIDTH, HEIGHT = 1000, 1080
CHANNEL = "[...document.querySelectorAll('#channels a')].find((link) => link.textContent.includes('inc-1-'))"
#: A CSS transition or a late message would blur the moment.
SETTLED_S = 0.4


async def main() -> None:
    """Run the demo, look at it as a person would, and write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        show = Demo(out=Path(folder), port=PORT, once=False, console=Console(quiet=True))
        async with (
            background(show.guided(asyncio.Event())),
            start_browser(Path(folder) / "profile") as browser,
        ):
            await _photograph(await open_tab(browser, f"http://127.0.0.1:{PORT}/"))


async def _photograph(tab: Tab) -> None:
    """Open the incident's channel and wait for the evidence."""
    await tab.send_command(
        "Emulation.setDeviceMetricsOverride",
        width=WIDTH,
        height=HEIGHT,
        deviceScaleFactor=1,
        mobile=False,
    )
    await tab.until(f"((link) => link && (link.click(), true))({CHANNEL})")
    await tab.until("document.body.innerText.includes('expected ')")
    await asyncio.sleep(SETTLED_S)
    shot = await tab.send_command("Page.captureScreenshot", format="png")
    PICTURE.write_bytes(base64.b64decode(shot["data"]))
    print(f"{PICTURE}: {PICTURE.stat().st_size} bytes")


asyncio.run(main())
