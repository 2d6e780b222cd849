// How each kind of card is drawn on the display, from its data where there is some: see docs/skills.md.
import { el, svg, write } from "./dom.js";

const BIG = new Set(["time", "date", "volume", "number"]);

/** The nodes of `card`. `tick` keeps those that count down right. */
export function drawn(card) {
  const title = el("h2", {}, el("span", {}, card.title));
  const { timers, alarms, items, points, days } = card.data ?? {};
  if (timers?.length) return [title, ...timers.slice(0, 6).map(timer)];
  if (alarms?.length) return [title, el("ul", { class: "rows" }, alarms.map(alarm))];
  if (items) return [title, el("ul", { class: "list" }, items.map(({ text, done }) => el("li", { class: done ? "done" : null }, done ? el("s", {}, text) : text)))];
  if (points?.length > 1) return [title, ...chart(points, card.data)];
  if (days?.length) return [title, el("ol", { class: "days" }, days.slice(0, 7).map((day) => weather(day, days.length)))];
  if (BIG.has(card.kind) && card.lines.length)
    return [title, el("p", { class: "big" }, card.lines[0]), ...card.lines.slice(1).map((line) => el("p", {}, line))];
  return [title, el("ul", { class: card.kind === "list" ? "list" : null }, card.lines.map((line) => el("li", {}, line)))];
}

/** Sets what counts down in `display` to `now` (milliseconds); milliseconds until it changes, or 0. */
export function tick(display, now) {
  let next = 0;
  for (const node of display.querySelectorAll("[data-ends], [data-left]")) {
    const paused = node.dataset.left !== undefined;
    const left = paused ? Number(node.dataset.left) : Math.max(0, Number(node.dataset.ends) - now);
    write(node.querySelector("time"), watch(Math.ceil(left / 1000)));
    const share = left / Math.max(left, Number(node.dataset.seconds) * 1000, 1);
    node.querySelector("i").style.transform = `scaleX(${share})`;
    // A second is over when so many milliseconds of it are left as of this one.
    if (left > 0 && !paused) next = Math.min(next || Infinity, left % 1000 || 1000);
  }
  return next;
}

/** 125 as "2:05", 3725 as "1:02:05". */
function watch(seconds) {
  const two = (n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The first is large. Nothing is read out each second: whoever wants to know looks, or asks. */
function timer({ name, ends, seconds, left = null }, i) {
  const said = (name || "timer") + (left === null ? "" : ", paused");
  const until = left === null ? { "data-ends": Date.parse(ends) || 0 } : { "data-left": left * 1000 };
  return el("div", { class: i ? "timer more" : "timer", role: "timer", ...until, "data-seconds": seconds },
    el("time", { class: i ? null : "big" }), el("span", { class: "asked" }, said), el("div", { class: "meter" }, el("i")));
}

function alarm({ name, at, repeats }) {
  const when = repeats || new Date(at.slice(0, 16)).toLocaleDateString("en", { weekday: "long", day: "numeric", month: "short" });
  return el("li", {}, el("b", {}, at.slice(11, 16)), el("span", {}, name ? `${name}, ${when}` : when));
}

function weather({ day, summary, low, high, rain }, count) {
  const name = new Date(`${day}T12:00`).toLocaleDateString("en", { weekday: count > 1 ? "short" : "long" });
  return el("li", {}, el("span", {}, name), el("b", {}, `${Math.round(high)}\u00b0`), el("span", {}, `${Math.round(low)}\u00b0`),
    el("span", { class: "sky" }, summary), el("span", {}, `${Math.round(rain * 100)} % rain`));
}

/** A line over the days; the band is what is usual for the wearer. */
function chart(points, { unit = "", low, high }) {
  const values = points.map(({ value }) => value);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const all = low === null || low === undefined ? values : [...values, low, high];
  const [bottom, top] = [Math.min(...all), Math.max(...all)];
  const begin = Date.parse(points[0].day);
  const span = Date.parse(points.at(-1).day) - begin || 1;
  const x = ({ day }) => (((Date.parse(day) - begin) / span) * 100).toFixed(2);
  const y = (value) => (36 - ((value - bottom) / (top - bottom || 1)) * 32).toFixed(2);
  const line = points.map((point) => `${x(point)} ${y(point.value)}`).join("L");
  const usual = all === values ? "" : `, usual for you ${figure(low)} to ${figure(high)}`;
  const label = `From ${points[0].day} to ${points.at(-1).day}: lowest ${figure(least)}, highest ${figure(most)}, last ${figure(values.at(-1))} ${unit}${usual}`;
  return [
    el("p", { class: "last" }, el("b", { class: "big" }, figure(values.at(-1))), el("span", { class: "asked" }, ` ${unit}`)),
    svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
      usual ? svg("rect", { class: "chart-band", x: 0, width: 100, y: y(high), height: (y(low) - y(high)).toFixed(2) }) : null,
      svg("path", { class: "chart-line", d: `M${line}` })),
    el("p", { class: "axis" }, el("span", {}, short(points[0].day)), usual ? el("span", {}, `usual ${figure(low)} \u2013 ${figure(high)}`) : null, el("span", {}, short(points.at(-1).day))),
  ];
}

function figure(value) {
  return value.toLocaleString("en", { maximumFractionDigits: value < 1000 ? 1 : 0 });
}

function short(day) {
  const date = new Date(`${day}T12:00`);
  return Number.isNaN(date.getTime()) ? String(day) : date.toLocaleDateString("en", { day: "numeric", month: "short" });
}
