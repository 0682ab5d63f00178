/** Talks to the workspace: reads, posts and the live stream. */

import { tell } from "./dom.js";
import { known } from "./workspace.js";

/** GET /workspace/NAME for the chosen person → the decoded answer; raises with a sentence when it fails. */
export async function read(name, parameters = {}) {
  const response = await fetch(`/workspace/${name}?${new URLSearchParams({ as: known.me ?? "", ...parameters })}`);
  const answer = response.ok ? await response.json() : { ok: false, error: response.status };
  if (answer.ok === false) throw new Error(`The workspace did not show its ${name}: ${answer.error}.`);
  return answer;
}

/** POST /workspace/NAME as the chosen person → the decoded answer. A failure is told to the person; `ok` is false. */
export async function send(name, body) {
  try {
    const response = await fetch(`/workspace/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: known.me, ...body }),
    });
    const answer = await response.json();
    if (answer.ok === false && !answer.errors) tell(`That did not work: ${answer.error ?? response.status}.`);
    return answer;
  } catch {
    tell("The workspace did not answer. Is it still running?");
    return { ok: false };
  }
}

/** Tells the app of a press or a choice; the person hears when the app did not take it. */
export async function press(action) {
  const answer = await send("click", action);
  if (answer.ok !== false && answer.status !== 200)
    tell(`The app did not answer this click (${answer.status || "operation_timeout"}).`);
}

let source;

/** Lets go of the live stream. */
export function unfollow() {
  source?.close();
  source = undefined;
}

/**
 * Follows what happens, for the chosen person: onEvent for each event, onOpen after each (re)connection (something
 * may have been missed), onLost when the line is down.
 */
export function follow({ onEvent, onOpen, onLost }) {
  unfollow();
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
