/** Puts the page together: follows the address and the live stream, fetches what changed, draws it. */

import { follow, read, send, unfollow } from "./api.js";
import { composer } from "./composer.js";
import { el, iconButton, link, redraw, tell } from "./dom.js";
import { withEmoji } from "./emoji.js";
import { sign } from "./icons.js";
import { directName, isDirect, known, learn, nameOf } from "./workspace.js";
import { showMessages } from "./messages.js";
import { hideAllViews, hideView, showView } from "./modal.js";
import { mrkdwn } from "./mrkdwn.js";
import { hashOf, route } from "./route.js";
import { showChannels, showPeople } from "./sidebar.js";

const $ = (id) => document.getElementById(id);
const dismissed = new Set();
let here = { channel: null, thread: null };
let messages = [];
let questions = 0;

const channelHere = () => known.channels.get(here.channel);
const titleOf = (channel) => (isDirect(channel) ? directName(channel) : `#${channel.name}`);
const go = (change) => (location.hash = hashOf({ ...here, as: known.me, ...change }));

const pause = () => new Promise((resolve) => setTimeout(resolve, 40));

// Runs `work` once for a burst of calls, never twice at a time, and once more when a call came while it ran.
function calmly(work) {
  let isDue = false;
  let running = Promise.resolve();
  const run = () => {
    isDue = false;
    return work();
  };
  return () => {
    if (isDue) return;
    isDue = true;
    running = running
      .then(pause)
      .then(run)
      .catch((error) => tell(error.message));
  };
}

// The channel is gone (the workspace began anew, or the person was taken out): `arrive` finds another.
function leave() {
  here = { channel: null, thread: null };
  location.hash = `#?as=${known.me}`;
}

async function fetchState() {
  const state = await read("state");
  learn(state);
  state.views.forEach(showView);
  if (here.channel && !known.channels.has(here.channel)) return leave();
  showPeople($("me"));
  showChannels($("channels"), here.channel);
  showHeader();
}

async function fetchMessages() {
  const channel = here.channel;
  const question = (questions += 1);
  if (!channel) return;
  const answer = await read("messages", { channel });
  if (question !== questions) return; // a later question is on its way, for this channel or another
  messages = answer.messages.filter((message) => !message.deleted && !dismissed.has(message.ts));
  showHeader();
  draw();
}

const refreshState = calmly(fetchState);
const refreshMessages = calmly(fetchMessages);
const refreshAll = calmly(() => fetchState().then(fetchMessages));

function draw() {
  const dismiss = (ts) => {
    dismissed.add(ts);
    messages = messages.filter((message) => message.ts !== ts);
    draw();
  };
  const inThread = (message) => message.thread_ts && message.thread_ts !== message.ts;
  const reply = (thread) => go({ thread });
  const shown = messages.filter((message) => !inThread(message));
  showMessages($("messages"), here.channel, shown, { reply, dismiss, days: true });
  $("nothing").hidden = shown.length > 0;
  const thread = messages.filter((message) => message.ts === here.thread || message.thread_ts === here.thread);
  $("thread").hidden = !here.thread;
  if (here.thread) showMessages($("replies"), here.channel, thread, { dismiss });
}

function pins(pinned) {
  const row = (message) => {
    const show = () => {
      menu.open = false;
      pointAt(message.ts);
    };
    const first = message.text || message.blocks?.find((block) => block.text)?.text.text || "(no text)";
    return el(
      "button",
      { type: "button", onclick: show },
      el("strong", {}, message.name || nameOf(message.user)),
      " ",
      mrkdwn(first.slice(0, 200)).map((node) => node?.textContent ?? node),
    );
  };
  const menu = el(
    "details",
    { class: "menu pins" },
    el("summary", { title: "Pinned messages" }, sign("bookmark"), ` ${pinned.length} pinned`),
    el("div", {}, pinned.map(row)),
  );
  return [menu];
}

const drawBookmark = (bookmark) =>
  link(bookmark.link ?? "", withEmoji(`${bookmark.emoji ?? ""} ${bookmark.title}`.trim()));

function showHeader() {
  const channel = channelHere();
  if (!channel) return;
  document.title = `${titleOf(channel)} – ${known.team}`;
  const flags = [
    channel.is_private && !isDirect(channel) ? sign("lock") : null,
    channel.is_archived ? " (archived)" : null,
  ];
  $("title").replaceChildren(withEmoji(titleOf(channel)), ...flags.filter(Boolean));
  $("topic").replaceChildren(...mrkdwn(channel.topic).filter((node) => node !== null));
  const pinned = messages.filter((message) => message.pinned);
  redraw(
    $("pins"),
    pinned.map(({ ts, text }) => [ts, text]),
    () => (pinned.length ? pins(pinned) : []),
  );
  const bookmarks = channel.bookmarks;
  redraw($("bookmarks"), bookmarks, () => bookmarks.map(drawBookmark));
  $("bookmarks").hidden = !bookmarks.length;
  const canWrite = !channel.is_archived && (channel.member !== false || isDirect(channel));
  $("write").hidden = !canWrite;
  $("join").hidden = canWrite || channel.is_archived;
  $("closed").hidden = !channel.is_archived;
}

