// A passkey: the server asks, the browser asks its owner, and a hidden field of the form carries the answer back.
import { quietly } from "./server.js";

customElements.define(
  "passkey-form",
  class extends HTMLElement {
    connectedCallback() {
      const form = this.querySelector("form");
      this.hidden = !window.PublicKeyCredential?.parseRequestOptionsFromJSON;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.#carry(form).catch(() => this.#failed(form, false));
      });
    }

    async #carry(form) {
      this.#failed(form, true);
      const response = await quietly(this.getAttribute("begin"));
      if (!response.ok) throw new Error();
      const { publicKey } = await response.json();
      const given = publicKey.user
        ? await navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(publicKey) })
        : await navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey) });
      form.elements.answer.value = JSON.stringify(given.toJSON());
      form.submit();
    }

    #failed(form, not) {
      this.querySelector("[data-failed]").hidden = not;
      form.elements.answer.value = "";
    }
  },
);
