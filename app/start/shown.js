// Whether what the page shows by itself is on screen. The app waits for that, so that starting it does not
// hold the first figures up.
const LIMIT_MILLIS = 800;

export const shown = new Promise((done) => {
  // A page in the background is not painted, and one without figures has nothing worth waiting for.
  if (document.hidden || !document.querySelector("#first a")) return done();
  setTimeout(done, LIMIT_MILLIS);
  try {
    new PerformanceObserver((list) => {
      if (list.getEntriesByName("first-contentful-paint").length > 0) done();
    }).observe({ type: "paint", buffered: true });
  } catch {
    done();
  }
});
