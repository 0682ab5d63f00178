/** Draws the Markdown of `markdown` blocks, as far as Slack supports it. */

import { createLink, createTable, el } from "./dom.js";
import { replaceEmoji } from "./emoji.js";
import { drawMrkdwn } from "./mrkdwn.js";

// The markup inside a line. The first pattern that matches applies.
const INLINE = new RegExp(
  [
    /`(?<code>[^`\n]+)`/,
    /!?\[(?<label>[^\]\n]*)\]\((?<address>[^()\s]+)\)/,
    /<(?<angle>[^<>\n]+)>/,
    /\*\*(?=\S)(?<bold>[^\n]+?)(?<=\S)\*\*/,
    /~~(?=\S)(?<strike>[^\n]+?)(?<=\S)~~/,
    /(?<![\p{L}\p{N}*_])(?<mark>[*_])(?=[^\s*_])(?<italic>[^\n]*?[^\s])\k<mark>(?![\p{L}\p{N}*_])/,
    /\\(?<escaped>[\\`*_{}[\]()#+.!|~<>-])/,
    /(?<bare>https?:\/\/[^\s<>|)]+[^\s<>|).,;:!?])/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "gu",
);

function drawMatch([whole], { code, label, address, angle, bold, strike, italic, escaped, bare }) {
  if (code !== undefined) return el("code", {}, code);
  if (address !== undefined) return createLink(address, ...drawInline(label || address));
  if (angle !== undefined) return drawMrkdwn(whole);
  if (bold !== undefined) return el("strong", {}, drawInline(bold));
  if (strike !== undefined) return el("s", {}, drawInline(strike));
  if (italic !== undefined) return el("em", {}, drawInline(italic));
  return escaped ?? createLink(bare, bare);
}

function drawInline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(replaceEmoji(text.slice(end, match.index)), drawMatch(match, match.groups));
    end = match.index + match[0].length;
  }
  nodes.push(replaceEmoji(text.slice(end)));
  return nodes.flat();
}

const FENCE = /^\s*(```|~~~)/;
const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const splitCells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

function drawTable(lines) {
  const drawRow = (line, tag) =>
    el(
      "tr",
      {},
      splitCells(line).map((cell) => el(tag, {}, drawInline(cell))),
    );
  const [head, , ...body] = lines;
  return createTable([head, ...body], drawRow);
}

function drawItem(line) {
  const [, indentation, number, checkmark, text] = line.match(ITEM);
  const checkbox =
    checkmark === undefined
      ? null
      : el("input", {
          type: "checkbox",
          disabled: true,
          checked: checkmark !== " ",
          "aria-label": checkmark === " " ? "open" : "done",
        });
  const indent = Math.min(Math.floor(indentation.length / 2), 4);
  const listItem = el("li", { class: checkbox ? "task" : null, value: number }, checkbox, drawInline(text));
  return el(number ? "ol" : "ul", { class: `indent-${indent}`, start: number }, listItem);
}

// Removes and returns the first line and all following lines that satisfy the predicate.
function takeLines(lines, predicate) {
  const taken = [lines.shift()];
  while (lines.length && predicate(lines[0])) taken.push(lines.shift());
  return taken;
}

function drawFence(lines) {
  lines.shift();
  const code = [];
  while (lines.length && !FENCE.test(lines[0])) code.push(lines.shift());
  lines.shift();
  return el("pre", {}, code.join("\n"));
}

function drawNextBlock(lines) {
  const line = lines[0];
  const heading = line.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (FENCE.test(line)) return drawFence(lines);
  if (heading) return lines.shift() && el(`h${Math.min(heading[1].length + 2, 6)}`, {}, drawInline(heading[2]));
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return lines.shift() && el("hr");
  if (ITEM.test(line)) return drawItem(lines.shift());
  if (line.includes("|") && TABLE_RULE.test(lines[1] ?? "x"))
    return drawTable(takeLines(lines, (line) => line.includes("|")));
  if (line.startsWith(">")) {
    return el(
      "blockquote",
      {},
      drawMarkdown(
        takeLines(lines, (line) => line.startsWith(">"))
          .map((line) => line.replace(/^> ?/, ""))
          .join("\n"),
      ),
    );
  }
  const text = takeLines(
    lines,
    (line) => line.trim() && !ITEM.test(line) && !FENCE.test(line) && !/^(#{1,6}\s|>)/.test(line),
  );
  return el("p", {}, drawInline(text.join("\n")));
}

/** Converts Markdown to nodes. */
export function drawMarkdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) {
    if (lines[0].trim()) nodes.push(drawNextBlock(lines));
    else lines.shift();
  }
  return nodes;
}
