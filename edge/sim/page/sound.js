// The browser's microphone and speaker, as the protocol wants them (docs/simulator.md, "Sound").
const HEADER = 16;
const MICROPHONE = 1;
const SPEAKER = 2;

/** A binary message of the server, or null where it is none of the speaker's. */
export function unpack(data) {
  const view = new DataView(data);
  if (data.byteLength < HEADER || view.getUint8(0) !== SPEAKER) return null;
  return {
    epoch: view.getUint16(2, true),
    position: Number(view.getBigUint64(8, true)),
    samples: new Int16Array(data, HEADER),
  };
}

function pack(position, samples) {
  const data = new ArrayBuffer(HEADER + samples.byteLength);
  const view = new DataView(data);
  view.setUint8(0, MICROPHONE);
  view.setBigUint64(8, BigInt(position), true);
  new Int16Array(data, HEADER).set(samples);
  return data;
}

export class Microphone {
  #open = null;
  #track = null;
  #context = null;

  /** `send(ArrayBuffer)`: a frame. */
  constructor(send) {
    this.send = send;
  }

  get on() {
    return this.#open !== null;
  }

  /** Opens it. Throws what the browser says where it may not. */
  async start() {
    if (this.#open) return;
    const open = (this.#open = {});
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        audio: { channelCount: 1, echoCancellation: true, noiseSuppression: false, autoGainControl: false },
      });
      // It may have been closed again while the browser asked.
      if (open !== this.#open) return stream.getTracks().forEach((track) => track.stop());
      this.#track = stream;
      const context = (this.#context = new AudioContext());
      await context.audioWorklet.addModule("/static/microphone.worklet.js");
      if (open !== this.#open) return;
      const node = new AudioWorkletNode(context, "edge-microphone", { numberOfOutputs: 0 });
      let position = 0;
      node.port.onmessage = ({ data }) => {
        if (open !== this.#open) return;
        const samples = new Int16Array(data);
        this.send(pack(position, samples));
        position += samples.length;
      };
      context.createMediaStreamSource(stream).connect(node);
      await context.resume();
    } catch (error) {
      if (open === this.#open) this.stop();
      throw error;
    }
  }

  /** Closes the browser's track for real: its light goes out. */
  stop() {
    this.#open = null;
    this.#track?.getTracks().forEach((track) => track.stop());
    this.#context?.close();
    this.#track = this.#context = null;
  }
}

export class Speaker {
  #context = null;
  #node = null;
  #starting = null;

  /** `report(kind, {epoch, position})`: `heard` or `flushed`. */
  constructor(report) {
    this.report = report;
    this.rate = 24_000;
  }

  get on() {
    return this.#context?.state === "running" && this.#node !== null;
  }

  /** The node that plays, for whoever wants to listen in; null before `start`. */
  get node() {
    return this.#node;
  }

  /** Has to come from a click or a key: browsers let no page sound before. */
  start() {
    this.#starting ??= this.#start();
    return this.#starting.then(() => this.#context.resume());
  }

  async #start() {
    // The browser brings the sound from this rate to the device's.
    this.#context = new AudioContext({ sampleRate: this.rate, latencyHint: "interactive" });
    await this.#context.audioWorklet.addModule("/static/speaker.worklet.js");
    const options = { numberOfInputs: 0, outputChannelCount: [1] };
    this.#node = new AudioWorkletNode(this.#context, "edge-speaker", options);
    this.#node.port.onmessage = ({ data: { kind, epoch, position } }) => {
      // What has left the worklet is still on its way to the ear.
      const late = kind === "flushed" ? Math.round((this.#context.outputLatency || 0) * this.rate) : 0;
      this.report(kind, { epoch, position: Math.max(0, position - late) });
    };
    this.#node.connect(this.#context.destination);
  }

  play(sound) {
    if (this.on) this.#node.port.postMessage(sound);
  }

  flush(epoch) {
    // A page that plays nothing has no say in what was heard.
    if (this.on) this.#node.port.postMessage({ kind: "flush", epoch });
  }
}
