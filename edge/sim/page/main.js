// Puts the page together: the connection, sound, the view, the switches, the inspector.
import * as device from "./device.js";
import { $, write } from "./dom.js";
import { Inspector } from "./inspector.js";
import { Link } from "./link.js";
import { Microphone, Speaker, unpack } from "./sound.js";
import { View } from "./view.js";

const address = new URL("/ws", location.href);
address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
address.search = location.search;

const link = new Link(address);
const view = new View();
const microphone = new Microphone((frame) => link.sound(frame));
const speaker = new Speaker((kind, fields) => link.send(kind, fields));
const inspector = new Inspector(complain);
let wanted = false;
let role = { role: "watcher", holder: null, clients: 1 };
let client = 0;
let profiles = {};
let muted = false;

function complain(sentence) {
  write($("notice"), sentence);
}

function roles() {
  const others = role.clients > 1 ? `, ${role.clients} pages open` : "";
  const mine = role.role === "microphone";
  const words = mine ? "This page has the microphone" : role.holder ? "Watching: another page has the microphone" : "No microphone";
  write($("role"), words + others);
  const button = $("microphone");
  button.setAttribute("aria-pressed", String(mine));
  const label = mine ? "Microphone on" : role.holder && role.holder !== client ? "Take microphone" : "Use microphone";
  write(button.querySelector(".label"), label);
  button.setAttribute("aria-label", label);
}

/** The browser's microphone is open while this page has the role and nothing is muted. */
async function listen() {
  if (role.role !== "microphone" || muted || !link.ready) return microphone.stop();
  try {
    await microphone.start();
    complain("");
  } catch (error) {
    wanted = false;
    link.send("microphone", { want: false });
    complain(`The browser gives no microphone (${error.message}). Typing and recordings work without it.`);
  }
}

function sounding() {
  speaker.start().catch((error) => complain(`The browser plays no sound: ${error.message}.`));
}

function state(message) {
  muted = message.muted;
  view.state({ ...message, profiles });
  device.show(message);
  listen();
}

link.on("snapshot", (message) => {
  client = message.client;
  profiles = message.profiles;
  speaker.rate = message.speaker.rate;
  device.profiles(profiles);
  role = { ...role, role: message.role };
  complain("");
  view.card(message.card);
  view.history(message.captions);
  state(message.state);
  inspector.turns(message.turns);
  inspector.logs();
  roles();
  if (wanted) link.send("microphone", { want: true });
});
link.on("role", (message) => {
  role = message;
  if (wanted && message.role !== "microphone" && message.holder) wanted = false;
  roles();
  listen();
});
link.on("state", state);
link.on("caption", (message) => view.caption(message));
link.on("card", (message) => view.card(message));
link.on("flush", ({ epoch }) => speaker.flush(epoch));
link.on("event", (message) => message.event === "contemplation" && view.contemplation(message));
link.on("turn", (message) => inspector.turn(message));
link.on("metrics", device.metrics);
link.on("log", (message) => inspector.log(message));
link.on("error", ({ message }) => complain(message));
link.addEventListener("sound", ({ detail }) => {
  const sound = unpack(detail);
  if (sound) speaker.play(sound);
});
link.addEventListener("closed", () => {
  microphone.stop();
  role = { role: "watcher", holder: null, clients: 1 };
  write($("role"), "Connecting again");
  write($("state"), "No connection");
});

$("microphone").onclick = () => {
  sounding();
  const mine = role.role === "microphone";
  wanted = !mine;
  link.send("microphone", { want: !mine, take: !mine });
};
$("ask").onsubmit = (event) => {
  event.preventDefault();
  sounding();
  const text = $("text").value.trim();
  if (!text) return;
  if (link.send("say", { text })) $("text").value = "";
  else complain("There is no connection; the text is kept.");
};
addEventListener("pointerdown", sounding, { once: true });
addEventListener("keydown", sounding, { once: true });

async function play(file) {
  if (!file) return;
  try {
    const type = file.type.startsWith("audio/") ? file.type : "application/octet-stream";
    const answer = await fetch("/api/audio", { method: "POST", headers: { "Content-Type": type }, body: file });
    const body = await answer.json();
    complain(answer.ok ? "" : body.error);
  } catch (error) {
    complain(`The recording could not be sent: ${error.message}.`);
  }
}
$("file").onchange = ({ target }) => {
  play(target.files[0]);
  target.value = "";
};
addEventListener("dragover", (event) => {
  event.preventDefault();
  $("drop").hidden = false;
});
addEventListener("dragleave", (event) => !event.relatedTarget && ($("drop").hidden = true));
addEventListener("drop", (event) => {
  event.preventDefault();
  $("drop").hidden = true;
  play(event.dataTransfer.files[0]);
});

device.controls(link);
