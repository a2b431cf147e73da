// Runs right after the place of the tiles: the tiles of last time, so that a second visit shows figures
// before any code has run. Those that came with the page are newer, and stay where they are of the
// company and in the language that this person chose last.
try {
  const place = document.getElementById("first");
  const language = document.documentElement.lang;
  const company = localStorage.getItem("company");
  const sent = document.getElementById("figures");
  // Where this device has a company's data locked, nothing of it is shown before it is unlocked; nor to who has left.
  const isSet = (name) => localStorage.getItem(name) !== null;
  const isLocked = sent && (isSet("leaving") || isSet(`locked.${JSON.parse(sent.textContent).company}`));
  const isOurs = sent && !isLocked && place.lang === language && [null, JSON.parse(sent.textContent).company].includes(company);
  const kept = JSON.parse(localStorage.getItem("first"));
  const isStart = location.pathname === "/" && !location.search;
  if (!isOurs && isStart && kept?.company === company && kept?.language === language) place.innerHTML = kept.html;
  else if (sent && !isOurs) place.replaceChildren();
  if (isLocked) sent.remove();
} catch {
  // What cannot be read is drawn by the app.
}
