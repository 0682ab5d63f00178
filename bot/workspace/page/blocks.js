/** Draws Block Kit blocks. The result is close to Slack's, not identical. */

import { createTable, el } from "./dom.js";
import { drawElement } from "./elements.js";
import { createIcon } from "./icons.js";
import { drawMarkdown } from "./markdown.js";
import { drawText } from "./mrkdwn.js";
import { drawRichText } from "./richtext.js";

const drawImage = (block) =>
  el(
    "figure",
    { class: "image" },
    createIcon("image"),
    el("figcaption", {}, drawText(block.title), block.title ? " · " : null, block.alt_text ?? ""),
  );

function drawSection(block, surface) {
  const fields = block.fields
    ? el(
        "div",
        { class: "fields" },
        block.fields.map((field) => el("div", {}, drawText(field))),
      )
    : null;
  const accessory = block.accessory ? el("div", { class: "accessory" }, drawElement(block.accessory, surface)) : null;
  return el(
    "div",
    { class: "section" },
    el("div", { class: "body" }, block.text ? el("div", {}, drawText(block.text)) : null, fields),
    accessory,
  );
}

function drawContext(block, surface) {
  const drawContextElement = (element) =>
    element.type === "image" ? drawElement(element, surface) : el("span", {}, drawText(element));
  return el("div", { class: "context" }, (block.elements ?? []).map(drawContextElement));
}

const drawCell = (content) =>
  content.type === "rich_text" ? drawRichText(content) : String(content.text ?? content.value ?? "");

function drawTable(block) {
  const settings = block.column_settings ?? [];
  const drawRow = (cells, tag) =>
    el(
      "tr",
      {},
      cells.map((content, column) => el(tag, { class: settings[column]?.align ?? null }, drawCell(content))),
    );
  return createTable(block.rows ?? [], drawRow);
}

let fieldCount = 0;

function drawInput(block, surface) {
  const id = `field-${(fieldCount += 1)}`;
  const optional = block.optional ? el("span", { class: "optional" }, " (optional)") : null;
  const label = el("div", { class: "label", id }, drawText(block.label), optional);
  const hint = block.hint ? el("small", { class: "hint" }, drawText(block.hint)) : null;
  const error = el("p", { class: "error", role: "alert", hidden: true, "data-error-of": block.block_id });
  return el("div", { class: "input" }, label, drawElement(block.element, { ...surface, labelledBy: id }), error, hint);
}

const DRAW = {
  header: (block) => el("h3", {}, drawText(block.text)),
  section: drawSection,
  context: drawContext,
  actions: (block, surface) =>
    el(
      "div",
      { class: "actions" },
      (block.elements ?? []).map((element) => drawElement(element, surface)),
    ),
  divider: () => el("hr"),
  image: drawImage,
  input: drawInput,
  markdown: (block) => el("div", { class: "rich" }, drawMarkdown(String(block.text ?? ""))),
  rich_text: drawRichText,
  table: drawTable,
};

/**
 * Draws blocks into one node. `surfaceFor(block)` returns the surface of its elements (see elements.js).
 * An unknown block is shown as its type.
 */
export function drawBlocks(blocks, surfaceFor) {
  const drawBlock = (block) =>
    Object.hasOwn(DRAW, block.type)
      ? DRAW[block.type](block, surfaceFor(block))
      : el("p", { class: "unknown" }, `[${block.type} block]`);
  return el("div", { class: "blocks" }, blocks.map(drawBlock));
}
