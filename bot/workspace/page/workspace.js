/** The current state of the workspace, loaded from /workspace/state. */

export const workspace = {
  me: null,
  team: "",
  people: new Map(),
  bot: null,
  channels: new Map(),
  commands: [],
};

/** Updates the state from a response of /workspace/state. */
export function updateWorkspace(state) {
  workspace.team = state.team;
  workspace.people = new Map(state.people.map((person) => [person.id, person]));
  workspace.bot = state.bot;
  workspace.channels = new Map(state.channels.map((channel) => [channel.id, channel]));
  workspace.commands = state.commands;
}

/** The display name of a person or the bot, or the id if it is unknown. */
export function userName(id) {
  const person = workspace.people.get(id);
  if (person) return person.real_name || person.name;
  return id === workspace.bot?.id ? workspace.bot.name : id;
}

/** The handle typed after an @. */
export function userHandle(id) {
  return workspace.people.get(id)?.name ?? userName(id);
}

/** A channel's name without the #. */
export function channelName(id) {
  return workspace.channels.get(id)?.name ?? id;
}

/** Whether a channel is a direct message. */
export function isDirectMessage(channel) {
  return channel.kind === "im";
}

/** The name of a direct message channel: the name of the other member. */
export function directMessageName(channel) {
  return userName(channel.members.find((id) => id !== workspace.me));
}

/** The time zone for displayed times: the current person's, or else the browser's. */
export function timeZone() {
  return workspace.people.get(workspace.me)?.tz || Intl.DateTimeFormat().resolvedOptions().timeZone;
}
