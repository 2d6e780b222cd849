// Plays the assistant's sound. A short buffer takes up the network's unevenness; what has left it
// is counted and told, and a flush empties it within one block (128 samples).
const AHEAD_S = 0.1;
const REPORT_S = 0.1;

class Speaker extends AudioWorkletProcessor {
  constructor() {
    super();
    this.epoch = -1;
    this.begin(0);
    this.port.onmessage = ({ data }) => {
      if (data.kind === "flush") this.flush(data.epoch);
      else this.take(data);
    };
  }

  begin(epoch) {
    this.epoch = epoch;
    this.queue = [];
    this.offset = 0;
    this.waiting = 0;
    this.played = 0;
    this.end = null;
    this.playing = false;
    this.since = 0;
    this.unreported = 0;
  }

  take({ epoch, position, samples }) {
    if (epoch < this.epoch) return;
    if (epoch > this.epoch) this.begin(epoch);
    // What was missed (this page came late) was not heard here, but its place is counted.
    if (this.end === null) this.played = position;
    else if (position > this.end && !this.waiting) this.played = position;
    if (!this.waiting) this.since = 0;
    this.end = position + samples.length;
    this.queue.push(samples);
    this.waiting += samples.length;
  }

  flush(epoch) {
    this.port.postMessage({ kind: "flushed", epoch: this.epoch, position: this.played });
    this.begin(epoch);
  }

  process(_, [[out]]) {
    if (!this.waiting) return true;
    if (!this.playing) {
      this.since += out.length;
      if (this.waiting < AHEAD_S * sampleRate && this.since < AHEAD_S * sampleRate) return true;
      this.playing = true;
    }
    let at = 0;
    while (at < out.length && this.queue.length) {
      const head = this.queue[0];
      const count = Math.min(out.length - at, head.length - this.offset);
      for (let i = 0; i < count; i++) out[at + i] = head[this.offset + i] / 32768;
      at += count;
      this.offset += count;
      if (this.offset === head.length) {
        this.queue.shift();
        this.offset = 0;
      }
    }
    this.waiting -= at;
    this.played += at;
    this.unreported += at;
    if (!this.waiting) this.playing = false;
    if (!this.waiting || this.unreported >= REPORT_S * sampleRate) {
      this.unreported = 0;
      this.port.postMessage({ kind: "heard", epoch: this.epoch, position: this.played });
    }
    return true;
  }
}

registerProcessor("edge-speaker", Speaker);
