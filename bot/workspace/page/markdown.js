/** Draws the standard Markdown of `markdown` blocks: as much of it as Slack shows. */

import { el, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { mrkdwn } from "./mrkdwn.js";

// What may stand inside a line, the first that fits wins.
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
  if (address !== undefined) return link(address, ...inline(label || address));
  if (angle !== undefined) return mrkdwn(whole);
  if (bold !== undefined) return el("strong", {}, inline(bold));
  if (strike !== undefined) return el("s", {}, inline(strike));
  if (italic !== undefined) return el("em", {}, inline(italic));
  return escaped ?? link(bare, bare);
}

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    nodes.push(withEmoji(text.slice(end, match.index)), drawMatch(match, match.groups));
    end = match.index + match[0].length;
  }
  nodes.push(withEmoji(text.slice(end)));
  return nodes.flat();
}

const FENCE = /^\s*(```|~~~)/;
const ITEM = /^(\s*)(?:[-*+]|(\d+)[.)])\s+(?:\[([ xX])\]\s+)?(.*)$/;
const TABLE_RULE = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

const cells = (line) =>
  line
    .trim()
    .replace(/^\||\|$/g, "")
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim());

function table(lines) {
  const row = (line, tag) =>
    el(
      "tr",
      {},
      cells(line).map((cell) => el(tag, {}, inline(cell))),
    );
  const [head, , ...body] = lines;
  return el(
    "div",
    { class: "table" },
    el(
      "table",
      {},
      el("thead", {}, row(head, "th")),
      el(
        "tbody",
        {},
        body.map((l) => row(l, "td")),
      ),
    ),
  );
}

function item(line) {
  const [, space, number, tick, text] = line.match(ITEM);
  const box =
    tick === undefined
      ? null
      : el("input", {
          type: "checkbox",
          disabled: true,
          checked: tick !== " ",
          "aria-label": tick === " " ? "open" : "done",
        });
  const indent = Math.min(Math.floor(space.length / 2), 4);
  const bullet = el("li", { class: box ? "task" : null, value: number }, box, inline(text));
  return el(number ? "ol" : "ul", { class: `indent-${indent}`, start: number }, bullet);
}

// Takes lines from the front while they belong to the same block; always takes one at least.
function takeWhile(lines, belongs) {
  const taken = [lines.shift()];
  while (lines.length && belongs(lines[0])) taken.push(lines.shift());
  return taken;
}

function fence(lines) {
  lines.shift();
  const code = [];
  while (lines.length && !FENCE.test(lines[0])) code.push(lines.shift());
  lines.shift();
  return el("pre", {}, code.join("\n"));
}

function nextBlock(lines) {
  const line = lines[0];
  const heading = line.match(/^(#{1,6})\s+(.*?)\s*#*$/);
  if (FENCE.test(line)) return fence(lines);
  if (heading) return lines.shift() && el(`h${Math.min(heading[1].length + 2, 6)}`, {}, inline(heading[2]));
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(line)) return lines.shift() && el("hr");
  if (ITEM.test(line)) return item(lines.shift());
  if (line.includes("|") && TABLE_RULE.test(lines[1] ?? "x")) return table(takeWhile(lines, (l) => l.includes("|")));
  if (line.startsWith(">")) {
    return el(
      "blockquote",
      {},
      markdown(
        takeWhile(lines, (l) => l.startsWith(">"))
          .map((l) => l.replace(/^> ?/, ""))
          .join("\n"),
      ),
    );
  }
  const text = takeWhile(lines, (l) => l.trim() && !ITEM.test(l) && !FENCE.test(l) && !/^(#{1,6}\s|>)/.test(l));
  return el("p", {}, inline(text.join("\n")));
}

/** Markdown text → nodes. */
export function markdown(text) {
  const lines = text.split("\n");
  const nodes = [];
  while (lines.length) {
    if (lines[0].trim()) nodes.push(nextBlock(lines));
    else lines.shift();
  }
  return nodes;
}
