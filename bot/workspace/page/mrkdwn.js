/** Slack's mrkdwn → what people see and edit. Drawing makes nodes only; see dom.js for why. */

import { slackDate, fullMoment } from "./dates.js";
import { el, isSafeLink, link } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { channelName, handleOf, known } from "./workspace.js";

const ENTITIES = { "&amp;": "&", "&lt;": "<", "&gt;": ">" };

/** Undoes Slack's three entities. */
const unescape = (text) => text.replace(/&(?:amp|lt|gt);/g, (entity) => ENTITIES[entity]);

/** A pill for a person. */
export function userPill(id) {
  return el("span", { class: id === known.me ? "mention me" : "mention" }, `@${handleOf(id)}`);
}

/** A link to a channel of this workspace; its name alone when we do not know it. */
export function channelPill(id, fallback) {
  if (!known.channels.has(id)) return el("span", { class: "mention" }, `#${fallback ?? id}`);
  return el("a", { class: "mention", href: `#${id}` }, `#${channelName(id)}`);
}

/** A moment in the reader's zone, with the whole date as its tooltip. */
export function dateNode(epoch_s, pattern, address) {
  const node = el("time", { title: fullMoment(epoch_s) }, slackDate(epoch_s, pattern));
  return address ? link(address, node) : node;
}

// What stands between < and >: a mention, a special word, a date or an address.
function angle(inner) {
  const bar = inner.indexOf("|");
  const target = unescape(bar < 0 ? inner : inner.slice(0, bar));
  const label = bar < 0 ? undefined : unescape(inner.slice(bar + 1));
  if (target.startsWith("@")) return userPill(target.slice(1));
  if (target.startsWith("#")) return channelPill(target.slice(1), label);
  if (target.startsWith("!subteam^")) return el("span", { class: "mention" }, label ?? `@${target.split("^")[1]}`);
  if (target.startsWith("!date^")) return date(target, label);
  if (target.startsWith("!")) return el("span", { class: "mention me" }, label ?? `@${target.slice(1)}`);
  if (!isSafeLink(target)) return el("span", {}, `<${unescape(inner)}>`);
  return link(target, withEmoji(label ?? target.replace(/^mailto:/, "")));
}

function date(target, fallback) {
  const [, epoch_s, pattern, address] = target.split("^");
  const isMoment = /^\d+$/.test(epoch_s) && Number(epoch_s) < 8.64e12 && pattern;
  return isMoment ? dateNode(Number(epoch_s), pattern, address) : el("span", {}, fallback ?? target);
}

const EMPHASIS = { "*": "strong", _: "em", "~": "s" };
const INLINE = new RegExp(
  [
    /`(?<code>[^`\n]+)`/,
    /<(?<target>[^<>\n]+)>/,
    // A mark only counts at the edges of words: snake_case and 2*3*4 stay as they are.
    /(?<![\p{L}\p{N}])(?<mark>[*_~])(?=\S)(?<inner>(?:<[^<>\n]*>|`[^`\n]*`|[^\n<`])+?)(?<=\S)\k<mark>(?![\p{L}\p{N}])/,
  ]
    .map((pattern) => pattern.source)
    .join("|"),
  "gu",
);

function inline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const { code, target, mark, inner } = match.groups;
    nodes.push(words(text.slice(end, match.index)));
    if (code !== undefined) nodes.push(el("code", {}, plain(code)));
    else if (target !== undefined) nodes.push(angle(target));
    else nodes.push(el(EMPHASIS[mark], {}, inline(inner)));
    end = match.index + match[0].length;
  }
  nodes.push(words(text.slice(end)));
  return nodes;
}

const words = (text) => (text ? withEmoji(unescape(text)) : null);

// In code, mentions and links are shown as the text they stand for.
const plain = (text) => unescape(text.replace(/<([^<>\n]+)>/g, (whole, inner) => angle(inner).textContent));

// A line that begins with &gt; is quoted; neighbouring quoted lines are one quotation.
function lines(text) {
  const nodes = [];
  for (const part of text.split(/((?:^&gt;[^\n]*(?:\n|$))+)/m)) {
    if (!part.startsWith("&gt;")) nodes.push(...inline(part));
    else nodes.push(el("blockquote", {}, inline(part.replace(/^&gt; ?/gm, "").replace(/\n$/, ""))));
  }
  return nodes;
}

/** mrkdwn → nodes. */
export function mrkdwn(text) {
  const nodes = [];
  for (const part of text.split(/(```[\s\S]*?```)/)) {
    const isCode = part.length > 6 && part.startsWith("```") && part.endsWith("```");
    if (isCode) nodes.push(el("pre", {}, plain(part.slice(3, -3).replace(/^\n|\n$/g, ""))));
    else nodes.push(...lines(part));
  }
  return nodes;
}

/** A text object of Block Kit, `plain_text` or `mrkdwn` → nodes. */
export function drawText(object) {
  if (!object) return [];
  if (object.type === "mrkdwn") return mrkdwn(String(object.text ?? ""));
  return [object.emoji === false ? object.text : withEmoji(String(object.text ?? ""))];
}

/** A text object where only bare text is possible: options, titles, labels of screen readers. */
export const bareText = (object) =>
  drawText(object)
    .map((node) => node?.textContent ?? node ?? "")
    .join("");

/** What Slack stores → what a person types and edits; the workspace goes the other way. */
export function editable(text) {
  const words = text.replace(/<([^<>\n]+)>/g, (whole, inner) => {
    const target = inner.split("|")[0];
    if (target.startsWith("@")) return `@${handleOf(target.slice(1))}`;
    if (target.startsWith("#")) return `#${channelName(target.slice(1))}`;
    if (/^!(here|channel|everyone)$/.test(target)) return `@${target.slice(1)}`;
    return target.startsWith("!") ? whole : target;
  });
  return unescape(words);
}
