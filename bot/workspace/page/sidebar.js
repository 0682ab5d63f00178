/** The left side: who you are, the channels, the direct messages. */

import { el, redraw } from "./dom.js";
import { sign } from "./icons.js";
import { directName, isDirect, known } from "./workspace.js";

function row(channel, current, isUnread) {
  const direct = isDirect(channel);
  const mark = direct ? "●" : channel.is_private ? sign("lock") : "#";
  const name = direct ? directName(channel) : channel.name;
  const link = el(
    "a",
    {
      href: `#${channel.id}`,
      "aria-current": channel.id === current ? "page" : null,
      class: channel.member === false && !direct ? "outside" : null,
    },
    el("span", { class: "mark", "aria-hidden": "true" }, mark),
    el("span", { class: "name" }, name),
    channel.is_private && !direct ? el("span", { class: "aloud" }, " (private)") : null,
    isUnread ? el("span", { class: "dot" }, el("span", { class: "aloud" }, " unread")) : null,
  );
  if (isUnread) link.classList.add("unread");
  return el("li", {}, link);
}

const byName = (left, right) => left.name.localeCompare(right.name);

const seenKey = (channel) => `seen ${known.me} ${channel.id}`;
const hasNews = (channel) =>
  channel.member !== false && (channel.unread_hint ?? "") > (localStorage.getItem(seenKey(channel)) ?? "");

/** Draws the list of channels, with a dot at those with news; `current` is being read, so it has none. */
export function showChannels(nav, current) {
  const open = known.channels.get(current);
  if (open?.unread_hint) localStorage.setItem(seenKey(open), open.unread_hint);
  const all = [...known.channels.values()];
  const draw = (channels) =>
    el(
      "ul",
      {},
      channels.map((channel) => row(channel, current, hasNews(channel))),
    );
  const rooms = all.filter((channel) => !isDirect(channel)).sort(byName);
  const archived = rooms.filter((channel) => channel.is_archived);
  const directs = all.filter(isDirect);
  const isOpen = archived.some(({ id }) => id === current);
  redraw(
    nav,
    [
      known.me,
      current,
      all.map((channel) => [channel.id, channel.name, channel.is_archived, channel.member, hasNews(channel)]),
    ],
    () => [
      el("h2", {}, "Channels"),
      draw(rooms.filter((channel) => !channel.is_archived)),
      ...(directs.length ? [el("h2", {}, "Direct messages"), draw(directs)] : []),
      ...(archived.length
        ? [
            el(
              "details",
              { class: "archived", open: isOpen },
              el("summary", {}, `Archived (${archived.length})`),
              draw(archived),
            ),
          ]
        : []),
    ],
  );
}

/** Fills the chooser of "You are". */
export function showPeople(select) {
  const people = [...known.people.values()];
  const draw = (person) =>
    el("option", { value: person.id, selected: person.id === known.me }, person.real_name || person.name);
  redraw(select, [known.me, people], () => people.map(draw));
}
