// How the camera gates are, what they made of the passes, and marks that crossed without a beam.

import { html, nothing } from "lit";
import { dateOnly, decimal, timeOfDay } from "/static/formatting.js";
import { language, t, tCode } from "/static/i18n.js";
import { cameraPath } from "/static/control/devices/camera_line.js";
import { polledCameras, polledCrossings } from "/static/control/devices/polled.js";
import { PageElement } from "/static/parts/element.js";

const SILENT_S = 10;
/** So many crossings are shown unfolded. */
const NEWEST = 5;
const OUTCOMES = ["identified", "missing", "double", "contradictory", "mark_without_pass"];

const isSilent = (camera) => camera.silent_s > SILENT_S;

function troublesOf(camera) {
  if (isSilent(camera)) return [t("nodes.silent", { seconds: camera.silent_s })];
  return camera.health.states.map((state) => tCode("camera_state", state));
}

class CamerasCard extends PageElement {
  static properties = {
    cameras: { state: true },
    unclaimed: { state: true },
    lineOf: { state: true },
  };
  #unfollow = [];

  connectedCallback() {
    super.connectedCallback();
    this.cameras = [];
    this.unclaimed = [];
    this.lineOf = null;
    this.#unfollow = [
      polledCameras.follow((cameras) => (this.cameras = cameras)),
      polledCrossings.follow((unclaimed) => (this.unclaimed = unclaimed)),
    ];
  }

  disconnectedCallback() {
    for (const end of this.#unfollow) end();
    super.disconnectedCallback();
  }

  #line(camera) {
    const key = cameraPath(camera);
    if (this.lineOf === key) {
      return html`<camera-line
        .camera=${camera}
        .onDone=${() => (this.lineOf = null)}
      ></camera-line>`;
    }
    return html`<button
      class="button"
      ?disabled=${isSilent(camera)}
      @click=${() => (this.lineOf = key)}
    >
      ${camera.health.line_px ? t("cameras.line_show") : t("cameras.line_set")}
    </button>`;
  }

  #camera(camera) {
    const { health } = camera;
    const troubles = troublesOf(camera);
    const facts = [
      t("cameras.rate", { rate: decimal(health.frame_rate_hz, 0, language()) }),
      t("cameras.read", { ms: decimal(health.read_ms, 1, language()) }),
      t("nodes.queue", { n: health.waiting }),
      ...OUTCOMES.filter((outcome) => health.outcomes[outcome]).map(
        (outcome) => `${tCode("camera_chip", outcome)}: ${health.outcomes[outcome]}`,
      ),
    ];
    return html`<li class="row" data-camera=${health.source}>
      <div class="row__main">
        <bdi>${health.source}</bdi> <bdi class="muted">${camera.node_id}</bdi>
        ${
          troubles.length === 0
            ? html`<span class="chip chip--running">${t("nodes.well")}</span>`
            : troubles.map((each) => html`<span class="chip chip--abandoned">${each}</span> `)
        }
        <p class="muted">${facts.join(" · ")}</p>
        ${this.#line(camera)}
      </div>
    </li>`;
  }

  #crossing(each) {
    return html`<li class="row" data-unclaimed=${each.mark.mark}>
      <div class="row__main">
        <bdi>${each.mark.car_name ?? each.mark.mark}</bdi>
        <span class="muted">${timeOfDay(each.seen_utc, language())} · ${dateOnly(each.seen_utc, language())} · ${each.gate}</span>
      </div>
    </li>`;
  }

  #crossings(some) {
    return html`<ul class="rows">
      ${some.map((each) => this.#crossing(each))}
    </ul>`;
  }

  render() {
    if (this.cameras.length === 0 && this.unclaimed.length === 0) return nothing;
    return html`<section class="card" data-testid="cameras">
      <h2 class="card__title">${t("cameras.title")}</h2>
      <ul class="rows">
        ${this.cameras.map((camera) => this.#camera(camera))}
      </ul>
      ${
        this.unclaimed.length === 0
          ? nothing
          : html`<h3>${t("cameras.unclaimed")}</h3>
              <p class="muted">${t("cameras.unclaimed_explain")}</p>
              ${this.#crossings(this.unclaimed.slice(0, NEWEST))}
              ${
                this.unclaimed.length > NEWEST
                  ? html`<details class="details">
                      <summary>${t("cameras.unclaimed_older")}</summary>
                      ${this.#crossings(this.unclaimed.slice(NEWEST))}
                    </details>`
                  : nothing
              }`
      }
    </section>`;
  }
}

customElements.define("cameras-card", CamerasCard);
