"""How the page renders mrkdwn, Markdown and dates."""

import json

from bot.workspace import Workspace
from bot.workspace.workspace import PAGE_DIRECTORY
from tests.workspace_page.browser import Tab, open_tab

MRKDWN = {
    "*bold* _it_ ~gone~ `co*de*`": "<strong>bold</strong> <em>it</em> <s>gone</s> <code>co*de*</code>",
    "*a _b_ c*": "<strong>a <em>b</em> c</strong>",
    "snake_case_name 2*3*4 * no *": "snake_case_name 2*3*4 * no *",
    "&lt;b&gt; &amp;amp;": "&lt;b&gt; &amp;amp;",
    "hi <@U0BOB>": 'hi <span class="mention">@bob</span>',
    "<@U0ALICE>": '<span class="mention me">@alice</span>',
    "<#C0GENERAL|x>": '<a class="mention" href="#C0GENERAL">#general</a>',
    "<!here> <!subteam^S1|@sre>": '<span class="mention me">@here</span> <span class="mention">@sre</span>',
    "<https://x.y/a_b_c|the *docs*>": (
        '<a href="https://x.y/a_b_c" target="_blank" rel="noopener noreferrer">the *docs*</a>'
    ),
    "<javascript:alert(1)|click>": "<span>&lt;javascript:alert(1)|click&gt;</span>",
    "&gt; one\n&gt; two\nthree": "<blockquote>one\ntwo</blockquote>three",
    "a ```x = *1*\n<https://x.y>``` b": "a <pre>x = *1*\nhttps://x.y</pre> b",
    ":no_such_emoji: 10:30:00": ":no_such_emoji: 10:30:00",
    "<!date^1760000000^{date_num} {time_secs}|then>": "<time>2025-10-09 10:53:20</time>",
    "<!date^soon^{time}|then>": "<span>then</span>",
}
MARKDOWN = {
    "## Title ##": "<h4>Title</h4>",
    "**bold** *it* _it_ ~~gone~~ snake_case": (
        "<p><strong>bold</strong> <em>it</em> <em>it</em> <s>gone</s> snake_case</p>"
    ),
    "- a\n- b": '<ul class="indent-0"><li>a</li></ul><ul class="indent-0"><li>b</li></ul>',
    "[x](javascript:alert(1))": "<p>[x](javascript:alert(1))</p>",
    "[x](data:text/html,1)": "<p><span>x</span></p>",
    "```\n**a**\n```": "<pre>**a**</pre>",
    "|a|b|\n|-|-|\n|1|2|": (
        '<div class="table"><table><thead><tr><th>a</th><th>b</th></tr></thead>'
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table></div>"
    ),
    "> q\n> r\n\n---": "<blockquote><p>q\nr</p></blockquote><hr>",
}


async def test_markup_is_rendered_like_slack(workspace: Workspace, browser: Tab) -> None:
    """Every entry of the tables above is rendered as the expected HTML, in the reader's time zone."""
    page = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")

    for module, function, expected in (
        ("mrkdwn", "drawMrkdwn", MRKDWN),
        ("markdown", "drawMarkdown", MARKDOWN),
    ):
        draw = f"""import("/{module}.js").then(({{ {function}: draw }}) =>
            {json.dumps(list(expected))}.map((text) => {{
                const box = document.createElement("div");
                box.append(...draw(text).filter((node) => node !== null));
                for (const node of box.querySelectorAll("time")) node.removeAttribute("title");
                return box.innerHTML;
            }}))"""
        assert expected == dict(zip(expected, await page.evaluate(draw), strict=True))


async def test_day_separator_of_another_year_contains_the_year(workspace: Workspace, browser: Tab) -> None:
    """The day separator contains the year if it is not the current one."""
    page = await open_tab(browser, f"{workspace.url}/#C0GENERAL?as=U0ALICE")
    draw = """import("/dates.js").then(({ formatDay }) => {
        const middle = new Date(new Date().getFullYear(), new Date().getMonth() < 6 ? 9 : 2, 15);
        return [formatDay(1708250400), formatDay(middle / 1000)];
    })"""
    another_year, this_year = await page.evaluate(draw)

    assert another_year.startswith("Sunday")
    assert "2024" in another_year
    assert "20" not in this_year


def test_page_never_parses_html() -> None:
    """No script turns text into HTML, and no module has more than 300 lines."""
    scripts = {path.name: path.read_text() for path in PAGE_DIRECTORY.glob("*.js")}
    html_functions = (
        "innerHTML",
        "outerHTML",
        "insertAdjacentHTML",
        "document.write",
        "createContextualFragment",
        "eval(",
    )

    assert [] == [
        (name, function) for name, text in scripts.items() for function in html_functions if function in text
    ]
    assert [] == [name for name, text in scripts.items() if text.count("\n") > 300]
