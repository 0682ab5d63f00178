/**
 * Draws the interactive elements of Block Kit: buttons, selects, inputs and pickers.
 *
 * An element's state has Slack's format, such as {type: "static_select", selected_option: {text, value}}.
 * A `surface` is the message or modal that contains the element:
 * {labelledBy?, getState(element), setState(element, state), dispatch(element, state)}.
 * `setState` stores input while the person types. `dispatch` sends a choice to the app and returns a promise.
 */

import { askConfirmation } from "./confirm.js";
import { fromInputValue, toInputValue } from "./dates.js";
import { dropdown, el, isSafeLink } from "./dom.js";
import { createIcon } from "./icons.js";
import { drawText, toPlainText } from "./mrkdwn.js";
import { isDirectMessage, workspace } from "./workspace.js";

// For each element type: the field of its state, and the field that holds its initial value.
const STATE_FIELDS = {
  plain_text_input: ["value", "initial_value"],
  number_input: ["value", "initial_value"],
  email_text_input: ["value", "initial_value"],
  url_text_input: ["value", "initial_value"],
  static_select: ["selected_option", "initial_option"],
  multi_static_select: ["selected_options", "initial_options"],
  users_select: ["selected_user", "initial_user"],
  multi_users_select: ["selected_users", "initial_users"],
  channels_select: ["selected_channel", "initial_channel"],
  multi_channels_select: ["selected_channels", "initial_channels"],
  conversations_select: ["selected_conversation", "initial_conversation"],
  multi_conversations_select: ["selected_conversations", "initial_conversations"],
  radio_buttons: ["selected_option", "initial_option"],
  checkboxes: ["selected_options", "initial_options"],
  datepicker: ["selected_date", "initial_date"],
  timepicker: ["selected_time", "initial_time"],
  datetimepicker: ["selected_date_time", "initial_date_time"],
};

const isMultiple = (element) => element.type.startsWith("multi_") || element.type === "checkboxes";

/** The state of an untouched element, or null for elements without state (buttons, overflow menus). */
export function initialState(element) {
  if (!Object.hasOwn(STATE_FIELDS, element.type)) return null;
  const [key, initialKey] = STATE_FIELDS[element.type];
  return { type: element.type, [key]: element[initialKey] ?? (isMultiple(element) ? [] : null) };
}

/** The value in an element's state. */
export function getValue(element, state) {
  return state?.[STATE_FIELDS[element.type][0]];
}

const buildState = (element, value) => ({ type: element.type, [STATE_FIELDS[element.type][0]]: value });
const getOptions = (element) => [
  ...(element.options ?? []),
  ...(element.option_groups ?? []).flatMap((group) => group.options),
];
const findOption = (element, value) => getOptions(element).find((option) => option.value === value) ?? null;
const labelAttributes = (element, surface) =>
  surface.labelledBy
    ? { "aria-labelledby": surface.labelledBy }
    : { "aria-label": toPlainText(element.placeholder) || element.action_id };

// Shows the element's confirm dialog, if any, before dispatching. `undo` restores the previous choice.
async function dispatchAction(element, state, surface, undo = () => {}) {
  if (element.confirm && !(await askConfirmation(element.confirm))) return undo();
  return surface.dispatch(element, state);
}

function drawButton(element, surface) {
  const node = el(
    "button",
    { type: "button", class: element.style ?? null, "aria-label": element.accessibility_label },
    drawText(element.text),
  );
  node.addEventListener("click", async () => {
    if (element.url && isSafeLink(element.url)) window.open(element.url, "_blank", "noopener");
    node.disabled = true;
    node.setAttribute("aria-busy", "true");
    await dispatchAction(element, { type: "button", value: element.value, text: element.text }, surface);
    node.disabled = false;
    node.removeAttribute("aria-busy");
  });
  return node;
}

function drawOverflow(element, surface) {
  const choose = (option) => {
    menu.open = false;
    if (option.url && isSafeLink(option.url)) window.open(option.url, "_blank", "noopener");
    dispatchAction(element, { type: "overflow", selected_option: option }, surface);
  };
  const rows = getOptions(element).map((option) =>
    el("button", { type: "button", onclick: () => choose(option) }, drawText(option.text)),
  );
  const menu = dropdown("overflow", "dots", "More actions", rows);
  return menu;
}

const personOption = (person) => ({
  value: person.id,
  text: { type: "plain_text", text: person.real_name || person.name },
});
const channelOption = (channel) => ({
  value: channel.id,
  text: { type: "plain_text", text: `#${channel.name}`, emoji: false },
});
const listChannels = () => [...workspace.channels.values()].filter((channel) => !isDirectMessage(channel));

// The options of a select: [option groups, function from value to state, function from state to value].
function selectSource(element) {
  if (element.type.endsWith("static_select")) {
    const groups = element.option_groups ?? [{ options: element.options ?? [] }];
    return [groups, (value) => findOption(element, value), (option) => option?.value];
  }
  const isPeople = element.type.endsWith("users_select");
  const entries = isPeople ? [...workspace.people.values()].map(personOption) : listChannels().map(channelOption);
  return [[{ options: entries }], (value) => value || null, (value) => value];
}

