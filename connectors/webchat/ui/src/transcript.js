import "deep-chat/dist/deepChat.bundle.js";
import { Entry } from "./entry.js";
import { strings } from "./strings.js";
import messagesCss from "./messages.css";

const FONT_STACK = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif';

/**
 * deep-chat as the shell of the log and the input, driven through connect.handler. Everything about its shadow root
 * that we rely on is in this module (version pinned; the end-to-end tests fail when it moves).
 */
export class Transcript {
  #chat = document.createElement("deep-chat");
  #entries = [];
  #byId = new Map();
  #log = null;
  #input = null;
  #typing = null;
  #hint = null;

  constructor({ mayBeSent, onTyped, onInput, onReady }) {
    const chat = this.#chat;
    // Without a font of its own deep-chat asks Google for one.
    chat.style.fontFamily = FONT_STACK;
    Object.assign(chat.style, { width: "100%", height: "100%", fontSize: "1rem" });
    chat.auxiliaryStyle = messagesCss;
    chat.textInput = { placeholder: { text: strings.placeholder } };
    const label = { text: { content: strings.send } };
    chat.submitButtonStyles = { position: "outside-end", submit: label, disabled: label };
    chat.displayLoadingBubble = false;
    chat.errorMessages = {
      displayServiceErrorMessages: false,
      overrides: { default: strings.failure, service: strings.failure, speechToText: strings.failure },
    };
    chat.validateInput = (text) => mayBeSent(text ?? "");
    chat.onInput = ({ content }) => onInput(content.text ?? "");
    chat.connect = {
      websocket: true,
      handler: (_, signals) => {
        // The outbox takes every message whatever the state of the network, so for deep-chat we are always open.
        signals.onOpen();
        signals.newUserMessage.listener = (body) => {
          onTyped(body.messages.at(-1).text);
          this.#checkInput();
        };
      },
    };
    // deep-chat's constructor starts a timer that draws it a second time on a slow machine; this makes it stand back.
    chat._hasBeenRendered = true;
    // Should it be drawn anew for any other reason, it starts with an empty log.
    new MutationObserver(() => {
      const isFirst = this.#log === null;
      if (this.#adopt() && isFirst) onReady();
    }).observe(chat.shadowRoot.querySelector("#container"), { childList: true });
  }

  get element() {
    return this.#chat;
  }

  get input() {
    return this.#input;
  }

  get entries() {
    return this.#entries;
  }

  find(id) {
    return this.#byId.get(id);
  }

  #adopt() {
    const root = this.#chat.shadowRoot;
    const log = root.querySelector("#messages");
    if (!log || log === this.#log) return false;
    const typedBefore = this.#input?.innerText ?? "";
    this.#log = log;
    this.#log.setAttribute("role", "log");
    this.#log.setAttribute("aria-label", strings.logLabel);
    this.#log.tabIndex = 0;
    this.announce(true);
    this.#input = root.querySelector("#text-input");
    this.#input.setAttribute("aria-multiline", "true");
    this.#input.setAttribute("enterkeyhint", "send");
    const submit = root.querySelector(".input-button");
    submit.setAttribute("aria-label", strings.sendLabel);
    submit.addEventListener("keydown", (event) => {
      if (event.key === " ") {
        event.preventDefault();
        submit.click();
      }
    });
    this.#typing = document.createElement("div");
    this.#typing.className = "typing";
    this.#typing.setAttribute("aria-hidden", "true");
    this.#typing.hidden = true;
    const dots = document.createElement("span");
    dots.className = "dots";
    dots.append(...[0, 1, 2].map(() => document.createElement("i")));
    this.#typing.append(dots, strings.typing);
    this.#log.append(this.#typing);
    if (this.#hint && this.#entries.length === 0) this.#log.prepend(this.#hint);
    for (const entry of this.#entries) this.#chat.addMessage({ role: roleOf(entry), html: entry.html });
    if (typedBefore.trim()) this.write(typedBefore);
    return true;
  }

  /** Lets deep-chat see that the text has changed, for the state of its button. */
  #checkInput() {
    setTimeout(() => this.#input.dispatchEvent(new InputEvent("input", { bubbles: true })));
  }

  /** A screen reader shall hear new messages, not fifty old ones at every reload. */
  announce(on) {
    this.#log.setAttribute("aria-live", on ? "polite" : "off");
  }

  showHint(hint) {
    this.#hint = hint;
    this.#log.prepend(hint);
  }

  add(values) {
    const entry = new Entry(values);
    this.#hint?.remove();
    this.#chat.addMessage({ role: roleOf(entry), html: entry.html });
    this.#settle(entry);
    return entry;
  }

  /** deep-chat has just shown typed text as a plain bubble of its own; put our entry in its place. */
  adoptTyped(values) {
    const entry = new Entry(values);
    this.#hint?.remove();
    const bubbles = [...this.#log.querySelectorAll(".message-bubble")];
    const plain = bubbles.find((bubble) => !bubble.querySelector("hcc-entry"));
    const element = document.createElement("hcc-entry");
    element.setAttribute("key", entry.key);
    plain.replaceChildren(element);
    this.#settle(entry);
    return entry;
  }

  #settle(entry) {
    this.#entries.push(entry);
    if (entry.id) this.#byId.set(entry.id, entry);
    this.place(entry);
    this.#log.append(this.#typing);
  }

  /** Messages stand in the order of their numbers even when an own one is confirmed late. */
  place(entry) {
    const row = rowOf(entry);
    if (!row) return;
    const others = this.#entries.filter((other) => other !== entry && rowOf(other));
    const next = others
      .filter((other) => other.order > entry.order)
      .sort((one, other) => one.order - other.order || Number(one.key) - Number(other.key))[0];
    if (next) {
      const nextRow = rowOf(next);
      if (row.nextElementSibling !== nextRow) nextRow.before(row);
    } else if (row.nextElementSibling) {
      row.parentElement.append(row);
    }
  }

  /** Only the newest suggestions can be taken, and only until the citizen has said something else. */
  refreshChoices() {
    const inOrder = [...this.#entries].sort(
      (one, other) => one.order - other.order || Number(one.key) - Number(other.key),
    );
    const lastSaid = inOrder.findLastIndex((entry) => entry.author === "citizen" && entry.state !== "refused");
    const newest = inOrder.findLastIndex((entry) => entry.hasChoices);
    inOrder.forEach((entry, position) => {
      if (!entry.hasChoices) return;
      const active = position === newest && position > lastSaid;
      if (entry.choicesActive !== active) entry.update({ choicesActive: active });
    });
  }

  clear() {
    for (const entry of this.#entries) entry.forget();
    this.#entries = [];
    this.#byId.clear();
    this.#chat.clearMessages();
    if (this.#hint) this.#log.prepend(this.#hint);
    this.#log.append(this.#typing);
  }

  showTyping(on) {
    this.#typing.hidden = !on;
    if (on) this.scrollToNewest();
  }

  /** As far down as possible while the citizen's last question stays in view above a long answer. */
  scrollToNewest() {
    // After deep-chat's own scrolling, which is in a timeout of 0.
    setTimeout(() => {
      const asked = this.#entries.findLast((entry) => entry.author === "citizen");
      const lowest = this.#log.scrollHeight - this.#log.clientHeight;
      const row = asked && rowOf(asked);
      const top = row ? row.getBoundingClientRect().top - this.#log.getBoundingClientRect().top : Infinity;
      const withQuestionOnTop = row ? this.#log.scrollTop + top - 8 : this.#entries.length > 1 ? lowest : 0;
      this.#log.scrollTop = Math.max(0, Math.min(lowest, withQuestionOnTop));
    }, 30);
  }

  write(text) {
    this.#input.textContent = text;
    this.#checkInput();
  }

  focusInput() {
    this.#input?.focus();
  }

  focusLog() {
    this.#log.focus({ preventScroll: true });
  }
}

function roleOf(entry) {
  return entry.author === "citizen" ? "user" : "ai";
}

function rowOf(entry) {
  return entry.element?.closest(".outer-message-container") ?? null;
}
