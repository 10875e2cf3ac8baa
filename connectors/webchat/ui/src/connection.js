import * as storage from "./storage.js";
import { frameOf } from "./outbox.js";

const SESSION_KEY = "hcc.chat.session";
const FIRST_HELLO_LOCK = "hcc.chat.first-hello";
// What one tab has written to localStorage reaches a tab in another process a little later.
const OTHER_TAB_STORAGE_DELAY_MS = 250;
const WELCOME_TIMEOUT_MS = 10_000;
const PING_EVERY_MS = 25_000;
const SILENCE_LIMIT_MS = 60_000;
const LONGEST_WAIT_MS = 30_000;
const MOST_ATTEMPTS_PER_ITEM = 6;

/**
 * The WebSocket of docs/protocols.md §4. Calls back: onState("connecting" | "ready" | "waiting"), onWelcome(frame),
 * onNewConversation(), onMessage(message), onAccepted(id, seq), onRefused(id, code, sentence), onTyping(on).
 */
export class Connection {
  #address;
  #outbox;
  #listener;
  #socket = null;
  #session = null;
  #ready = false;
  #stopped = true;
  #failures = 0;
  #sentHere = new Set();
  #attempts = new Map();
  #timers = new Map();
  #heardAt = 0;
  #releaseLock = null;

  constructor(address, outbox, listener) {
    this.#address = address;
    this.#outbox = outbox;
    this.#listener = listener;
    this.lastSeq = 0;
  }

  start() {
    this.#stopped = false;
    this.#open();
  }

  stop() {
    this.#stopped = true;
    this.#clearTimers();
    this.#socket?.close();
    this.#abandonSocket();
  }

