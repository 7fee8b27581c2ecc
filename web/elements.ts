/** Registers every element of the desk. Each can be used alone: properties in, events out (components/events.ts). */
export { ParleyBanners } from "./components/banners.ts";
export { ParleyComposer } from "./components/composer.ts";
export { ParleyDeskHeader } from "./components/desk-header.ts";
export { ParleyInteractionWindow } from "./components/interaction-window.ts";
export { ParleyInvitationStack } from "./components/invitation-stack.ts";
export { ParleyMenu } from "./components/menu.ts";
export { ParleyReadinessMenu } from "./components/readiness-menu.ts";
export { ParleySessionView } from "./components/session-view.ts";
export { ParleySettingsDialog } from "./components/settings-dialog.ts";
export { ParleySignIn } from "./components/sign-in.ts";
export { ParleyStatusIndicator } from "./components/status-indicator.ts";
export { ParleyTaskBar } from "./components/task-bar.ts";
export { ParleyTeamCommunicator } from "./components/team-communicator.ts";
export { ParleyTranscript } from "./components/transcript.ts";
