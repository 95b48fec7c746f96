// The car's own page: how it is, what it sees, driving by hand, stop and emergency stop.

import { html, nothing } from "lit";
import { logout, read } from "/static/api.js";
import { loadLanguage, t } from "/static/i18n.js";
import { stateCard, stoppedBy } from "/static/car_console/state_card.js";
import { perform, submit } from "/static/parts/act.js";
import { signedIn } from "/static/parts/answered.js";
import { PageElement } from "/static/parts/element.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/car_console/calibration_guide.js";
import "/static/car_console/camera_view.js";
import "/static/car_console/hand_pad.js";
import "/static/car_console/model_list.js";
import "/static/car_console/solo_drive.js";
import "/static/parts/forms/login_form.js";
import "/static/parts/banners/page_notice.js";

const LOOK_MS = 500;
const WIFI_MS = 5000;

class CarConsole extends PageElement {
  static properties = {
    who: { state: true },
    car: { state: true },
    wifi: { state: true },
    isLost: { state: true },
  };

  #looks = 0;

  connectedCallback() {
    super.connectedCallback();
    this.who = undefined;
    this.car = null;
    this.wifi = null;
    this.isLost = false;
    this.addEventListener("notice", (event) => this.querySelector("page-notice").show(event.detail));
    this.addEventListener("logged-in", (event) => (this.who = event.detail));
    this.#begin();
  }

  async #begin() {
    this.who = await signedIn();
    this.#follow();
    this.#followWifi();
  }

  /** Reads what a logged-in browser may; a login that ran out asks for a code anew. */
  async #look(path) {
    if (!this.who || document.hidden) return undefined;
    try {
      const found = await read(path);
      this.isLost = false;
      return found;
    } catch (error) {
      if (error.needsLogin) this.who = null;
      else this.isLost = true;
      return undefined;
    }
  }

  /** What was asked for before another look tells of an earlier moment than that one. */
  async #lookAtCar() {
    this.#looks += 1;
    const number = this.#looks;
    const found = await this.#look("/car");
    if (number === this.#looks) this.car = found ?? this.car;
  }

  async #follow() {
    await this.#lookAtCar();
    setTimeout(() => this.#follow(), LOOK_MS);
  }

  async #followWifi() {
    this.wifi = (await this.#look("/wifi")) ?? this.wifi;
    setTimeout(() => this.#followWifi(), this.wifi === null ? LOOK_MS : WIFI_MS);
  }

  async #leave() {
    await perform(this, logout, t("console.logged_out"));
    this.who = null;
  }

  async #do(path, done) {
    await submit(this, path, {}, done);
    await this.#lookAtCar();
  }

  /** Whether nobody may move the car from here now; the agent refuses it all the same. */
  get #isOff() {
    const { agent, word, e_stop: eStop } = this.car;
    return this.isLost || agent !== "there" || eStop !== null || word.is_held || word.is_own_heat;
  }

  #notes() {
    const { agent, word, e_stop: eStop } = this.car;
    const notes = [
      [this.isLost, t("console.no_answer")],
      [eStop !== null, eStop && t("console.e_stopped", { reason: stoppedBy(eStop) })],
      [agent === "away", t("console.agent_away")],
      [agent === "silent", t("console.agent_silent")],
      [word?.is_held, t("console.held")],
      [word?.is_own_heat, t("console.own_heat")],
      [word?.is_camera_gone, t("console.camera_gone")],
      [Boolean(word?.guard.fault), t("console.fault", { fault: word?.guard.fault })],
    ];
    return notes
      .filter(([holds]) => holds)
      .map(([, text]) => html`<p class="console__note" role="status">${text}</p>`);
  }

  #stops() {
    const { agent, word, e_stop: eStop } = this.car;
    const isHeld = word?.is_held ?? false;
    return html`<div class="console__stops">
      ${
        isHeld
          ? html`<button class="button" @click=${() => this.#do("/go-on", t("console.go_on_done"))}>
              ${t("console.go_on")}
            </button>`
          : html`<button
              class="button"
              ?disabled=${agent !== "there"}
              @click=${() => this.#do("/stop", t("console.stop_done"))}
            >
              ${t("console.stop")}
            </button>`
      }
      ${
        eStop === null
          ? html`<button
              class="button console__e-stop"
              @click=${() => this.#do("/e-stop", t("console.e_stop_done"))}
            >
              ${t("console.e_stop")}
            </button>`
          : html`<button
              class="button"
              @click=${() => this.#do("/e-stop/release", t("console.release_done"))}
            >
              ${t("console.release")}
            </button>`
      }
    </div>`;
  }

  #all() {
    const { agent, word } = this.car;
    const hasModel = Boolean(word?.model_sha256);
    const isUnloadable = this.isLost || agent !== "there" || word.is_own_heat;
    return html`<div class="console__notes">${this.#notes()}</div>
      <div class="console__cards">
        <section class="card">
          <h2 class="card__title">${t("console.camera")}</h2>
          <camera-view .isOn=${this.car.agent === "there"}></camera-view>
        </section>
        <section class="card console__hand">
          <h2 class="card__title">${t("console.hand")}</h2>
          <hand-pad .isOff=${this.#isOff || word?.is_alone}></hand-pad>
        </section>
        ${stateCard(this.car, this.wifi)}
        <section class="card">
          <h2 class="card__title">${t("console.models")}</h2>
          <model-list .isOff=${isUnloadable} .word=${word}></model-list>
        </section>
        <section class="card">
          <h2 class="card__title">${t("console.alone")}</h2>
          <solo-drive .isOff=${this.#isOff} .hasModel=${hasModel}></solo-drive>
        </section>
        <section class="card">
          <h2 class="card__title">${t("console.calibration")}</h2>
          <calibration-guide
            .isOff=${this.#isOff}
            .hasPulses=${word?.has_pulses ?? true}
          ></calibration-guide>
        </section>
      </div>
      ${this.#stops()}`;
  }

  #login() {
    return html`<section class="card console__login">
      <h1 class="card__title">${t("console.state")}</h1>
      <login-form></login-form>
    </section>`;
  }

  render() {
    const { who, car } = this;
    return html`<header class="control__header">
        ${wordmark}
        ${car?.word ? html`<h1 class="console__name"><bdi>${car.word.car_id}</bdi></h1>` : nothing}
        ${
          who
            ? html`<button class="button button--small" @click=${() => this.#leave()}>
                ${t("console.log_out")}
              </button>`
            : nothing
        }
      </header>
      <main class="console">
        ${who === undefined ? nothing : who === null ? this.#login() : car === null ? nothing : this.#all()}
      </main>
      <page-notice></page-notice>`;
  }
}

await loadLanguage();
customElements.define("car-console", CarConsole);
