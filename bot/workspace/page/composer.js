/** The box people write in: Enter sends, Shift+Enter begins a new line, "/" and "@" offer what is known. */

import { el } from "./dom.js";
import { known } from "./workspace.js";

let boxCount = 0;

// What is being completed at the caret: {start, choices: [{shown, insert}]}, or null.
function completion(value, caret) {
  const slash = value.slice(0, caret).match(/^\/(\S*)$/);
  if (slash) {
    const fitting = known.commands.filter(
      (command) => command.startsWith(slash[0].toLowerCase()) && command !== slash[0],
    );
    return { start: 0, choices: fitting.map((command) => ({ shown: command, insert: `${command} ` })) };
  }
  const at = value.slice(0, caret).match(/(?:^|[\s(])@([\w.-]*)$/);
  if (!at) return null;
  const wanted = at[1].toLowerCase();
  const fits = (person) =>
    `${person.name} ${person.real_name}`
      .toLowerCase()
      .split(/\s+/)
      .some((word) => word.startsWith(wanted));
  const choices = [...known.people.values()]
    .filter(fits)
    .map((person) => ({ shown: `${person.real_name} @${person.name}`, insert: `@${person.name} ` }));
  return { start: caret - at[1].length - 1, choices };
}

/**
 * A form with the box. `submit(text)` is called with what was typed, and the box is emptied when it answers true;
 * `label` names the box.
 */
export function composer(label, submit) {
  const id = `choices-${(boxCount += 1)}`;
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
  let offered = null;
  let chosen = 0;

  const take = (index) => {
    const { start, choices } = offered;
    const rest = box.value.slice(box.selectionStart);
    box.value = box.value.slice(0, start) + choices[index].insert + rest;
    box.selectionEnd = box.selectionStart = start + choices[index].insert.length;
    box.focus();
    offer(0);
  };

  const offer = (index) => {
    offered = completion(box.value, box.selectionStart);
    const choices = offered?.choices.slice(0, 8) ?? [];
    chosen = choices.length ? (index + choices.length) % choices.length : 0;
    const row = ({ shown }, i) =>
      el(
        "li",
        {
          id: `${id}-${i}`,
          role: "option",
          "aria-selected": String(i === chosen),
          onmousedown: (event) => event.preventDefault(),
          onclick: () => take(i),
        },
        shown,
      );
    list.replaceChildren(...choices.map(row));
    list.hidden = !choices.length;
    box.setAttribute("aria-expanded", String(!list.hidden));
    if (list.hidden) box.removeAttribute("aria-activedescendant");
    else box.setAttribute("aria-activedescendant", `${id}-${chosen}`);
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`;
  };

  const sendNow = async () => {
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    offer(0);
    if (!(await submit(text)) && !box.value) box.value = text;
  };

  box.addEventListener("input", () => offer(0));
  box.addEventListener("blur", () => (list.hidden = true));
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const keys = list.hidden
      ? {}
      : {
          ArrowDown: () => offer(chosen + 1),
          ArrowUp: () => offer(chosen - 1),
          Tab: () => take(chosen),
          Enter: () => take(chosen),
          Escape: () => (list.hidden = true),
        };
    const action = keys[event.key] ?? (event.key === "Enter" && !event.shiftKey ? sendNow : null);
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
    sendNow();
  });
  return form;
}
