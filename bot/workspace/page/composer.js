/** The message box. Enter sends, Shift+Enter starts a new line, "/" and "@" open suggestions. */

import { el } from "./dom.js";
import { workspace } from "./workspace.js";

let listCount = 0;

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

// The list of suggestions above a message box.
class Suggestions {
  completion = null;
  selected = 0;

  constructor(box) {
    this.box = box;
    this.id = `choices-${(listCount += 1)}`;
    this.list = el("ul", {
      id: this.id,
      class: "choices",
      role: "listbox",
      "aria-label": "Suggestions",
      hidden: true,
    });
    box.setAttribute("aria-controls", this.id);
  }

  // Shows the completions at the caret and selects the one at `index`, which wraps around.
  update(index = 0) {
    this.completion = findCompletion(this.box.value, this.box.selectionStart);
    const choices = this.completion?.choices.slice(0, 8) ?? [];
    this.selected = choices.length ? (index + choices.length) % choices.length : 0;
    this.list.replaceChildren(...choices.map((choice, position) => this.drawChoice(choice, position)));
    this.list.hidden = !choices.length;
    this.box.setAttribute("aria-expanded", String(!this.list.hidden));
    if (this.list.hidden) this.box.removeAttribute("aria-activedescendant");
    else this.box.setAttribute("aria-activedescendant", `${this.id}-${this.selected}`);
  }

  drawChoice({ label }, position) {
    const attributes = {
      id: `${this.id}-${position}`,
      role: "option",
      "aria-selected": String(position === this.selected),
      onmousedown: (event) => event.preventDefault(),
      onclick: () => this.accept(position),
    };
    return el("li", attributes, label);
  }

  accept(index) {
    const { start, choices } = this.completion;
    const rest = this.box.value.slice(this.box.selectionStart);
    this.box.value = this.box.value.slice(0, start) + choices[index].insert + rest;
    this.box.selectionEnd = this.box.selectionStart = start + choices[index].insert.length;
    this.box.focus();
    this.box.dispatchEvent(new Event("input"));
  }

  hide() {
    this.list.hidden = true;
  }

  // Returns the action of a key while the list is open.
  keyAction(key) {
    const actions = {
      ArrowDown: () => this.update(this.selected + 1),
      ArrowUp: () => this.update(this.selected - 1),
      Tab: () => this.accept(this.selected),
      Enter: () => this.accept(this.selected),
      Escape: () => this.hide(),
    };
    return this.list.hidden ? null : actions[key];
  }
}

function createBox(label) {
  return el("textarea", {
    rows: 1,
    placeholder: label,
    "aria-label": label,
    autocomplete: "off",
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
  });
}

function fitHeight(box) {
  box.style.height = "auto";
  box.style.height = `${Math.min(box.scrollHeight + 2, 220)}px`;
}

/**
 * Creates the form with the message box. `submit(text)` resolves to true if the text was sent, otherwise the text is
 * put back into the box. `label` is the placeholder.
 */
export function createComposer(label, submit) {
  const box = createBox(label);
  const suggestions = new Suggestions(box);
  const setText = (text) => {
    box.value = text;
    box.dispatchEvent(new Event("input"));
  };
  const submitText = async () => {
    const text = box.value.trim();
    if (!text) return;
    setText("");
    if ((await submit(text)) || box.value) return;
    box.value = text;
    fitHeight(box);
  };
  box.addEventListener("input", () => {
    suggestions.update();
    fitHeight(box);
  });
  box.addEventListener("blur", () => suggestions.hide());
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || (event.key === "Enter" && event.shiftKey)) return;
    const action = suggestions.keyAction(event.key) ?? (event.key === "Enter" ? submitText : null);
    if (!action) return;
    event.preventDefault();
    action();
  });
  const sendButton = el("button", { type: "submit", class: "primary", "aria-label": "Send" }, "Send");
  const form = el("form", { class: "composer" }, suggestions.list, box, sendButton);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submitText();
  });
  return form;
}
