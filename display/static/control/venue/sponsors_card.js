// Pictures of sponsors: sent here, checked and made small by the server, ordered and deleted.

import { html, nothing } from "lit";
import { read, upload } from "/static/api.js";
import { t } from "/static/i18n.js";
import { perform, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { textField } from "/static/parts/forms/form.js";

class SponsorsCard extends PageElement {
  static properties = { sponsors: { state: true }, isBusy: { state: true } };

  connectedCallback() {
    super.connectedCallback();
    this.sponsors = null;
    perform(this, async () => ({ sponsors: this.sponsors } = await read("/venue/sponsors")));
  }

  async #change(attempt) {
    this.isBusy = true;
    const answer = await attempt();
    this.isBusy = false;
    if (answer !== null) this.sponsors = answer.sponsors;
    return answer;
  }

  async #add(event) {
    event.preventDefault();
    const form = event.target;
    const name = form.elements.name.value.trim();
    const [file] = form.elements.picture.files;
    const path = `/venue/sponsors?name=${encodeURIComponent(name)}`;
    const send = () => upload(path, file, { method: "POST" });
    const made = await this.#change(() => perform(this, send, t("sponsors.added", { name })));
    if (made !== null) form.reset();
  }

  #delete({ sponsor_id: id, name }) {
    const path = `/venue/sponsors/${encodeURIComponent(id)}`;
    return this.#change(() => submit(this, path, {}, t("sponsors.deleted", { name }), "DELETE"));
  }

  #up(at) {
    const ids = this.sponsors.map((each) => each.sponsor_id);
    [ids[at - 1], ids[at]] = [ids[at], ids[at - 1]];
    const body = { sponsor_ids: ids };
    return this.#change(() =>
      submit(this, "/venue/sponsors/order", body, t("sponsors.ordered"), "PUT"),
    );
  }

  #row(sponsor, at) {
    return html`<li class="row" data-sponsor=${sponsor.sponsor_id}>
      <img class="sponsor-thumb" src=${`/api/v1${sponsor.picture}`} alt="" />
      <span class="row__main"><bdi>${sponsor.name}</bdi></span>
      <button
        class="button"
        ?disabled=${this.isBusy || at === 0}
        aria-label=${t("sponsors.up", { name: sponsor.name })}
        @click=${() => this.#up(at)}
      >
        ↑
      </button>
      <button class="button" ?disabled=${this.isBusy} @click=${() => this.#delete(sponsor)}>
        ${t("sponsors.delete")}
      </button>
    </li>`;
  }

  render() {
    if (this.sponsors === null) return nothing;
    return html`<section class="card" data-testid="sponsors-card">
      <h2 class="card__title">${t("sponsors.title")}</h2>
      <p class="muted">${t("sponsors.explain")}</p>
      <ol class="rows">
        ${this.sponsors.map((sponsor, at) => this.#row(sponsor, at))}
      </ol>
      <form class="form" @submit=${(event) => this.#add(event)}>
        ${textField(t("sponsors.name"), "name", { most: 60 })}
        <label class="field"
          ><span>${t("sponsors.picture")}</span>
          <input name="picture" type="file" accept="image/jpeg,image/png" required />
        </label>
        <div class="form__buttons">
          <button class="button button--main" ?disabled=${this.isBusy}>${t("sponsors.add")}</button>
        </div>
      </form>
    </section>`;
  }
}

customElements.define("sponsors-card", SponsorsCard);
