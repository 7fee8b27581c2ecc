"""An ordinary XMPP client for interoperability tests: commands as JSON lines on stdin, events as JSON lines on stdout.

    python3 slixmpp_peer.py <jid> <host> <port>     (the password is the first line of stdin)
"""

import asyncio
import json
import sys

import slixmpp
from slixmpp.xmlstream import tostring


def tell(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


class Peer(slixmpp.ClientXMPP):
    def __init__(self, jid, password):
        super().__init__(jid, password)
        # What an ordinary client of today has: discovery, chat states, receipts, ping, carbons, markers.
        for plugin in ("xep_0030", "xep_0085", "xep_0115", "xep_0184", "xep_0199", "xep_0280", "xep_0333"):
            self.register_plugin(plugin)
        self["xep_0184"].auto_ack = True
        self["xep_0184"].auto_request = True
        self["feature_mechanisms"].unencrypted_scram = True
        self.add_filter("in", self.heard)
        self.add_event_handler("session_start", self.started)
        self.add_event_handler("message", self.message)
        self.add_event_handler("receipt_received", lambda receipt: tell("receipt", sender=str(receipt["from"]), id=receipt["receipt"]))
        self.add_event_handler("failed_all_auth", lambda _: tell("refused"))
        self.add_event_handler("disconnected", lambda _: tell("disconnected"))

    def heard(self, stanza):
        if stanza.name in ("iq", "message", "presence"):
            tell("stanza", xml=tostring(stanza.xml))
        return stanza

    async def started(self, _):
        await self.get_roster()
        await self["xep_0280"].enable()
        self.send_presence()
        tell("online", jid=str(self.boundjid))

    def message(self, message):
        if message["body"]:
            tell("message", sender=str(message["from"]), type=message["type"], id=message["id"], thread=message["thread"], body=message["body"])

    def obey(self, command):
        if command["do"] == "send":
            message = self.make_message(mto=command["to"], mbody=command["body"], mtype="chat")
            if command.get("thread"):
                message["thread"] = command["thread"]
            message["id"] = command["id"]
            message.send()
        elif command["do"] == "away":
            self.send_presence(pshow="away")
        elif command["do"] == "quit":
            self.disconnect(wait=2)


async def obey_stdin(peer, lines):
    while line := await lines.readline():
        peer.obey(json.loads(line))
    peer.disconnect(wait=2)


async def main(jid, host, port):
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    password = (await lines.readline()).decode().rstrip("\n")
    peer = Peer(jid, password)
    peer.loop = loop
    peer.connect((host, int(port)), disable_starttls=True)
    asyncio.create_task(obey_stdin(peer, lines))
    await peer.disconnected


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
