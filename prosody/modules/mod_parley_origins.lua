-- Lets only known web pages open a WebSocket (RFC 6455, section 10.2).
--
-- A browser states the page's origin in the handshake. Prosody itself accepts every origin; here a page of a stranger is
-- refused before a stream begins. Programs that are not browsers send no Origin and are let through: they prove nothing by it.
--
-- Configuration, global:
--     modules_enabled = { "parley_origins" }
--     websocket_origins = { "https://desk.example.org" }

module:set_global();

local http_server = require "net.http.server";

local origins = module:get_option_set("websocket_origins", {});
local path = module:get_option("http_paths", {}).websocket or "/xmpp-websocket";

local function check_origin(event)
	local origin = event.request.headers.origin;
	if origin == nil or origins:contains(origin) then return; end
	module:log("info", "WebSocket refused for a page of %s", origin);
	return 403;
end

-- The event without a host comes before that of any host, so this stands in front of the WebSocket of all of them.
for _, event in ipairs { "GET " .. path, "GET " .. path .. "/" } do
	module:hook_object_event(http_server, event, check_origin, 100);
end
