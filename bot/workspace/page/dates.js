/** Moments as the reader sees them, in the reader's zone. */

import { zone } from "./workspace.js";

function format(epoch_s, options) {
  return new Intl.DateTimeFormat(undefined, { timeZone: zone(), ...options }).format(new Date(epoch_s * 1000));
}

const day = (epoch_s) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: zone(), year: "numeric", month: "2-digit", day: "2-digit" }).format(
    epoch_s * 1000,
  );

/** "14:32"; on the clock of 24 hours, as incident records are. */
export const clockTime = (epoch_s) => format(epoch_s, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The whole moment with its zone, for tooltips. */
export const fullMoment = (epoch_s) => format(epoch_s, { dateStyle: "full", timeStyle: "long" });

const LONG = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const PLAIN = { year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };

/** "today", "yesterday", "tomorrow", or the date in the given form; without one, with its year if that is another. */
export function dayName(epoch_s, form) {
  const now_s = Date.now() / 1000;
  const sameYear = day(epoch_s).slice(0, 4) === day(now_s).slice(0, 4);
  const options = form ?? { ...LONG, year: sameYear ? undefined : "numeric" };
  const near = { [day(now_s - 86400)]: "yesterday", [day(now_s + 86400)]: "tomorrow", [day(now_s)]: "today" };
  return near[day(epoch_s)] ?? format(epoch_s, options);
}

function ago(epoch_s) {
  const distance_s = epoch_s - Date.now() / 1000;
  const steps = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, length] = steps.find(([, size]) => Math.abs(distance_s) >= size) ?? steps[3];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(distance_s / length), unit);
}

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const TOKENS = {
  date_num: (s) => day(s),
  date: (s) => format(s, PLAIN),
  date_short: (s) => format(s, SHORT),
  date_long: (s) => format(s, LONG),
  date_pretty: (s) => dayName(s, PLAIN),
  date_short_pretty: (s) => dayName(s, SHORT),
  date_long_pretty: (s) => dayName(s, LONG),
  time: clockTime,
  time_secs: (s) => format(s, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago,
};

/** Fills the {tokens} of Slack's date format, e.g. "{date_short_pretty} at {time}"; unknown tokens stay as they are. */
export function slackDate(epoch_s, pattern) {
  return pattern.replace(/\{(\w+)\}/g, (whole, name) => (Object.hasOwn(TOKENS, name) ? TOKENS[name](epoch_s) : whole));
}

/** A moment as the wall clock of the reader's zone, "2026-03-04T05:06", the form of <input type="datetime-local">. */
export function wallClock(epoch_s) {
  const parts = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  return new Intl.DateTimeFormat("sv-SE", { timeZone: zone(), ...parts }).format(epoch_s * 1000).replace(" ", "T");
}

/** The way back of `wallClock`, in seconds. The second step is right where the first crossed a change of the clocks. */
export function momentOf(wall) {
  const asUtc = (text) => Date.parse(`${text}Z`) / 1000;
  const wanted = asUtc(wall);
  const guess = 2 * wanted - asUtc(wallClock(wanted));
  return guess + wanted - asUtc(wallClock(guess));
}
