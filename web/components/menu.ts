import { css, html, nothing } from "lit";
import { customElement, property, query, queryAll } from "lit/decorators.js";
import { controls } from "../styles/controls.ts";
import { icon, type IconName } from "./icons.ts";
import { ParleyElement } from "./parley-element.ts";

export interface MenuItem {
  id: string;
  label: string;
  icon?: IconName;
  /** Why it cannot be chosen now. */
  why?: string;
  /** One of several of which one holds; undefined: a command. */
  checked?: boolean;
}

/**
 * A menu in the top layer beside what opened it (APG "Menu"): arrows, Home, End and the first letter move, Enter
 * chooses, Escape and Tab close. Unavailable items can be reached and say why.
 *
 * @fires parley-choose - An available item was chosen.
 * @fires parley-menu-closed - The menu is closed; whoever opened it takes the focus back.
 */
@customElement("parley-menu")
export class ParleyMenu extends ParleyElement {
  static override styles = [
    controls,
    css`
      [role="menu"] {
        position: fixed;
        inset: auto;
        margin: 0;
        padding: 4px;
        inline-size: max-content;
        min-inline-size: 200px;
        max-inline-size: min(340px, calc(100vw - 16px));
        max-block-size: calc(100dvh - 16px);
        overflow: auto;
        border: 1px solid var(--parley-line);
        border-radius: var(--parley-radius);
        background: var(--parley-panel);
        color: var(--parley-text);
        box-shadow: var(--parley-shadow);
      }

      button {
        inline-size: 100%;
        justify-content: start;
        gap: 10px;
        min-block-size: 36px;
        border-color: transparent;
        text-align: start;
        background: none;
      }

      button:focus-visible {
        outline-offset: -2px;
        background: var(--parley-hover);
      }

      button[aria-disabled="true"],
      button[aria-disabled="true"]:hover {
        border-color: transparent;
      }

      .words {
        display: grid;
        overflow-wrap: anywhere;
      }

      small {
        font-size: var(--parley-small);
      }

      .mark {
        inline-size: 1.125rem;
        flex: none;
      }
    `,
  ];

  @property() label = "";
  /** The edge of what opened it that the menu lines up with. */
  @property() align: "start" | "end" = "end";
  @property({ attribute: false }) items: readonly MenuItem[] = [];

  @query("[role=menu]") private menu!: HTMLElement;
  @queryAll("button") private buttons!: NodeListOf<HTMLButtonElement>;

  #isOpen = false;

  /** Opens the menu under (or over) an element and moves the focus into it. */
  async openAt(anchor: Element): Promise<void> {
    await this.updateComplete;
    this.menu.showPopover();
    this.#isOpen = true;
    this.#place(anchor.getBoundingClientRect());
    this.#focus(0);
  }

  close(): void {
    if (this.#isOpen) this.menu.hidePopover();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#isOpen = false;
  }

  protected override render() {
    return html`<div role="menu" popover="auto" aria-label=${this.label} @keydown=${this.#onKey} @toggle=${this.#onToggle}>
      ${this.items.map((item, index) => this.#renderItem(item, index))}
    </div>`;
  }

  #renderItem({ id, label, icon: name, why, checked }: MenuItem, index: number) {
    const isChoice = checked !== undefined;
    return html`<button
      type="button"
      tabindex="-1"
      role=${isChoice ? "menuitemradio" : "menuitem"}
      aria-checked=${isChoice ? String(checked) : nothing}
      aria-disabled=${why ? "true" : nothing}
      aria-labelledby="label-${index}"
      aria-describedby=${why ? `why-${index}` : nothing}
      @click=${() => this.#choose(id, why)}
    >
      ${isChoice ? html`<span class="mark">${checked ? icon("accept") : nothing}</span>` : name ? icon(name) : nothing}
      <span class="words">
        <span id="label-${index}">${label}</span>
        ${why ? html`<small id="why-${index}">${why}</small>` : nothing}
      </span>
    </button>`;
  }

  #choose(id: string, why?: string): void {
    if (why) return;
    this.close();
    this.tell("parley-choose", { id });
  }

  #onToggle(event: ToggleEvent): void {
    if (event.newState === "open" || !this.#isOpen) return;
    this.#isOpen = false;
    this.tell("parley-menu-closed");
  }

  #onKey(event: KeyboardEvent): void {
    const buttons = [...this.buttons];
    const now = buttons.indexOf(this.shadowRoot?.activeElement as HTMLButtonElement);
    const to = {
      ArrowDown: (now + 1) % buttons.length,
      ArrowUp: (now - 1 + buttons.length) % buttons.length,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (to !== undefined) {
      this.#focus(to);
    } else if (event.key === "Tab" || event.key === "Escape") {
      this.close();
    } else if (event.key.length === 1 && event.key !== " ") {
      const letter = event.key.toLowerCase();
      const after = [...this.items.slice(now + 1), ...this.items.slice(0, now + 1)];
      const found = after.find((item) => item.label.toLowerCase().startsWith(letter));
      if (found) this.#focus(this.items.indexOf(found));
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  #focus(index: number): void {
    this.buttons[index]?.focus();
  }

  /** Under the anchor where there is room, else over it; always inside the window. */
  #place(anchor: DOMRect): void {
    const view = this.ownerDocument.defaultView ?? window;
    const { offsetWidth: width, offsetHeight: height } = this.menu;
    const isRightToLeft = view.getComputedStyle(this).direction === "rtl";
    const left = isRightToLeft === (this.align === "end") ? anchor.left : anchor.right - width;
    const under = anchor.bottom + 4;
    const top = under + height <= view.innerHeight - 8 ? under : anchor.top - height - 4;
    this.menu.style.left = `${Math.max(8, Math.min(left, view.innerWidth - width - 8))}px`;
    this.menu.style.top = `${Math.max(8, Math.min(top, view.innerHeight - height - 8))}px`;
  }
}

declare global {
  interface HTMLElementTagNameMap {
    "parley-menu": ParleyMenu;
  }
}
