// A contemplation as it is seen: five seats, taken one by one, and how many agree.
import { el } from "./dom.js";

const SHORT = { straightforward: "straight", decomposition: "parts" };

export class Council {
  #seats = seats(5);
  #verdict = null;
  #agreement = null;
  #refining = false;

  /** As a card's data tell it, for a page that was not there. */
  static of({ seats, agree, of }) {
    const council = new Council();
    council.#seats = seats.map(({ strategy, candidate }) => ({ strategy, candidate }));
    council.#verdict = { candidate: seats.find(({ agrees }) => agrees)?.candidate, agree, of };
    return council;
  }

  /** Takes a `contemplation` event; true while it belongs to this council. */
  take(event) {
    switch (event.phase) {
      case "started":
        this.#seats = seats(event.of || 5);
        this.#verdict = this.#agreement = null;
        this.#refining = false;
        break;
      case "proposal":
        while (this.#seats.length <= event.agent) this.#seats.push(null);
        this.#seats[event.agent] = { strategy: event.strategy, candidate: event.candidate };
        break;
      case "agreement":
        this.#agreement = event;
        break;
      case "refining":
        this.#refining = true;
        break;
      case "verdict":
        this.#verdict = event;
        break;
    }
  }

  /** Draws into `display`, changing only what has changed, so that arrivals are seen arriving. */
  draw(display) {
    let board = display.querySelector(".board");
    if (!board || board.children.length !== this.#seats.length) {
      board = el("ol", { class: "seats board" }, this.#seats.map((_, i) => el("li", { class: "seat" },
        el("b", {}, String(i + 1)), el("span"), el("span"))));
      display.replaceChildren(
        el("h2", {}, el("span", {}, "Council"), el("span", { class: "count" })),
        board,
        el("div", { class: "meter" }, el("i")),
      );
    }
    const found = this.#verdict ?? this.#agreement;
    this.#seats.forEach((seat, i) => {
      const [mark, strategy, candidate] = board.children[i].children;
      board.children[i].className = [
        "seat", seat && "here", seat && !seat.candidate && "failed",
        seat && seat.candidate && same(seat.candidate, found?.candidate) && "agrees",
      ].filter(Boolean).join(" ");
      const agrees = board.children[i].classList.contains("agrees");
      mark.textContent = agrees ? "\u2713" : seat && !seat.candidate ? "\u2013" : String(i + 1);
      strategy.textContent = seat ? SHORT[seat.strategy] ?? seat.strategy : "\u2026";
      candidate.textContent = seat ? seat.candidate || "nothing" : "\u00a0";
    });
    const of = found?.of ?? this.#seats.length;
    const agree = found?.agree ?? 0;
    display.querySelector(".meter i").style.transform = `scaleX(${of ? agree / of : 0})`;
    display.querySelector(".count").textContent =
      agree ? `${agree} of ${of} agree` : this.#refining ? "thinking again" : "";
  }
}

function seats(count) {
  return Array.from({ length: count }, () => null);
}

function same(one, other) {
  return other !== undefined && key(one) === key(other);
}

// "5 legs" and "5" are one answer, as the council counts them.
function key(text) {
  return (text.match(/-?\d[\d.,]*/)?.[0] ?? text).trim().toLowerCase();
}
