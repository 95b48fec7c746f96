// A whole roster from a spreadsheet: read, shown with every problem by its row, then taken.

import { html, nothing } from "lit";
import { t, tCode } from "/static/i18n.js";
import { notify, submit } from "/static/parts/act.js";
import { PageElement } from "/static/parts/element.js";
import { groupsOf } from "/static/people/profile_fields.js";

const EXAMPLE = "name,nickname,shown_as,number,team,region,class,sponsor,country,contact";
const MAX_FILE_BYTES = 900_000;

/** Spreadsheets write UTF-8, or what the machine's country had before it. */
function textOf(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

class RosterCard extends PageElement {
  static properties = {
    eventId: { attribute: false },
    onDone: { attribute: false },
    preview: { state: true },
    isBusy: { state: true },
  };

  #csv = "";

  connectedCallback() {
    super.connectedCallback();
    this.preview = null;
    this.isBusy = false;
  }

  async #readFile(event) {
    const [file] = event.target.files;
    event.target.value = "";
    if (!file) return;
    if (file.size > MAX_FILE_BYTES) {
      notify(this, t("roster.too_large"), true);
      return;
    }
    this.#csv = textOf(await file.arrayBuffer());
    this.querySelector("textarea").value = this.#csv;
    await this.#look();
  }

  async #look() {
    this.#csv = this.querySelector("textarea").value;
    if (this.#csv.trim() === "") return;
    this.preview = await this.#send("/preview");
  }

  async #send(path, done) {
    this.isBusy = true;
    const answer = await submit(
      this,
      `/events/${this.eventId}/roster${path}`,
      { csv: this.#csv },
      done,
    );
    this.isBusy = false;
    return answer;
  }

  async #take() {
    const done = await this.#send("", (made) =>
      t("roster.taken", { drivers: made.drivers_added, entries: made.entries_added }),
    );
    if (done === null) return;
    this.preview = null;
    this.querySelector("textarea").value = "";
    this.onDone();
  }

  #problem(problem) {
    const params = { ...problem.params, column: problem.column };
    return html`<li class="row">
      <strong class="digits">${t("roster.row", { row: problem.row })}</strong>
      <span class="row__main">${tCode("roster_problem", problem.code, params, problem.sentence)}
        ${tCode("example", problem.column, {}, "")}</span>
    </li>`;
  }

  #row(row) {
    const state = row.is_entered ? "entered" : row.is_known ? "known" : "new";
    return html`<li class="row">
      <strong class="digits roster__number">${row.number ?? "–"}</strong>
      <span class="row__main"
        ><bdi>${row.name}</bdi> ${groupsOf([row.team, row.region, row.class_name])}</span
      >
      <span class="muted">${t(`roster.${state}`)}</span>
    </li>`;
  }

  #result() {
    const { preview } = this;
    if (preview === null) return nothing;
    const counts = { rows: preview.rows_n, fresh: preview.new_n, known: preview.known_n };
    return html`<div class="secret" data-testid="roster-preview">
      <p>${t("roster.summary", counts)}</p>
      ${preview.ignored_columns.length === 0 ? nothing : html`<p class="muted">${t("roster.ignored")} <bdi>${preview.ignored_columns.join(", ")}</bdi></p>`}
      ${
        preview.problems_n === 0
          ? html`<button
              class="button button--main"
              ?disabled=${this.isBusy || preview.rows_n === 0}
              @click=${() => this.#take()}
            >
              ${t("roster.take", { rows: preview.rows_n })}
            </button>`
          : html`<p class="form-error">${t("roster.problems", { count: preview.problems_n })}</p>
              <ul class="rows">
                ${preview.problems.map((each) => this.#problem(each))}
              </ul>`
      }
      <ol class="rows">
        ${preview.rows.map((row) => this.#row(row))}
      </ol>
      ${preview.rows_n > preview.rows.length ? html`<p class="muted">${t("roster.and_more", { count: preview.rows_n - preview.rows.length })}</p>` : nothing}
    </div>`;
  }

  render() {
    return html`<section class="card">
      <h2 class="card__title">${t("roster.title")}</h2>
      <details class="details" ?open=${this.preview !== null}>
        <summary>${t("roster.how")}</summary>
        <div class="secret">
          <label class="field"
            ><span>${t("roster.file")}</span>
            <input
              type="file"
              accept=".csv,.tsv,.txt,text/csv"
              @change=${(event) => this.#readFile(event)}
            />
          </label>
          <label class="field"
            ><span>${t("roster.paste")}</span>
            <textarea rows="5" placeholder=${EXAMPLE} spellcheck="false"></textarea>
          </label>
          <button class="button" ?disabled=${this.isBusy} @click=${() => this.#look()}>
            ${t("roster.check")}
          </button>
        </div>
      </details>
      ${this.#result()}
    </section>`;
  }
}

customElements.define("roster-card", RosterCard);
