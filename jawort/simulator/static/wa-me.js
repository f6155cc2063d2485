// What a link into the chat opens. The phone on which it was followed takes the text, and this window closes again; where
// no phone does, this window becomes one.

const TAKEN_WITHIN_MS = 1_500;
const text = new URL(location.href).searchParams.get("text") ?? "";
const links = new BroadcastChannel("chat-links");
const alone = setTimeout(() => {
  const lang = navigator.language.startsWith("de") ? "de" : "en";
  location.replace(`/phone?${new URLSearchParams({ lang, text })}`);
}, TAKEN_WITHIN_MS);

links.onmessage = ({ data }) => {
  if (!data.taken) return;
  clearTimeout(alone);
  document.documentElement.lang = data.lang;
  document.getElementById("taken").textContent = data.taken; // for browsers that let no window close itself
  window.close();
};
links.postMessage({ text });
