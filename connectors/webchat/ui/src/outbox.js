import * as storage from "./storage.js";

const PREFIX = "hcc.chat.out.";

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Pages on plain http (an office's test server) have no randomUUID.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

/** What the citizen has said and the server has not yet confirmed; it survives a reload and a closed tab. */
export class Outbox {
  #items = new Map();
  #lastQueuedAt = 0;

  constructor() {
    const stored = [];
    for (const key of storage.keysStartingWith(PREFIX)) {
      try {
        const item = JSON.parse(storage.read(key));
        if (typeof item.id === "string" && typeof item.label === "string") stored.push(item);
      } catch {
        storage.remove(key);
      }
    }
    stored.sort((one, other) => one.queuedAt - other.queuedAt);
    for (const item of stored) this.#items.set(item.id, item);
  }

  get items() {
    return [...this.#items.values()];
  }

  has(id) {
    return this.#items.has(id);
  }

  addText(text) {
    return this.put({ id: newId(), type: "message", text, label: text });
  }

  addChoice(seq, index, label) {
    return this.put({ id: newId(), type: "choice", seq, index, label });
  }

  /** One storage key per item: two tabs can never overwrite each other's queue. */
  put(item) {
    this.#lastQueuedAt = Math.max(Date.now(), this.#lastQueuedAt + 1);
    const queued = { ...item, queuedAt: this.#lastQueuedAt };
    this.#items.set(queued.id, queued);
    storage.write(PREFIX + queued.id, JSON.stringify(queued));
    return queued;
  }

  remove(id) {
    this.#items.delete(id);
    storage.remove(PREFIX + id);
  }
}

export function frameOf(item) {
  return item.type === "choice"
    ? { type: "choice", id: item.id, seq: item.seq, index: item.index }
    : { type: "message", id: item.id, text: item.text };
}
