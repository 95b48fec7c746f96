// The strip of a demo event: what a newcomer may try out, and the way to an event of their own.

import { html } from "lit";
import { t } from "/static/i18n.js";
import { newestValidLap } from "/static/view_model.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/login_dialog.js";

class DemoStrip extends PageElement {
  static properties = { view: { attribute: false }, isBusy: { state: true } };

  async #act(path, body, done) {
    this.isBusy = true;
    await submit(this, path, body, done);
    this.isBusy = false;
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
          @click=${() => this.#act("/demo/trip", { gate: "finish" }, t("demo.tripped"))}
        >
          ${t("demo.trip")}
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
