/** The entry point: follows the URL and the event stream, loads changes and draws them. */

import { closeStream, fetchJson, openStream, post } from "./api.js";
import { createComposer } from "./composer.js";
import { createLink, el, iconButton, replaceIfChanged, showNotice } from "./dom.js";
import { replaceEmoji } from "./emoji.js";
import { createIcon } from "./icons.js";
import { showMessages } from "./messages.js";
import { hideAllViews, hideView, showView } from "./modal.js";
import { drawMrkdwn } from "./mrkdwn.js";
import { buildHash, parseRoute } from "./route.js";
import { showChannels, showPeople } from "./sidebar.js";
import { directMessageName, isDirectMessage, updateWorkspace, userName, workspace } from "./workspace.js";

const byId = (id) => document.getElementById(id);
const dismissed = new Set();
let current = { channel: null, thread: null };
let messages = [];
let lastRequest = 0;

const currentChannel = () => workspace.channels.get(current.channel);
const channelTitle = (channel) => (isDirectMessage(channel) ? directMessageName(channel) : `#${channel.name}`);
const navigate = (change) => (location.hash = buildHash({ ...current, as: workspace.me, ...change }));

const delay = () => new Promise((resolve) => setTimeout(resolve, 40));

// Coalesces calls: a burst runs `task` once, and a call during a run causes one more run.
function coalesce(task) {
  let isScheduled = false;
  let running = Promise.resolve();
  const run = () => {
    isScheduled = false;
    return task();
  };
  return () => {
    if (isScheduled) return;
    isScheduled = true;
    running = running
      .then(delay)
      .then(run)
      .catch((error) => showNotice(error.message));
  };
}

// The channel is gone, because the workspace restarted or the person was removed. `showRoute` selects another one.
function leaveChannel() {
  current = { channel: null, thread: null };
  location.hash = `#?as=${workspace.me}`;
}

async function fetchState() {
  const state = await fetchJson("state");
  updateWorkspace(state);
  state.views.forEach(showView);
  if (current.channel && !workspace.channels.has(current.channel)) return leaveChannel();
  showPeople(byId("current-user"));
  showChannels(byId("channels"), current.channel);
  showHeader();
}

async function fetchMessages() {
  const channel = current.channel;
  const request = (lastRequest += 1);
  if (!channel) return;
  const answer = await fetchJson("messages", { channel });
  if (request !== lastRequest) return; // a newer request has been sent
  messages = answer.messages.filter((message) => !message.deleted && !dismissed.has(message.ts));
  showHeader();
  drawMessages();
}

const refreshState = coalesce(fetchState);
const refreshMessages = coalesce(fetchMessages);
const refreshAll = coalesce(() => fetchState().then(fetchMessages));

function drawMessages() {
  const dismiss = (ts) => {
    dismissed.add(ts);
    messages = messages.filter((message) => message.ts !== ts);
    drawMessages();
  };
  const inThread = (message) => message.thread_ts && message.thread_ts !== message.ts;
  const reply = (thread) => navigate({ thread });
  const channelMessages = messages.filter((message) => !inThread(message));
  showMessages(byId("messages"), current.channel, channelMessages, { reply, dismiss, days: true });
  byId("empty").hidden = channelMessages.length > 0;
  const thread = messages.filter((message) => message.ts === current.thread || message.thread_ts === current.thread);
  byId("thread").hidden = !current.thread;
  if (current.thread) showMessages(byId("replies"), current.channel, thread, { dismiss });
}

function drawPins(pinned) {
  const drawPin = (message) => {
    const open = () => {
      menu.open = false;
      highlightMessage(message.ts);
    };
    const preview = message.text || message.blocks?.find((block) => block.text)?.text.text || "(no text)";
    return el(
      "button",
      { type: "button", onclick: open },
      el("strong", {}, message.name || userName(message.user)),
      " ",
      drawMrkdwn(preview.slice(0, 200)).map((node) => node?.textContent ?? node),
    );
  };
  const menu = el(
    "details",
    { class: "menu pins" },
    el("summary", { title: "Pinned messages" }, createIcon("bookmark"), ` ${pinned.length} pinned`),
    el("div", {}, pinned.map(drawPin)),
  );
  return [menu];
}

const drawBookmark = (bookmark) =>
  createLink(bookmark.link ?? "", replaceEmoji(`${bookmark.emoji ?? ""} ${bookmark.title}`.trim()));

function showHeader() {
  const channel = currentChannel();
  if (!channel) return;
  document.title = `${channelTitle(channel)} – ${workspace.team}`;
  const flags = [
    channel.is_private && !isDirectMessage(channel) ? createIcon("lock") : null,
    channel.is_archived ? " (archived)" : null,
  ];
  byId("title").replaceChildren(replaceEmoji(channelTitle(channel)), ...flags.filter(Boolean));
  byId("topic").replaceChildren(...drawMrkdwn(channel.topic).filter((node) => node !== null));
  const pinned = messages.filter((message) => message.pinned);
  replaceIfChanged(
    byId("pins"),
    pinned.map(({ ts, text }) => [ts, text]),
    () => (pinned.length ? drawPins(pinned) : []),
  );
  const bookmarks = channel.bookmarks;
  replaceIfChanged(byId("bookmarks"), bookmarks, () => bookmarks.map(drawBookmark));
  byId("bookmarks").hidden = !bookmarks.length;
  const canWrite = !channel.is_archived && (channel.member !== false || isDirectMessage(channel));
  byId("message-composer").hidden = !canWrite;
  byId("join").hidden = canWrite || channel.is_archived;
  byId("archived").hidden = !channel.is_archived;
}

