/** Formats dates and times in the reader's time zone. */

import { timeZone } from "./workspace.js";

function format(epoch_s, formatOptions) {
  return new Intl.DateTimeFormat(undefined, { timeZone: timeZone(), ...formatOptions }).format(
    new Date(epoch_s * 1000),
  );
}

const isoDate = (epoch_s) =>
  new Intl.DateTimeFormat("en-CA", { timeZone: timeZone(), year: "numeric", month: "2-digit", day: "2-digit" }).format(
    epoch_s * 1000,
  );

/** "14:32". Always the 24-hour clock, as in incident records. */
export const formatTime = (epoch_s) => format(epoch_s, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

/** The full date and time with the time zone, for tooltips. */
export const formatDateTime = (epoch_s) => format(epoch_s, { dateStyle: "full", timeStyle: "long" });

const LONG = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
const MEDIUM = { year: "numeric", month: "long", day: "numeric" };
const SHORT = { year: "numeric", month: "short", day: "numeric" };

/** "today", "yesterday", "tomorrow" or the date. By default it has the year only if that is not the current one. */
export function formatDay(epoch_s, options) {
  const now_s = Date.now() / 1000;
  const sameYear = isoDate(epoch_s).slice(0, 4) === isoDate(now_s).slice(0, 4);
  const formatOptions = options ?? { ...LONG, year: sameYear ? undefined : "numeric" };
  const nearbyDays = {
    [isoDate(now_s - 86400)]: "yesterday",
    [isoDate(now_s + 86400)]: "tomorrow",
    [isoDate(now_s)]: "today",
  };
  return nearbyDays[isoDate(epoch_s)] ?? format(epoch_s, formatOptions);
}

function relativeTime(epoch_s) {
  const distance_s = epoch_s - Date.now() / 1000;
  const units = [
    ["day", 86400],
    ["hour", 3600],
    ["minute", 60],
    ["second", 1],
  ];
  const [unit, length] = units.find(([, size]) => Math.abs(distance_s) >= size) ?? units[3];
  return new Intl.RelativeTimeFormat(undefined, { numeric: "auto" }).format(Math.round(distance_s / length), unit);
}

// https://docs.slack.dev/messaging/formatting-message-text#date-formatting
const TOKENS = {
  date_num: (epoch_s) => isoDate(epoch_s),
  date: (epoch_s) => format(epoch_s, MEDIUM),
  date_short: (epoch_s) => format(epoch_s, SHORT),
  date_long: (epoch_s) => format(epoch_s, LONG),
  date_pretty: (epoch_s) => formatDay(epoch_s, MEDIUM),
  date_short_pretty: (epoch_s) => formatDay(epoch_s, SHORT),
  date_long_pretty: (epoch_s) => formatDay(epoch_s, LONG),
  time: formatTime,
  time_secs: (epoch_s) => format(epoch_s, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" }),
  ago: relativeTime,
};

/** Replaces the tokens of Slack's date format, as in "{date_short_pretty} at {time}". Unknown tokens are kept. */
export function formatSlackDate(epoch_s, pattern) {
  return pattern.replace(/\{(\w+)\}/g, (token, name) => (Object.hasOwn(TOKENS, name) ? TOKENS[name](epoch_s) : token));
}

/** Converts a time to the value of <input type="datetime-local">, such as "2026-03-04T05:06". */
export function toInputValue(epoch_s) {
  const parts = {
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  };
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timeZone(), ...parts }).format(epoch_s * 1000).replace(" ", "T");
}

/** Converts the value back to epoch seconds. The second step corrects the guess across a DST change. */
export function fromInputValue(value) {
  const parseUtc = (text) => Date.parse(`${text}Z`) / 1000;
  const target_s = parseUtc(value);
  const guess_s = 2 * target_s - parseUtc(toInputValue(target_s));
  return guess_s + target_s - parseUtc(toInputValue(guess_s));
}
