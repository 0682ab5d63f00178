/** Draws `rich_text` blocks. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */

import { createLink, el } from "./dom.js";
import { drawEmoji } from "./emoji.js";
import { channelPill, dateNode, userPill } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

const ELEMENTS = {
  text: (element) => element.text,
  link: (element) => createLink(element.url, element.text ?? element.url),
  user: (element) => userPill(element.user_id),
  channel: (element) => channelPill(element.channel_id),
  usergroup: (element) => el("span", { class: "mention" }, `@${element.usergroup_id}`),
  broadcast: (element) => el("span", { class: "mention me" }, `@${element.range}`),
  emoji: (element) => drawEmoji(element.name),
  date: (element) => dateNode(element.timestamp, element.format, element.url),
  color: (element) => el("code", {}, element.value),
};

function drawElement(element) {
  let node = ELEMENTS[element.type]?.(element) ?? element.text ?? "";
  for (const [name, tag] of Object.entries(STYLES)) {
    if (element.style?.[name]) node = el(tag, {}, node);
  }
  return node;
}

const drawElements = (section) => (section.elements ?? []).map(drawElement);

const SECTIONS = {
  rich_text_section: (section) => el("div", {}, drawElements(section)),
  rich_text_preformatted: (section) => el("pre", {}, drawElements(section)),
  rich_text_quote: (section) => el("blockquote", {}, drawElements(section)),
  rich_text_list: (section) =>
    el(
      section.style === "ordered" ? "ol" : "ul",
      {
        class: `indent-${Math.min(Number(section.indent) || 0, 4)}`,
        start: section.offset ? section.offset + 1 : null,
      },
      (section.elements ?? []).map((item) => el("li", {}, drawElements(item))),
    ),
};

/** Draws a rich_text block or table cell. */
export function drawRichText(block) {
  return el(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((section) => SECTIONS[section.type]?.(section)),
  );
}
