// The trainings of whoever looks, those under way first.

import { html, nothing } from "lit";
import { language, t } from "/static/i18n.js";
import { dateAndTime } from "/static/formatting.js";
import { isOver, shortNote, stateChip } from "/static/train/words.js";

const SHOWN = 2;

function row(training, watch) {
  const open = (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    watch(training.training_id);
  };
  return html`<li class="row" data-training=${training.training_id}>
    <span class="row__main">
      <strong><bdi>${training.name}</bdi></strong>
      <span class="muted">${shortNote(training)} · ${dateAndTime(training.made_utc, language())}</span>
    </span>
    ${stateChip(training)}
    <a class="button" href=${`/train?id=${training.training_id}`} @click=${open}>${isOver(training) ? t("train.look") : t("train.watch")}</a>
  </li>`;
}

export function trainingList(trainings, watch) {
  if (trainings.length === 0) return nothing;
  const sorted = [...trainings.filter((each) => !isOver(each)), ...trainings.filter(isOver)];
  const [first, rest] = [sorted.slice(0, SHOWN), sorted.slice(SHOWN)];
  return html`<section class="card" data-testid="trainings">
    <h2 class="card__title">${t("train.my_trainings")}</h2>
    <ul class="rows">${first.map((each) => row(each, watch))}</ul>
    ${
      rest.length === 0
        ? nothing
        : html`<details class="details">
            <summary>${t("train.earlier", { count: rest.length })}</summary>
            <ul class="rows">${rest.map((each) => row(each, watch))}</ul>
          </details>`
    }
  </section>`;
}