  /** The network is back or the page is looked at again: no reason to wait any longer. */
  wake() {
    if (this.#stopped) return;
    if (!this.#socket) {
      this.#failures = 0;
      this.#open();
    } else if (this.#ready && Date.now() - this.#heardAt > PING_EVERY_MS) {
      this.#send({ type: "ping" });
      this.#after("pong", 5_000, () => this.#lost());
    }
  }

  flush() {
    if (!this.#ready) return;
    for (const item of this.#outbox.items) {
      if (this.#sentHere.has(item.id)) continue;
      const attempts = (this.#attempts.get(item.id) ?? 0) + 1;
      if (attempts > MOST_ATTEMPTS_PER_ITEM) {
        // Something about this message breaks the connection each time; it must not hold up all the others.
        this.#attempts.delete(item.id);
        this.#outbox.remove(item.id);
        this.#listener.onRefused(item.id, "undeliverable", null);
        continue;
      }
      this.#attempts.set(item.id, attempts);
      this.#sentHere.add(item.id);
      this.#send(frameOf(item));
    }
  }

  /** Forget that this item went out on the current connection, so that flush sends it again. */
  sendAgain(id) {
    this.#sentHere.delete(id);
    this.flush();
  }

  acknowledge() {
    this.#after("ack", 400, () => this.#ready && this.#send({ type: "ack", seq: this.lastSeq }));
  }

  #open() {
    this.#clearTimers();
    this.#listener.onState("connecting", this.#failures);
    let socket;
    try {
      socket = new WebSocket(this.#address);
    } catch {
      this.#lost();
      return;
    }
    this.#socket = socket;
    this.#sentHere.clear();
    this.#heardAt = Date.now();
    socket.onopen = () => socket === this.#socket && this.#greet();
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = () => socket === this.#socket && this.#lost();
    this.#after("welcome", WELCOME_TIMEOUT_MS, () => this.#lost());
  }

  /** Two tabs opened at once by a first-time visitor must end up in one conversation, not two. */
  #greet() {
    if (storage.read(SESSION_KEY) || !navigator.locks) {
      this.#hello();
      return;
    }
    const socket = this.#socket;
    const helloAndHold = () => {
      if (socket !== this.#socket) return Promise.resolve();
      this.#hello();
      return new Promise((resolve) => {
        this.#releaseLock = resolve;
      });
    };
    const helloAfterTheOther = async () => {
      await new Promise((resolve) => setTimeout(resolve, OTHER_TAB_STORAGE_DELAY_MS));
      return helloAndHold();
    };
    navigator.locks
      .request(FIRST_HELLO_LOCK, { ifAvailable: true }, (lock) => (lock ? helloAndHold().then(() => true) : false))
      .then((isDone) => isDone || navigator.locks.request(FIRST_HELLO_LOCK, helloAfterTheOther))
      .catch(() => socket === this.#socket && this.#hello());
  }

  #hello() {
    const session = storage.read(SESSION_KEY);
    // Another tab may have had to start a new conversation; then this tab's log is that of the old one.
    if (this.#session !== null && session !== this.#session) this.#startConversation();
    this.#session = session;
    this.#send({ type: "hello", session, last_seq: this.lastSeq });
  }

  #receive(data) {
    this.#heardAt = Date.now();
    this.#cancel("pong");
    let frame;
    try {
      frame = JSON.parse(data);
    } catch {
      return;
    }
    switch (frame?.type) {
      case "welcome":
        this.#welcome(frame);
        break;
      case "message":
        this.#listener.onMessage(frame);
        break;
      case "accepted":
        this.#attempts.delete(frame.id);
        this.#outbox.remove(frame.id);
        this.#listener.onAccepted(frame.id, frame.seq);
        break;
      case "refused":
        this.#attempts.delete(frame.id);
        this.#outbox.remove(frame.id);
        this.#listener.onRefused(frame.id, frame.code, frame.message);
        break;
      case "typing":
        this.#listener.onTyping(frame.on === true);
        break;
      case "error":
        this.#complaint(frame.code);
        break;
      default:
    }
  }

  #welcome(frame) {
    this.#cancel("welcome");
    this.#releaseLock?.();
    this.#releaseLock = null;
    storage.write(SESSION_KEY, frame.session);
    this.#session = frame.session;
    if (frame.is_new) this.#startConversation();
    this.#failures = 0;
    this.#ready = true;
    this.#listener.onState("ready", 0);
    this.#listener.onWelcome(frame);
    this.flush();
    this.#keepAlive();
  }

  #complaint(code) {
    if (code === "session_invalid") {
      if (storage.read(SESSION_KEY) === this.#session) storage.remove(SESSION_KEY);
      this.#ready = false;
      this.#greet();
    } else if (code === "hello_expected") {
      this.#lost();
    }
  }

  #startConversation() {
    this.lastSeq = 0;
    this.#listener.onNewConversation();
  }

  #keepAlive() {
    this.#after("ping", PING_EVERY_MS, () => {
      if (Date.now() - this.#heardAt > SILENCE_LIMIT_MS) {
        this.#lost();
        return;
      }
      this.#send({ type: "ping" });
      this.#keepAlive();
    });
  }

  #lost() {
    const socket = this.#socket;
    this.#abandonSocket();
    socket?.close();
    this.#clearTimers();
    if (this.#stopped) return;
    this.#failures += 1;
    this.#listener.onState("waiting", this.#failures);
    const longest = Math.min(LONGEST_WAIT_MS, 500 * 2 ** Math.min(this.#failures, 10));
    // Jitter: after a restart of the service the whole province must not come back in the same second.
    this.#after("retry", longest * (0.4 + 0.6 * Math.random()), () => this.#open());
  }

  #abandonSocket() {
    this.#socket = null;
    this.#ready = false;
    this.#releaseLock?.();
    this.#releaseLock = null;
  }

  #send(frame) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(frame));
  }

  #after(name, milliseconds, action) {
    this.#cancel(name);
    this.#timers.set(name, setTimeout(action, milliseconds));
  }

  #cancel(name) {
    clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }

  #clearTimers() {
    for (const name of [...this.#timers.keys()]) this.#cancel(name);
  }
}
