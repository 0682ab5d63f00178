/** The message box. Enter sends, Shift+Enter starts a new line, "/" and "@" open suggestions. */

import { el } from "./dom.js";
import { workspace } from "./workspace.js";

let composerCount = 0;

// The completion at the caret, {start, choices: [{label, insert}]}, or null.
function findCompletion(value, caret) {
  const commandPrefix = value.slice(0, caret).match(/^\/(\S*)$/);
  if (commandPrefix) {
    const matching = workspace.commands.filter(
      (command) => command.startsWith(commandPrefix[0].toLowerCase()) && command !== commandPrefix[0],
    );
    return { start: 0, choices: matching.map((command) => ({ label: command, insert: `${command} ` })) };
  }
  const mention = value.slice(0, caret).match(/(?:^|[\s(])@([\w.-]*)$/);
  if (!mention) return null;
  const query = mention[1].toLowerCase();
  const matches = (person) =>
    `${person.name} ${person.real_name}`
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(query));
  const choices = [...workspace.people.values()]
    .filter(matches)
    .map((person) => ({ label: `${person.real_name} @${person.name}`, insert: `@${person.name} ` }));
  return { start: caret - mention[1].length - 1, choices };
}

/**
 * Creates the form with the message box. `submit(text)` resolves to true if the text was sent, otherwise the text is
 * put back into the box. `label` is the placeholder.
 */
export function composer(label, submit) {
  const id = `choices-${(composerCount += 1)}`;
  const list = el("ul", { id, class: "choices", role: "listbox", "aria-label": "Suggestions", hidden: true });
  const box = el("textarea", {
    rows: 1,
    placeholder: label,
    "aria-label": label,
    autocomplete: "off",
    role: "combobox",
    "aria-controls": id,
    "aria-autocomplete": "list",
    "aria-expanded": "false",
  });
  let completion = null;
  let selected = 0;

  const accept = (index) => {
    const { start, choices } = completion;
    const rest = box.value.slice(box.selectionStart);
    box.value = box.value.slice(0, start) + choices[index].insert + rest;
    box.selectionEnd = box.selectionStart = start + choices[index].insert.length;
    box.focus();
    updateSuggestions(0);
  };

  const updateSuggestions = (index) => {
    completion = findCompletion(box.value, box.selectionStart);
    const choices = completion?.choices.slice(0, 8) ?? [];
    selected = choices.length ? (index + choices.length) % choices.length : 0;
    const drawChoice = ({ label: text }, position) =>
      el(
        "li",
        {
          id: `${id}-${position}`,
          role: "option",
          "aria-selected": String(position === selected),
          onmousedown: (event) => event.preventDefault(),
          onclick: () => accept(position),
        },
        text,
      );
    list.replaceChildren(...choices.map(drawChoice));
    list.hidden = !choices.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `${id}-${selected}`);
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`;
  };

  const submitText = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    updateSuggestions(0);
    if (!(await submit(text)) && !box.value) box.value = text;
  };

  box.addEventListener("input", () => updateSuggestions(0));
  box.addEventListener("blur", () => (list.hidden = true));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const keyActions = list.hidden
      ? {}
      : {
          ArrowDown: () => updateSuggestions(selected + 1),
          ArrowUp: () => updateSuggestions(selected - 1),
          Tab: () => accept(selected),
          Enter: () => accept(selected),
          Escape: () => (list.hidden = true),
        };
    const action = keyActions[event.key] ?? (event.key === "Enter" && !event.shiftKey ? submitText : null);
    if (!action || (event.key === "Enter" && event.shiftKey)) return;
    event.preventDefault();
    action();
  });
  const form = el(
    "form",
    { class: "composer" },
    list,
    box,
    el("button", { type: "submit", class: "primary", "aria-label": "Send" }, "Send"),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitText();
  });
  return form;
}
