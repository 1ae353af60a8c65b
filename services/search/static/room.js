// Exchanges what was found, and the filters, for what the server says of another query.

const REGIONS = ["narrowing", "found"];
const status = document.getElementById("status");
let current = null;

// Whether the answer to this query, and not to a later one, is shown now; `before` is called right before it is.
// While a word is half typed, nothing found is no answer yet: what was found before stays.
export async function show(query, halfTyped, before) {
  current?.abort();
  const asking = (current = new AbortController());
  const found = document.getElementById("found");
  found.setAttribute("aria-busy", "true");
  const page = await fetched(query, asking.signal);
  if (asking !== current) return false;
  found.removeAttribute("aria-busy");
  if (!page) {
    status.textContent = "The server does not answer now. Please try again.";
    found.classList.add("stale");
    return false;
  }
  before();
  if (halfTyped && !page.querySelector(".hit")) {
    found.classList.add("stale");
    return false;
  }
  exchange(page);
  return true;
}

async function fetched(query, signal) {
  try {
    const answer = await fetch(query, { signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return REGIONS.every((id) => page.getElementById(id)) ? page : null;
  } catch {
    return null;
  }
}

function exchange(page) {
  const held = focused();
  const open = document.getElementById("filters").open;
  for (const id of REGIONS) document.getElementById(id).replaceWith(document.adoptNode(page.getElementById(id)));
  document.getElementById("filters").open = open;
  document.title = page.title;
  status.textContent = document.getElementById("results").textContent;
  held()?.focus({ preventScroll: true });
}

// How to find again what has the focus, should it be exchanged.
function focused() {
  const element = document.activeElement;
  if (!element?.closest("#narrowing, #found")) return () => null;
  const { id, name, value } = element;
  const same = (other) => other.name === name && other.value === value;
  return () => (id && document.getElementById(id)) || [...document.getElementById("search").elements].find(same) ||
    document.getElementById("results");
}
