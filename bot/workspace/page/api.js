/** Talks to the workspace: reads, posts and the live stream. */

import { tell } from "./dom.js";
import { known } from "./known.js";

/** GET /workspace/NAME for the chosen person → the decoded answer; raises with a sentence when it fails. */
export async function read(name, parameters = {}) {
  const response = await fetch(`/workspace/${name}?${new URLSearchParams({ as: known.me ?? "", ...parameters })}`);
  if (!response.ok) throw new Error(`The workspace answered ${response.status} to ${name}.`);
  return response.json();
}

/** POST /workspace/NAME as the chosen person → the decoded answer. A failure is told to the person, and `ok` is false. */
export async function send(name, body) {
  try {
    const response = await fetch(`/workspace/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: known.me, ...body }),
    });
    const answer = await response.json();
    if (answer.ok === false && !answer.errors) tell(failure(name, body, answer.error ?? `status ${response.status}`));
    return answer;
  } catch {
    tell("The workspace did not answer. Is it still running?");
    return { ok: false };
  }
}

function failure(name, body, error) {
  if (name === "command") return `${body.command ?? body.text} failed with the error “${error}”.`;
  if (name === "click") return `The app did not take the click (${error}).`;
  return `That did not work: ${error}.`;
}

let source;

/**
 * Follows what happens, for the chosen person: onEvent for each event, onOpen after each (re)connection (something
 * may have been missed), onLost when the line is down.
 */
export function follow({ onEvent, onOpen, onLost }) {
  source?.close();
  const mine = (source = new EventSource(`/workspace/stream?as=${encodeURIComponent(known.me)}`));
  mine.onopen = onOpen;
  mine.onmessage = (message) => onEvent(JSON.parse(message.data));
  mine.onerror = () => {
    onLost();
    // A browser gives up for good after an error answer; begin again ourselves then.
    if (mine.readyState === EventSource.CLOSED && mine === source) {
      setTimeout(() => mine === source && follow({ onEvent, onOpen, onLost }), 2000);
    }
  };
}
