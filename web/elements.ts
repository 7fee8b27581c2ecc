/** Registers every element of the desk. Each can be used alone: properties in, events out (components/events.ts). */
import "./components/banners.ts";
import "./components/composer.ts";
import "./components/desk-header.ts";
import "./components/interaction-window.ts";
import "./components/invitation-stack.ts";
import "./components/menu.ts";
import "./components/readiness-menu.ts";
import "./components/session-view.ts";
import "./components/settings-dialog.ts";
import "./components/sign-in.ts";
import "./components/status-indicator.ts";
import "./components/task-bar.ts";
import "./components/team-communicator.ts";
import "./components/transcript.ts";
