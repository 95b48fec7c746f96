// Asks until the server answers: says meanwhile that it doesn't, tries again by itself or at a press.

import { html } from "lit";
import { ApiError, session } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const FIRST_WAIT_MS = 2000;
const MOST_WAIT_MS = 15_000;
const MS_PER_S = 1000;

/** What stands on the page while nobody answers; `wait` ends after a time, or at a press. */
class ServerAway extends PageElement {
  static properties = { leftS: { state: true }, told: { state: true } };

  #end = null;

  /** `told` is the sentence that says what is wrong. */
  wait(ms, told) {
    this.told = told;
    this.leftS = Math.ceil(ms / MS_PER_S);
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        this.leftS -= 1;
        if (this.leftS <= 0) this.#end();
      }, MS_PER_S);
      this.#end = () => {
        clearInterval(timer);
        this.leftS = 0;
        resolve();
      };
    });
  }

  render() {
    return html`<div class="server-away" role="alert" data-testid="server-away">
      <span>${this.told} <span aria-live="off">${this.leftS > 0 ? t("away.again_in", { seconds: this.leftS }) : t("away.asking")}</span></span>
      <button class="button" @click=${() => this.#end?.()}>${t("away.now")}</button>
    </div>`;
  }
}

customElements.define("server-away", ServerAway);

/** The page's one sign, whoever asks; how many wait for an answer, and the wait they share. */
const sign = document.createElement("server-away");
let unanswered = 0;
let pause = null;

function rest(waitMs, told) {
  if (!sign.isConnected) document.body.append(sign);
  pause ??= sign.wait(waitMs, told).finally(() => (pause = null));
  return pause;
}

/** Returns what `attempt` gives once somebody answers; what is refused is thrown as ApiError. */
export async function untilAnswered(attempt) {
  let waitMs = FIRST_WAIT_MS;
  unanswered += 1;
  try {
    for (;;) {
      try {
        return await attempt();
      } catch (error) {
        if (!(error instanceof ApiError) || !error.mayPass) throw error;
        await rest(waitMs, error.message);
        waitMs = Math.min(waitMs * 2, MOST_WAIT_MS);
      }
    }
  } finally {
    unanswered -= 1;
    if (unanswered === 0) sign.remove();
  }
}

/** Who this browser is logged in as, or null for a spectator; asked until somebody says. */
export const signedIn = () => untilAnswered(session);

/** The same for a page that opens: what is refused is told on it, and null. */
export const opened = (host, attempt) => perform(host, () => untilAnswered(attempt));
