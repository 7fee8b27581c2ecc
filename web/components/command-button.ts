import { css, html, nothing, type TemplateResult } from "lit";
import type { Permission } from "../../src/desk/types.ts";
import { denialWords } from "../i18n/words.ts";
import { icon, type IconName } from "./icons.ts";

export interface Command {
  /** Unique within its element: names the element that holds the reason. */
  name: string;
  label: string;
  icon: IconName;
  permission: Permission;
  /** Logon of the other agent, for the reason. */
  logon: string;
  run: () => void;
}

/**
 * A button that stays visible and in the focus order while its command is not available, and says why: by its
 * description, and in words under it while it is pointed at or focused.
 */
export function commandButton(command: Command): TemplateResult {
  const { name, label, permission, logon, run } = command;
  const why = permission.allowed ? undefined : denialWords(permission.reason, logon);
  return html`<span class="command">
    <button type="button" aria-disabled=${why ? "true" : "false"} aria-describedby=${why ? `why-${name}` : nothing} @click=${why ? nothing : run}>
      ${icon(command.icon)}<span>${label}</span>
    </button>
    ${why ? html`<span class="why" id="why-${name}">${why}</span>` : nothing}
  </span>`;
}

export const commandButtonStyles = css`
  .command {
    position: relative;
    display: inline-flex;
  }

  .command .why {
    position: absolute;
    inset-block-start: calc(100% + 6px);
    inset-inline-end: 0;
    z-index: 2;
    inline-size: max-content;
    max-inline-size: 240px;
    padding: 4px 10px;
    border: 1px solid var(--parley-line);
    border-radius: var(--parley-radius-small);
    background: var(--parley-panel);
    color: var(--parley-text);
    font-size: var(--parley-small);
    box-shadow: var(--parley-shadow);
    visibility: hidden;
    pointer-events: none;
  }

  .command:is(:hover, :focus-within) .why {
    visibility: visible;
  }
`;
