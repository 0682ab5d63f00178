/** Draws the messages of a channel or thread; keeps the node of every message that has not changed. */

import { press, send } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { clockTime, dayName, fullMoment } from "./dates.js";
import { el, iconButton } from "./dom.js";
import { PICKS, emoji } from "./emoji.js";
import { initialState } from "./elements.js";
import { sign } from "./icons.js";
import { known, nameOf } from "./workspace.js";
import { editable, mrkdwn } from "./mrkdwn.js";
import { confirmed, plain } from "./confirm.js";

const GROUP_S = 300; // messages of one author this close together share one heading

const authorOf = (message) => message.name || nameOf(message.user);
const isMine = (message) => message.user === known.me && !message.bot;

/** A square with the author's initials, or the mark of the bot. */
function avatar(id, name, bot = false) {
  const tint = [...String(id)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return el("span", { class: bot ? "avatar bot" : `avatar tint-${tint}`, "aria-hidden": "true" }, bot ? "✓" : initials);
}

/** The place of buttons in a message: a press is told to the app at once. */
function messagePlace(channel, ts, block) {
  return {
    stateOf: initialState,
    keep: () => {},
    use: (element, state) =>
      press({
        channel,
        ts,
        action_id: element.action_id,
        block_id: block.block_id,
        value: element.value ?? null,
        state,
      }),
  };
}

function reactions(channel, message) {
  const chips = (message.reactions ?? []).map(({ name, users }) => {
    const mine = users.includes(known.me);
    const who = users.map(nameOf).join(", ");
    return el(
      "button",
      {
        type: "button",
        class: mine ? "chip mine" : "chip",
        "aria-pressed": String(mine),
        title: `${who} reacted with :${name}:`,
        onclick: () => send(mine ? "unreact" : "react", { channel, ts: message.ts, name }),
      },
      emoji(name),
      " ",
      String(users.length),
    );
  });
  return chips.length ? el("div", { class: "reactions" }, chips) : null;
}

function picker(channel, message) {
  const react = (name) => {
    menu.open = false;
    send("react", { channel, ts: message.ts, name });
  };
  const rows = PICKS.map((name) =>
    el("button", { type: "button", title: `:${name}:`, "aria-label": name, onclick: () => react(name) }, emoji(name)),
  );
  const menu = el(
    "details",
    { class: "menu picker" },
    el("summary", { "aria-label": "Add a reaction", title: "Add a reaction" }, sign("smile")),
    el("div", {}, rows),
  );
  return menu;
}

async function remove(channel, message) {
  const question = {
    title: plain("Delete message"),
    text: plain("Delete this message for everyone? This cannot be undone."),
    confirm: plain("Delete"),
    style: "danger",
  };
  if (await confirmed(question)) send("delete", { channel, ts: message.ts });
}

function edit(channel, message, node) {
  const body = node.querySelector(".body");
  const before = [...body.childNodes];
  const box = el("textarea", { "aria-label": "Edit message", rows: 3, value: editable(message.text) });
  const stop = () => body.replaceChildren(...before);
  const save = async () => {
    const text = box.value.trim();
    if (text) await send("edit", { channel, ts: message.ts, text });
    stop();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  const buttons = el(
    "div",
    { class: "actions" },
    el("button", { type: "button", onclick: stop }, "Cancel"),
    el("button", { type: "button", class: "primary", onclick: save }, "Save"),
  );
  body.replaceChildren(el("div", { class: "edit" }, box, buttons));
  box.focus();
}

function tools(channel, message, node, view) {
  if (message.ephemeral)
    return el(
      "div",
      { class: "tools" },
      iconButton("close", "Dismiss", () => view.dismiss(message.ts)),
    );
  const has = (name) =>
    (message.reactions ?? []).some((reaction) => reaction.name === name && reaction.users.includes(known.me));
  const mark = () => send(has("pushpin") ? "unreact" : "react", { channel, ts: message.ts, name: "pushpin" });
  const pin = () => send(message.pinned ? "unpin" : "pin", { channel, ts: message.ts });
  return el(
    "div",
    { class: "tools", role: "group", "aria-label": "Message actions" },
    iconButton("pushpin", "React with :pushpin:", mark),
    picker(channel, message),
    view.reply ? iconButton("speech", "Reply in thread", () => view.reply(message.thread_ts ?? message.ts)) : null,
    iconButton("bookmark", message.pinned ? "Unpin from channel" : "Pin to channel", pin),
    isMine(message) ? iconButton("pencil", "Edit message", () => edit(channel, message, node)) : null,
    isMine(message) ? iconButton("bin", "Delete message", () => remove(channel, message)) : null,
  );
}

function heading(message) {
  const seconds = Number(message.ts);
  return el(
    "header",
    {},
    el("strong", {}, authorOf(message)),
    message.bot ? el("span", { class: "badge" }, "APP") : null,
    " ",
    el("time", { title: fullMoment(seconds) }, clockTime(seconds)),
  );
}

function body(channel, message) {
  const content = message.blocks?.length
    ? drawBlocks(message.blocks, (block) => messagePlace(channel, message.ts, block))
    : el("div", { class: "text" }, mrkdwn(message.text ?? ""));
  const edited = message.edited && !message.bot ? el("small", { class: "edited" }, " (edited)") : null;
  return el("div", { class: "body" }, content, edited);
}

function draw(channel, message, isFirst, view) {
  const node = el("article", { class: "message", tabindex: "-1", "data-ts": message.ts });
  if (message.ephemeral) node.classList.add("ephemeral");
  if (message.pinned) node.classList.add("pinned");
  if (message.subtype?.match(/^(channel|group)_/)) node.classList.add("note");
  if (!isFirst) node.classList.add("follows");
  const time = el("time", { class: "gutter", title: fullMoment(Number(message.ts)) }, clockTime(Number(message.ts)));
  const replies =
    view.reply && message.reply_count > 0
      ? el(
          "button",
          { type: "button", class: "replies", onclick: () => view.reply(message.ts) },
          sign("speech"),
          ` ${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`,
        )
      : null;
  const flags = [
    message.ephemeral ? el("p", { class: "flag" }, sign("eye"), " Only visible to you") : null,
    message.pinned ? el("p", { class: "flag" }, sign("bookmark"), " Pinned") : null,
  ];
  const content = el(
    "div",
    { class: "content" },
    flags,
    isFirst ? heading(message) : null,
    body(channel, message),
    reactions(channel, message),
    replies,
  );
  node.append(isFirst ? avatar(message.user, authorOf(message), message.bot) : time, content);
  node.append(tools(channel, message, node, view));
  return node;
}

// Puts `rows` into `list` and moves nothing that stays, so that focus, open menus and selections survive.
function settle(list, rows) {
  const staying = new Set(rows);
  const isFocusGone = [...list.children].some((node) => !staying.has(node) && node.contains(document.activeElement));
  const ts = isFocusGone ? document.activeElement.closest("[data-ts]")?.dataset.ts : null;
  for (const node of [...list.children]) if (!staying.has(node)) node.remove();
  let at = list.firstChild;
  for (const row of rows) {
    if (row === at) at = at.nextSibling;
    else list.insertBefore(row, at);
  }
  if (ts) list.drawn.get(ts)?.node.focus({ preventScroll: true });
}

/**
 * Shows `messages` of `channel` in `list`, oldest first. `view` has `reply(ts)` where threads can be opened, `days`
 * where days are set apart, and `dismiss(ts)` for messages only this person sees. Stays at the end when the reader
 * was at the end.
 */
export function showMessages(list, channel, messages, view) {
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const former = list.drawn ?? new Map();
  const rows = [];
  list.drawn = new Map();
  const keep = (key, content, make) => {
    const kept = former.get(key);
    const drawn = kept?.content === content ? kept : { content, node: make() };
    list.drawn.set(key, drawn);
    rows.push(drawn.node);
  };
  let last = null;
  for (const message of messages) {
    const seconds = Number(message.ts);
    const today = dayName(seconds);
    const isNewDay = !last || dayName(Number(last.ts)) !== today;
    const isFirst = isNewDay || !isSameBreath(last, message);
    if (isNewDay && view.days) keep(`day ${today}`, channel, () => el("p", { class: "day" }, el("span", {}, today)));
    keep(message.ts, JSON.stringify([channel, known.me, isFirst, message]), () =>
      draw(channel, message, isFirst, view),
    );
    last = message;
  }
  settle(list, rows);
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

function isSameBreath(last, message) {
  const isNear = Number(message.ts) - Number(last.ts) <= GROUP_S;
  return isNear && authorOf(last) === authorOf(message) && !message.ephemeral && !last.ephemeral;
}
