// The microphone at the device's rate -> 16 kHz, 16 bit, in messages of 20 ms.
// Windowed sinc: the filter's cut is below half of the lower rate, so nothing folds back.
const RATE = 16_000;
const FRAME = 320;
const LOBES = 16;
const PHASES = 256;

class Microphone extends AudioWorkletProcessor {
  constructor() {
    super();
    this.step = sampleRate / RATE;
    const scale = Math.max(1, this.step);
    this.half = Math.ceil(LOBES * scale);
    this.kernels = Array.from({ length: PHASES + 1 }, (_, phase) => this.kernel(phase / PHASES, scale));
    this.input = new Float32Array(2 * this.half + 4096);
    this.filled = this.half;
    this.next = this.half;
    this.frame = new Int16Array(FRAME);
    this.count = 0;
  }

  kernel(fraction, scale) {
    const taps = new Float32Array(2 * this.half);
    let sum = 0;
    for (let i = 0; i < taps.length; i++) {
      const x = i - this.half + 1 - fraction;
      const at = (x / scale) * 0.92;
      const sinc = at === 0 ? 1 : Math.sin(Math.PI * at) / (Math.PI * at);
      const window = Math.abs(x) > this.half ? 0 : 0.5 + 0.5 * Math.cos((Math.PI * x) / this.half);
      sum += taps[i] = sinc * window;
    }
    return taps.map((tap) => tap / sum);
  }

  process([channels]) {
    if (!channels?.length) return true;
    const [first] = channels;
    for (let i = 0; i < first.length; i++) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.input[this.filled++] = sum / channels.length;
    }
    while (this.next + this.half + 1 < this.filled) this.sample();
    const drop = Math.floor(this.next) - this.half;
    if (drop > 0) {
      this.input.copyWithin(0, drop, this.filled);
      this.filled -= drop;
      this.next -= drop;
    }
    return true;
  }

  sample() {
    const whole = Math.floor(this.next);
    const taps = this.kernels[Math.round((this.next - whole) * PHASES)];
    const from = whole - this.half + 1;
    let value = 0;
    for (let i = 0; i < taps.length; i++) value += taps[i] * this.input[from + i];
    this.frame[this.count++] = Math.max(-32768, Math.min(32767, Math.round(value * 32767)));
    this.next += this.step;
    if (this.count < FRAME) return;
    this.port.postMessage(this.frame.buffer, [this.frame.buffer]);
    this.frame = new Int16Array(FRAME);
    this.count = 0;
  }
}

registerProcessor("edge-microphone", Microphone);
