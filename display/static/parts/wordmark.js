// The name of the kit, set like a pit board.

import { html } from "lit";

export const wordmark = html`<a class="wordmark" href="/"
  ><span class="wordmark__kerb" aria-hidden="true"></span>Paddock</a
>`;
