// How two reward functions differ, line by line; what both have alike is folded where it is long.

import { html, nothing } from "lit";
import { t } from "/static/i18n.js";

/** So many lines that both have stay around each difference. */
const AROUND = 3;
const SIGNS = { same: " ", first: "−", second: "+" };

/** Runs of lines to show and counts of lines to fold, in order. */
export function folded(lines, around = AROUND) {
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some((each) => each.kind !== "same"),
  );
  const parts = [];
  lines.forEach((line, at) => {
    if (near[at]) parts.push(line);
    else if (parts.at(-1)?.folded) parts.at(-1).folded += 1;
    else parts.push({ folded: 1 });
  });
  return parts;
}

const shown = (part) =>
  part.folded
    ? html`<li class="diff__fold">${t("library.lines_alike", { count: part.folded })}</li>`
    : html`<li class="diff__line diff__line--${part.kind}"><span class="diff__sign">${SIGNS[part.kind]}</span
        ><code>${part.text || " "}</code>${part.kind === "same" ? nothing : html`<span class="visually-hidden"> (${t(`library.only_${part.kind}`)})</span>`}</li>`;

export function rewardDiff({ first, second, reward_diff: lines }) {
  const names = { first: first.model.name, second: second.model.name };
  const isSame = lines !== null && lines.every((each) => each.kind === "same");
  return html`<section class="card" data-testid="reward-diff">
    <h2 class="card__title">${t("library.reward_diff")}</h2>
    ${
      lines === null
        ? html`<p class="muted">${t("library.no_sources")}</p>`
        : isSame
          ? html`<p class="muted">${t("library.rewards_same")}</p>`
          : html`<p class="muted">− <bdi>${names.first}</bdi> · + <bdi>${names.second}</bdi></p>
              <div class="diff__scroll" tabindex="0" role="region" aria-label=${t("library.reward_diff")}>
                <ol class="diff">${folded(lines).map(shown)}</ol>
              </div>`
    }
  </section>`;
}
