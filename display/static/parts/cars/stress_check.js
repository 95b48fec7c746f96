// <stress-check>: whether a model may go to a car, and the test that tells, with one tap.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";
import { perform } from "/static/parts/act.js";
import { isOver, modelTests } from "/static/parts/cars/tests.js";
import { verdictChip, verdictNote } from "/static/parts/cars/verdict.js";
import { PageElement } from "/static/parts/element.js";
import { whileShown } from "/static/parts/while_shown.js";
import { modelAddress } from "/static/models/address.js";

/** What a test that isn't over says of itself. */
export function testProgress(test) {
  const told = { done: test.done_n, all: test.all_n, number: test.heat_number, place: test.place };
  if (test.holds !== null) return t("test.held", told);
  return test.state === "waiting" ? t("test.waiting", told) : t("test.running", told);
}

/** The bar of a test that isn't over. */
export const testBar = (test) =>
  html`<div class="test">
    <p role="status">${testProgress(test)}</p>
    <progress class="test__bar" max=${test.all_n} value=${test.done_n} aria-label=${t("test.progress")}></progress>
  </div>`;

/** `model` is as the server lists it; `done` is called when a test of it ended. */
class StressCheck extends PageElement {
  static properties = { model: { attribute: false }, done: { attribute: false } };

  constructor() {
    super();
    const ended = ({ sha256, kind }) => sha256 === this.model.sha256 && kind === "stress" && this.done?.();
    whileShown(this, () => modelTests.follow(() => this.requestUpdate(), ended));
  }

  #test() {
    return perform(this, () => modelTests.ask(this.model, { kind: "stress" }));
  }

  /** The same test comes out the same: what was tested is tested elsewhere. */
  #offer() {
    const { model } = this;
    if (!model.is_here || model.verdict?.verdict === "ready") return nothing;
    return model.verdict === null
      ? html`<button class="button button--small" @click=${() => this.#test()}>${t("test.stress")}</button>`
      : html`<a class="button button--small" href=${`/models${modelAddress(model)}`}>${t("test.elsewhere")}</a>`;
  }

  render() {
    const { model } = this;
    const test = modelTests.newest(model.sha256, "stress");
    const isBusy = test !== null && !isOver(test);
    return html`<span class="stress-check__line"
        >${verdictChip(model.verdict)}
        <span class="muted">${verdictNote(model.verdict)}</span></span
      >
      ${test?.state === "failed" ? html`<span class="is-wrong" lang="en">${test.sentence}</span>` : nothing}
      ${isBusy ? testBar(test) : this.#offer()}`;
  }
}

customElements.define("stress-check", StressCheck);