function drawSelect(element, surface) {
  const [groups, toState, toValue] = selectSource(element);
  const current = getValue(element, surface.getState(element));
  const multiple = isMultiple(element);
  const selectedValues = new Set((multiple ? current : [current]).map(toValue));
  const drawOption = (option) =>
    el("option", { value: option.value, selected: selectedValues.has(option.value) }, toPlainText(option.text));
  const choices = groups.map((group) =>
    group.label
      ? el("optgroup", { label: toPlainText(group.label) }, group.options.map(drawOption))
      : group.options.map(drawOption),
  );
  const blank = multiple ? null : el("option", { value: "" }, toPlainText(element.placeholder) || "Choose…");
  const node = el("select", { multiple, ...labelAttributes(element, surface) }, blank, choices);
  node.addEventListener("change", () => {
    const values = [...node.selectedOptions].map((option) => toState(option.value));
    const undo = () => node.replaceWith(drawSelect(element, surface));
    dispatchAction(element, buildState(element, multiple ? values : values[0]), surface, undo);
  });
  return node;
}

let groupCount = 0;

function drawOptions(element, surface) {
  const multiple = isMultiple(element);
  const current = getValue(element, surface.getState(element));
  const selectedValues = new Set((multiple ? current : [current]).map((option) => option?.value));
  const group = `options-${(groupCount += 1)}`;
  const container = el("div", {
    class: "options",
    role: multiple ? "group" : "radiogroup",
    ...labelAttributes(element, surface),
  });
  const change = () => {
    const selected = [...container.querySelectorAll("input:checked")].map((input) => findOption(element, input.value));
    dispatchAction(element, buildState(element, multiple ? selected : selected[0]), surface, () =>
      container.replaceWith(drawOptions(element, surface)),
    );
  };
  for (const option of getOptions(element)) {
    const input = el("input", {
      type: multiple ? "checkbox" : "radio",
      name: group,
      value: option.value,
      checked: selectedValues.has(option.value),
      onchange: change,
    });
    const description = option.description ? el("small", {}, drawText(option.description)) : null;
    container.append(el("label", {}, input, el("span", {}, drawText(option.text), description)));
  }
  return container;
}

const INPUT_TYPES = {
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
  plain_text_input: "text",
};

function drawTextInput(element, surface) {
  const tag = element.multiline ? "textarea" : "input";
  const node = el(tag, {
    type: element.multiline ? null : INPUT_TYPES[element.type],
    rows: element.multiline ? 4 : null,
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : 1) : null,
    min: element.min_value,
    max: element.max_value,
    minlength: element.min_length,
    maxlength: element.max_length ?? (element.type === "plain_text_input" ? 3000 : null),
    placeholder: toPlainText(element.placeholder) || null,
    autofocus: element.focus_on_load,
    autocomplete: "off",
    value: getValue(element, surface.getState(element)) ?? "",
    ...labelAttributes(element, surface),
  });
  node.addEventListener("input", () => surface.setState(element, buildState(element, node.value || null)));
  node.addEventListener("change", () => surface.dispatch(element, buildState(element, node.value || null)));
  return node;
}

function drawDateTimeInput(element, surface) {
  const hasDateAndTime = element.type === "datetimepicker";
  const kind = hasDateAndTime ? "datetime-local" : element.type.replace("picker", "");
  const toText = (value) => (value && hasDateAndTime ? toInputValue(value) : (value ?? ""));
  const node = el("input", {
    type: kind,
    value: toText(getValue(element, surface.getState(element))),
    ...labelAttributes(element, surface),
  });
  node.addEventListener("change", () => {
    const value = hasDateAndTime && node.value ? fromInputValue(node.value) : node.value;
    const undo = () => (node.value = toText(getValue(element, surface.getState(element))));
    dispatchAction(element, buildState(element, value || null), surface, undo);
  });
  return node;
}

const DRAW = {
  button: drawButton,
  overflow: drawOverflow,
  radio_buttons: drawOptions,
  checkboxes: drawOptions,
  datepicker: drawDateTimeInput,
  timepicker: drawDateTimeInput,
  datetimepicker: drawDateTimeInput,
  static_select: drawSelect,
  multi_static_select: drawSelect,
  users_select: drawSelect,
  multi_users_select: drawSelect,
  channels_select: drawSelect,
  multi_channels_select: drawSelect,
  conversations_select: drawSelect,
  multi_conversations_select: drawSelect,
  plain_text_input: drawTextInput,
  number_input: drawTextInput,
  email_text_input: drawTextInput,
  url_text_input: drawTextInput,
};

/** Draws an element. An unknown element is shown as its type. */
export function drawElement(element, surface) {
  if (Object.hasOwn(DRAW, element.type)) return DRAW[element.type](element, surface);
  if (element.type === "image")
    return el("span", { class: "image small" }, createIcon("image"), ` ${element.alt_text ?? ""}`);
  return el("span", { class: "unknown" }, `[${element.type}]`);
}
