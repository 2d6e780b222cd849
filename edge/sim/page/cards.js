// How each kind of card is drawn on the display.
import { el, svg } from "./dom.js";

const BIG = new Set(["time", "date", "volume", "number"]);

/** The nodes of `card`. */
export function drawn(card) {
  const title = el("h2", {}, el("span", {}, card.title));
  const points = card.data?.points;
  if (Array.isArray(points) && points.length > 1) return [title, ...chart(points)];
  const series = dated(card.lines);
  if (series.length > 2) return [title, ...chart(series)];
  if (card.kind === "timer") return [title, ...timers(card.lines)];
  if (BIG.has(card.kind) && card.lines.length)
    return [title, el("p", { class: "big" }, card.lines[0]), ...card.lines.slice(1).map((line) => el("p", {}, line))];
  if (card.kind === "list") return [title, el("ul", { class: "list" }, card.lines.map((line) => el("li", {}, line)))];
  return [title, el("ul", {}, card.lines.map((line) => el("li", {}, line)))];
}

/** Each line is "pasta timer: 9 minutes": what it is, and what is left of it. */
function timers(lines) {
  return lines.flatMap((line, i) => {
    const [, name, left] = line.match(/^(.*?): (.*)$/) ?? [null, "", line];
    if (i > 0) return [el("p", {}, line)];
    return [el("p", { class: "big" }, brief(left)), el("p", { class: "asked" }, name)];
  });
}

/** "9 minutes and 5 seconds" as "9 min 5 s". */
function brief(time) {
  return time.replaceAll(" and ", " ").replace(/ hours?\b/g, " h").replace(/ minutes?\b/g, " min").replace(/ seconds?\b/g, " s");
}

/** The points of lines like "2026-03-01: 7,200". */
function dated(lines) {
  const found = lines.map((line) => line.match(/^(\d{4}-\d\d-\d\d): ([\d,]+(?:\.\d+)?)$/));
  if (found.some((one) => one === null)) return [];
  return found.map(([, day, value]) => ({ day, value: Number(value.replaceAll(",", "")) }));
}

function chart(points) {
  const values = points.map(({ value }) => value);
  const low = Math.min(...values);
  const high = Math.max(...values);
  const place = ({ value }, i) => [(i / (points.length - 1)) * 100, 36 - ((value - low) / (high - low || 1)) * 32];
  const line = points.map((point, i) => place(point, i).map((n) => n.toFixed(2)).join(" ")).join("L");
  const label = `From ${points[0].day} to ${points.at(-1).day}: lowest ${low}, highest ${high}, last ${values.at(-1)}`;
  return [
    svg("svg", { viewBox: "0 0 100 40", preserveAspectRatio: "none", role: "img", "aria-label": label },
      [4, 20, 36].map((y) => svg("line", { class: "chart-rule", x1: 0, x2: 100, y1: y, y2: y })),
      svg("path", { class: "chart-fill", d: `M0 40L${line}L100 40Z` }),
      svg("path", { class: "chart-line", d: `M${line}` })),
    el("p", { class: "axis" }, el("span", {}, short(points[0].day)), el("span", {}, `${low.toLocaleString("en")} \u2013 ${high.toLocaleString("en")}`), el("span", {}, short(points.at(-1).day))),
  ];
}

function short(day) {
  const date = new Date(`${day}T12:00`);
  return Number.isNaN(date.getTime()) ? String(day) : date.toLocaleDateString("en", { day: "numeric", month: "short" });
}
