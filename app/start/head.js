// Runs in the page's head: theme and language before the first paint, and asking early for what the app
// will ask for: the modules of the screen that is opened, and the first figures where the page came
// without them and nothing is kept.
const SPLIT_POINTS = {
  "/explore": "analysis", "/forecast": "forecast_screen", "/import": "company", "/settings": "company",
  "/developers": "developers", "/developers/usage": "api_usage",
};

function preload(href, type) {
  const link = document.createElement("link");
  Object.assign(link, { rel: "preload", as: "fetch", crossOrigin: "anonymous", href });
  if (type) link.type = type;
  document.head.append(link);
}

// Kept for the settings, which may be opened long after; `app/src/platform/install.rs` takes it up.
addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  window.installoffer = event;
  dispatchEvent(new Event("installoffer"));
});

const { routes, parts } = JSON.parse(document.getElementById("assets").textContent);
// For the loader of what is fetched later (`xtask/src/build/loader.rs`): the place of a module by its number, and the
// modules that a split point needs, its own last.
window.route = (at) => `/assets/route-${routes[at]}.wasm`;
window.needs = (point) => parts[point];

try {
  const root = document.documentElement;
  for (const at of parts[SPLIT_POINTS[location.pathname]] ?? []) preload(route(at), "application/wasm");
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const language = localStorage.getItem("language") || navigator.language;
  root.lang = language.startsWith("tr") ? "tr" : "en";
  const isAsked = document.getElementById("figures") || localStorage.getItem("company") || location.search;
  if (!isAsked && location.pathname === "/") preload("/api/mobile/v1/dashboard");
} catch {
  // A browser that keeps nothing for us still starts.
}
