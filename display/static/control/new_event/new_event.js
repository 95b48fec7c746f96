// The guided way to an event of one's own: out of the demo by the terminal, or by one form.

import { html, nothing } from "lit";
import { read } from "/static/api.js";
import { loadLanguage, t, tCode } from "/static/i18n.js";
import { eventFields } from "/static/control/plan/event_card.js";
import { presetFields } from "/static/control/new_event/preset_choice.js";
import { SetUp, namesOf } from "/static/control/new_event/setup.js";
import { loginFromAddress, notify, perform } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { formValues, nextColour } from "/static/parts/forms/form.js";
import { libraryTracks, realTrackField, usualTrackId } from "/static/parts/forms/tracks.js";
import { wordmark } from "/static/parts/wordmark.js";
import "/static/parts/forms/login_dialog.js";
import "/static/parts/banners/page_notice.js";

const withColours = (names) => names.map((name, at) => [name, nextColour(at)]);

/** The track of the newest event: mostly the next one is raced where that was. "" without one. */
async function lastTrackId(tracks) {
  if (tracks.length === 0) return "";
  const newest = (await read("/events")).findLast((each) => !each.is_demo);
  return newest === undefined ? "" : usualTrackId(tracks, await read(`/events/${newest.event_id}/stages`));
}

const linesField = (label, name, hint) =>
  html`<label class="field">
    <span>${label}</span>
    <textarea name=${name} rows="5" placeholder=${hint}></textarea>
  </label>`;

class NewEvent extends PageElement {
  static properties = {
    isDemo: { state: true },
    isBusy: { state: true },
    presets: { state: true },
    chosen: { state: true },
    tracks: { state: true },
    usualTrackId: { state: true },
  };

  #setUp = new SetUp();

  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("notice", (event) =>
      this.querySelector("page-notice").show(event.detail),
    );
    this.#findDemo();
  }

  async #findDemo() {
    await loginFromAddress(this);
    const found = await perform(this, async () => {
      const { event_id: eventId } = await read("/events/active");
      const isDemo = Boolean(eventId) && (await read(`/events/${eventId}/view`)).view.is_demo;
      const [presets, tracks] = await Promise.all([read("/presets"), libraryTracks()]);
      return { isDemo, presets, tracks, usualTrackId: await lastTrackId(tracks) };
    });
    this.tracks = found?.tracks ?? [];
    this.usualTrackId = found?.usualTrackId ?? "";
    this.presets = found?.presets ?? [];
    this.chosen = this.presets[0]?.name;
    this.isDemo = found?.isDemo;
  }

  async #create(event) {
    const { drivers, cars, ...rest } = formValues(event);
    const preset = this.presets.find((each) => each.name === rest.preset);
    const plan = {
      ...rest,
      order: preset.round_order,
      rounds_n: preset.options.runs_max ?? 1,
      title: tCode("preset_title", preset.name, {}, preset.title),
      drivers: withColours(namesOf(drivers)),
      cars: withColours(namesOf(cars)),
    };
    this.isBusy = true;
    const eventId = await perform(this, () => this.#setUp.run(plan));
    this.isBusy = false;
    if (eventId !== null) location.assign("/control#race");
  }

  async #copy(event) {
    // The clipboard needs a secure context, which a meetup's network hasn't: select it instead.
    getSelection().selectAllChildren(event.target);
    notify(this, t("new.selected"));
  }

  #step(number, title, body) {
    return html`<section class="card guide">
      <h2 class="card__title"><span class="guide__number">${number}</span>${title}</h2>
      ${body}
    </section>`;
  }

  #outOfDemo() {
    const line = (text) =>
      html`<code class="typed" tabindex="0" @click=${(event) => this.#copy(event)}>${text}</code>`;
    return html`<p class="lead">${t("new.demo_lead")}</p>
      ${this.#step(1, t("new.demo_stop"), html`<p>${t("new.demo_stop_how")} <kbd>Ctrl</kbd> + <kbd>C</kbd></p>`)}
      ${this.#step(
        2,
        t("new.demo_serve"),
        html`<p>${t("new.demo_serve_how")}</p>
          ${line("make serve")}`,
      )}
      ${this.#step(
        3,
        t("new.demo_open"),
        html`<p>${t("new.demo_open_how")}</p>
          ${line(`${location.origin}/new-event`)}`,
      )}`;
  }

  #trackField() {
    if (this.tracks.length === 0) return nothing;
    return html`${realTrackField(this.tracks, this.usualTrackId)}
      <p class="muted">${t("track.why")}</p>`;
  }

  #form() {
    return html`<p class="lead">${t("new.lead")}</p>
      <form class="form" @submit=${(event) => this.#create(event)}>
        ${this.#step(1, t("new.event"), html`${eventFields()} ${this.#trackField()}`)}
        ${this.#step(
          2,
          t("new.who"),
          html`${linesField(t("new.drivers"), "drivers", t("new.drivers_hint"))}
          ${linesField(t("new.cars"), "cars", t("new.cars_hint"))}`,
        )}
        ${this.#step(
          3,
          t("new.rule"),
          presetFields({
            presets: this.presets,
            chosen: this.chosen,
            onChoose: (name) => (this.chosen = name),
          }),
        )}
        <button class="button button--main command" ?disabled=${this.isBusy}>
          ${t("new.create")}
        </button>
      </form>`;
  }

  render() {
    return html`<header class="control__header">${wordmark}</header>
      <main class="control__main">
        <h1 class="headline">${t("demo.own_event")}</h1>
        ${this.isDemo === undefined ? nothing : this.isDemo ? this.#outOfDemo() : this.#form()}
      </main>
      <page-notice></page-notice>
      <login-dialog></login-dialog>`;
  }
}

await loadLanguage();
customElements.define("paddock-new-event", NewEvent);
