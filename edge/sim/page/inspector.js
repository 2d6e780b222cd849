// What the assistant did: turns with their times and reasons, what left, what is remembered, logs.
import { $, el } from "./dom.js";

const STAGES = {
  voice_to_voice: "Voice to voice", endpoint: "End of speech", asr: "Recognition", first_token: "First token",
  first_sentence: "First sentence", first_audio: "First sound", reply: "Whole answer", speech: "Speech",
};
// What the wearer does not wait for has no bar: beside it the rest could not be told apart.
const AFTER = new Set(["reply", "speech"]);
const LINES = 400;

async function fetched(path, options) {
  const answer = await fetch(path, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.error ?? `The server answered ${answer.status}.`);
  return body;
}

export function posted(path, body = {}) {
  return fetched(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
}

export class Inspector {
  #turns = [];
  #chosen = "device";

  /** `complain(sentence)` */
  constructor(complain) {
    this.complain = complain;
    const tabs = [...document.querySelectorAll("[role=tab]")];
    tabs.forEach((tab, i) => {
      tab.onclick = () => this.#choose(tabs, i);
      tab.onkeydown = ({ key }) => {
        const to = { ArrowRight: i + 1, ArrowLeft: i - 1, Home: 0, End: tabs.length - 1 }[key];
        if (to !== undefined) this.#choose(tabs, (to + tabs.length) % tabs.length);
      };
    });
  }

  #choose(tabs, chosen) {
    tabs.forEach((tab, i) => {
      tab.setAttribute("aria-selected", String(i === chosen));
      tab.tabIndex = i === chosen ? 0 : -1;
      $(tab.getAttribute("aria-controls")).hidden = i !== chosen;
    });
    tabs[chosen].focus();
    this.#chosen = tabs[chosen].id.slice(4);
    this.refresh();
  }

  /** Asks again for what is shown and is not sent by itself. */
  async refresh() {
    try {
      if (this.#chosen === "turns") this.#drawTurns();
      if (this.#chosen === "ledger") this.#ledger((await fetched("/api/ledger")).entries);
      if (this.#chosen === "memory") this.#memory(await fetched("/api/memory"));
    } catch (error) {
      this.complain(error.message);
    }
  }

  turns(turns) {
    this.#turns = turns;
    this.refresh();
  }

  turn(turn) {
    this.#turns = [turn, ...this.#turns.filter(({ id }) => id !== turn.id)].slice(0, 100);
    this.refresh();
  }

  log({ level, name, text, at }) {
    const lines = $("lines");
    lines.prepend(el("li", { class: level }, `${String(at).slice(11, 19)} ${level} ${name}: ${text}`));
    while (lines.children.length > LINES) lines.lastChild.remove();
  }

  async logs() {
    try {
      $("lines").replaceChildren();
      for (const line of (await fetched("/api/logs")).lines) this.log(line);
    } catch (error) {
      this.complain(error.message);
    }
  }

  #drawTurns() {
    $("panel-turns").replaceChildren(...some(this.#turns.map((turn) => this.#turn(turn)), "No turn is over yet."));
  }

  #turn(turn) {
    const times = Object.entries(STAGES).filter(([name]) => turn.stages?.[name] > 0);
    const longest = Math.max(0.001, ...times.map(([name]) => (AFTER.has(name) ? 0 : turn.stages[name])));
    const bars = times.flatMap(([name, label]) => {
      const bar = AFTER.has(name) ? null : el("i");
      if (bar) bar.style.width = `${(100 * turn.stages[name]) / longest}%`;
      const total = name === "voice_to_voice" ? "total" : "";
      return [
        el("dt", { class: total }, total && turn.typed ? "Typed to voice" : label), el("dd", { class: `${bar ? "bar" : ""} ${total}` }, bar),
        el("dd", { class: `n ${total}` }, `${Math.round(turn.stages[name] * 1000)} ms`),
      ];
    });
    const replay = () => posted(`/api/turns/${turn.id}/replay`).catch((error) => this.complain(error.message));
    return el("article", { class: "turn" },
      el("h3", {}, turn.question || "(said unasked)"),
      el("p", {}, turn.answer, turn.interrupted ? " (interrupted)" : ""),
      el("dl", { class: "bars" }, bars),
      turn.route && el("p", { class: "route" }, "To ", el("b", {}, turn.route.to), `: ${turn.route.reason}`, slots(turn.route.slots)),
      el("div", { class: "buttons" },
        el("a", { href: `/api/turns/${turn.id}/export`, download: true, "aria-label": `Export: ${turn.question}` }, "Export"),
        turn.question ? el("button", { type: "button", onclick: replay, "aria-label": `Replay: ${turn.question}` }, "Replay") : null));
  }

  #ledger(entries) {
    const rows = entries.map(({ number, kind, at, content, ...fields }) =>
      el("article", { class: "entry" },
        el("h3", {}, `${number}. ${kind}`, el("time", { datetime: at }, moment(at))),
        el("dl", { class: "fields" }, Object.entries(fields).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, plain(value))])),
        content ? el("pre", { tabindex: 0 }, content) : null));
    $("panel-ledger").replaceChildren(...some(rows, "Nothing has left this device."));
  }

  #memory({ facts, due, lists, notes, muted, rows }) {
    const groups = [
      ["What you told it", facts.map(({ fact }) => fact)],
      ["What falls due", due.map(({ kind, name, at }) => `${kind} ${name ?? ""}, ${at}`)],
      ...Object.entries(lists).map(([name, items]) => [`List: ${name}`, items]),
      ["Notes", notes.map(({ note }) => note)],
      ["Never told unasked", muted.map(plain)],
    ].filter(([, items]) => items.length);
    const nodes = groups.flatMap(([name, items]) => [
      el("h3", { class: "group" }, name), el("ul", { class: "facts" }, items.map((item) => el("li", {}, item))),
    ]);
    $("panel-memory").replaceChildren(...some(nodes, "Nothing is remembered."), el("p", { class: "quiet small store" }, `${plain(rows)} in the store.`));
  }
}

function slots(values = {}) {
  const said = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
  return said.length ? ` (${said.join(", ")})` : "";
}

/** "2 Mar, 10:00:04" */
function moment(at) {
  const date = new Date(at.slice(0, 19));
  if (Number.isNaN(date.getTime())) return at;
  return `${date.toLocaleDateString("en-GB", { day: "numeric", month: "short" })}, ${at.slice(11, 19)}`;
}

function plain(value) {
  if (value !== null && typeof value === "object")
    return Object.entries(value).map(([name, one]) => `${name} ${plain(one)}`).join(", ");
  return typeof value === "number" ? `${value}` : String(value);
}

function some(nodes, otherwise) {
  return nodes.length ? nodes : [el("p", { class: "nothing" }, otherwise)];
}
