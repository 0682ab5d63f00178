/** The address of what is being looked at: #CHANNEL/TS?as=PERSON&thread=TS, so that every view can be linked to. */

/** The hash of this window → {channel, ts, as, thread}, each null when it is not there. */
export function route() {
  const [, channel, ts, query] = location.hash.match(/^#(\w*)(?:\/([\d.]+))?(?:\?(.*))?$/) ?? [];
  const parameters = new URLSearchParams(query ?? "");
  return { channel: channel || null, ts: ts ?? null, as: parameters.get("as"), thread: parameters.get("thread") };
}

/** {channel, as, thread} → a hash. */
export function hashOf({ channel, as, thread }) {
  const parameters = new URLSearchParams({ as, ...(thread ? { thread } : {}) });
  return `#${channel}?${parameters}`;
}
