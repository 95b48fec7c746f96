// One press of a button that the car hears of again and again: each word answers the car's last
// tick, so that the car knows how old what it hears is.

import { newKey } from "/static/api.js";
import { tCode } from "/static/i18n.js";

const send = (path, body, options) =>
  fetch(`/api/v1${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    ...options,
  });

/** The car won't; `message` says why in the reader's language. */
export class Refused extends Error {
  constructor(code) {
    super(tCode("problem", code, {}, code));
  }
}

export class Press {
  #path;
  #endPath;
  #tickUs = 0;
  #id = newKey();

  constructor(path, endPath) {
    this.#path = path;
    this.#endPath = endPath;
  }

  /** Hears the first tick, which moves nothing, and says `body` by it. */
  async begin(body, patienceMs) {
    await this.say(body, patienceMs);
    return this.say(body, patienceMs);
  }

  /** Says one word; raises Refused where the car won't, and what `fetch` raises without answer. */
  async say(body, patienceMs) {
    const answer = await send(
      this.#path,
      { press: this.#id, tick_us: this.#tickUs, ...body },
      { signal: AbortSignal.timeout(patienceMs) },
    );
    const told = await answer.json();
    if (!answer.ok) throw new Refused(told.code);
    this.#tickUs = told.tick_us;
    return told;
  }

  /** `keepalive`: it is sent also where the page goes. */
  end() {
    return send(this.#endPath, { press: this.#id }, { keepalive: true }).catch(() => {});
  }
}
