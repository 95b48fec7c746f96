// The strip of a demo event: what a newcomer may try out, and the way to an event of their own.

import { html } from "lit";
import { command, newKey } from "/static/api.js";
import { t } from "/static/i18n.js";
import { newestValidLap } from "/static/view_model.js";
import { PageElement } from "/static/parts/element.js";
import "/static/parts/login_dialog.js";

class DemoStrip extends PageElement {
  static properties = {
    view: { attribute: false },
    canVoid: { type: Boolean, attribute: "can-void" },
    isBusy: { state: true },
  };

  /** Tells the page what came of it; the page shows it. */
  #say(text) {
    this.dispatchEvent(new CustomEvent("notice", { bubbles: true, detail: text }));
  }

  /** Does one action; asks for the code where the server wants one, then repeats it. */
  async #act(path, body, done) {
    this.isBusy = true;
    const key = newKey();
    try {
      await this.#withLogin(() => command(path, body, { key }));
      this.#say(done);
    } catch (error) {
      this.#say(error.message);
    }
    this.isBusy = false;
  }

  async #withLogin(act) {
    try {
      return await act();
    } catch (error) {
      if (!error.needsLogin || !(await this.querySelector("login-dialog").ask())) throw error;
      return act();
    }
  }

  #voidLap() {
    const { event_id: eventId, heat } = this.view;
    const lap = newestValidLap(heat);
    const path = `/events/${eventId}/laps/${encodeURIComponent(lap.pass_ref)}/void`;
    return this.#act(path, { reason: t("demo.void_reason") }, t("demo.voided", { number: lap.number }));
  }

  render() {
    const undo = `/events/${this.view.event_id}/rulings/undo`;
    return html`<section class="demo" aria-label=${t("demo.title")}>
        <span class="demo__tag">${t("demo.tag")}</span>
        <button class="button" ?disabled=${this.isBusy} @click=${() => this.#act("/demo/trip", { gate: "finish" }, t("demo.tripped"))}>
          ${t("demo.trip")}
        </button>
        <button class="button" ?disabled=${this.isBusy || !this.canVoid} @click=${() => this.#voidLap()}>
          ${t("demo.void")}
        </button>
        <button class="button" ?disabled=${this.isBusy} @click=${() => this.#act(undo, {}, t("action.undone"))}>
          ${t("action.undo")}
        </button>
        <a class="button button--main" href="/new-event">${t("demo.own_event")}</a>
      </section>
      <login-dialog></login-dialog>`;
  }
}

customElements.define("demo-strip", DemoStrip);
