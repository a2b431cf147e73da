// The files of one version of the app, in one cache named by that version.
//
// The build defines BUILD: `core` is needed to start and is fetched before the version counts as
// installed; `later` (charts, icons) is fetched when there is time and is never waited for; `asked` (the API's
// document) is kept once somebody has opened it.
// Out of scope: data.

export const { version } = BUILD;

const PREFIX = "app-";
const NAME = PREFIX + version;
const PAGE = "/";
// The page by the name under which it comes without anybody's figures in it.
const BARE_PAGE = "/index.html";
const FETCH_ATTEMPTS = 3;

/** Requests that this version's cache answers without this worker; what it lacks comes from the network. */
export const shortcuts = [
  { condition: { urlPattern: { pathname: PAGE, search: "" }, requestMode: "navigate" }, source: { cacheName: NAME } },
  { condition: { urlPattern: { pathname: "/assets/*" } }, source: { cacheName: NAME } },
];

/** Fetches what a start needs. Where that fails the old version stays, and the browser tries again. */
export async function install() {
  const cache = await caches.open(NAME);
  await Promise.all([keepPage(cache), ...BUILD.core.map((path) => keep(cache, path))]);
}

/** Fetches what is used later; what fails now is fetched when it is used, or at the next visit. */
export async function fill() {
  const cache = await caches.open(NAME);
  for (const path of BUILD.later) {
    await keep(cache, path).catch(() => undefined);
  }
}

/** Drops other versions' files. */
export async function forgetOthers() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(old.map((name) => caches.delete(name)));
}

/** Answers from this version, from the network where it lacks something. */
export async function answer(request, url) {
  const isPage = request.mode === "navigate" && !url.pathname.split("/").pop().includes(".");
  const cache = await caches.open(NAME);
  const held = await cache.match(isPage ? PAGE : url.pathname);
  if (held) return held;
  const fresh = await fetch(request);
  if (fresh.ok && isOurs(url.pathname)) {
    // A full disk must not cost the answer.
    await cache.put(url.pathname, fresh.clone()).catch(() => undefined);
  }
  return fresh;
}

function isOurs(path) {
  return [BUILD.core, BUILD.later, BUILD.asked].some((list) => list.includes(path));
}

/** Keeps a file, once: from an older version where its name, which holds its hash, is the same. */
async function keep(cache, path) {
  if (await cache.match(path)) return;
  const held = path.startsWith("/assets/") ? await caches.match(path) : undefined;
  await cache.put(path, held ?? (await fetchWhole(path)));
}

/** Keeps the page; a page of another version means that this one was replaced while it installed. */
async function keepPage(cache) {
  const page = await fetchWhole(BARE_PAGE);
  if (!(await page.clone().text()).includes(version)) throw new Error("the page is of another version");
  await cache.put(PAGE, page);
}

async function fetchWhole(path) {
  // Named by content: the copy that the page just loaded is as good. Everything else is asked for anew.
  const cache = path.startsWith("/assets/") ? "default" : "no-cache";
  for (let attempt = 1; ; attempt += 1) {
    try {
      const response = await fetch(path, { cache, credentials: "same-origin" });
      if (response.ok && !response.redirected) return response;
      throw new Error(`${path}: ${response.status}`);
    } catch (trouble) {
      if (attempt === FETCH_ATTEMPTS) throw trouble;
    }
  }
}
