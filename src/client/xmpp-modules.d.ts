/** @xmpp/xml 0.14 ships no types: what is taken from it is given its shape where it is imported. */
declare module "@xmpp/xml";
