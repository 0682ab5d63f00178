/** The stack of modals that the app has opened for the current person. */

import { post, sendAction } from "./api.js";
import { drawBlocks } from "./blocks.js";
import { el, iconButton } from "./dom.js";
import { getValue, initialState } from "./elements.js";
import { drawText } from "./mrkdwn.js";

/** Open modals by view id, {view, values, dialog}. The last one is on top. */
const openModals = new Map();

const stateKey = (block, element) => `${block.block_id} ${element.action_id}`;
const getElements = (block) =>
  [block.element, block.accessory, ...(block.elements ?? [])].filter((element) => element?.action_id);

/** The ids of closed views. A response from before the close does not reopen them. */
const closedIds = new Set();

/** Shows a view, or redraws it if the app has updated it (its hash is higher). Input in remaining fields is kept. */
export function showView(view) {
  const existing = openModals.get(view.id);
  if (closedIds.has(view.id) || existing?.view.hash >= view.hash) return;
  const modal = existing ?? { values: new Map(), dialog: el("dialog", { class: "modal" }) };
  modal.view = view;
  openModals.set(view.id, modal);
  drawModal(modal);
  if (existing) return;
  modal.dialog.addEventListener("cancel", (event) => {
    event.preventDefault();
    closeModal(modal);
  });
  document.body.append(modal.dialog);
  modal.dialog.showModal();
}

/** Hides a view that the app or another window of this person has closed. */
export function hideView(id) {
  closedIds.add(id);
  removeDialog(id);
}

function removeDialog(id) {
  openModals.get(id)?.dialog.remove();
  openModals.delete(id);
}

/** Hides all views when the current person changes. */
export function hideAllViews() {
  [...openModals.keys()].forEach(removeDialog);
}

function closeModal(modal) {
  hideView(modal.view.id);
  post("close_view", { view_id: modal.view.id });
}

function surfaceFor(modal, block) {
  const surface = {
    getState: (element) => modal.values.get(stateKey(block, element)) ?? initialState(element),
    setState: (element, state) => modal.values.set(stateKey(block, element), state),
    dispatch: async (element, state) => {
      if (initialState(element)) surface.setState(element, state);
      if (block.type === "input" && !block.dispatch_action) return;
      const action = { action_id: element.action_id, block_id: block.block_id, value: state.value, state };
      await sendAction({ view_id: modal.view.id, ...action, values: collectValues(modal) });
    },
  };
  return surface;
}

/** The state of every element, as {block_id: {action_id: state}}. */
function collectValues(modal) {
  const values = {};
  for (const block of modal.view.blocks) {
    for (const element of getElements(block)) {
      const state = surfaceFor(modal, block).getState(element);
      if (state) (values[block.block_id] ??= {})[element.action_id] = state;
    }
  }
  return values;
}

// The errors that Slack's client finds before it sends the form to the app.
function validate(modal) {
  const errors = {};
  for (const block of modal.view.blocks.filter(({ type }) => type === "input")) {
    const value = getValue(block.element, surfaceFor(modal, block).getState(block.element));
    const isEmpty = value === null || value === undefined || value === "" || value.length === 0;
    if (isEmpty && !block.optional) errors[block.block_id] = "Please complete this required field.";
    else if (value?.length < block.element.min_length)
      errors[block.block_id] = `This field must have at least ${block.element.min_length} characters.`;
  }
  return errors;
}

function showErrors(modal, errors) {
  for (const message of modal.dialog.querySelectorAll("[data-error-of]")) {
    message.textContent = errors[message.dataset.errorOf] ?? "";
    message.hidden = !message.textContent;
    for (const field of message.parentElement.querySelectorAll("input, select, textarea")) {
      field.setAttribute("aria-invalid", String(!message.hidden));
    }
  }
  modal.dialog.querySelector('[aria-invalid="true"]')?.focus();
}

async function submit(modal) {
  const validationErrors = validate(modal);
  showErrors(modal, validationErrors);
  if (Object.keys(validationErrors).length) return;
  const button = modal.dialog.querySelector("button[type=submit]");
  button.disabled = true;
  const answer = await post("submit", { view_id: modal.view.id, values: collectValues(modal) });
  button.disabled = false;
  if (answer.errors) showErrors(modal, answer.errors);
  else if (answer.ok !== false && !answer.view) hideView(modal.view.id);
  else if (answer.view) showView(answer.view);
}

function drawForm(modal, heading) {
  const { view } = modal;
  const hasForm = view.submit || view.blocks.some((block) => block.type === "input");
  const close = () => closeModal(modal);
  const closeLabel = view.close ?? { text: hasForm ? "Cancel" : "Close" };
  const closeButton = el("button", { type: "button", onclick: close }, drawText(closeLabel));
  const submitLabel = view.submit ?? { text: "Submit" };
  const submitButton = hasForm ? el("button", { type: "submit", class: "primary" }, drawText(submitLabel)) : null;
  const blocks = drawBlocks(view.blocks, (block) => surfaceFor(modal, block));
  const form = el(
    "form",
    { novalidate: true },
    el("header", {}, heading, iconButton("close", "Close", close)),
    el("div", { class: "body" }, blocks),
    el("footer", {}, closeButton, submitButton),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (hasForm) submit(modal);
  });
  return form;
}

function drawModal(modal) {
  const { view, dialog } = modal;
  const hadFocus =
    dialog.contains(document.activeElement) && document.activeElement.getAttribute("aria-labelledby") !== null;
  const heading = el("h2", { id: `title-${view.id}` }, drawText(view.title));
  dialog.setAttribute("aria-labelledby", heading.id);
  dialog.replaceChildren(drawForm(modal, heading));
  const first = dialog.querySelector("[autofocus], .body input, .body textarea, .body select");
  first?.toggleAttribute("autofocus", true);
  if (dialog.isConnected && hadFocus) first?.focus();
}
