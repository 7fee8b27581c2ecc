-- Keeps the guests of a host to the Parley service.
--
-- Anonymous contacts of customers may talk to the service's domain and to nothing else: no agent, no other guest, no other
-- host. The service decides everything itself; this is a second wall in front of it.
--
-- Configuration, on the guests' VirtualHost:
--     service_domain = "parley.example.org"

local jid_bare = require "util.jid".bare;
local jid_host = require "util.jid".host;
local st = require "util.stanza";

local service_domain = assert(module:get_option_string("service_domain"), "service_domain is not set");

-- A stanza to the guest's own account or to the server itself is session housekeeping: bind, ping, disco.
local function is_allowed(session, to)
	return to == nil or to == module.host or to == jid_bare(session.full_jid) or jid_host(to) == service_domain;
end

local function confine(event)
	local session, stanza = event.origin, event.stanza;
	if session.type ~= "c2s" or is_allowed(session, stanza.attr.to) then return; end
	module:log("info", "Guest stopped from sending %s to another address than the service", stanza.name);
	if stanza.attr.type ~= "error" and stanza.attr.type ~= "result" then
		session.send(st.error_reply(stanza, "auth", "forbidden", "Guests may talk to the service only"));
	end
	return true;
end

for _, name in ipairs { "message", "presence", "iq" } do
	for _, target in ipairs { "bare", "full", "host" } do
		module:hook("pre-" .. name .. "/" .. target, confine, 1000);
	end
end

-- Presence without an address would tell everybody a guest subscribed to; a guest has no roster, so there is nobody to tell.
-- What comes in is as confined as what goes out.
local function confine_incoming(event)
	local stanza = event.stanza;
	local from = stanza.attr.from;
	if from == nil or jid_host(from) == service_domain or jid_host(from) == module.host then return; end
	if stanza.attr.type ~= "error" and stanza.attr.type ~= "result" then
		event.origin.send(st.error_reply(stanza, "cancel", "service-unavailable"));
	end
	return true;
end

for _, name in ipairs { "message", "presence", "iq" } do
	for _, target in ipairs { "bare", "full" } do
		module:hook(name .. "/" .. target, confine_incoming, 1000);
	end
end
