import type { Element } from "../../../src/client/index.ts";
import {
  buildDirectoryRefusal,
  buildFavorite,
  buildMe,
  buildMeRequest,
  buildPage,
  buildPresences,
  buildSearch,
  buildSignedOut,
  buildWatch,
  NS_DIRECTORY,
  parseDirectoryRefusal,
  parseFavorite,
  parseMe,
  parsePage,
  parsePresences,
  parseSearch,
  parseWatch,
} from "../../../src/extensions/directory/index.ts";
import { protocolSuite } from "../../support/protocol-suite.ts";

const CODECS: Record<string, (payload: Element) => Element> = {
  me: (payload) => (Object.keys(payload.attrs).length > 1 ? buildMe(parseMe(payload)) : buildMeRequest()),
  search: (payload) => buildSearch(parseSearch(payload)),
  rows: (payload) => buildPage(parsePage(payload)),
  watch: (payload) => buildWatch(parseWatch(payload)),
  presences: (payload) => buildPresences(parsePresences(payload)),
  favorite: (payload) => buildFavorite(parseFavorite(payload)),
  "signed-out": buildSignedOut,
};

protocolSuite({
  name: "directory",
  xmlns: NS_DIRECTORY,
  rebuild: (payload) => (CODECS[payload.getName()] ?? ((other) => buildDirectoryRefusal(parseDirectoryRefusal(other)!)))(payload),
  beyondSchema: /^(me\.\S+\.missing|(search|rows)\.(max|index|count|first)\.)/,
});
