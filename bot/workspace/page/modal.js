/** Modals: views the app opened for this person, stacked as Slack stacks them. */

import { press, send } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { el, iconButton } from "./dom.js";
import { initialState, valueIn } from "./elements.js";
import { drawText } from "./mrkdwn.js";

/** view id → {view, values, dialog}; the last is on top. */
const open = new Map();

const keyOf = (block, element) => `${block.block_id} ${element.action_id}`;
const elementsOf = (block) =>
  [block.element, block.accessory, ...(block.elements ?? [])].filter((element) => element?.action_id);

/** Views that were closed: an answer of the workspace that is older than that does not bring them back. */
const closed = new Set();

/**
 * Shows a view, or draws it again when the app changed it (its hash rises); what was typed into fields that remain
 * is kept.
 */
export function showView(view) {
  const known = open.get(view.id);
  if (closed.has(view.id) || known?.view.hash >= view.hash) return;
  const modal = known ?? { values: new Map(), dialog: el("dialog", { class: "modal" }) };
  modal.view = view;
  open.set(view.id, modal);
  draw(modal);
  if (known) return;
  modal.dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    dismiss(modal);
  });
  document.body.append(modal.dialog);
  modal.dialog.showModal();
}

/** Takes a view away; the app or another window of this person closed it. */
export function hideView(id) {
  closed.add(id);
  takeAway(id);
}

function takeAway(id) {
  open.get(id)?.dialog.remove();
  open.delete(id);
}

/** Takes all views away: another person looks at the page now. */
export function hideAllViews() {
  [...open.keys()].forEach(takeAway);
}

function dismiss(modal) {
  hideView(modal.view.id);
  send("close_view", { view_id: modal.view.id });
}

function placeIn(modal, block) {
  const place = {
    stateOf: (element) => modal.values.get(keyOf(block, element)) ?? initialState(element),
    keep: (element, state) => modal.values.set(keyOf(block, element), state),
    use: async (element, state) => {
      if (initialState(element)) place.keep(element, state);
      if (block.type === "input" && !block.dispatch_action) return;
      const action = { action_id: element.action_id, block_id: block.block_id, value: state.value, state };
      await press({ view_id: modal.view.id, ...action, values: collect(modal) });
    },
  };
  return place;
}

/** Everything the view holds, as {block_id: {action_id: state}}. */
function collect(modal) {
  const values = {};
  for (const block of modal.view.blocks) {
    for (const element of elementsOf(block)) {
      const state = placeIn(modal, block).stateOf(element);
      if (state) (values[block.block_id] ??= {})[element.action_id] = state;
    }
  }
  return values;
}

// What Slack's own window refuses before the app hears of it.
function missing(modal) {
  const errors = {};
  for (const block of modal.view.blocks.filter(({ type }) => type === "input")) {
    const value = valueIn(block.element, placeIn(modal, block).stateOf(block.element));
    const isEmpty = value === null || value === undefined || value === "" || value.length === 0;
    if (isEmpty && !block.optional) errors[block.block_id] = "Please complete this required field.";
    else if (value?.length < block.element.min_length)
      errors[block.block_id] = `At least ${block.element.min_length} characters, please.`;
  }
  return errors;
}

function showErrors(modal, errors) {
  for (const place of modal.dialog.querySelectorAll("[data-error-of]")) {
    place.textContent = errors[place.dataset.errorOf] ?? "";
    place.hidden = !place.textContent;
    for (const field of place.parentElement.querySelectorAll("input, select, textarea")) {
      field.setAttribute("aria-invalid", String(!place.hidden));
    }
  }
  modal.dialog.querySelector('[aria-invalid="true"]')?.focus();
}

async function submit(modal) {
  const early = missing(modal);
  showErrors(modal, early);
  if (Object.keys(early).length) return;
  const button = modal.dialog.querySelector("button[type=submit]");
  button.disabled = true;
  const answer = await send("submit", { view_id: modal.view.id, values: collect(modal) });
  button.disabled = false;
  if (answer.errors) showErrors(modal, answer.errors);
  else if (answer.ok !== false && !answer.view) hideView(modal.view.id);
  else if (answer.view) showView(answer.view);
}

function draw(modal) {
  const { view, dialog } = modal;
  const focused = dialog.contains(document.activeElement)
    ? document.activeElement.getAttribute("aria-labelledby")
    : null;
  const hasForm = view.submit || view.blocks.some((block) => block.type === "input");
  const heading = el("h2", { id: `title-${view.id}` }, drawText(view.title));
  const close = el(
    "button",
    { type: "button", onclick: () => dismiss(modal) },
    drawText(view.close ?? { text: hasForm ? "Cancel" : "Close" }),
  );
  const done = hasForm
    ? el("button", { type: "submit", class: "primary" }, drawText(view.submit ?? { text: "Submit" }))
    : null;
  const form = el(
    "form",
    { novalidate: true },
    el(
      "header",
      {},
      heading,
      iconButton("close", "Close", () => dismiss(modal)),
    ),
    el(
      "div",
      { class: "body" },
      drawBlocks(view.blocks, (block) => placeIn(modal, block)),
    ),
    el("footer", {}, close, done),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (hasForm) submit(modal);
  });
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.replaceChildren(form);
  const first = dialog.querySelector("[autofocus], .body input, .body textarea, .body select");
  first?.toggleAttribute("autofocus", true);
  if (dialog.isConnected && focused) first?.focus();
}
