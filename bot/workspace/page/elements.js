/**
 * The interactive elements of Block Kit: buttons, selects, inputs, pickers.
 *
 * What a person chose is passed on in Slack's own form, e.g. {type: "static_select", selected_option: {text, value}}.
 * `place` says where the element stands: {labelledBy?, stateOf(element), keep(element, state), use(element, state)};
 * `keep` remembers what is being typed, `use` (a promise) is told when the person has chosen.
 */

import { confirmed } from "./confirm.js";
import { momentOf, wallClock } from "./dates.js";
import { el, isSafeLink } from "./dom.js";
import { sign } from "./icons.js";
import { isDirect, known } from "./workspace.js";
import { bareText, drawText } from "./mrkdwn.js";

// Where each element keeps its value, and where the app puts the initial one.
const VALUES = {
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

const isPlural = (element) => element.type.startsWith("multi_") || element.type === "checkboxes";

/** The state of an element nobody has touched, or null for one that has none (buttons, overflow menus). */
export function initialState(element) {
  if (!Object.hasOwn(VALUES, element.type)) return null;
  const [key, initial] = VALUES[element.type];
  return { type: element.type, [key]: element[initial] ?? (isPlural(element) ? [] : null) };
}

/** The value inside a state, whatever its key is. */
export function valueIn(element, state) {
  return state?.[VALUES[element.type][0]];
}

const stateWith = (element, value) => ({ type: element.type, [VALUES[element.type][0]]: value });
const options = (element) => [
  ...(element.options ?? []),
  ...(element.option_groups ?? []).flatMap((group) => group.options),
];
const optionOf = (element, value) => options(element).find((option) => option.value === value) ?? null;
const name = (element, place) =>
  place.labelledBy
    ? { "aria-labelledby": place.labelledBy }
    : { "aria-label": bareText(element.placeholder) || element.action_id };

// Asks first where the app wants that; `undo` puts back what the person saw before.
async function act(element, state, place, undo = () => {}) {
  if (element.confirm && !(await confirmed(element.confirm))) return undo();
  return place.use(element, state);
}

function button(element, place) {
  const node = el(
    "button",
    { type: "button", class: element.style ?? null, "aria-label": element.accessibility_label },
    drawText(element.text),
  );
  node.addEventListener("click", async () => {
    if (element.url && isSafeLink(element.url)) window.open(element.url, "_blank", "noopener");
    node.disabled = true;
    node.setAttribute("aria-busy", "true");
    await act(element, { type: "button", value: element.value, text: element.text }, place);
    node.disabled = false;
    node.removeAttribute("aria-busy");
  });
  return node;
}

function overflow(element, place) {
  const choose = (option) => {
    menu.open = false;
    if (option.url && isSafeLink(option.url)) window.open(option.url, "_blank", "noopener");
    act(element, { type: "overflow", selected_option: option }, place);
  };
  const rows = options(element).map((option) =>
    el("button", { type: "button", onclick: () => choose(option) }, drawText(option.text)),
  );
  const menu = el(
    "details",
    { class: "menu" },
    el("summary", { "aria-label": "More actions", title: "More actions" }, sign("dots")),
    el("div", {}, rows),
  );
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
const rooms = () => [...known.channels.values()].filter((channel) => !isDirect(channel));

// What a select offers: [its option groups, from a chosen value to what the state holds].
function offer(element) {
  if (element.type.endsWith("static_select")) {
    const groups = element.option_groups ?? [{ options: element.options ?? [] }];
    return [groups, (value) => optionOf(element, value), (option) => option?.value];
  }
  const isPeople = element.type.endsWith("users_select");
  const entries = isPeople ? [...known.people.values()].map(personOption) : rooms().map(channelOption);
  return [[{ options: entries }], (value) => value || null, (value) => value];
}

function select(element, place) {
  const [groups, toState, toValue] = offer(element);
  const current = valueIn(element, place.stateOf(element));
  const plural = isPlural(element);
  const chosen = new Set((plural ? current : [current]).map(toValue));
  const draw = (option) =>
    el("option", { value: option.value, selected: chosen.has(option.value) }, bareText(option.text));
  const choices = groups.map((group) =>
    group.label ? el("optgroup", { label: bareText(group.label) }, group.options.map(draw)) : group.options.map(draw),
  );
  const blank = plural ? null : el("option", { value: "" }, bareText(element.placeholder) || "Choose…");
  const node = el("select", { multiple: plural, ...name(element, place) }, blank, choices);
  node.addEventListener("change", () => {
    const values = [...node.selectedOptions].map((option) => toState(option.value));
    const undo = () => node.replaceWith(select(element, place));
    act(element, stateWith(element, plural ? values : values[0]), place, undo);
  });
  return node;
}

let groupCount = 0;

function ticks(element, place) {
  const plural = isPlural(element);
  const current = valueIn(element, place.stateOf(element));
  const chosen = new Set((plural ? current : [current]).map((option) => option?.value));
  const group = `ticks-${(groupCount += 1)}`;
  const box = el("div", { class: "ticks", role: plural ? "group" : "radiogroup", ...name(element, place) });
  const change = () => {
    const picked = [...box.querySelectorAll("input:checked")].map((input) => optionOf(element, input.value));
    act(element, stateWith(element, plural ? picked : picked[0]), place, () => box.replaceWith(ticks(element, place)));
  };
  for (const option of options(element)) {
    const input = el("input", {
      type: plural ? "checkbox" : "radio",
      name: group,
      value: option.value,
      checked: chosen.has(option.value),
      onchange: change,
    });
    const description = option.description ? el("small", {}, drawText(option.description)) : null;
    box.append(el("label", {}, input, el("span", {}, drawText(option.text), description)));
  }
  return box;
}

const KEYBOARDS = {
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
  plain_text_input: "text",
};

function text(element, place) {
  const tag = element.multiline ? "textarea" : "input";
  const node = el(tag, {
    type: element.multiline ? null : KEYBOARDS[element.type],
    rows: element.multiline ? 4 : null,
    step: element.type === "number_input" ? (element.is_decimal_allowed ? "any" : 1) : null,
    min: element.min_value,
    max: element.max_value,
    minlength: element.min_length,
    maxlength: element.max_length ?? (element.type === "plain_text_input" ? 3000 : null),
    placeholder: bareText(element.placeholder) || null,
    autofocus: element.focus_on_load,
    autocomplete: "off",
    value: valueIn(element, place.stateOf(element)) ?? "",
    ...name(element, place),
  });
  node.addEventListener("input", () => place.keep(element, stateWith(element, node.value || null)));
  node.addEventListener("change", () => place.use(element, stateWith(element, node.value || null)));
  return node;
}

function picker(element, place) {
  const isMoment = element.type === "datetimepicker";
  const kind = isMoment ? "datetime-local" : element.type.replace("picker", "");
  const shown = (value) => (value && isMoment ? wallClock(value) : (value ?? ""));
  const node = el("input", {
    type: kind,
    value: shown(valueIn(element, place.stateOf(element))),
    ...name(element, place),
  });
  node.addEventListener("change", () => {
    const value = isMoment && node.value ? momentOf(node.value) : node.value;
    const undo = () => (node.value = shown(valueIn(element, place.stateOf(element))));
    act(element, stateWith(element, value || null), place, undo);
  });
  return node;
}

const DRAW = {
  button,
  overflow,
  radio_buttons: ticks,
  checkboxes: ticks,
  datepicker: picker,
  timepicker: picker,
  datetimepicker: picker,
  static_select: select,
  multi_static_select: select,
  users_select: select,
  multi_users_select: select,
  channels_select: select,
  multi_channels_select: select,
  conversations_select: select,
  multi_conversations_select: select,
  plain_text_input: text,
  number_input: text,
  email_text_input: text,
  url_text_input: text,
};

/** An element of Block Kit → node; one this page does not know is named, not hidden. */
export function drawElement(element, place) {
  if (Object.hasOwn(DRAW, element.type)) return DRAW[element.type](element, place);
  if (element.type === "image")
    return el("span", { class: "image small" }, sign("image"), ` ${element.alt_text ?? ""}`);
  return el("span", { class: "unknown" }, `[${element.type}]`);
}
