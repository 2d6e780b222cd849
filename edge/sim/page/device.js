// The device's switches and its touch pad. Each tells the server; what is shown is what it answers.
import { $, el, write } from "./dom.js";

const LONG_MS = 600;
const SWIPE_PX = 36;
const KEYS = {
  Enter: "tap", " ": "tap", l: "long_press", L: "long_press",
  ArrowUp: "swipe_up", ArrowDown: "swipe_down", ArrowRight: "swipe_forward", ArrowLeft: "swipe_back",
};

export function controls(link) {
  const set = (name, value) => link.send("switch", { name, value });
  $("mute").onchange = ({ target }) => link.send("mute", { muted: target.checked });
  $("network").onchange = ({ target }) => set("network", target.checked);
  for (const name of ["cloud", "quiet_hours", "profile"]) $(name).onchange = ({ target }) => set(name, target.value);
  $("battery").onchange = ({ target }) => set("battery", Number(target.value));
  $("noise").onchange = ({ target }) => set("noise", Number(target.value) / 100);
  $("battery").oninput = () => write($("battery-out"), `${$("battery").value} %`);
  $("noise").oninput = () => write($("noise-out"), `${$("noise").value} %`);
  for (const button of document.querySelectorAll("[data-add]")) {
    const add = Number(button.dataset.add);
    button.onclick = () => link.send("clock", add ? { add_s: add } : { shift_s: 0 });
  }
  pad($("pad"), (gesture) => link.send("touch", { gesture }));
}

/** Shows the profiles to choose from. */
export function profiles(names) {
  const options = Object.keys(names);
  if (!options.includes("none")) options.push("none");
  $("profile").replaceChildren(...options.map((name) => el("option", { value: name }, label(name))));
}

function label(name) {
  return name.charAt(0).toUpperCase() + name.slice(1).replace("-", " ").replace("x", "\u00d7");
}

export function show(state) {
  $("mute").checked = state.muted;
  $("network").checked = state.network;
  $("cloud").disabled = state.cloud === null;
  if (state.cloud !== null) $("cloud").value = state.cloud;
  $("quiet_hours").value = state.quiet_hours;
  $("profile").value = state.profile;
  for (const [name, value] of [["battery", state.battery], ["noise", Math.round(state.noise * 100)]]) {
    // A slider that is being moved is left alone.
    if (document.activeElement !== $(name)) $(name).value = value;
    write($(`${name}-out`), `${value} %`);
  }
  write($("shift"), state.shift_s ? ahead(state.shift_s) : "");
  wall(state);
}

function wall({ now, quiet }) {
  const found = /T(\d\d:\d\d)/.exec(now ?? "");
  if (!found) return;
  write($("day"), new Date(`${now.slice(0, 10)}T12:00`).toLocaleDateString("en", { weekday: "long" }));
  write($("time"), found[1] + (quiet ? ", quiet hours" : ""));
}

function ahead(seconds) {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const text = minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 6) / 10} h`;
  return `${text} ${seconds > 0 ? "ahead" : "behind"}`;
}

export function metrics({ memory_mb, cpu, tokens_per_second, uptime_s, dropped, filled }) {
  const rows = [
    ["Memory", `${Math.round(memory_mb)} MB`],
    ["CPU", `${Math.round(cpu * 100)} %`],
    ["Tokens a second", tokens_per_second ? tokens_per_second.toFixed(1) : "\u2013"],
    ["Running", uptime_s < 3600 ? `${Math.round(uptime_s / 60)} min` : `${(uptime_s / 3600).toFixed(1)} h`],
    ["Samples dropped", String(dropped)],
    ["Samples filled", String(filled)],
  ];
  const list = $("metrics");
  if (!list.children.length) list.append(...rows.map(([name]) => el("div", {}, el("dt", {}, name), el("dd"))));
  rows.forEach(([, value], i) => write(list.children[i].lastChild, value));
}

function pad(node, tell) {
  let from = null;
  let timer = 0;
  const mark = node.querySelector(".touch");
  const end = () => {
    clearTimeout(timer);
    from = null;
    node.classList.remove("down");
  };
  node.onpointerdown = (event) => {
    node.setPointerCapture(event.pointerId);
    from = [event.clientX, event.clientY];
    mark.style.translate = `${event.offsetX}px ${event.offsetY}px`;
    node.classList.add("down");
    timer = setTimeout(() => {
      tell("long_press");
      end();
    }, LONG_MS);
  };
  node.onpointermove = (event) => {
    if (!from) return;
    if (Math.hypot(event.clientX - from[0], event.clientY - from[1]) > 10) clearTimeout(timer);
  };
  node.onpointerup = (event) => {
    if (!from) return;
    const [x, y] = [event.clientX - from[0], event.clientY - from[1]];
    end();
    if (Math.max(Math.abs(x), Math.abs(y)) < SWIPE_PX) tell("tap");
    else if (Math.abs(x) > Math.abs(y)) tell(x > 0 ? "swipe_forward" : "swipe_back");
    else tell(y < 0 ? "swipe_up" : "swipe_down");
  };
  node.onpointercancel = end;
  node.onkeydown = (event) => {
    const gesture = KEYS[event.key];
    if (!gesture || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    if (!event.repeat) tell(gesture);
  };
  // A screen reader presses without pointer or key.
  node.onclick = (event) => event.detail === 0 && event.pointerType === "" && tell("tap");
}
