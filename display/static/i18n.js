// Words in the reader's language: one catalogue per screen, chosen by address, memory or browser.
// What an address asks for holds for its tab alone: a screen opened in Spanish from race control
// leaves race control as it was. What a person chooses on the page holds for the device.

export const LANGUAGES = ["en", "es"];
const MEMORY_KEY = "paddock.lang";
const RETRY_AFTER_MS = 1000;

let catalogue = {};
let current = "en";
let loaded;

/** Fulfilled once the page's words are there, for what stands beside the page's own element. */
export const languageLoaded = new Promise((resolve) => (loaded = resolve));

function remembered() {
  try {
    return sessionStorage.getItem(MEMORY_KEY) ?? localStorage.getItem(MEMORY_KEY);
  } catch {
    return null; // a kiosk may forbid storage: the browser's language then decides each time
  }
}

function remember(language, { isOfDevice }) {
  try {
    if (isOfDevice) localStorage.setItem(MEMORY_KEY, language);
    if (isOfDevice) sessionStorage.removeItem(MEMORY_KEY);
    else sessionStorage.setItem(MEMORY_KEY, language);
  } catch {
    // as above: the choice holds as long as the page does
  }
}

/** The first of: ?lang= of the address, what this screen used last, what the browser prefers. */
export function chooseLanguage(search, memory, preferred) {
  const wanted = [new URLSearchParams(search).get("lang"), memory, ...preferred];
  const known = wanted.map((tag) => (tag ?? "").slice(0, 2).toLowerCase());
  return known.find((tag) => LANGUAGES.includes(tag)) ?? "en";
}

/** Asks until the words have come: without them a page that lost its Wi-Fi would stay mute. */
async function fetchCatalogue() {
  for (;;) {
    try {
      const answer = await fetch(new URL(`i18n/${current}.json`, import.meta.url));
      if (answer.ok) return await answer.json();
    } catch {
      // no contact at the moment
    }
    await new Promise((resolve) => setTimeout(resolve, RETRY_AFTER_MS));
  }
}

/** Loads the catalogue and words the page's own static texts (`data-i18n`). */
export async function loadLanguage() {
  const asked = new URLSearchParams(location.search).has("lang");
  current = chooseLanguage(location.search, remembered(), navigator.languages ?? []);
  if (asked) remember(current, { isOfDevice: false });
  catalogue = await fetchCatalogue();
  document.documentElement.lang = current;
  for (const element of document.querySelectorAll("[data-i18n]")) {
    element.textContent = t(element.dataset.i18n);
  }
  loaded();
}

/** Remembers a language for this screen and loads the page in it. */
export function switchLanguage(next) {
  remember(next, { isOfDevice: true });
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  if (address.href === location.href) location.reload();
  else location.replace(address);
}

export const language = () => current;

const fill = (text, params) => text.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);

/** The text of a key, with {name} parameters filled in; a missing key shows itself. */
export const t = (key, params = {}) => fill(catalogue[key] ?? key, params);

/** The text of a code that another room made (`group.code`), else `fallback`, else the code. */
export function tCode(group, code, params = {}, fallback = code) {
  const text = catalogue[`${group}.${code}`];
  return text === undefined ? fallback : fill(text, params);
}
