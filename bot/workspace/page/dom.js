/** Builds DOM nodes. Text is inserted as text nodes, never as HTML, so that untrusted text cannot run. */

import { createIcon } from "./icons.js";

/** Creates an element: el("p", {class: "x", onclick: handler}, "text", node, [more], null). */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name === "value") node.value = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** A button that shows only an icon; the label is its tooltip and its name for screen readers. */
export function iconButton(name, label, onclick, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "icon", title: label, "aria-label": label, onclick, ...attributes },
    createIcon(name),
  );
}

/** A button that opens a menu of `items`. */
export function dropdown(className, name, label, items) {
  return el(
    "details",
    { class: `menu ${className}` },
    el("summary", { "aria-label": label, title: label }, createIcon(name)),
    el("div", {}, items),
  );
}

/** Whether an address from untrusted text may become a link. Schemes such as `javascript:` may not. */
export function isSafeLink(address) {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(address);
}

/** A link that opens in a new tab, or plain text if the address is not safe. */
export function createLink(address, ...label) {
  if (!isSafeLink(address)) return el("span", {}, ...label);
  const isInternal = address.startsWith(`${location.origin}/#`);
  const target = isInternal ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return el("a", { href: isInternal ? new URL(address).hash : address, ...target }, ...label);
}

/** Creates a table. The first row is the header; `drawRow(row, tag)` draws a row with cells of that tag. */
export function createTable([head, ...body], drawRow) {
  return el(
    "div",
    { class: "table" },
    el(
      "table",
      {},
      el("thead", {}, head ? drawRow(head, "th") : null),
      el(
        "tbody",
        {},
        body.map((row) => drawRow(row, "td")),
      ),
    ),
  );
}

/** Redraws `node` if `content` has changed, and keeps the focus on the same link. */
export function replaceIfChanged(node, content, draw) {
  const key = JSON.stringify(content);
  if (node.content === key) return;
  node.content = key;
  const focused = node.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  node.replaceChildren(...draw());
  if (focused) node.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

let noticeTimer;

/** Shows a notice at the bottom of the page for six seconds. */
export function showNotice(text) {
  const notice = document.getElementById("notice");
  notice.textContent = text;
  notice.hidden = false;
  clearTimeout(noticeTimer);
  noticeTimer = setTimeout(() => (notice.hidden = true), 6000);
}
