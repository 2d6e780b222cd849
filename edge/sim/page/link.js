// The WebSocket: messages both ways, and again from the start when it breaks.
const LONGEST_MS = 8000;

export class Link extends EventTarget {
  #socket = null;
  #wait = 250;
  #timer = 0;
  #stopped = false;

  constructor(address) {
    super();
    this.address = address;
    addEventListener("online", () => this.#again(0));
    this.open();
  }

  open() {
    clearTimeout(this.#timer);
    const socket = (this.#socket = new WebSocket(this.address));
    socket.binaryType = "arraybuffer";
    socket.onopen = () => (this.#wait = 250);
    socket.onmessage = ({ data }) => {
      if (socket !== this.#socket) return;
      if (data instanceof ArrayBuffer) this.#tell("sound", data);
      else this.#read(data);
    };
    socket.onclose = () => {
      if (socket !== this.#socket) return;
      this.#socket = null;
      this.#tell("closed");
      this.#again(this.#wait);
      this.#wait = Math.min(this.#wait * 2, LONGEST_MS);
    };
  }

  #read(data) {
    let message;
    try {
      message = JSON.parse(data);
    } catch (error) {
      console.warn("The server sent what is no JSON:", error.message);
      return;
    }
    this.#tell("message", message);
    if (typeof message.type === "string") this.#tell(`:${message.type}`, message);
  }

  #again(ms) {
    if (this.#socket || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.open(), ms);
  }

  /** Calls `then(message)` for each message of `type`. */
  on(type, then) {
    this.addEventListener(`:${type}`, ({ detail }) => then(detail));
  }

  get ready() {
    return this.#socket?.readyState === WebSocket.OPEN;
  }

  /** False where there is no connection: nothing is kept for later. */
  send(type, fields = {}) {
    if (!this.ready) return false;
    this.#socket.send(JSON.stringify({ ...fields, type }));
    return true;
  }

  /** Sound is dropped rather than queued behind a connection that does not move. */
  sound(data) {
    if (!this.ready || this.#socket.bufferedAmount > 64_000) return;
    this.#socket.send(data);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
