/** Draws Slack's mrkdwn, and converts it to the text a person edits. */

import { formatDateTime, formatSlackDate } from "./dates.js";
import { createLink, el, isSafeLink } from "./dom.js";
import { replaceEmoji } from "./emoji.js";
import { channelName, userHandle, workspace } from "./workspace.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Reverts Slack's escaping of &, < and >. */
const unescapeEntities = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** The mention of a person. */
export function userPill(id) {
  return el("span", { class: id === workspace.me ? "mention me" : "mention" }, `@${userHandle(id)}`);
}

/** A link to a channel, or only its name if the channel is unknown. */
export function channelPill(id, fallback) {
  if (!workspace.channels.has(id)) return el("span", { class: "mention" }, `#${fallback ?? id}`);
  return el("a", { class: "mention", href: `#${id}` }, `#${channelName(id)}`);
}

/** A time in the reader's time zone, with the full date as its tooltip. */
export function dateNode(epoch_s, pattern, address) {
  const node = el("time", { title: formatDateTime(epoch_s) }, formatSlackDate(epoch_s, pattern));
  return address ? createLink(address, node) : node;
}

// Draws the token between < and >: a mention, a keyword, a date or a link.
function drawToken(inner) {
  const separator = inner.indexOf("|");
  const target = unescapeEntities(separator < 0 ? inner : inner.slice(0, separator));
  const label = separator < 0 ? undefined : unescapeEntities(inner.slice(separator + 1));
  if (target.startsWith("@")) return userPill(target.slice(1));
  if (target.startsWith("#")) return channelPill(target.slice(1), label);
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label ?? `@${target.split("^")[1]}`);
  if (target.startsWith("!date^")) return drawDate(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention me" }, label ?? `@${target.slice(1)}`);
  if (!isSafeLink(target)) return el("span", {}, `<${unescapeEntities(inner)}>`);
  return createLink(target, replaceEmoji(label ?? target.replace(/^mailto:/, "")));
}

function drawDate(target, fallback) {
  const [, epoch_s, pattern, address] = target.split("^");
  const isValid = /^\d+$/.test(epoch_s) && Number(epoch_s) < 8.64e12 && pattern;
  return isValid ? dateNode(Number(epoch_s), pattern, address) : el("span", {}, fallback ?? target);
}

const EMPHASIS = { "*": "strong", _: "em", "~": "s" };
const INLINE = new RegExp(
  [
    /`(?<code>[^`\n]+)`/,
    /<(?<target>[^<>\n]+)>/,
    // Emphasis starts and ends at word boundaries: snake_case and 2*3*4 are plain text.
    /(?<![\p{L}\p{N}])(?<mark>[*_~])(?=\S)(?<inner>(?:<[^<>\n]*>|`[^`\n]*`|[^\n<`])+?)(?<=\S)\k<mark>(?![\p{L}\p{N}])/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "gu",
);

function drawInline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const { code, target, mark, inner } = match.groups;
    nodes.push(drawWords(text.slice(end, match.index)));
    if (code !== undefined) nodes.push(el("code", {}, expandTokens(code)));
    else if (target !== undefined) nodes.push(drawToken(target));
    else nodes.push(el(EMPHASIS[mark], {}, drawInline(inner)));
    end = match.index + match[0].length;
  }
  nodes.push(drawWords(text.slice(end)));
  return nodes;
}

const drawWords = (text) => (text ? replaceEmoji(unescapeEntities(text)) : null);

// In code, tokens are shown as plain text.
const expandTokens = (text) =>
  unescapeEntities(text.replace(/<([^<>\n]+)>/g, (token, inner) => drawToken(inner).textContent));

// Lines that start with &gt; are quoted. Adjacent quoted lines form one quote.
function drawLines(text) {
  const nodes = [];
  for (const part of text.split(/((?:^&gt;[^\n]*(?:\n|$))+)/m)) {
    if (!part.startsWith("&gt;")) nodes.push(...drawInline(part));
    else nodes.push(el("blockquote", {}, drawInline(part.replace(/^&gt; ?/gm, "").replace(/\n$/, ""))));
  }
  return nodes;
}

/** Converts mrkdwn to nodes. */
export function drawMrkdwn(text) {
  const nodes = [];
  for (const part of text.split(/(```[\s\S]*?```)/)) {
    const isCode = part.length > 6 && part.startsWith("```") && part.endsWith("```");
    if (isCode) nodes.push(el("pre", {}, expandTokens(part.slice(3, -3).replace(/^\n|\n$/g, ""))));
    else nodes.push(...drawLines(part));
  }
  return nodes;
}

/** Converts a Block Kit text object (`plain_text` or `mrkdwn`) to nodes. */
export function drawText(textObject) {
  if (!textObject) return [];
  if (textObject.type === "mrkdwn") return drawMrkdwn(String(textObject.text ?? ""));
  return [textObject.emoji === false ? textObject.text : replaceEmoji(String(textObject.text ?? ""))];
}

/** Converts a text object to plain text, for options, titles and screen reader labels. */
export const toPlainText = (textObject) =>
  drawText(textObject)
    .map((node) => node?.textContent ?? node ?? "")
    .join("");

/** Converts stored text to the text a person types. formatting.py does the opposite. */
export function toEditableText(text) {
  const typed = text.replace(/<([^<>\n]+)>/g, (token, inner) => {
    const target = inner.split("|")[0];
    if (target.startsWith("@")) return `@${userHandle(target.slice(1))}`;
    if (target.startsWith("#")) return `#${channelName(target.slice(1))}`;
    if (/^!(here|channel|everyone)$/.test(target)) return `@${target.slice(1)}`;
    return target.startsWith("!") ? token : target;
  });
  return unescapeEntities(typed);
}
