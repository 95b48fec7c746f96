// Passes outside any heat, out of the way until a marshal opens the fold and gives one to a run.

import { html, nothing } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { read } from "/static/api.js";
import { t, tCode } from "/static/i18n.js";
import { whoseForm } from "/static/control/marshal/ruling_forms.js";
import { perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";

const SHOWN = 30;

class StrayPasses extends PageElement {
  static properties = {
    eventId: { attribute: false },
    others: { attribute: false },
    rule: { attribute: false },
    rows: { state: true },
  };

  constructor() {
    super();
    this.rows = null;
  }

  willUpdate(changed) {
    if (changed.has("eventId")) this.rows = null;
  }

  async #load() {
    const { eventId } = this;
    const passes = await perform(this, () => read(`/events/${eventId}/passes`));
    if (passes === null || this.eventId !== eventId) return;
    const outside = passes.filter((pass) => pass.heat_id === null && pass.crossed_us !== null);
    this.newestUs = passes.reduce((newest, pass) => Math.max(newest, pass.crossed_us ?? 0), 0);
    this.rows = outside.toReversed().slice(0, SHOWN);
  }

  async #give(pass, whose) {
    await this.rule({
      title: t("marshal.reassign"),
      about: this.#when(pass),
      path: `/passes/${encodeURIComponent(pass.pass_ref)}/reassign`,
      body: whose,
    });
    await this.#load();
  }

  #when(pass) {
    const beforeS = Math.round((this.newestUs - pass.crossed_us) / 1_000_000);
    return t("marshal.before_newest", { seconds: beforeS });
  }

  render() {
    const { rows, others } = this;
    return html`<section class="card">
      <details class="details" @toggle=${(event) => event.target.open && this.#load()}>
        <summary>${t("marshal.strays")}</summary>
        ${rows?.length === 0 ? html`<p class="muted">${t("marshal.no_strays")}</p>` : nothing}
        <ol class="rows">
          ${repeat(
            rows ?? [],
            (pass) => pass.pass_ref,
            (pass) =>
              html`<li class="tray__row" data-pass=${pass.pass_ref}>
                <span class="digits"
                  >${this.#when(pass)} · ${pass.node_id} · ${pass.gate} ·
                  ${tCode("verdict", pass.verdict)}</span
                >
                ${whoseForm(others, (whose) => this.#give(pass, whose))}
              </li>`,
          )}
        </ol>
      </details>
    </section>`;
  }
}

customElements.define("stray-passes", StrayPasses);
