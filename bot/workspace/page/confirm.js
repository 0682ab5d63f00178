/** The confirmation dialog. */

import { el } from "./dom.js";
import { drawText } from "./mrkdwn.js";

/** Shows the dialog for a Block Kit `confirm` object. Resolves to true if the person confirms. */
export function askConfirmation({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const confirmButton = el(
      "button",
      { type: "button", class: style ?? "primary", onclick: () => dialog.close("yes") },
      drawText(confirm ?? plainText("Yes")),
    );
    const denyButton = el(
      "button",
      { type: "button", onclick: () => dialog.close("no") },
      drawText(deny ?? plainText("Cancel")),
    );
    const heading = el("h2", { id: "confirm-title" }, drawText(title ?? plainText("Are you sure?")));
    const dialog = el(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title" },
      heading,
      el("div", { class: "body" }, drawText(text)),
      el("footer", {}, denyButton, confirmButton),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Creates a plain_text object. */
export const plainText = (text) => ({ type: "plain_text", text });
