// The search page: asks as one types, and keeps one address for every state. Without this module the form does it all.

import { show } from "./room.js";
import { watchHistogram } from "./histogram.js";
import { watchKeys } from "./keys.js";
import { followNews } from "./live.js";
import { suggest } from "./suggest.js";

const TYPING_PAUSE_MS = 160;
const DONE_TYPING_MS = 900; // after so long a line that finds nothing is taken for a whole one
const form = document.getElementById("search");
const line = document.getElementById("q");
const news = followNews();
let typing = false;
let timer = 0;

// The form as the shortest query string that says the same.
function asked() {
  const query = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    const words = value.trim();
    if (words && !(name === "sort" && words === "relevance")) query.append(name, words);
  }
  const text = query.toString();
  return text ? `?${text}` : "/";
}

// One entry of the history for all that is typed in one go, and one for every choice.
async function go(query, { entry, focus = false, halfTyped = false }) {
  clearTimeout(timer);
  const shown = await show(query, halfTyped, () => {
    const address = query.startsWith("?") ? `/${query}` : query;
    if (entry === "push" && address !== location.pathname + location.search) history.pushState(null, "", address);
    if (entry === "replace") history.replaceState(null, "", address);
  });
  if (!shown) return;
  news.restart();
  if (focus) document.getElementById("results")?.focus();
}

line.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => {
    go(asked(), { entry: typing ? "replace" : "push", halfTyped: true });
    typing = true;
    timer = setTimeout(() => go(asked(), { entry: "replace" }), DONE_TYPING_MS);
  }, TYPING_PAUSE_MS);
});

form.addEventListener("submit", (event) => {
  event.preventDefault();
  go(asked(), { entry: typing ? "replace" : "push", focus: event.submitter?.closest("#search") === form });
  typing = false;
});

document.addEventListener("change", (event) => {
  if (event.target === line) typing = false;
  else if (event.target.form === form && event.target.checkValidity()) {
    typing = false;
    go(asked(), { entry: "push" });
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-go]");
  if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return;
  event.preventDefault();
  const address = new URL(typeof link.href === "string" ? link.href : link.href.baseVal, location.href);
  typing = false;
  takeOver(address.searchParams);
  go(address.search || "/", { entry: "push", focus: address.searchParams.has("cursor") });
});

addEventListener("popstate", () => {
  typing = false;
  const query = new URLSearchParams(location.search);
  takeOver(query);
  go(location.search || "/", { entry: "none" });
});

// The search line is never exchanged with the rest, so that nobody loses what they type.
function takeOver(query) {
  line.value = query.get("q") ?? "";
}

suggest(line, (tag) => {
  const query = new URLSearchParams(location.search);
  query.delete("cursor");
  query.delete("q");
  if (!query.getAll("tag").includes(tag)) query.append("tag", tag);
  typing = false;
  takeOver(query);
  go(`?${query}`, { entry: "push" });
});
watchHistogram((from, to) => {
  const query = new URLSearchParams(asked().slice(1));
  query.set("from", from);
  query.set("to", to);
  typing = false;
  go(`?${query}`, { entry: "push" });
});
watchKeys(line);
