// New articles, announced as they come: never moves what one reads, inserts on a click.

const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;

export function followNews() {
  let source = null;
  let waiting = new Map();
  let last = "";

  function restart() {
    waiting = new Map();
    last = "";
    stop();
    start();
  }

  function stop() {
    source?.close();
    source = null;
  }

  function start() {
    if (document.hidden || !document.getElementById("hits")) return;
    const query = new URLSearchParams(location.search);
    if (query.has("cursor")) return;
    if (last) query.set("after", last); // what came while nobody looked
    source = new EventSource(`/v1/live?${query}`);
    source.addEventListener("open", () => (document.getElementById("live").dataset.state = "open"));
    source.addEventListener("article", (event) => came(heard(event)));
    source.addEventListener("withdrawn", (event) => went(heard(event).id));
  }

  function heard(event) {
    last = event.lastEventId;
    return JSON.parse(event.data);
  }

  function came(hit) {
    waiting.set(hit.id, hit);
    announce();
  }

  function went(id) {
    waiting.delete(id);
    const item = shown(id);
    if (item) {
      item.style.minBlockSize = `${item.offsetHeight}px`;
      item.classList.add("gone");
      item.textContent = "This article was withdrawn.";
    }
    announce();
  }

  function announce() {
    const bar = document.getElementById("live");
    const corrected = [...waiting.keys()].filter(shown).length;
    const fresh = waiting.size - corrected;
    const parts = [fresh && plural(fresh, "new article"), corrected && `${corrected} corrected`].filter(Boolean);
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = `${parts.join(", ")} – show`;
    button.addEventListener("click", insert);
    bar.replaceChildren(...(parts.length ? [button] : []));
  }

  function insert() {
    let top = null;
    for (const hit of waiting.values()) {
      const item = made(hit);
      const old = shown(hit.id);
      if (old) old.replaceWith(item);
      else document.getElementById("hits").prepend(item);
      top = item;
    }
    waiting.clear();
    document.querySelector(".nothing")?.remove();
    announce();
    top?.querySelector("a.open").focus();
  }

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) return start();
    last ||= `${Date.now()}-0`; // places are instants
    stop();
  });
  addEventListener("pagehide", stop);
  start();
  return { restart };
}

function shown(id) {
  return [...document.querySelectorAll("#hits .hit")].find((item) => item.dataset.id === id);
}

// An article as the page's own template shows it; every text goes in as text.
function made(hit) {
  const item = document.getElementById("new-hit").content.firstElementChild.cloneNode(true);
  const link = item.querySelector("a.open");
  item.dataset.id = hit.id;
  item.querySelector(".source").textContent = hit.source ?? hit.publisher;
  item.querySelector(".section").textContent = hit.section ?? "";
  item.querySelector(".snippet").textContent = hit.summary ?? "";
  item.querySelector(".corrected").hidden = !hit.corrected;
  link.textContent = hit.title;
  link.setAttribute("href", `/articles/${encodeURIComponent(hit.id)}`);
  if (hit.language && hit.language !== "und") link.lang = hit.language;
  item.querySelector(".tags").replaceChildren(...hit.tags.slice(0, 6).map(tagged));
  return item;
}

function tagged(tag) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.textContent = document.querySelector(`#narrowing [name=tag][value=${CSS.escape(tag)}] + .value`)?.textContent ?? tag;
  link.setAttribute("href", `/?${new URLSearchParams({ tag })}`);
  link.dataset.go = "";
  item.append(link);
  return item;
}
