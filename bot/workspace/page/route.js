/** The URL hash of a view, #CHANNEL/TS?as=PERSON&thread=TS, so that each view has its own link. */

/** Parses the hash of this window → {channel, ts, as, thread}; missing parts are null. */
export function parseRoute() {
  const [, channel, ts, query] = location.hash.match(/^#(\w*)(?:\/([\d.]+))?(?:\?(.*))?$/) ?? [];
  const parameters = new URLSearchParams(query ?? "");
  return { channel: channel || null, ts: ts ?? null, as: parameters.get("as"), thread: parameters.get("thread") };
}

/** Builds the hash for {channel, as, thread}. */
export function buildHash({ channel, as, thread }) {
  const parameters = new URLSearchParams({ as, ...(thread ? { thread } : {}) });
  return `#${channel}?${parameters}`;
}
