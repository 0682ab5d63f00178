/** What the page knows of the workspace at the moment: filled from /workspace/state, read when drawing. */

export const known = {
  me: null,
  team: "",
  people: new Map(),
  bot: null,
  channels: new Map(),
  commands: [],
};

/** Takes in the answer of /workspace/state. */
export function learn(state) {
  known.team = state.team;
  known.people = new Map(state.people.map((person) => [person.id, person]));
  known.bot = state.bot;
  known.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  known.commands = state.commands;
}

/** The name people read for a person or the bot; the id itself when nobody knows it. */
export function nameOf(id) {
  const person = known.people.get(id);
  if (person) return person.real_name || person.name;
  return id === known.bot?.id ? known.bot.name : id;
}

/** A short handle, as typed after @. */
export function handleOf(id) {
  return known.people.get(id)?.name ?? nameOf(id);
}

/** A channel's name without its #. */
export function channelName(id) {
  return known.channels.get(id)?.name ?? id;
}

/** Whether a channel is a direct message. */
export function isDirect(channel) {
  return channel.kind === "im";
}

/** What a direct message is called for the person looking at it: the other side. */
export function directName(channel) {
  return nameOf(channel.members.find((id) => id !== known.me));
}

/** The zone times are shown in: the chosen person's, or else the browser's. */
export function zone() {
  return known.people.get(known.me)?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
}
