// The heat under way: next, start, stop, manual pass, off-track, and every ruling with its undo.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { countdown, runningTime } from "/static/formatting.js";
import { t } from "/static/i18n.js";
import {
  carOf,
  entryOf,
  isOnTrack,
  lapClockUs,
  queueRows,
  validLaps,
  windowState,
} from "/static/view_model.js";
import { rulingList } from "/static/control/ruling_list.js";
import { rulingSentence } from "/static/control/ruling_words.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { plate } from "/static/parts/plate.js";
import "/static/control/heat_passes.js";
import "/static/control/results_card.js";
import "/static/parts/running_clock.js";

const TYPING = "input, select, textarea, dialog, [contenteditable]";

class RaceTab extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    isBusy: { state: true },
  };

  connectedCallback() {
    super.connectedCallback();
    this.onKey = (event) => this.#key(event);
    // Both halves of the key: a focused button must not fire as well.
    window.addEventListener("keydown", this.onKey, true);
    window.addEventListener("keyup", this.onKey, true);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    window.removeEventListener("keydown", this.onKey, true);
    window.removeEventListener("keyup", this.onKey, true);
  }

  #key(event) {
    if (event.code !== "Space" || event.target.closest?.(TYPING)) return;
    event.preventDefault();
    if (event.type === "keydown" && !event.repeat && this.#canPass()) this.#manualPass();
  }

  #canPass() {
    return this.view?.heat?.phase === "running";
  }

  get #event() {
    return `/events/${this.view.event_id}`;
  }

  async #act(path, body, done) {
    this.isBusy = true;
    await submit(this, `${this.#event}${path}`, body, done);
    this.isBusy = false;
  }

  /** Not held up by a command under way: two cars may cross within a second. */
  #manualPass() {
    const { heat_id: heatId } = this.view.heat;
    const body = { reason: t("control.manual_reason") };
    return submit(this, `${this.#event}/heats/${heatId}/passes`, body, t("control.manual_done"));
  }

  #reverse(rulingId) {
    const body = { reason: t("control.reverse_reason") };
    return this.#act(`/rulings/${rulingId}/reverse`, body, () => this.#takenBack(rulingId));
  }

  #undo() {
    return this.#act("/rulings/undo", {}, (answer) => this.#takenBack(answer.reversed_ruling_id));
  }

  /** Says exactly what was taken back; the document holds the newest rulings, the server all. */
  async #takenBack(rulingId) {
    const { view } = this;
    const known = view.rulings[rulingId];
    const ruling = known ?? (await this.#storedRuling(rulingId));
    return ruling
      ? t("control.taken_back", { what: rulingSentence(view, ruling) })
      : t("action.undone");
  }

  async #storedRuling(rulingId) {
    try {
      const rulings = await read(`${this.#event}/rulings`);
      return rulings.find((ruling) => ruling.ruling_id === rulingId);
    } catch {
      return undefined; // it is taken back all the same; only its name isn't at hand
    }
  }

  #voidPass(kind, ref) {
    const path = `/${kind}/${encodeURIComponent(ref)}/void`;
    return this.#act(path, { reason: t("control.void_reason") }, t(`control.voided_${kind}`));
  }

  #clocks() {
    const { view, feed } = this;
    const { heat } = view;
    if (heat.phase !== "running") return nothing;
    const lap = (nowUs) => runningTime(lapClockUs(heat, nowUs) ?? 0);
    const left = (nowUs) => {
      const state = windowState(view, nowUs);
      return state.isClosed ? t("window.closed") : countdown(state.remainingUs);
    };
    return html`<dl class="clocks">
      <div>
        <dt>${t("running.lap", { number: Object.keys(heat.laps).length + 1 })}</dt>
        <dd><running-clock .feed=${feed} .read=${lap}></running-clock></dd>
      </div>
      <div>
        <dt>${t("window.title")}</dt>
        <dd><running-clock .feed=${feed} .read=${left}></running-clock></dd>
      </div>
      <div>
        <dt>${t("control.laps")}</dt>
        <dd class="digits">${validLaps(heat).length}</dd>
      </div>
    </dl>`;
  }

  #heat() {
    const { view } = this;
    const { heat } = view;
    if (heat === null) return html`<p class="muted">${t("control.no_heat")}</p>`;
    const entry = entryOf(view, heat.entry_id);
    const car = carOf(view, heat.car_id);
    return html`<div class="heat" data-phase=${heat.phase}>
      <p class="heat__phase">
        <span class="chip chip--${heat.phase}">${t(`phase.${heat.phase}`)}</span>
        <span class="digits">${t("control.heat", { number: heat.number })}</span>
      </p>
      <p class="heat__who">${plate(entry)}<bdi class="heat__name">${entry.name}</bdi></p>
      <p class="muted">${car === null ? t("control.no_car") : html`<bdi>${car.name}</bdi>`}</p>
      ${this.#clocks()}
    </div>`;
  }

  #buttons() {
    const { view, isBusy } = this;
    const { heat } = view;
    const phase = heat?.phase;
    const path = `/heats/${heat?.heat_id}`;
    const canCall = !isOnTrack(view) && queueRows(view).length > 0;
    const offTrack = () =>
      this.#act(`${path}/off-tracks`, { entry_id: heat.entry_id }, t("control.off_track_done"));
    return html`<div class="commands">
      <button
        class="button command"
        ?disabled=${isBusy || !canCall}
        @click=${() => this.#act("/next", {}, t("control.next_done"))}
      >
        ${t("control.next")}
      </button>
      <button
        class="button command command--go"
        ?disabled=${isBusy || phase !== "called"}
        @click=${() => this.#act(`${path}/start`, {}, t("control.start_done"))}
      >
        ${t("control.start")}
      </button>
      <button
        class="button command command--stop"
        ?disabled=${isBusy || !isOnTrack(view)}
        @click=${() => this.#act(`${path}/stop`, {}, t("control.stop_done"))}
      >
        ${t("control.stop")}
      </button>
      <button
        class="button command command--pass"
        ?disabled=${!this.#canPass()}
        @click=${() => this.#manualPass()}
      >
        ${t("control.manual_pass")}<small>${t("control.space_bar")}</small>
      </button>
      <button
        class="button command command--half"
        ?disabled=${isBusy || phase !== "running"}
        @click=${offTrack}
      >
        ${t("control.off_track")}
      </button>
      <button
        class="button command command--half"
        ?disabled=${isBusy}
        @click=${() => this.#undo()}
      >
        ${t("action.undo")}
      </button>
    </div>`;
  }

  #queue() {
    const rows = queueRows(this.view);
    return html`<section class="card">
      <h2 class="card__title">${t("queue.title")}</h2>
      ${rows.length === 0 ? html`<p class="muted">${t("queue.empty")}</p>` : nothing}
      <ol class="rows">
        ${rows.map(
          (row) =>
            html`<li class="row">
              ${plate(row.entry)}<bdi class="row__main">${row.entry.name}</bdi>
              <span class="muted"
                >${row.car === null ? t("control.no_car") : html`<bdi>${row.car.name}</bdi>`}</span
              >
            </li>`,
        )}
      </ol>
    </section>`;
  }

  render() {
    const { view } = this;
    if (!view)
      return html`<p class="card">
          ${t("control.no_event")} <a href="/new-event">${t("demo.own_event")}</a>
        </p>
        <results-card></results-card>`;
    return html`<section class="card card--heat">
        <h1 class="card__title"><bdi>${view.name}</bdi></h1>
        ${this.#heat()} ${this.#buttons()}
      </section>
      ${
        view.heat === null
          ? nothing
          : html`<heat-passes
              .view=${view}
              .isBusy=${this.isBusy}
              .onVoid=${(kind, ref) => this.#voidPass(kind, ref)}
              .onReverse=${(rulingId) => this.#reverse(rulingId)}
            ></heat-passes>`
      }
      ${this.#queue()}
      ${rulingList(view, { isBusy: this.isBusy, onReverse: (id) => this.#reverse(id) })}
      <results-card></results-card>`;
  }
}

customElements.define("race-tab", RaceTab);
