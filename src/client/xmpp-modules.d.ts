/** @xmpp/* 0.14 ships no types: each module is given its shape where it is imported. */
declare module "@xmpp/xml";
declare module "@xmpp/client";
declare module "@xmpp/connection-tcp";
