import { startLocale } from "./i18n/locale.ts";
import { adoptTokens } from "./styles/adopt.ts";
import "./app/app.ts";

adoptTokens(document);
await startLocale(document);
document.body.append(document.createElement("parley-app"));
