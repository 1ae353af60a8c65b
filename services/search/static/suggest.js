// Suggestions under the search line: a combobox as the ARIA practices describe it.

const PAUSE_MS = 120;
const TITLES = 4;
const TAGS = 4;

export function suggest(line, chooseTag) {
  const list = document.getElementById("suggestions");
  let asking = null;
  let timer = 0;
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-controls": list.id,
    "aria-expanded": "false",
  }))
    line.setAttribute(name, value);

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    line.setAttribute("aria-expanded", "false");
    line.removeAttribute("aria-activedescendant");
  }

  async function ask() {
    asking?.abort();
    asking = new AbortController();
    const words = line.value.trim();
    if (words.length < 2 && !/[^\u0000-\u02ff]/.test(words)) return close();
    try {
      const answer = await fetch(`/v1/suggest?${new URLSearchParams({ q: words })}`, { signal: asking.signal });
      if (answer.ok) open(await answer.json());
    } catch {
      // a later question took its place, or there is no answer: the search line works without
    }
  }

  function open({ tags, titles }) {
    const options = [
      ...tags.slice(0, TAGS).map((tag) => option("Tag", tag.label, { tag: tag.slug })),
      ...titles.slice(0, TITLES).map((one) => option("Article", one.title, { article: one.id })),
    ];
    if (!options.length || document.activeElement !== line) return close();
    options.forEach((one, number) => (one.id = `suggestion-${number}`));
    list.replaceChildren(...options);
    list.hidden = false;
    line.setAttribute("aria-expanded", "true");
    line.removeAttribute("aria-activedescendant");
  }

  function option(kind, text, data) {
    const item = document.createElement("li");
    const label = document.createElement("span");
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    label.className = "kind";
    label.textContent = `${kind} `;
    item.append(label, text);
    Object.assign(item.dataset, data);
    return item;
  }

  function move(step) {
    const options = [...list.children];
    const now = options.findIndex((one) => one.id === line.getAttribute("aria-activedescendant"));
    const next = options[(now + step + options.length + (now < 0 && step < 0 ? 1 : 0)) % options.length];
    options.forEach((one) => one.setAttribute("aria-selected", String(one === next)));
    line.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  }

  function choose(item) {
    close();
    if (item.dataset.tag) chooseTag(item.dataset.tag);
    else location.assign(`/articles/${encodeURIComponent(item.dataset.article)}`);
  }

  line.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE_MS);
  });
  line.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const active = document.getElementById(line.getAttribute("aria-activedescendant"));
    if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp") move(-1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && active) choose(active);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the line keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) choose(item);
  });
  line.addEventListener("blur", close);
  line.form.addEventListener("submit", close);
}
