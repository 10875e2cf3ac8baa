import { build } from "./dom.js";
import { fillIn, strings } from "./strings.js";

const DEFAULT_LIMIT = 1000;
const NEAR_THE_LIMIT = 0.9;
const PAUSE_BEFORE_SPEAKING_MS = 900;

function lengthOf(text) {
  // As the server counts: an emoji outside the basic plane is one character, not two.
  return [...text.trim()].length;
}

/** How much of the allowed length the typed text takes; warns near the limit, and says by how much it is beyond. */
export class CharacterCounter {
  #limit = DEFAULT_LIMIT;
  #text = "";
  #speak;
  #timer = 0;

  constructor(speak) {
    this.element = build("p", "counter");
    this.#speak = speak;
    this.show("");
  }

  setLimit(limit) {
    if (Number.isInteger(limit) && limit > 0) this.#limit = limit;
    this.show(this.#text);
  }

  allows(text) {
    const length = lengthOf(text);
    return length > 0 && length <= this.#limit;
  }

  /** Returns whether the text is short enough. */
  show(text) {
    this.#text = text;
    const limit = this.#limit;
    const used = lengthOf(text);
    const level = used > limit ? "over" : used >= limit * NEAR_THE_LIMIT ? "near" : "fine";
    let sentence = fillIn(strings.counter, { used, limit });
    if (level === "near") sentence += ` – ${fillIn(strings.counterNear, { left: limit - used })}`;
    if (level === "over") sentence = fillIn(strings.counterOver, { limit, over: used - limit });
    this.element.textContent = sentence;
    this.element.dataset.level = level;
    clearTimeout(this.#timer);
    if (level !== "fine") this.#timer = setTimeout(() => this.#speak(sentence), PAUSE_BEFORE_SPEAKING_MS);
    return level !== "over";
  }
}