function highlightMessage(ts) {
  const node = document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("highlighted");
  setTimeout(() => node.classList.remove("highlighted"), 2500);
}

async function submitText(text, thread) {
  const channel = current.channel;
  const list = byId(thread ? "replies" : "messages");
  list.scrollTop = list.scrollHeight; // show the new message and its answer
  if (!text.startsWith("/"))
    return (await post("say", { channel, text, ...(thread ? { thread_ts: thread } : {}) })).ok !== false;
  const [, command, commandText] = text.match(/^(\S+)\s*([^]*)$/);
  if (thread) showNotice(`${command} does not work in threads. Use it in the channel.`);
  else if (!workspace.commands.includes(command))
    showNotice(`Unknown command ${command}. Available: ${workspace.commands.join(", ")}.`);
  else return (await post("command", { channel, command, text: commandText })).ok !== false;
  return false;
}

function showComposers() {
  const channel = currentChannel();
  const label = `Message ${channel ? channelTitle(channel) : ""}`;
  byId("message-composer").replaceChildren(createComposer(label, (text) => submitText(text)));
  byId("reply-composer").replaceChildren(createComposer("Reply…", (text) => submitText(text, current.thread)));
}

// The channel with the latest message, preferably one that the person has joined.
function findLatestChannel(channels) {
  const joined = channels.filter((channel) => channel.member !== false);
  const latest = (channel) => Number(channel.unread_hint ?? 0);
  return (joined.length ? joined : channels).toSorted((a, b) => latest(b) - latest(a))[0];
}

async function showRoute() {
  const target = parseRoute();
  const isOtherPerson = target.as && target.as !== workspace.me;
  if (isOtherPerson) await switchPerson(target.as);
  const fallback = findLatestChannel([...workspace.channels.values()]);
  if (target.channel && !workspace.channels.has(target.channel)) await fetchState();
  const channel = workspace.channels.has(target.channel) ? target.channel : fallback?.id;
  if (target.channel && channel !== target.channel)
    showNotice(`${userName(workspace.me)} has no access to that channel.`);
  const isOtherChannel = channel !== current.channel;
  current = { channel, thread: target.thread };
  history.replaceState(null, "", buildHash({ ...current, as: workspace.me }));
  document.body.classList.remove("sidebar-open");
  showChannels(byId("channels"), channel);
  if (isOtherChannel || isOtherPerson) {
    messages = [];
    byId("messages").replaceChildren();
    showComposers();
  }
  await fetchMessages();
  if (isOtherChannel) byId("messages").scrollTop = byId("messages").scrollHeight;
  if (target.ts) highlightMessage(target.ts);
}

async function switchPerson(person) {
  hideAllViews();
  workspace.me = person;
  localStorage.setItem("me", person);
  await fetchState();
  if (!workspace.people.has(person))
    return workspace.people.size ? switchPerson([...workspace.people.keys()][0]) : undefined;
  return updateStream();
}

// Hidden tabs close their stream, because a browser opens at most six connections to one host.
function updateStream() {
  if (document.hidden) closeStream();
  else openStream({ onEvent, onOpen, onLost: () => (byId("disconnected").hidden = false) });
}

function onOpen() {
  byId("disconnected").hidden = true;
  refreshAll();
}

function onEvent(event) {
  if (event.type === "view") return showView(event.view);
  if (event.type === "view_closed") return hideView(event.view.id);
  if (!event.channel || event.channel === current.channel) refreshMessages();
  return refreshState();
}

// Opens a menu upwards if the list would cut it off below.
function positionMenu(menu) {
  const list = menu.closest("#messages, #replies, .body");
  menu.classList.remove("up");
  if (!menu.open || !list) return;
  const [menuBounds, listBounds] = [menu.lastElementChild.getBoundingClientRect(), list.getBoundingClientRect()];
  menu.classList.toggle(
    "up",
    menuBounds.bottom > listBounds.bottom && menuBounds.top - menuBounds.height > listBounds.top,
  );
}

function attachListeners() {
  byId("current-user").addEventListener("change", () => navigate({ as: byId("current-user").value, thread: null }));
  byId("menu").append(createIcon("menu"));
  byId("menu").addEventListener("click", () => document.body.classList.toggle("sidebar-open"));
  byId("join").addEventListener(
    "click",
    async () => (await post("join", { channel: current.channel })).ok !== false && refreshState(),
  );
  byId("thread-head").append(iconButton("close", "Close thread", () => navigate({ thread: null })));
  document.addEventListener("visibilitychange", updateStream);
  window.addEventListener("hashchange", () => showRoute().catch((error) => showNotice(error.message)));
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("toggle", ({ target }) => target.matches("details.menu") && positionMenu(target), true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  });
}

async function start() {
  attachListeners();
  await switchPerson(parseRoute().as ?? localStorage.getItem("me") ?? "");
  await showRoute();
}

start().catch((error) => showNotice(error.message));