function pointAt(ts) {
  const node = document.querySelector(`[data-ts="${CSS.escape(ts)}"]`);
  if (!node) return;
  node.scrollIntoView({ block: "center" });
  node.focus({ preventScroll: true });
  node.classList.add("pointed");
  setTimeout(() => node.classList.remove("pointed"), 2500);
}

async function say(text, thread) {
  const channel = here.channel;
  const list = $(thread ? "replies" : "messages");
  list.scrollTop = list.scrollHeight; // who speaks wants to see the answer
  if (!text.startsWith("/"))
    return (await send("say", { channel, text, ...(thread ? { thread_ts: thread } : {}) })).ok !== false;
  const [, command, rest] = text.match(/^(\S+)\s*([^]*)$/);
  if (thread) tell(`${command} is not supported in threads. Sorry!`);
  else if (!known.commands.includes(command))
    tell(`${command} is not a command here. Known: ${known.commands.join(", ") || "none"}.`);
  else return (await send("command", { channel, command, text: rest })).ok !== false;
  return false;
}

function showBoxes() {
  const channel = channelHere();
  const label = `Message ${channel ? titleOf(channel) : ""}`;
  $("write").replaceChildren(composer(label, (text) => say(text)));
  $("answer").replaceChildren(composer("Reply…", (text) => say(text, here.thread)));
}

// Where something was said last, among the person's own channels if there are any.
function busiest(channels) {
  const own = channels.filter((channel) => channel.member !== false);
  const last = (channel) => Number(channel.unread_hint ?? 0);
  return (own.length ? own : channels).toSorted((a, b) => last(b) - last(a))[0];
}

async function arrive() {
  const wanted = route();
  const isOther = wanted.as && wanted.as !== known.me;
  if (isOther) await become(wanted.as);
  const first = busiest([...known.channels.values()]);
  if (wanted.channel && !known.channels.has(wanted.channel)) await fetchState();
  const channel = known.channels.has(wanted.channel) ? wanted.channel : first?.id;
  if (wanted.channel && channel !== wanted.channel) tell(`${nameOf(known.me)} cannot see that channel.`);
  const isMoved = channel !== here.channel;
  here = { channel, thread: wanted.thread };
  history.replaceState(null, "", hashOf({ ...here, as: known.me }));
  document.body.classList.remove("choosing");
  showChannels($("channels"), channel);
  if (isMoved || isOther) {
    messages = [];
    $("messages").replaceChildren();
    showBoxes();
  }
  await fetchMessages();
  if (isMoved) $("messages").scrollTop = $("messages").scrollHeight;
  if (wanted.ts) pointAt(wanted.ts);
}

async function become(person) {
  hideAllViews();
  known.me = person;
  localStorage.setItem("me", person);
  await fetchState();
  if (!known.people.has(person)) return known.people.size ? become([...known.people.keys()][0]) : undefined;
  return listen();
}

// A hidden tab lets go of its line: a browser opens only six to one address, and five people may be at work in tabs.
function listen() {
  if (document.hidden) unfollow();
  else follow({ onEvent, onOpen, onLost: () => ($("lost").hidden = false) });
}

function onOpen() {
  $("lost").hidden = true;
  refreshAll();
}

function onEvent(event) {
  if (event.type === "view") return showView(event.view);
  if (event.type === "view_closed") return hideView(event.view.id);
  if (!event.channel || event.channel === here.channel) refreshMessages();
  return refreshState();
}

// A menu low in a list opens upwards, or the list would cut it off.
function opensUp(menu) {
  const list = menu.closest("#messages, #replies, .body");
  menu.classList.remove("up");
  if (!menu.open || !list) return;
  const [box, frame] = [menu.lastElementChild.getBoundingClientRect(), list.getBoundingClientRect()];
  menu.classList.toggle("up", box.bottom > frame.bottom && box.top - box.height > frame.top);
}

function wire() {
  $("me").addEventListener("change", () => go({ as: $("me").value, thread: null }));
  $("menu").append(sign("menu"));
  $("menu").addEventListener("click", () => document.body.classList.toggle("choosing"));
  $("join").addEventListener(
    "click",
    async () => (await send("join", { channel: here.channel })).ok !== false && refreshState(),
  );
  $("thread-head").append(iconButton("close", "Close thread", () => go({ thread: null })));
  document.addEventListener("visibilitychange", listen);
  window.addEventListener("hashchange", () => arrive().catch((error) => tell(error.message)));
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll("details.menu[open]"))
      if (!menu.contains(event.target)) menu.open = false;
  });
  document.addEventListener("toggle", ({ target }) => target.matches("details.menu") && opensUp(target), true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) menu.open = false;
  });
}

async function begin() {
  wire();
  await become(route().as ?? localStorage.getItem("me") ?? "");
  await arrive();
}

begin().catch((error) => tell(error.message));
