-- Prosody for Parley: one file for Prosody 0.12 and 13, driven by the environment.
--
-- Shared with the service (README, "Settings"): PARLEY_DOMAIN, PARLEY_DATA, PARLEY_LISTEN, PARLEY_PORT, PARLEY_XMPP_PORT,
-- PARLEY_WS_PORT, PARLEY_COMPONENT_PORT, PARLEY_COMPONENT_SECRET_FILE, PARLEY_LOG_LEVEL.
-- Read here only (docs/deployment.md): PROSODY_COMPONENT_LISTEN, PROSODY_ORIGINS, PROSODY_UNENCRYPTED, PROSODY_CERTIFICATES,
-- PROSODY_SQL_DATABASE, PROSODY_SQL_HOST, PROSODY_SQL_PORT, PROSODY_SQL_USERNAME, PROSODY_SQL_PASSWORD_FILE,
-- PROSODY_ARCHIVE_EXPIRES_AFTER, PROSODY_HTTP_LISTEN, PROSODY_TRUSTED_PROXIES.

-- Prosody 13 wants the standard library under `Lua`; 0.12 has it in the global scope only.
local lua = Lua or _G;

local function env(name, default)
	local value = lua.os.getenv(name);
	if value == nil or value == "" then return default; end
	return value;
end

local function port(name, default)
	local number = lua.tonumber(env(name, default));
	lua.assert(number, name .. " is not a port number");
	return number;
end

local function read_secret(path)
	local file = lua.assert(lua.io.open(path));
	local secret = file:read("*l");
	file:close();
	lua.assert(secret and secret ~= "", path .. " is empty");
	return secret;
end

local function words(text)
	local list = {};
	for word in text:gmatch("[^%s,]+") do
		list[#list + 1] = word;
	end
	return list;
end

local here = lua.debug.getinfo(1, "S").source:match("^@(.*)/[^/]*$") or ".";
local data = env("PARLEY_DATA", ".parley");
local domain = env("PARLEY_DOMAIN", "localhost");
local listen = env("PARLEY_LISTEN", "127.0.0.1");
local unencrypted = env("PROSODY_UNENCRYPTED", lua.tostring(listen == "127.0.0.1" or listen == "::1")) == "true";
local web_port = env("PARLEY_PORT", "8080");
local certificates_path = env("PROSODY_CERTIFICATES");

plugin_paths = { here .. "/modules" }
data_path = data .. "/prosody"
pidfile = data .. "/prosody.pid"
-- In a container the only user is root's replacement, and on a developer's machine `npm start` may be root.
run_as_root = true

---------- What is listened on
interfaces = { listen }
c2s_ports = { port("PARLEY_XMPP_PORT", 5222) }
c2s_direct_tls_ports = {}
s2s_ports = {}
s2s_direct_tls_ports = {}
http_ports = { port("PARLEY_WS_PORT", 5280) }
http_interfaces = { env("PROSODY_HTTP_LISTEN", listen) }
https_ports = {}
component_ports = { port("PARLEY_COMPONENT_PORT", 5347) }
-- XEP-0114 is neither encrypted nor authenticated per stanza: loopback or a private network only.
component_interfaces = { env("PROSODY_COMPONENT_LISTEN", "127.0.0.1") }

---------- What is spoken
local modules = {
	"saslauth", "roster", "presence", "message", "iq", "disco", "ping", "time", "version", "uptime",
	"smacks", "csi_simple", "carbons", "mam", "blocklist", "vcard4", "vcard_legacy", "pep", "bookmarks",
	"websocket", "parley_origins", "parley_guessing", "limits", "admin_adhoc",
};
if certificates_path then modules[#modules + 1] = "tls"; end
modules_enabled = modules
certificates = certificates_path or data
-- `offline` stays off: everything is in the archive, a client asks there, and an offline copy would arrive a second time.
modules_disabled = { "s2s", "offline" }
allow_registration = false

-- Passwords travel as SCRAM. Unencrypted streams, and PLAIN for clients that know nothing better, are for loopback and for a
-- reverse proxy that ends TLS in front of this server: anywhere else they must be asked for.
authentication = "internal_hashed"
password_hash = "SHA-256"
default_iteration_count = 10000
c2s_require_encryption = not unencrypted
allow_unencrypted_plain_auth = unencrypted
consider_websocket_secure = unencrypted
http_default_host = domain
-- Who may say in X-Forwarded-For who is behind it.
trusted_proxies = words(env("PROSODY_TRUSTED_PROXIES", "127.0.0.1 ::1"))

---------- Storage: SQL, because the file storage's archive stalls the whole server past 10 000 messages
storage = "sql"
if env("PROSODY_SQL_DATABASE") then
	local password_file = env("PROSODY_SQL_PASSWORD_FILE");
	sql = {
		driver = "PostgreSQL",
		database = env("PROSODY_SQL_DATABASE"),
		host = env("PROSODY_SQL_HOST", "127.0.0.1"),
		port = port("PROSODY_SQL_PORT", 5432),
		username = env("PROSODY_SQL_USERNAME", "prosody"),
		password = password_file and read_secret(password_file) or nil,
	}
else
	sql = { driver = "SQLite3", database = "prosody.sqlite" }
end

default_archive_policy = true
archive_expires_after = env("PROSODY_ARCHIVE_EXPIRES_AFTER", "never")
max_archive_query_results = 100

---------- Liveness. A dead peer is told within 30 s: after `read_timeout` of silence the server asks for an acknowledgement,
-- after another one without an answer it drops the socket, then the session waits `smacks_hibernation_time` to be resumed:
-- 2 × 6 + 12 = 24 s at worst, 12 s for a socket that was closed. A page reload has resumed long before.
network_settings = { read_timeout = 6, send_timeout = 20, nagle = false }
smacks_hibernation_time = 12
smacks_max_queue_size = 2000
c2s_timeout = 20

---------- Limits
c2s_stanza_size_limit = 256 * 1024
component_stanza_size_limit = 512 * 1024
limits = { c2s = { rate = "256kb/s", burst = "4s" } }

-- The service knows more levels than Prosody.
local log_level = ({ trace = "debug", fatal = "error", silent = "error" })[env("PARLEY_LOG_LEVEL", "info")] or env("PARLEY_LOG_LEVEL", "info");
log = { { levels = { min = log_level }, to = "console" } }

---------- Which web pages may talk to the WebSocket
websocket_origins = words(env("PROSODY_ORIGINS", "http://localhost:" .. web_port .. " http://127.0.0.1:" .. web_port))

---------- Who is here
-- Agents
VirtualHost(domain)
	-- The service makes accounts with XEP-0133 commands.
	admins = { "parley." .. domain }

-- Contacts of the organization: anonymous, and confined to the service
VirtualHost("guest." .. domain)
	authentication = "anonymous"
	storage = "memory"
	modules_enabled = { "parley_guests" }
	modules_disabled = {
		"s2s", "offline", "roster", "mam", "carbons", "vcard4", "vcard_legacy", "pep", "bookmarks", "blocklist",
		"admin_adhoc", "uptime", "version", "time", "parley_guessing",
	}
	service_domain = "parley." .. domain

-- The service
Component("parley." .. domain)
	component_secret = read_secret(env("PARLEY_COMPONENT_SECRET_FILE", data .. "/component-secret"))
	-- A second instance keeps knocking and takes over when the first is gone.
	component_conflict_resolve = "kick_new"
