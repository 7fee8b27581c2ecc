-- Prosody loads each module into an environment of its own, with `module` in it.
globals = { "module" }
read_globals = { "prosody" }
max_line_length = 140
