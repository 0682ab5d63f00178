/** Draws `rich_text` blocks. https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */

import { el, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { channelPill, dateNode, userPill } from "./mrkdwn.js";

const STYLES = { bold: "strong", italic: "em", strike: "s", code: "code" };

const PIECES = {
  text: (piece) => piece.text,
  link: (piece) => link(piece.url, piece.text ?? piece.url),
  user: (piece) => userPill(piece.user_id),
  channel: (piece) => channelPill(piece.channel_id),
  usergroup: (piece) => el("span", { class: "mention" }, `@${piece.usergroup_id}`),
  broadcast: (piece) => el("span", { class: "mention me" }, `@${piece.range}`),
  emoji: (piece) => emoji(piece.name),
  date: (piece) => dateNode(piece.timestamp, piece.format, piece.url),
  color: (piece) => el("code", {}, piece.value),
};

function drawPiece(piece) {
  let node = PIECES[piece.type]?.(piece) ?? piece.text ?? "";
  for (const [name, tag] of Object.entries(STYLES)) {
    if (piece.style?.[name]) node = el(tag, {}, node);
  }
  return node;
}

const drawPieces = (part) => (part.elements ?? []).map(drawPiece);

const PARTS = {
  rich_text_section: (part) => el("div", {}, drawPieces(part)),
  rich_text_preformatted: (part) => el("pre", {}, drawPieces(part)),
  rich_text_quote: (part) => el("blockquote", {}, drawPieces(part)),
  rich_text_list: (part) =>
    el(
      part.style === "ordered" ? "ol" : "ul",
      { class: `indent-${Math.min(Number(part.indent) || 0, 4)}`, start: part.offset ? part.offset + 1 : null },
      (part.elements ?? []).map((item) => el("li", {}, drawPieces(item))),
    ),
};

/** A rich_text block or table cell → node. */
export function drawRichText(block) {
  return el(
    "div",
    { class: "rich" },
    (block.elements ?? []).map((part) => PARTS[part.type]?.(part)),
  );
}
