-- Slows down who guesses passwords: so many failures a minute for one account from one address, then wait.
--
-- Prosody itself counts no failures. They are counted for account and address together: an account alone would let a stranger
-- lock an agent out, an address alone would lock out everybody behind one router. A proxy in front must be in
-- `trusted_proxies`, and say in X-Forwarded-For who is behind it.
--
-- Configuration, on a VirtualHost:
--     sign_in_failures = 5 -- in a minute

local base64 = require "util.encodings".base64;
local cache = require "util.cache";
local st = require "util.stanza";
local throttle = require "util.throttle";

local xmlns_sasl = "urn:ietf:params:xml:ns:xmpp-sasl";
local failures = module:get_option_number("sign_in_failures", 5);

-- The longest unused are forgotten first.
local throttles = cache.new(10000);

-- The account in the first message of SCRAM (RFC 5802, section 7) or PLAIN (RFC 4616, section 2).
local function account_of(stanza)
	local message = base64.decode(stanza:get_text() or "") or "";
	local account = message:match("^[^,]*,[^,]*,n=([^,]*)") or message:match("^[^%z]*%z([^%z]*)") or "";
	return account:sub(1, 1023):lower();
end

module:hook("stanza/" .. xmlns_sasl .. ":auth", function (event)
	local session = event.origin;
	if session.type ~= "c2s_unauthed" then return; end
	local key = (session.ip or "") .. " " .. account_of(event.stanza);
	session.parley_guess = key;
	local known = throttles:get(key);
	if not known or known:peek(1) then return; end
	session.log("info", "Too many failed sign-ins, another one is not tried");
	session.send(st.stanza("failure", { xmlns = xmlns_sasl }):tag("temporary-auth-failure"));
	return true;
end, 100);

module:hook("authentication-failure", function (event)
	local key = event.session.parley_guess;
	if not key then return; end
	local known = throttles:get(key) or throttle.create(failures, 60);
	throttles:set(key, known);
	known:poll(1);
end);
