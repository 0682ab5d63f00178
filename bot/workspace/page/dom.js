/** Builds DOM nodes. Text goes in as text nodes, never as HTML: whatever Slack or a person sends stays text. */

import { sign } from "./icons.js";

/** el("p", {class: "x", onclick: f}, "text", node, [more], null) → element. */
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

/** A button that shows a sign only, and tells its name to those who point at it or cannot see it. */
export function iconButton(name, label, onclick, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "icon", title: label, "aria-label": label, onclick, ...attributes },
    sign(name),
  );
}

/** Only these addresses may be followed from foreign text; `javascript:` and the like stay text. */
export function isSafeLink(address) {
  return /^(https?:\/\/|mailto:)[^\s]+$/i.test(address);
}

/** A link that opens beside the workspace, or plain text when its address is not one we follow. */
export function link(address, ...label) {
  if (!isSafeLink(address)) return el("span", {}, ...label);
  const isHere = address.startsWith(`${location.origin}/#`);
  const beside = isHere ? {} : { target: "_blank", rel: "noopener noreferrer" };
  return el("a", { href: isHere ? new URL(address).hash : address, ...beside }, ...label);
}

/** Fills `node` with what `make` draws, unless `content` is what it shows already; keeps the focus on the same link. */
export function redraw(node, content, make) {
  const key = JSON.stringify(content);
  if (node.shown === key) return;
  node.shown = key;
  const focused = node.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  node.replaceChildren(...make());
  if (focused) node.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
}

let sayTimer;

/** One quiet sentence at the bottom of the page; it goes away by itself. */
export function tell(sentence) {
  const box = document.getElementById("notice");
  box.textContent = sentence;
  box.hidden = false;
  clearTimeout(sayTimer);
  sayTimer = setTimeout(() => (box.hidden = true), 6000);
}
