/** The dialog that asks before something is done. */

import { el } from "./dom.js";
import { drawText } from "./mrkdwn.js";

/** Asks with a `confirm` object of Block Kit → whether the person said yes. */
export function confirmed({ title, text, confirm, deny, style }) {
  return new Promise((resolve) => {
    const yes = el(
      "button",
      { type: "button", class: style ?? "primary", onclick: () => dialog.close("yes") },
      drawText(confirm ?? plain("Yes")),
    );
    const no = el("button", { type: "button", onclick: () => dialog.close("no") }, drawText(deny ?? plain("Cancel")));
    const heading = el("h2", { id: "confirm-title" }, drawText(title ?? plain("Are you sure?")));
    const dialog = el(
      "dialog",
      { class: "confirm", "aria-labelledby": "confirm-title" },
      heading,
      el("div", { class: "body" }, drawText(text)),
      el("footer", {}, no, yes),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** A plain_text object. */
export const plain = (text) => ({ type: "plain_text", text });
