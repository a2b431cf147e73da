// The service worker: the app starts on any deep link without a network, a new version waits until the
// person agrees, and a file shared to the app is kept for the import screen.
//
// Three short files of our own and no Workbox: what is cached is one list that the build stamps, and the
// rules are few (Workbox's precaching and routing alone are 6 KB brotli for the same). Nothing below
// /api/ is ever answered or kept here: the engine keeps data in IndexedDB and knows its age.
//
// The page and this worker say to each other:
//   to the page   { type: "update-ready", version }   a new version is whole and waits
//   to the page   { type: "version", version }        answer to "version"
//   to the worker { type: "activate" }                use the new version now; pages see
//                                                     `controllerchange` and load again
//   to the worker { type: "fill" }                    fetch what is used later, when there is time; each
//                                                     visit completes what an earlier one could not
//   to the worker { type: "version" }
// A page that was not open when the version became ready finds it in `registration.waiting`.
import { answer, fill, forgetOthers, install, shortcuts, version } from "./cache.js";
import { keepShared } from "./share.js";

self.addEventListener("install", (event) => {
  event.waitUntil(install().then(announce));
  // A start need not wait for this worker to wake where the browser can look into the cache by itself.
  event.addRoutes?.(shortcuts)?.catch(() => undefined);
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOthers().then(() => self.clients.claim()));
});

self.addEventListener("message", (event) => {
  switch (event.data?.type) {
    case "activate":
      event.waitUntil(self.skipWaiting());
      break;
    case "fill":
      event.waitUntil(fill());
      break;
    case "version":
      event.source?.postMessage({ type: "version", version });
      break;
  }
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== self.location.origin || url.pathname.startsWith("/api/")) return;
  if (request.method === "POST" && url.pathname === "/share") {
    event.respondWith(keepShared(request));
  } else if (request.method === "GET") {
    event.respondWith(answer(request, url));
  }
});

/** Tells open pages, unless this is the first version they ever had. */
async function announce() {
  if (!self.registration.active) return;
  for (const page of await self.clients.matchAll({ type: "window", includeUncontrolled: true })) {
    page.postMessage({ type: "update-ready", version });
  }
}
