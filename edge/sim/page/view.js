// The wearer's view: the display, the captions, the ring, and what was said before.
import { drawn, tick } from "./cards.js";
import { Council } from "./council.js";
import { $, el, write } from "./dom.js";

const WORDS = {
  asleep: "Asleep", listening: "Listening", hearing: "Hearing you", thinking: "Thinking",
  contemplating: "Thinking together", speaking: "Speaking", muted: "Muted", offline: "Offline",
};
const KEPT = 60;

export class View {
  #card = null;
  #council = null;
  #captions = { wearer: "", assistant: "" };
  #fade = 0;
  #ahead = 0;
  #ticking = 0;
  #answer = { turn: -1, after: null, over: false };

  state({ ring, wake, profile, microphone, profiles, now }) {
    // The wearer's clock may be set, and this machine's may be wrong.
    this.#ahead = Date.parse(now) - Date.now() || 0;
    this.#tick();
    $("scene").dataset.ring = ring;
    const hint = ring === "asleep" && wake ? `: say \u201c${wake}\u201d` : "";
    const stalled = microphone === "stalled" ? " (no sound comes)" : "";
    // Without a microphone nothing is listened to; what is typed is answered.
    const words = ring === "listening" && microphone === "none" ? "Ready" : (WORDS[ring] ?? ring);
    write($("state"), words + hint + stalled);
    const { width = 1, height = 1 } = profiles?.[profile] ?? {};
    const display = $("display");
    display.classList.toggle("none", profile === "none");
    display.classList.toggle("colour", profile.startsWith("colour"));
    display.classList.toggle("tall", width / height < 1.8);
  }

  card(card) {
    this.#card = card?.kind ? { lines: [], data: {}, title: "", ...card } : null;
    // The seats say more than the lines of their verdict.
    if (card?.kind !== "council") this.#council = null;
    else if (card.data?.seats) this.#council ??= Council.of(card.data);
    this.#draw();
  }

  contemplation(event) {
    if (event.phase === "started" || !this.#council) this.#council = new Council();
    this.#council.take(event);
    this.#draw();
  }

  caption({ who, text, final, turn, interrupted }) {
    if (who === "wearer") this.#answer.over = true;
    else {
      if (turn !== this.#answer.turn) this.#answer = { turn, after: $("log").lastElementChild, over: false };
      const { after, over } = this.#answer;
      this.#answer.over &&= final;
      if (final) this.#answer.turn = -1;
      // How far a cut answer came is known only after the wearer has asked again.
      if (final && over) return text && this.#remember(who, text, interrupted, after);
    }
    clearTimeout(this.#fade);
    this.#captions[who] = text;
    if (who === "wearer") this.#captions.assistant = "";
    // What is said while they think is about them; what the wearer says next is not.
    if (who === "wearer" && text && final) this.#council = null;
    write($("wearer"), this.#captions.wearer);
    write($("assistant"), this.#captions.assistant);
    if (final && text) {
      this.#remember(who, text, interrupted);
      if (who === "assistant") this.#fade = setTimeout(() => this.#quiet(), 9000);
    }
    this.#draw();
  }

  /** What was said before this page came. */
  history(captions) {
    $("log").replaceChildren();
    for (const { who, text, final, turn, interrupted } of captions) {
      if (final && text) this.#remember(who, text, interrupted);
      else if (text) this.caption({ who, text, final, turn });
    }
  }

  /** `after`: the entry that it comes after; null: it is the first. */
  #remember(who, text, interrupted, after = $("log").lastElementChild) {
    const name = who === "wearer" ? "You: " : "edge: ";
    const log = $("log");
    const entry = el("p", { class: interrupted ? `${who} cut` : who }, el("span", { class: "hidden" }, name), text);
    if (after === null) log.prepend(entry);
    else if (after.isConnected) after.after(entry);
    else log.append(entry);
    while (log.children.length > KEPT) log.firstChild.remove();
    log.scrollTop = log.scrollHeight;
  }

  #quiet() {
    this.#captions = { wearer: "", assistant: "" };
    write($("wearer"), "");
    write($("assistant"), "");
    this.#draw();
  }

  #draw() {
    const display = $("display");
    const { wearer, assistant } = this.#captions;
    display.classList.toggle("words", !this.#council && !this.#card);
    if (this.#council) this.#council.draw(display);
    else if (this.#card) display.replaceChildren(...drawn(this.#card));
    else {
      const said = [wearer && el("p", { class: "asked" }, wearer), assistant && el("p", { class: "answer" }, assistant)];
      display.replaceChildren(...said.filter(Boolean));
    }
    display.classList.toggle("empty", !display.childElementCount);
    this.#tick();
  }

  /** Counts down whenever a second is over, while there is something to count. */
  #tick() {
    clearTimeout(this.#ticking);
    const next = tick($("display"), Date.now() + this.#ahead);
    if (next) this.#ticking = setTimeout(() => this.#tick(), next + 5);
  }
}
