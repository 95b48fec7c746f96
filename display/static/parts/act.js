// Does what a button asks for: logs in where needed, repeats without doubling, says what came of it.

import { ApiError, command, login, newKey, takeFragmentCode } from "/static/api.js";
import { t } from "/static/i18n.js";

/** Tells the page, which shows it (`notice` bubbles up to the page's root element). */
export function notify(host, text, isError = false) {
  host.dispatchEvent(new CustomEvent("notice", { bubbles: true, detail: { text, isError } }));
}

async function withLogin(attempt) {
  try {
    return await attempt();
  } catch (error) {
    const dialog = document.querySelector("login-dialog");
    if (!error.needsLogin || dialog === null || !(await dialog.ask())) throw error;
    return attempt();
  }
}

/**
 * Runs `attempt` for an element; returns its answer, or null where it was refused and told so.
 * `done` is what the page then says, or makes that from the answer.
 */
export async function perform(host, attempt, done) {
  try {
    const answer = await withLogin(attempt);
    if (done) notify(host, typeof done === "function" ? await done(answer) : done);
    return answer;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    notify(host, error.message, true);
    return null;
  }
}

/** Logs in with the code of the address, where there is one, as its QR code brings it. */
export async function loginFromAddress(host) {
  const code = takeFragmentCode();
  if (code === null) return;
  await host.updateComplete; // the page shows what came of it
  await perform(host, () => login(code), t("login.done"));
}

/** Sends one command for an element; every repeat of it, after a login too, has the same key. */
export function submit(host, path, body, done, method = "POST") {
  const key = newKey();
  return perform(host, () => command(path, body, { method, key }), done);
}
