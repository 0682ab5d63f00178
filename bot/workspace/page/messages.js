/** Draws the messages of a channel or thread, and reuses the nodes of unchanged messages. */

import { post, sendAction } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { askConfirmation, plainText } from "./confirm.js";
import { formatDateTime, formatDay, formatTime } from "./dates.js";
import { dropdown, el, iconButton } from "./dom.js";
import { initialState } from "./elements.js";
import { drawEmoji, PICKER_EMOJI } from "./emoji.js";
import { createIcon } from "./icons.js";
import { drawMrkdwn, toEditableText } from "./mrkdwn.js";
import { userName, workspace } from "./workspace.js";

const GROUP_S = 300; // messages of one author within this time share a heading

const authorOf = (message) => message.name || userName(message.user);
const isOwnMessage = (message) => message.user === workspace.me && !message.bot;

/** The author's initials, or the bot's symbol. */
function drawAvatar(id, name, bot = false) {
  const tint = [...String(id)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % 6;
  const initials = name
    .split(/\s+/)
    .map((word) => [...word][0] ?? "")
    .join("")
    .slice(0, 2)
    .toUpperCase();
  return el("span", { class: bot ? "avatar bot" : `avatar tint-${tint}`, "aria-hidden": "true" }, bot ? "✓" : initials);
}

/** The surface of a message (see elements.js): every choice is sent to the app at once. */
function messageSurface(channel, ts, block) {
  return {
    getState: initialState,
    setState: () => {},
    dispatch: (element, state) =>
      sendAction({
        channel,
        ts,
        action_id: element.action_id,
        block_id: block.block_id,
        value: element.value ?? null,
        state,
      }),
  };
}

function drawReactions(channel, message) {
  const buttons = (message.reactions ?? []).map(({ name, users }) => {
    const isOwn = users.includes(workspace.me);
    const names = users.map(userName).join(", ");
    return el(
      "button",
      {
        type: "button",
        class: isOwn ? "chip mine" : "chip",
        "aria-pressed": String(isOwn),
        title: `${names} reacted with :${name}:`,
        onclick: () => post(isOwn ? "unreact" : "react", { channel, ts: message.ts, name }),
      },
      drawEmoji(name),
      " ",
      String(users.length),
    );
  });
  return buttons.length ? el("div", { class: "reactions" }, buttons) : null;
}

function drawReactionPicker(channel, message) {
  const react = (name) => {
    menu.open = false;
    post("react", { channel, ts: message.ts, name });
  };
  const rows = PICKER_EMOJI.map((name) =>
    el(
      "button",
      { type: "button", title: `:${name}:`, "aria-label": name, onclick: () => react(name) },
      drawEmoji(name),
    ),
  );
  const menu = dropdown("picker", "smile", "Add a reaction", rows);
  return menu;
}

async function confirmDelete(channel, message) {
  const question = {
    title: plainText("Delete message"),
    text: plainText("Delete this message for everyone? This cannot be undone."),
    confirm: plainText("Delete"),
    style: "danger",
  };
  if (await askConfirmation(question)) post("delete", { channel, ts: message.ts });
}

function startEditing(channel, message, node) {
  const body = node.querySelector(".body");
  const savedNodes = [...body.childNodes];
  const box = el("textarea", { "aria-label": "Edit message", rows: 3, value: toEditableText(message.text) });
  const close = () => body.replaceChildren(...savedNodes);
  const save = async () => {
    const text = box.value.trim();
    if (text) await post("edit", { channel, ts: message.ts, text });
    close();
  };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    save();
  });
  const buttons = el(
    "div",
    { class: "actions" },
    el("button", { type: "button", onclick: close }, "Cancel"),
    el("button", { type: "button", class: "primary", onclick: save }, "Save"),
  );
  body.replaceChildren(el("div", { class: "edit" }, box, buttons));
  box.focus();
}

function drawTools(channel, message, node, view) {
  if (message.ephemeral)
    return el(
      "div",
      { class: "tools" },
      iconButton("close", "Dismiss", () => view.dismiss(message.ts)),
    );
  const hasReacted = (name) =>
    (message.reactions ?? []).some((reaction) => reaction.name === name && reaction.users.includes(workspace.me));
  const toggleMark = () =>
    post(hasReacted("pushpin") ? "unreact" : "react", { channel, ts: message.ts, name: "pushpin" });
  const togglePin = () => post(message.pinned ? "unpin" : "pin", { channel, ts: message.ts });
  return el(
    "div",
    { class: "tools", role: "group", "aria-label": "Message actions" },
    iconButton("pushpin", "React with :pushpin:", toggleMark),
    drawReactionPicker(channel, message),
    view.reply ? iconButton("speech", "Reply in thread", () => view.reply(message.thread_ts ?? message.ts)) : null,
    iconButton("bookmark", message.pinned ? "Unpin from channel" : "Pin to channel", togglePin),
    isOwnMessage(message) ? iconButton("pencil", "Edit message", () => startEditing(channel, message, node)) : null,
    isOwnMessage(message) ? iconButton("bin", "Delete message", () => confirmDelete(channel, message)) : null,
  );
}

