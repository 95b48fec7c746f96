// The strip of a demo event: what a newcomer may try out, and the way to an event of their own.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { newestCountedPass, newestValidLap } from "/static/view_model.js";
import { notify, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/forms/login_dialog.js";

/** How long a pass may take from the beam to this page, and how well the two clocks agree. */
const PASS_PATIENCE_MS = 4000;
const LOOK_MS = 50;
const CLOCK_SLACK_US = 100_000;

class DemoStrip extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    isBusy: { state: true },
  };

  async #act(path, body, done) {
    this.isBusy = true;
    const answer = await submit(this, path, body, done);
    this.isBusy = false;
    return answer;
  }

  /** Says what came of it only once it is seen: the sensor may take it for the pass before. */
  async #trip() {
    const known = new Set(Object.keys(this.view.heat?.passes ?? {}));
    const sinceUs = this.feed.raceNowUs() - CLOCK_SLACK_US;
    if ((await this.#act("/demo/trip", { gate: "finish" })) === null) return;
    if (this.view.heat?.phase !== "running") {
      notify(this, t("demo.tripped_idle"));
      return;
    }
    const isIt = (pass) => !known.has(pass.pass_ref) && pass.crossed_us >= sinceUs;
    const pass = await this.#passThat(isIt);
    if (pass === undefined) notify(this, t("demo.merged"));
    else notify(this, t("demo.tripped", { verdict: t(`verdict.${pass.verdict}`) }));
  }

  /** Waits for a pass of the heat; undefined where none came in time. */
  async #passThat(isIt) {
    for (let waitedMs = 0; waitedMs < PASS_PATIENCE_MS; waitedMs += LOOK_MS) {
      const found = Object.values(this.view.heat?.passes ?? {}).find(isIt);
      if (found !== undefined) return found;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
    return undefined;
  }

  #pass() {
    const { heat } = this.view;
    return heat === null ? null : newestCountedPass(heat);
  }

  /** What a false trigger needs: without its pass, the two halves are one lap again. */
  #voidPass() {
    const path = `/events/${this.view.event_id}/passes/${encodeURIComponent(this.#pass().pass_ref)}/void`;
    return this.#act(path, { reason: t("demo.void_pass_reason") }, t("demo.voided_pass"));
  }

  #lap() {
    const { heat } = this.view;
    return heat === null ? null : newestValidLap(heat);
  }

  #voidLap() {
    const lap = this.#lap();
    const path = `/events/${this.view.event_id}/laps/${encodeURIComponent(lap.pass_ref)}/void`;
    return this.#act(
      path,
      { reason: t("demo.void_reason") },
      t("demo.voided", { number: lap.number }),
    );
  }

  render() {
    const undo = `/events/${this.view.event_id}/rulings/undo`;
    return html`<section class="demo" aria-label=${t("demo.title")}>
        <span class="demo__tag">${t("demo.tag")}</span>
        <button
          class="button"
          ?disabled=${this.isBusy}
          @click=${() => this.#trip()}
        >
          ${t("demo.trip")}
        </button>
        <button
          class="button"
          ?disabled=${this.isBusy || this.#pass() === null}
          @click=${() => this.#voidPass()}
        >
          ${t("demo.void_pass")}
        </button>
        <button
          class="button"
          ?disabled=${this.isBusy || this.#lap() === null}
          @click=${() => this.#voidLap()}
        >
          ${t("demo.void")}
        </button>
        <button
          class="button"
          ?disabled=${this.isBusy}
          @click=${() => this.#act(undo, {}, t("action.undone"))}
        >
          ${t("action.undo")}
        </button>
        <a class="button button--main" href="/new-event">${t("demo.own_event")}</a>
      </section>
      <login-dialog></login-dialog>`;
  }
}

customElements.define("demo-strip", DemoStrip);
