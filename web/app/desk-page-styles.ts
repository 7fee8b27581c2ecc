import { css } from "lit";

export const deskPageStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    block-size: 100dvh;
    overflow: hidden;
  }

  .panes {
    display: none;
  }

  .work {
    flex: 1;
    display: grid;
    grid-template-columns: minmax(260px, 320px) minmax(0, 1fr);
    min-block-size: 0;
  }

  parley-team-communicator {
    border-inline-end: 1px solid var(--parley-line);
  }

  /* Above the composer, whatever its height: the notification never lies on Send. */
  parley-invitation-stack {
    position: fixed;
    inset-inline-end: 16px;
    inset-block-end: calc(var(--parley-composer-size, 0px) + 60px);
    z-index: 10;
    inline-size: min(340px, calc(100vw - 24px));
    max-block-size: calc(100dvh - var(--parley-composer-size, 0px) - 120px);
  }

  @media (max-width: 700px) {
    .panes {
      display: grid;
      grid-template-columns: 1fr 1fr;
      gap: 6px;
      padding: 6px 12px;
      border-block-end: 1px solid var(--parley-line);
      background: var(--parley-panel);
    }

    .panes button {
      min-block-size: 36px;
    }

    .work {
      grid-template-columns: minmax(0, 1fr);
    }

    .work[data-pane="team"] parley-interaction-window,
    .work[data-pane="talk"] parley-team-communicator {
      display: none;
    }

    parley-team-communicator {
      border: none;
    }

    parley-invitation-stack {
      inset-inline-end: 12px;
    }
  }
`;
