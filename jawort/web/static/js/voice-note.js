// <voice-note>: a voice message, spoken here. Browsers record Opus in WebM, WhatsApp plays Opus in OGG: the sound is put
// from the one into the other as it is, in this page, and becomes a file that goes with the answer.
import { toast } from "./page.js";

const RECORDS = ["audio/ogg;codecs=opus", "audio/webm;codecs=opus"]; // the better first: nothing to do
const BITS_A_SECOND = 24_000; // speech in Opus; WhatsApp plays up to 512 KB at once, which is then close to three minutes
const TICK_MS = 250;

class VoiceNote extends HTMLElement {
  connectedCallback() {
    this.stop = new AbortController();
    const { signal } = this.stop;
    this.start = this.closest("chat-composer").querySelector("[data-record]");
    this.start.addEventListener("click", () => this.record(), { signal });
    this.querySelector("[data-done]").addEventListener("click", () => this.done(), { signal });
    this.querySelector("[data-drop]").addEventListener("click", () => this.drop(), { signal });
    this.addEventListener("keydown", (event) => event.key === "Escape" && this.done(), { signal }); // discarding has its button
  }

  disconnectedCallback() {
    this.stop.abort();
    this.release();
  }

  async record() {
    if (this.asked) return;
    const mimeType = RECORDS.find((type) => globalThis.MediaRecorder?.isTypeSupported(type));
    if (!mimeType || !navigator.mediaDevices) return toast(this.dataset.cannot);
    this.asked = true; // the browser may ask for as long as it likes
    try {
      this.microphone = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch (error) {
      this.asked = false;
      return toast(error.name === "NotFoundError" ? this.dataset.none : this.dataset.forbidden);
    }
    try {
      return this.isConnected ? this.listen(mimeType) : this.release();
    } catch {
      return this.failed();
    }
  }

  /** One channel, whatever the microphone has: WhatsApp takes no other. */
  listen(mimeType) {
    this.context = new AudioContext();
    const mono = new MediaStreamAudioDestinationNode(this.context, { channelCount: 1, channelCountMode: "explicit" });
    this.context.createMediaStreamSource(this.microphone).connect(mono);
    this.recorder = new MediaRecorder(mono.stream, { mimeType, audioBitsPerSecond: BITS_A_SECOND });
    this.parts = [];
    this.recorder.addEventListener("dataavailable", ({ data }) => this.parts.push(data));
    this.recorder.addEventListener("error", () => this.failed());
    this.microphone.getAudioTracks()[0].addEventListener("ended", () => this.done()); // unplugged: what was said is kept
    this.recorder.start();
    this.since = Date.now();
    this.timer = setInterval(() => this.tick(), TICK_MS);
    this.tick();
    this.hidden = false;
    this.querySelector("[data-done]").focus();
    this.tell(this.dataset.on);
  }

  tell(text) {
    document.getElementById("announce").textContent = text;
  }

  tick() {
    const seconds = Math.floor((Date.now() - this.since) / 1_000);
    this.querySelector("[data-time]").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (seconds >= Number(this.dataset.most)) this.done();
  }

  /** What was said becomes a file that can be listened to, taken off and sent: with the next answer, never with a note. */
  async done() {
    const { recorder, parts } = this;
    if (recorder?.state !== "recording") return;
    const ended = new Promise((go) => { recorder.addEventListener("stop", go); });
    recorder.stop();
    await ended;
    this.close();
    try {
      const sound = await inOgg(new Blob(parts, { type: recorder.mimeType }));
      if (!this.isConnected) return;
      const file = new File([sound], `${this.dataset.name}.ogg`, { type: "audio/ogg" });
      file.voice = true;
      this.closest("chat-composer").querySelector("file-drop").add([file]);
      this.tell(this.dataset.off);
    } catch {
      this.failed();
    }
  }

  drop() {
    this.close();
    this.tell(this.dataset.dropped);
  }

  failed() {
    this.close();
    toast(this.dataset.failed);
  }

  /** Away with the bar. The focus stays where somebody works, unless it lay here. */
  close() {
    const here = this.contains(document.activeElement);
    this.release();
    if (here) this.closest("chat-composer").text.focus();
  }

  /** The microphone is let go, so that the browser shows it as off. */
  release() {
    clearInterval(this.timer);
    if (this.recorder?.state === "recording") this.recorder.stop();
    for (const track of this.microphone?.getTracks() ?? []) track.stop();
    this.context?.close();
    this.recorder = this.microphone = this.context = null;
    this.asked = false;
    this.hidden = true;
  }
}

async function inOgg(recorded) {
  if (recorded.type.startsWith("audio/ogg")) return recorded;
  const media = await import("../vendor/mediabunny.min.mjs");
  const input = new media.Input({ source: new media.BlobSource(recorded), formats: [media.WEBM] });
  const output = new media.Output({ format: new media.OggOutputFormat(), target: new media.BufferTarget() });
  const conversion = await media.Conversion.init({ input, output });
  if (!conversion.isValid) throw new Error("nothing to put into OGG");
  await conversion.execute();
  return output.target.buffer;
}
customElements.define("voice-note", VoiceNote);
