// The number of unread conversations before the title; a sound and a banner when something is new. What of it, the server
// decides; the one tab that listens to it asks.
import { get } from "./server.js";

const NEWS = "jawort-news"; // where to ask, by the page that was loaded last; empty: all is switched off
const ASK_AFTER_MS = 1_500; // what is open before somebody's eyes is marked as read by then
const ASK_ABOUT_MAX = 60;
const TONE_HERTZ = 740;
const TONE_S = 0.4;

const stream = document.querySelector("live-stream");
const title = document.querySelector("title");
let unread = stream?.dataset.unread;
let heard = {};
let asking;

function entitle() {
  const text = `${unread ? `(${unread}) ` : ""}${title.textContent.replace(/^\(\d+\+?\) /, "")}`;
  if (title.textContent !== text) title.textContent = text;
}

function sound() {
  if (!navigator.userActivation?.hasBeenActive) return; // silent until somebody has touched the page
  const audio = new AudioContext();
  const end = audio.currentTime + TONE_S;
  const tone = new OscillatorNode(audio, { frequency: TONE_HERTZ });
  const fading = new GainNode(audio, { gain: 0.15 });
  fading.gain.exponentialRampToValueAtTime(0.001, end);
  tone.connect(fading).connect(audio.destination);
  tone.onended = () => audio.close();
  tone.start();
  tone.stop(end);
}

function banner({ tag, title: said, body, href }) {
  new Notification(said, { tag, body }).onclick = () => {
    window.focus();
    location.assign(href);
  };
}

async function ask() {
  const about = new URLSearchParams(heard);
  heard = {};
  asking = null;
  const response = await get(`${localStorage.getItem(NEWS)}?${about}`).catch(() => null);
  if (!response?.ok) return;
  const news = await response.json();
  if (news.sound) sound();
  if (window.Notification?.permission === "granted") news.banners.forEach(banner);
}

/** What the browser lets us do, beside the switch. */
function permitted() {
  const now = window.Notification?.permission ?? "denied";
  for (const hint of document.querySelectorAll("[data-permission]")) hint.hidden = hint.dataset.permission !== now;
}

const allow = () => window.Notification?.requestPermission().then(permitted);

document.addEventListener("live:counts", ({ detail }) => {
  unread = detail.match(/"unread" value="(.*?)"/)?.[1];
  entitle();
});
document.addEventListener("live:news", ({ detail }) => {
  if (!localStorage.getItem(NEWS)) return;
  for (const [why, ids] of Object.entries(JSON.parse(detail))) heard[why] = (heard[why] ?? []).concat(ids).slice(0, ASK_ABOUT_MAX);
  asking ??= setTimeout(ask, ASK_AFTER_MS);
});
document.addEventListener("change", ({ target: { name, checked } }) => {
  if (checked && name === "sounds") sound();
  if (checked && name === "banners") allow();
});
document.addEventListener("click", ({ target }) => target.closest("[data-act=allow]") && allow());
if (stream) localStorage.setItem(NEWS, stream.dataset.news);
new MutationObserver(entitle).observe(title, { childList: true });
entitle();
permitted();
