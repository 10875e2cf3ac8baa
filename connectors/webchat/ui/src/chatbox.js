import { Connection } from "./connection.js";
import { CharacterCounter } from "./counter.js";
import { build } from "./dom.js";
import { EntryElement } from "./entry.js";
import { Outbox } from "./outbox.js";
import { strings } from "./strings.js";
import { Transcript } from "./transcript.js";
import shellCss from "./shell.css";

const TYPING_AT_MOST_MS = 90_000;
const QUIET_CONNECT_MS = 1_200;

const shellStyle = new CSSStyleSheet();
shellStyle.replaceSync(shellCss);

/** `<hcc-chatbox ws="/chat/ws" [closable]>`: the whole conversation with the centre's assistant. */
export class ChatboxElement extends HTMLElement {
  #outbox = new Outbox();
  #connection = null;
  #transcript = null;
  #parts = {};
  #counter = new CharacterCounter((sentence) => (this.#parts.spoken.textContent = sentence));
  #seen = new Set();
  #wantsFocus = false;
  #typingTimer = 0;
  #connectingTimer = 0;
  #announceTimer = 0;

  connectedCallback() {
    if (this.#transcript) {
      this.#connection?.start();
      return;
    }
    this.attachShadow({ mode: "open" }).adoptedStyleSheets = [shellStyle];
    this.#transcript = new Transcript({
      mayBeSent: (text) => this.#counter.allows(text),
      onTyped: (text) => this.#say(this.#outbox.addText(text), true),
      onInput: (text) => this.#countCharacters(text),
      onReady: () => this.#begin(),
    });
    this.#buildShell();
    addEventListener("online", () => this.#connection?.wake());
    addEventListener("pageshow", () => this.#connection?.wake());
    document.addEventListener("visibilitychange", () => document.hidden || this.#connection?.wake());
    addEventListener("message", (event) => this.#hostSpeaks(event));
  }

  disconnectedCallback() {
    this.#connection?.stop();
  }

  focusInput() {
    if (this.#connection) this.#transcript.focusInput();
    else this.#wantsFocus = true;
  }

  #buildShell() {
    const parts = this.#parts;
    const root = build("section", "chatbox");
    root.setAttribute("aria-label", strings.title);
    const header = build("header", "bar");
    parts.staff = build("button", "staff", strings.staffButton);
    parts.staff.type = "button";
    parts.staff.addEventListener("click", (event) => this.#askForStaff(event));
    header.append(build("h2", "title", strings.title), parts.staff);
    if (this.hasAttribute("closable") && window.parent !== window) {
      const close = build("button", "close", "×");
      close.type = "button";
      close.setAttribute("aria-label", strings.close);
      close.addEventListener("click", () => this.#askToClose());
      header.append(close);
      root.addEventListener("keydown", (event) => event.key === "Escape" && this.#askToClose());
    }
    parts.notice = build("p", "notice", strings.notice);
    parts.connection = build("p", "connection");
    parts.connection.setAttribute("role", "status");
    parts.spoken = build("p", "unseen");
    parts.spoken.setAttribute("role", "status");
    const log = build("div", "log");
    log.append(this.#transcript.element);
    root.append(header, parts.notice, parts.connection, log, this.#counter.element, parts.spoken);
    this.shadowRoot.append(root);
  }

  #begin() {
    this.#transcript.announce(false);
    this.#transcript.showHint(this.#buildHint());
    const waiting = this.#outbox.items;
    for (const item of waiting) this.#show(item, false);
    const address = new URL(this.getAttribute("ws") || "/chat/ws", location.href);
    address.protocol = address.protocol === "http:" ? "ws:" : address.protocol === "https:" ? "wss:" : address.protocol;
    this.#connection = new Connection(address.href, this.#outbox, {
      onState: (state, failures) => this.#showState(state, failures),
      onWelcome: (frame) => this.#welcome(frame),
      onNewConversation: () => this.#startAfresh(),
      onMessage: (message) => this.#receive(message, true),
      onAccepted: (id, seq) => this.#confirm(id, { seq, state: "sent" }),
      onRefused: (id, code, sentence) => this.#refuse(id, code, sentence),
      onTyping: (on) => this.#showTyping(on),
    });
    this.#connection.start();
    this.#takeQuestionFromAddress();
    if (this.#wantsFocus) this.#transcript.focusInput();
  }

  /** `/#hoi=…` on a link puts a question into the input, unsent; the fragment never reaches the server's log. */
  #takeQuestionFromAddress() {
    const question = new URLSearchParams(location.hash.slice(1)).get("hoi");
    if (!question) return;
    history.replaceState(null, "", location.pathname + location.search);
    this.#transcript.write(question.slice(0, 200));
    this.#wantsFocus = true;
  }

  #buildHint() {
    const hint = build("div", "hint");
    const list = build("ul", "");
    for (const example of strings.emptyExamples) {
      const button = build("button", "choice", example);
      button.type = "button";
      button.addEventListener("click", (event) => {
        this.#say(this.#outbox.addText(example), false);
        this.#restoreFocus(event);
      });
      const line = build("li", "");
      line.append(button);
      list.append(line);
    }
    hint.append(build("h3", "", strings.emptyTitle), build("p", "", strings.emptyHint), list);
    return hint;
  }

  #say(item, typed) {
    this.#show(item, typed);
    this.#transcript.scrollToNewest();
    this.#connection?.flush();
  }

  #show(item, typed) {
    const values = { author: "citizen", content: { text: item.label }, id: item.id, state: "pending" };
    if (typed) this.#transcript.adoptTyped(values);
    else this.#transcript.add(values);
    this.#transcript.refreshChoices();
  }

  #welcome(frame) {
    this.#counter.setLimit(frame.limits?.text);
    const mustSayDemo = frame.demo && window.parent !== window; // our own pages have a banner that says so
    this.#parts.notice.textContent = mustSayDemo ? `${strings.notice} ${strings.demo}` : strings.notice;
    const isRestore = this.#seen.size === 0;
    if (isRestore) this.#transcript.announce(false);
    const messages = Array.isArray(frame.messages) ? frame.messages : [];
    for (const message of messages) this.#receive(message, false);
    this.#dropForeignChoices();
    if (messages.length > 0) {
      this.#transcript.scrollToNewest();
      this.#connection.acknowledge();
    }
    // Once the restored messages are in the page they can no longer be mistaken for new ones.
    setTimeout(() => this.#transcript.announce(true), 300);
  }

  /** A choice taken in a conversation that is no more would mean something else in this one. */
  #dropForeignChoices() {
    for (const item of this.#outbox.items) {
      if (item.type !== "choice") continue;
      const offer = this.#transcript.entries.find((entry) => entry.seq === item.seq && entry.hasChoices);
      if (offer?.content.choices[item.index]?.label === item.label) continue;
      this.#outbox.remove(item.id);
      this.#refuse(item.id, "choice_expired", null);
    }
  }

  #receive(message, isLive) {
    if (!Number.isInteger(message.seq) || this.#seen.has(message.seq)) return;
    this.#seen.add(message.seq);
    this.#connection.lastSeq = Math.max(this.#connection.lastSeq, message.seq);
    const { seq, at = null, id = null, author } = message;
    if (id && this.#transcript.find(id)) {
      this.#outbox.remove(id);
      this.#confirm(id, { seq, at, state: "sent" });
    } else {
      const entry = this.#transcript.add({ author, content: message.content ?? {}, at, seq, id });
      entry.onChoice = (_, index, event) => this.#choose(entry, index, event);
      this.#transcript.refreshChoices();
    }
    if (isLive) {
      if (author !== "citizen") this.#showTyping(false);
      this.#transcript.scrollToNewest();
      this.#connection.acknowledge();
    }
  }

  #confirm(id, changes) {
    const entry = this.#transcript.find(id);
    if (!entry) return;
    entry.update({ ...changes, note: null, onResend: null });
    this.#transcript.place(entry);
    this.#transcript.refreshChoices();
  }

  #refuse(id, code, sentence) {
    const entry = this.#transcript.find(id);
    if (!entry || entry.state === "sent") return;
    const isWorthRepeating = code === "rate_limited" || code === "undeliverable";
    entry.update({
      state: "refused",
      refusedAfter: this.#connection.lastSeq + 0.5,
      note: typeof sentence === "string" && sentence ? sentence : strings.refused,
      onResend: isWorthRepeating ? () => this.#resend(entry) : null,
    });
    this.#parts.spoken.textContent = entry.note;
    this.#transcript.place(entry);
    this.#transcript.refreshChoices();
    this.#transcript.scrollToNewest();
  }

  #resend(entry) {
    // The same id again: should the first try have been stored after all, the server knows it.
    this.#outbox.put({ id: entry.id, type: "message", text: entry.content.text, label: entry.content.text });
    entry.update({ state: "pending", refusedAfter: null, note: null, onResend: null });
    this.#transcript.place(entry);
    this.#connection.sendAgain(entry.id);
    this.#transcript.focusInput();
  }

  #choose(entry, index, event) {
    if (!entry.choicesActive) return;
    this.#say(this.#outbox.addChoice(entry.seq, index, String(entry.content.choices[index].label)), false);
    this.#restoreFocus(event);
  }

  #askForStaff(event) {
    const isWaiting = this.#outbox.items.some((item) => item.text === strings.staffText);
    if (!isWaiting && this.#connection) this.#say(this.#outbox.addText(strings.staffText), false);
    if (event.detail === 0) this.#transcript.focusInput();
  }

  /** The pressed button has just been disabled or removed. A finger's tap must not raise the on-screen keyboard. */
  #restoreFocus(event) {
    if (event.detail === 0) this.#transcript.focusInput();
    else this.#transcript.focusLog();
  }

  #startAfresh() {
    if (this.#seen.size === 0) return;
    this.#seen.clear();
    this.#transcript.clear();
    for (const item of this.#outbox.items) this.#show(item, false);
  }

  #showState(state, failures) {
    clearTimeout(this.#connectingTimer);
    this.dataset.state = state === "ready" ? "ready" : failures > 0 ? "reconnecting" : "connecting";
    const bar = this.#parts.connection;
    if (state === "ready") {
      bar.textContent = "";
      return;
    }
    this.#showTyping(false);
    if (failures > 0) bar.textContent = strings.reconnecting;
    else this.#connectingTimer = setTimeout(() => (bar.textContent = strings.connecting), QUIET_CONNECT_MS);
  }

  #showTyping(on) {
    clearTimeout(this.#typingTimer);
    this.#transcript.showTyping(on);
    this.#parts.spoken.textContent = on ? strings.typing : "";
    if (on) this.#typingTimer = setTimeout(() => this.#showTyping(false), TYPING_AT_MOST_MS);
  }

  #countCharacters(text) {
    const isShortEnough = this.#counter.show(text);
    this.#transcript.input?.setAttribute("aria-invalid", String(!isShortEnough));
  }

  #askToClose() {
    // The host page is unknown to us and learns nothing but the wish; the launcher checks whom it comes from.
    window.parent.postMessage({ type: "hcc-chat-close" }, "*");
  }

  #hostSpeaks(event) {
    if (event.source === window.parent && window.parent !== window && event.data?.type === "hcc-chat-open") {
      this.focusInput();
    }
  }
}

customElements.define("hcc-entry", EntryElement);
customElements.define("hcc-chatbox", ChatboxElement);
