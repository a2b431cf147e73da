// Runs in the page's head: theme and language before the first paint, and the first figures asked for
// where the page came without them and nothing is kept.
try {
  const root = document.documentElement;
  const theme = localStorage.getItem("theme");
  if (theme === "light" || theme === "dark") root.dataset.theme = theme;
  const language = localStorage.getItem("language") || navigator.language;
  root.lang = language.startsWith("tr") ? "tr" : "en";
  const isAsked = document.getElementById("figures") || localStorage.getItem("company") || location.search;
  if (!isAsked) {
    const ask = document.createElement("link");
    Object.assign(ask, { rel: "preload", href: "/api/mobile/v1/dashboard", as: "fetch", crossOrigin: "anonymous" });
    document.head.append(ask);
  }
} catch {
  // A browser that keeps nothing for us still starts.
}
