// The base of all components: Lit in the page's own tree, styled by the page's style sheets.

import { LitElement } from "lit";

export class PageElement extends LitElement {
  createRenderRoot() {
    return this;
  }
}
