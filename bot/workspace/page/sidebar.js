/** The sidebar: the current person, the channels and the direct messages. */

import { el, replaceIfChanged } from "./dom.js";
import { createIcon } from "./icons.js";
import { directMessageName, isDirectMessage, workspace } from "./workspace.js";

function drawRow(channel, current, isUnread) {
  const isDirect = isDirectMessage(channel);
  const symbol = isDirect ? "●" : channel.is_private ? createIcon("lock") : "#";
  const name = isDirect ? directMessageName(channel) : channel.name;
  const link = el(
    "a",
    {
      href: `#${channel.id}`,
      "aria-current": channel.id === current ? "page" : null,
      class: channel.member === false && !isDirect ? "not-member" : null,
    },
    el("span", { class: "channel-mark", "aria-hidden": "true" }, symbol),
    el("span", { class: "name" }, name),
    channel.is_private && !isDirect ? el("span", { class: "visually-hidden" }, " (private)") : null,
    isUnread ? el("span", { class: "dot" }, el("span", { class: "visually-hidden" }, " unread")) : null,
  );
  if (isUnread) link.classList.add("unread");
  return el("li", {}, link);
}

const byName = (left, right) => left.name.localeCompare(right.name);

const lastReadKey = (channel) => `seen ${workspace.me} ${channel.id}`;
const isUnread = (channel) =>
  channel.member !== false && (channel.unread_hint ?? "") > (localStorage.getItem(lastReadKey(channel)) ?? "");

function drawChannels(channels, current) {
  const rows = channels.map((channel) => drawRow(channel, current, isUnread(channel)));
  return el("ul", {}, rows);
}

function drawArchived(channels, current) {
  const isOpen = channels.some(({ id }) => id === current);
  const title = el("summary", {}, `Archived (${channels.length})`);
  return el("details", { class: "archived", open: isOpen }, title, drawChannels(channels, current));
}

/** Draws the list of channels with a dot at unread ones. The `current` channel counts as read. */
export function showChannels(nav, current) {
  const openChannel = workspace.channels.get(current);
  if (openChannel?.unread_hint) localStorage.setItem(lastReadKey(openChannel), openChannel.unread_hint);
  const all = [...workspace.channels.values()];
  const channels = all.filter((channel) => !isDirectMessage(channel)).sort(byName);
  const active = channels.filter((channel) => !channel.is_archived);
  const archived = channels.filter((channel) => channel.is_archived);
  const directMessages = all.filter(isDirectMessage);
  const content = all.map((channel) => [
    channel.id,
    channel.name,
    channel.is_archived,
    channel.member,
    isUnread(channel),
  ]);
  replaceIfChanged(nav, [workspace.me, current, content], () => [
    el("h2", {}, "Channels"),
    drawChannels(active, current),
    ...(directMessages.length ? [el("h2", {}, "Direct messages"), drawChannels(directMessages, current)] : []),
    ...(archived.length ? [drawArchived(archived, current)] : []),
  ]);
}

/** Fills the menu of people. */
export function showPeople(select) {
  const people = [...workspace.people.values()];
  const drawOption = (person) =>
    el("option", { value: person.id, selected: person.id === workspace.me }, person.real_name || person.name);
  replaceIfChanged(select, [workspace.me, people], () => people.map(drawOption));
}
