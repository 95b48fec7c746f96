// The heat under way: what it does, the buttons of its phase, its passes, and every ruling.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { t } from "/static/i18n.js";
import { isForKeys } from "/static/control/keys/shortcuts.js";
import { abandonCard } from "/static/control/race/abandon_card.js";
import { carsCard } from "/static/control/race/cars_card.js";
import { canPass, commandButtons } from "/static/control/race/commands.js";
import { heatStatus } from "/static/control/race/heat_status.js";
import { interruptionCard } from "/static/control/race/interruption_card.js";
import { practiceCard } from "/static/control/race/practice_card.js";
import { queueCard } from "/static/control/race/queue_card.js";
import { sceneCard } from "/static/control/race/scene_card.js";
import { runList } from "/static/control/race/run_list.js";
import { falseStartCard } from "/static/control/passes/false_starts.js";
import { judgeCallCard } from "/static/control/passes/judge_calls.js";
import { rulingList } from "/static/parts/rulings/ruling_list.js";
import { rulingSentence } from "/static/parts/rulings/ruling_words.js";
import { liftableStop } from "/static/parts/banners/stop_banner.js";
import { submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import "/static/control/passes/heat_passes.js";
import "/static/control/race/car_notice.js";
import "/static/control/race/hardware_notice.js";
import "/static/control/results/results_card.js";
import "/static/control/virtual/show_card.js";

class RaceTab extends PageElement {
  static properties = {
    feed: { attribute: false },
    view: { attribute: false },
    /** What race control has boards show; another device may have chosen it. */
    scene: { attribute: false },
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
    if (event.code !== "Space" || !isForKeys(event)) return;
    event.preventDefault();
    if (event.type === "keydown" && !event.repeat && canPass(this.view)) this.#manualPass();
  }

  get #event() {
    return `/events/${this.view.event_id}`;
  }

  async #act(path, body, done) {
    const held = document.activeElement;
    this.isBusy = true;
    await submit(this, `${this.#event}${path}`, body, done);
    this.isBusy = false;
    await this.updateComplete;
    // A button that was switched off meanwhile lost the focus: who works by keys goes on from it.
    const now = document.activeElement;
    if (now === document.body || now.getClientRects().length === 0) held?.focus();
  }

  /** Not held up by a command under way: two cars may cross within a second. */
  #manualPass(entryId) {
    const { heat_id: heatId } = this.view.heat;
    const whose = typeof entryId === "string" ? { entry_id: entryId } : {};
    const body = { reason: t("control.manual_reason"), ...whose };
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

  async #choose(scene) {
    this.isBusy = true;
    const told = scene === "auto" ? t("boards.went_back") : t("boards.chosen");
    await submit(this, "/venue/scene", { scene }, told, "PUT");
    this.isBusy = false;
  }

  render() {
    const { view } = this;
    if (!view)
      return html`<section class="card">
          <p>${t("control.no_event")}</p>
          <a class="button button--main command" href="/new-event">${t("demo.own_event")}</a>
        </section>
        <results-card></results-card>`;
    const actions = {
      isBusy: this.isBusy,
      act: (path, body, done) => this.#act(path, body, done),
      manualPass: (entryId) => this.#manualPass(entryId),
      undo: () => this.#undo(),
      feed: this.feed,
    };
    // One column on a phone; on a laptop the heat's buttons stay beside what grows.
    return html`<div class="race__heat">
        ${liftableStop(view, actions)} ${interruptionCard(view, actions)}
        <hardware-notice></hardware-notice>
        <car-notice .feed=${this.feed} .view=${view}></car-notice>
        ${falseStartCard(view, { isBusy: this.isBusy, judge: actions.act })}
        ${judgeCallCard(view, actions)}
        <section class="card card--heat">
          <h2 class="card__title"><bdi>${view.name}</bdi></h2>
          ${heatStatus(view, this.feed)} ${runList(view, actions)} ${commandButtons(view, actions)}
        </section>
        ${carsCard(view, actions)} ${practiceCard(view, actions)}
      </div>
      <div class="race__beside">
        <virtual-show-card .view=${view} .act=${actions.act} .isBusy=${this.isBusy}></virtual-show-card>
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
        ${queueCard(view, actions)}
        ${sceneCard(this.scene, { isBusy: this.isBusy, choose: (scene) => this.#choose(scene) })}
        ${abandonCard(view, actions)}
        ${rulingList(view, { isBusy: this.isBusy, onReverse: (id) => this.#reverse(id) })}
        <results-card></results-card>
      </div>`;
  }
}

customElements.define("race-tab", RaceTab);
