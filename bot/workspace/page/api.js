/** The client of the workspace's JSON API and event stream. */

import { showNotice } from "./dom.js";
import { workspace } from "./workspace.js";

/** Fetches /workspace/NAME for the current person. Throws an error with a readable message if it fails. */
export async function fetchJson(name, parameters = {}) {
  const response = await fetch(`/workspace/${name}?${new URLSearchParams({ as: workspace.me ?? "", ...parameters })}`);
  const answer = response.ok ? await response.json() : { ok: false, error: response.status };
  if (answer.ok === false) throw new Error(`Could not load the ${name}: ${answer.error}.`);
  return answer;
}

/** Posts to /workspace/NAME as the current person. If it fails, shows a notice and returns an answer with `ok` false. */
export async function post(name, body) {
  try {
    const response = await fetch(`/workspace/${name}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ as: workspace.me, ...body }),
    });
    const answer = await response.json();
    if (answer.ok === false && !answer.errors) showNotice(`That failed: ${answer.error ?? response.status}.`);
    return answer;
  } catch {
    showNotice("Cannot reach the workspace. Is it still running?");
    return { ok: false };
  }
}

/** Sends a click or a choice to the app, and shows a notice if the app does not accept it. */
export async function sendAction(action) {
  const answer = await post("click", action);
  if (answer.ok !== false && answer.status !== 200)
    showNotice(`The app did not handle this click (${answer.status || "operation_timeout"}).`);
}

let currentStream;

/** Closes the event stream. */
export function closeStream() {
  currentStream?.close();
  currentStream = undefined;
}

/**
 * Opens the event stream of the current person. onEvent is called for each event, onOpen after each (re)connection,
 * because events may have been missed, and onLost when the connection is lost.
 */
export function openStream({ onEvent, onOpen, onLost }) {
  closeStream();
  const stream = (currentStream = new EventSource(`/workspace/stream?as=${encodeURIComponent(workspace.me)}`));
  stream.onopen = onOpen;
  stream.onmessage = (message) => onEvent(JSON.parse(message.data));
  stream.onerror = () => {
    onLost();
    // After an error response the browser does not reconnect by itself.
    if (stream.readyState === EventSource.CLOSED && stream === currentStream) {
      setTimeout(() => stream === currentStream && openStream({ onEvent, onOpen, onLost }), 2000);
    }
  };
}