function drawHeading(message) {
  const epoch_s = Number(message.ts);
  return el(
    "header",
    {},
    el("strong", {}, authorOf(message)),
    message.bot ? el("span", { class: "badge" }, "APP") : null,
    " ",
    el("time", { title: formatDateTime(epoch_s) }, formatTime(epoch_s)),
  );
}

function drawFiles(message) {
  return (message.files ?? []).map((file) =>
    el(
      "p",
      { class: "file" },
      el("a", { href: file.url_private ?? file.permalink, target: "_blank", rel: "noopener" }, file.title || file.name),
    ),
  );
}

function drawBody(channel, message) {
  const content = message.blocks?.length
    ? drawBlocks(message.blocks, (block) => messageSurface(channel, message.ts, block))
    : el("div", { class: "text" }, drawMrkdwn(message.text ?? ""));
  const edited = message.edited && !message.bot ? el("small", { class: "edited" }, " (edited)") : null;
  return el("div", { class: "body" }, content, edited, drawFiles(message));
}

function drawMessage(channel, message, isFirst, view) {
  const node = el("article", { class: "message", tabindex: "-1", "data-ts": message.ts });
  if (message.ephemeral) node.classList.add("ephemeral");
  if (message.pinned) node.classList.add("pinned");
  if (message.subtype?.match(/^(channel|group)_/)) node.classList.add("system");
  if (!isFirst) node.classList.add("grouped");
  const gutterTime = el(
    "time",
    { class: "gutter", title: formatDateTime(Number(message.ts)) },
    formatTime(Number(message.ts)),
  );
  const replies =
    view.reply && message.reply_count > 0
      ? el(
          "button",
          { type: "button", class: "replies", onclick: () => view.reply(message.ts) },
          createIcon("speech"),
          ` ${message.reply_count} ${message.reply_count === 1 ? "reply" : "replies"}`,
        )
      : null;
  const flags = [
    message.ephemeral ? el("p", { class: "flag" }, createIcon("eye"), " Only visible to you") : null,
    message.pinned ? el("p", { class: "flag" }, createIcon("bookmark"), " Pinned") : null,
  ];
  const content = el(
    "div",
    { class: "content" },
    flags,
    isFirst ? drawHeading(message) : null,
    drawBody(channel, message),
    drawReactions(channel, message),
    replies,
  );
  node.append(isFirst ? drawAvatar(message.user, authorOf(message), message.bot) : gutterTime, content);
  node.append(drawTools(channel, message, node, view));
  return node;
}

// Replaces the children of `list` without moving those that stay, which preserves focus, open menus and selections.
function updateChildren(list, rows) {
  const remaining = new Set(rows);
  const isFocusGone = [...list.children].some((node) => !remaining.has(node) && node.contains(document.activeElement));
  const ts = isFocusGone ? document.activeElement.closest("[data-ts]")?.dataset.ts : null;
  for (const node of [...list.children]) if (!remaining.has(node)) node.remove();
  let position = list.firstChild;
  for (const row of rows) {
    if (row === position) position = position.nextSibling;
    else list.insertBefore(row, position);
  }
  if (ts) list.rowsByKey.get(ts)?.node.focus({ preventScroll: true });
}

/**
 * Shows `messages` of `channel` in `list`, oldest first. `view` has `dismiss(ts)` for ephemeral messages, `reply(ts)`
 * if threads can be opened, and `days` if days are separated. A list that was scrolled to the end stays there.
 */
export function showMessages(list, channel, messages, view) {
  const wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 60;
  const previousRows = list.rowsByKey ?? new Map();
  const rows = [];
  list.rowsByKey = new Map();
  const addRow = (key, content, drawRow) => {
    const previous = previousRows.get(key);
    const row = previous?.content === content ? previous : { content, node: drawRow() };
    list.rowsByKey.set(key, row);
    rows.push(row.node);
  };
  let previousMessage = null;
  for (const message of messages) {
    const epoch_s = Number(message.ts);
    const day = formatDay(epoch_s);
    const isNewDay = !previousMessage || formatDay(Number(previousMessage.ts)) !== day;
    const isFirst = isNewDay || !isSameGroup(previousMessage, message);
    if (isNewDay && view.days) addRow(`day ${day}`, channel, () => el("p", { class: "day" }, el("span", {}, day)));
    addRow(message.ts, JSON.stringify([channel, workspace.me, isFirst, message]), () =>
      drawMessage(channel, message, isFirst, view),
    );
    previousMessage = message;
  }
  updateChildren(list, rows);
  if (wasAtEnd) list.scrollTop = list.scrollHeight;
}

function isSameGroup(previousMessage, message) {
  const isNear = Number(message.ts) - Number(previousMessage.ts) <= GROUP_S;
  return isNear && authorOf(previousMessage) === authorOf(message) && !message.ephemeral && !previousMessage.ephemeral;
}
