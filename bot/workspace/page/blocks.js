/** Draws Block Kit blocks. Well enough to recognise and to work with, not to the pixel. */

import { el } from "./dom.js";
import { drawElement } from "./elements.js";
import { sign } from "./icons.js";
import { markdown } from "./markdown.js";
import { drawText } from "./mrkdwn.js";
import { drawRichText } from "./richtext.js";

const image = (block) =>
  el(
    "figure",
    { class: "image" },
    sign("image"),
    el("figcaption", {}, drawText(block.title), block.title ? " · " : null, block.alt_text ?? ""),
  );

function section(block, place) {
  const fields = block.fields
    ? el(
        "div",
        { class: "fields" },
        block.fields.map((field) => el("div", {}, drawText(field))),
      )
    : null;
  const accessory = block.accessory ? el("div", { class: "accessory" }, drawElement(block.accessory, place)) : null;
  return el(
    "div",
    { class: "section" },
    el("div", { class: "body" }, block.text ? el("div", {}, drawText(block.text)) : null, fields),
    accessory,
  );
}

function context(block, place) {
  const draw = (element) =>
    element.type === "image" ? drawElement(element, place) : el("span", {}, drawText(element));
  return el("div", { class: "context" }, (block.elements ?? []).map(draw));
}

const cell = (content) =>
  content.type === "rich_text" ? drawRichText(content) : String(content.text ?? content.value ?? "");

function table(block) {
  const settings = block.column_settings ?? [];
  const row = (cells, tag) =>
    el(
      "tr",
      {},
      cells.map((content, i) => el(tag, { class: settings[i]?.align ?? null }, cell(content))),
    );
  const [head, ...body] = block.rows ?? [];
  return el(
    "div",
    { class: "table" },
    el(
      "table",
      {},
      el("thead", {}, head ? row(head, "th") : null),
      el(
        "tbody",
        {},
        body.map((cells) => row(cells, "td")),
      ),
    ),
  );
}

let labelCount = 0;

function input(block, place) {
  const id = `field-${(labelCount += 1)}`;
  const optional = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  const label = el("div", { class: "label", id }, drawText(block.label), optional);
  const hint = block.hint ? el("small", { class: "hint" }, drawText(block.hint)) : null;
  const error = el("p", { class: "error", role: "alert", hidden: true, "data-error-of": block.block_id });
  return el("div", { class: "input" }, label, drawElement(block.element, { ...place, labelledBy: id }), error, hint);
}

const DRAW = {
  header: (block) => el("h3", {}, drawText(block.text)),
  section,
  context,
  actions: (block, place) =>
    el(
      "div",
      { class: "actions" },
      (block.elements ?? []).map((element) => drawElement(element, place)),
    ),
  divider: () => el("hr"),
  image,
  input,
  markdown: (block) => el("div", { class: "rich" }, markdown(String(block.text ?? ""))),
  rich_text: drawRichText,
  table,
};

/**
 * Blocks → one node. `placeIn(block)` gives the place of its elements (see elements.js).
 * A block this page does not know is named, not hidden.
 */
export function drawBlocks(blocks, placeIn) {
  const draw = (block) =>
    Object.hasOwn(DRAW, block.type)
      ? DRAW[block.type](block, placeIn(block))
      : el("p", { class: "unknown" }, `[${block.type} block]`);
  return el("div", { class: "blocks" }, blocks.map(draw));
}
