import { build } from "./dom.js";
import { strings } from "./strings.js";
import { safeAddress } from "./links.js";

const entries = new Map();
const clock = new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
const authorNames = {
  citizen: strings.authorCitizen,
  bot: strings.authorBot,
  staff: strings.authorStaff,
  system: strings.authorSystem,
};
let lastKey = 0;

function listOf(value) {
  return Array.isArray(value) ? value : [];
}

/**
 * One message of the log. deep-chat only ever receives `<hcc-entry key="7">`: whatever a person or a server wrote
 * reaches the page through textContent, never as markup.
 */
export class Entry {
  constructor({ author, content, at = null, seq = null, id = null, state = "sent" }) {
    lastKey += 1;
    this.key = String(lastKey);
    Object.assign(this, { author, content, at, seq, id, state });
    this.refusedAfter = null;
    this.note = null;
    this.element = null;
    this.choicesActive = false;
    this.onChoice = null;
    this.onResend = null;
    entries.set(this.key, this);
  }

  get html() {
    return `<hcc-entry key="${this.key}"></hcc-entry>`;
  }

  /** Unconfirmed messages stand below everything the server has numbered, refused ones stay where they were. */
  get order() {
    return this.seq ?? this.refusedAfter ?? Infinity;
  }

  get hasChoices() {
    return listOf(this.content.choices).length > 0;
  }

  update(changes) {
    Object.assign(this, changes);
    this.element?.refresh();
  }

  forget() {
    entries.delete(this.key);
  }
}

export class EntryElement extends HTMLElement {
  #entry = null;
  #meta = null;
  #buttons = [];

  connectedCallback() {
    if (this.#entry) return;
    const entry = entries.get(this.getAttribute("key"));
    if (!entry) return;
    this.#entry = entry;
    entry.element = this;
    const author = entry.author in authorNames ? entry.author : "system";
    this.dataset.author = author;
    this.append(build("span", author === "staff" ? "author" : "unseen", `${authorNames[author]}:`));
    const { text, card, choices, links } = entry.content;
    if (text) this.append(build("p", "text", String(text)));
    if (card) this.append(buildCard(card));
    this.#appendLinks(listOf(links));
    this.#appendChoices(listOf(choices));
    this.#meta = build("div", "meta");
    this.append(this.#meta);
    this.refresh();
  }

  refresh() {
    const entry = this.#entry;
    if (!entry) return;
    if (entry.seq !== null) this.dataset.seq = String(entry.seq);
    this.dataset.state = entry.state;
    for (const button of this.#buttons) button.disabled = !entry.choicesActive;
    this.#refreshMeta(entry);
  }

  #refreshMeta(entry) {
    const parts = [];
    if (entry.state === "pending") parts.push(build("span", "", strings.pending));
    if (entry.state === "refused") {
      parts.push(build("span", "refusal", entry.note || strings.refused));
      if (entry.onResend) {
        const again = build("button", "resend", strings.resend);
        again.type = "button";
        again.addEventListener("click", () => entry.onResend(entry));
        parts.push(again);
      }
    }
    const sentAt = entry.at ? new Date(entry.at) : null;
    if (entry.state === "sent" && sentAt && !Number.isNaN(sentAt.getTime())) {
      const time = build("time", "", clock.format(sentAt));
      time.dateTime = sentAt.toISOString();
      parts.push(time);
    }
    this.#meta.replaceChildren(...parts);
  }

  #appendLinks(links) {
    const shown = links.map((link) => [safeAddress(link?.url), link?.label]).filter(([address]) => address);
    if (shown.length === 0) return;
    const group = build("div", "links");
    for (const [address, label] of shown) {
      const anchor = build("a", "link-button", String(label ?? address));
      anchor.href = address;
      anchor.target = "_blank";
      anchor.rel = "noopener noreferrer";
      anchor.append(build("span", "unseen", ` ${strings.newWindow}`));
      group.append(anchor);
    }
    this.append(group);
  }

  #appendChoices(choices) {
    if (choices.length === 0) return;
    const group = build("div", "choices");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", strings.choicesLabel);
    this.#buttons = choices.map((choice, index) => {
      const button = build("button", "choice", String(choice?.label ?? ""));
      button.type = "button";
      button.addEventListener("click", (event) => this.#entry.onChoice?.(this.#entry, index, event));
      return button;
    });
    group.append(...this.#buttons);
    this.append(group);
  }
}

function buildCard(card) {
  const section = build("div", "card");
  if (card.title) section.append(build("h3", "", String(card.title)));
  const list = build("dl", "");
  for (const row of listOf(card.rows)) {
    const pair = build("div", "");
    pair.append(build("dt", "", String(row?.label ?? "")), build("dd", "", String(row?.value ?? "")));
    list.append(pair);
  }
  if (list.childElementCount > 0) section.append(list);
  if (card.note) section.append(build("p", "card-note", String(card.note)));
  return section;
}
